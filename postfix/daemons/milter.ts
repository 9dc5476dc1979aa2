/** The Milter client, in smtpd and cleanup (src/milter/). */
import type { Pattern } from '../pattern.js';

// A Milter's name is its endpoint, colons and all: `inet:127.0.0.1:8891`, `unix:/run/opendkim/opendkim.sock`
export const milter: readonly Pattern[] = [
  // milter/milter8.c
  {
    action: 'milter_failed',
    level: 'warning',
    text: 'connect to Milter service {service}: {error}',
    samples: [
      'connect to Milter service inet:127.0.0.1:8891: Connection refused',
      'connect to Milter service unix:/run/opendkim/opendkim.sock: No such file or directory',
      'connect to Milter service inet:[2001:db8::25]:8891: Connection timed out',
    ],
  },
  {
    action: 'milter_failed',
    level: 'warning',
    text: "milter {service}: can't read {command} reply packet header: {error}",
    samples: [
      "milter inet:127.0.0.1:8891: can't read SMFIC_BODYEOB reply packet header: Connection timed out",
      "milter unix:/run/opendkim.sock: can't read (unknown MTA event) reply packet header: Success",
    ],
  },
  {
    action: 'milter_failed',
    level: 'warning',
    text: 'milter {service}: error writing command: {error}',
    samples: ['milter inet:127.0.0.1:8891: error writing command: Broken pipe'],
  },
  {
    action: 'milter_failed',
    level: 'warning',
    text: 'milter {service}: {read error in initial handshake|write error in initial handshake}',
    samples: [
      'milter inet:127.0.0.1:8891: read error in initial handshake',
      'milter inet:127.0.0.1:8891: write error in initial handshake',
    ],
  },
  {
    action: 'milter_failed',
    level: 'warning',
    text: 'milter {service}: EOF while reading {detail}: {error}',
    samples: [
      'milter inet:127.0.0.1:8891: EOF while reading command code: Success',
      'milter inet:127.0.0.1:8891: EOF while reading data: Connection reset by peer',
    ],
  },
  {
    action: 'milter_failed',
    level: 'warning',
    text: 'milter8_read_data: milter {service}: EOF while reading string: {error}',
    samples: ['milter8_read_data: milter inet:127.0.0.1:8891: EOF while reading string: Connection reset by peer'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter8_read_data: milter {service}: {error}',
    samples: ['milter8_read_data: milter inet:127.0.0.1:8891: missing string null termimator'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter8_read_data: left-over data {count} bytes',
    samples: ['milter8_read_data: left-over data 3 bytes'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: {bad|unreasonable} packet length: {value:integer}{? > {limit}?}',
    samples: [
      'milter inet:127.0.0.1:8891: bad packet length: 0',
      'milter inet:127.0.0.1:8891: unreasonable packet length: 1347375956 > 2147483647',
    ],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: {input packet too short for network long|no data in input packet|packet too short for string|null change header name|no protocol version information}',
    samples: [
      'milter inet:127.0.0.1:8891: input packet too short for network long',
      'milter inet:127.0.0.1:8891: no data in input packet',
      'milter inet:127.0.0.1:8891: packet too short for string',
      'milter inet:127.0.0.1:8891: null change header name',
      'milter inet:127.0.0.1:8891: no protocol version information',
    ],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: malformed reply: {reply}',
    samples: ['milter inet:127.0.0.1:8891: malformed reply: 250 fine'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: bad {change|insert} header index: {value:word}',
    samples: ['milter inet:127.0.0.1:8891: bad change header index: -1', 'milter inet:127.0.0.1:8891: bad insert header index: -1'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: unexpected filter response {reply} after event {command}',
    samples: [
      'milter inet:127.0.0.1:8891: unexpected filter response SMFIR_ADDHEADER after event SMFIC_MAIL',
      'milter inet:127.0.0.1:8891: unexpected filter response (unknown filter reply) after event SMFIC_MAIL',
    ],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: reply {reply} was followed by {count} data bytes',
    samples: ['milter inet:127.0.0.1:8891: reply SMFIR_CONTINUE was followed by 4 data bytes'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: bad protocol information: {value}',
    samples: ['milter inet:127.0.0.1:8891: bad protocol information: six'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: unexpected reply "{value}" in initial handshake',
    samples: ['milter inet:127.0.0.1:8891: unexpected reply "2" in initial handshake'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: {protocol version|request mask} {value:word} conflict with MTA {protocol version|request mask} {detail:word}',
    samples: [
      'milter inet:127.0.0.1:8891: protocol version 7 conflict with MTA protocol version 6',
      'milter inet:127.0.0.1:8891: request mask 0x3ff conflict with MTA request mask 0x1ff',
    ],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: unexpected protocol version {value}',
    samples: ['milter inet:127.0.0.1:8891: unexpected protocol version 1'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: ignoring unknown macro type {value}',
    samples: ['milter inet:127.0.0.1:8891: ignoring unknown macro type 9'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: DISCARD action is not allowed for connect or helo',
    samples: ['milter inet:127.0.0.1:8891: DISCARD action is not allowed for connect or helo'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: "milter {service}: body replacement requests can't currently be mixed with other requests",
    samples: ["milter inet:127.0.0.1:8891: body replacement requests can't currently be mixed with other requests"],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'milter {service}: unrecognized default action: {value}',
    samples: ['milter inet:127.0.0.1:8891: unrecognized default action: shrug'],
  },
  {
    action: 'milter_protocol_error',
    level: 'warning',
    text: 'milter {service}: bad client port number {value}',
    samples: ['milter inet:127.0.0.1:8891: bad client port number 99999'],
  },
  {
    action: 'milter_failed',
    level: 'warning',
    text: 'milter8_{}: attempt to send event {command:text} to milter {service} after error',
    samples: ['milter8_event: attempt to send event SMFIC_RCPT to milter inet:127.0.0.1:8891 after error'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'milter8_message: {vstream_fseek|error reading} {path}: {error}',
    samples: [
      'milter8_message: vstream_fseek incoming/3AB4C5D6E7: Invalid argument',
      'milter8_message: error reading incoming/3AB4C5D6E7: Input/output error',
    ],
  },
  {
    action: 'mime_problem',
    level: 'warning',
    text: 'milter8_message: MIME problem {error} in {path}',
    samples: ['milter8_message: MIME problem message header length exceeds safety limit in incoming/3AB4C5D6E7'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'Milter service needs transport:endpoint instead of "{value}"',
    samples: ['Milter service needs transport:endpoint instead of "8891"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'invalid transport name: {value} in Milter service: {service}',
    samples: ['invalid transport name: tcp in Milter service: tcp:127.0.0.1:8891'],
  },
  // milter/milter.c
  {
    action: 'setting_error',
    level: 'warning',
    text: 'ignoring multiple default macro entries for {value} in "{setting}"',
    samples: ['ignoring multiple default macro entries for j in "{j}=a {j}=b"'],
  },
  {
    action: 'milters_lost',
    level: 'warning',
    text: 'cannot send milters to service {service}',
    samples: ['cannot send milters to service public/cleanup'],
  },
  {
    action: 'milters_lost',
    level: 'warning',
    text: 'cannot receive milters via service {service} socket',
    samples: ['cannot receive milters via service cleanup socket'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'malformed default macro entry: {error} in "{setting}"',
    samples: ['malformed default macro entry: missing \'=\' after attribute name in "{j}"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'milter service syntax error: {error}',
    samples: ['milter service syntax error: missing "}" in "{ inet:127.0.0.1:8891"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'empty milter definition: "{value}"',
    samples: ['empty milter definition: "{ }"'],
  },
];

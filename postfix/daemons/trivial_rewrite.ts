/** trivial-rewrite (src/trivial-rewrite/). */
import type { Pattern } from '../pattern.js';

export const trivialRewrite: readonly Pattern[] = [
  // trivial-rewrite/resolve.c, transport.c
  {
    action: 'domain_listed_twice',
    level: 'warning',
    text: 'do not list domain {key} in BOTH {setting} and {}',
    samples: ['do not list domain example.com in BOTH mydestination and virtual_mailbox_domains'],
  },
  {
    action: 'domain_listed_twice',
    level: 'warning',
    text: 'do not list $myorigin ({key}) in {setting}',
    samples: ['do not list $myorigin (example.com) in virtual_alias_domains'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table:word} lookup failure',
    samples: ['relocated_maps lookup failure', 'virtual_mailbox_domains lookup failure', 'hash:/etc/postfix/transport lookup failure'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: '{table}: ignoring null lookup result for {key}',
    samples: ['sender_dependent_relayhost_maps: ignoring null lookup result for user@example.com'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: "{table:word} result must contain RFC 3463 status and text: '{value}'",
    samples: ["relocated_maps result must contain RFC 3463 status and text: '5.1.6'"],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'file {path}: parameter {setting}: null transport is not allowed',
    samples: ['file /etc/postfix/main.cf: parameter default_transport: null transport is not allowed'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'resolve_addr: <{recipient:text}>: giving up after {count} iterations',
    samples: ['resolve_addr: <a%b%c@example.com>: giving up after 100 iterations'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'transport_lookup: null address - skipping table lookup',
    samples: ['transport_lookup: null address - skipping table lookup'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'write {resolver|rewrite} reply: {error}',
    samples: ['write resolver reply: Broken pipe', 'write rewrite reply: Connection reset by peer'],
  },

  // trivial-rewrite/rewrite.c, trivial-rewrite.c
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value} to rewrite "{key}" to "{}"{?; please add {detail}?}',
    samples: [
      'using backwards-compatible default setting append_dot_mydomain=yes to rewrite "mail" to "mail.example.com"',
      'using backwards-compatible default setting append_dot_mydomain=yes to rewrite "localhost" to "localhost.example.com"; please add "localhost" to mydestination or other address class',
    ],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'unknown context: {value}',
    samples: ['unknown context: foreign'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'rewrite_addr: null address',
    samples: ['rewrite_addr: null address'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'bad command {value}',
    samples: ['bad command resolv'],
  },
];

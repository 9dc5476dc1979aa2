/** The SASL library, in smtpd, smtp and lmtp (src/xsasl/). */
import type { Pattern } from '../pattern.js';

export const sasl: readonly Pattern[] = [
  // xsasl/xsasl_cyrus_log.c: the words of Cyrus SASL
  {
    action: 'sasl_failure',
    level: 'warning',
    text: 'SASL authentication failure: {error}',
    samples: [
      'SASL authentication failure: cannot connect to saslauthd server: No such file or directory',
      'SASL authentication failure: Password verification failed',
      'SASL authentication failure: No worthy mechs found',
    ],
  },
  {
    action: 'sasl_problem',
    level: 'warning',
    text: 'SASL authentication problem: {error}',
    samples: ['SASL authentication problem: unable to open Berkeley db /etc/sasldb2: No such file or directory'],
  },

  // xsasl/xsasl_dovecot_server.c
  {
    action: 'sasl_connect_failed',
    level: 'warning',
    text: "SASL: Connect to Dovecot auth socket '{path}' failed: {error}",
    samples: ["SASL: Connect to Dovecot auth socket 'private/auth' failed: No such file or directory"],
  },
  {
    action: 'sasl_connect_failed',
    level: 'warning',
    text: 'SASL: Connect to {path} failed: {error}',
    samples: [
      'SASL: Connect to private/auth failed: Connection refused',
      'SASL: Connect to inet:192.0.2.12:12345 failed: Connection timed out',
    ],
  },
  {
    action: 'sasl_connect_failed',
    level: 'warning',
    text: 'SASL: Connected to wrong auth socket (auth-master instead of auth-client)',
    samples: ['SASL: Connected to wrong auth socket (auth-master instead of auth-client)'],
  },
  {
    action: 'sasl_protocol_error',
    level: 'warning',
    text: "SASL: Couldn't send handshake: {error}",
    samples: ["SASL: Couldn't send handshake: Broken pipe"],
  },
  {
    action: 'sasl_protocol_error',
    level: 'warning',
    text: 'SASL: Protocol {error}',
    samples: ['SASL: Protocol error', 'SASL: Protocol version error', 'SASL: Protocol version mismatch (2 vs. 1)'],
  },
  {
    action: 'sasl_protocol_error',
    level: 'warning',
    text: 'missing Dovecot server {value:word} {reply|username} field',
    samples: ['missing Dovecot server FAIL reply field', 'missing Dovecot server OK username field'],
  },

  // xsasl/xsasl_cyrus_server.c, xsasl_cyrus_client.c
  {
    action: 'sasl_initialization_failed',
    level: 'warning',
    text: 'SASL {library initialization error|per-process initialization failed|per-connection server initialization}: {error}',
    samples: [
      'SASL library initialization error: generic failure',
      'SASL per-process initialization failed: generic failure',
      'SASL per-connection server initialization: no mechanism available',
    ],
  },
  {
    action: 'sasl_initialization_failed',
    level: 'warning',
    text: 'SASL per-connection security setup; {error}',
    samples: ['SASL per-connection security setup; invalid parameter supplied'],
  },
  {
    action: 'sasl_initialization_failed',
    level: 'warning',
    text: '{per-session SASL client initialization|set per-session SASL security properties}: {error}',
    samples: [
      'per-session SASL client initialization: no mechanism available',
      'set per-session SASL security properties: invalid parameter supplied',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'bad per-session SASL security properties',
    samples: ['bad per-session SASL security properties'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word} is not empty, but setting the Cyrus SASL configuration path is not supported with SASL library version {version}',
    samples: [
      'cyrus_sasl_config_path is not empty, but setting the Cyrus SASL configuration path is not supported with SASL library version 2.1.21',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'failed to set Cyrus SASL configuration path: "{path}"',
    samples: ['failed to set Cyrus SASL configuration path: "/etc/sasl2"'],
  },
  {
    action: 'sasl_version_mismatch',
    level: 'warning',
    text: 'incorrect SASL library version. Postfix was built with include files from version {}, but the run-time library version is {version}',
    samples: [
      'incorrect SASL library version. Postfix was built with include files from version 2.1.28, but the run-time library version is 1.5.24',
    ],
  },
  {
    action: 'sasl_no_mechanism',
    level: 'warning',
    text: 'xsasl_{}: no applicable SASL mechanisms',
    samples: ['xsasl_cyrus_server_get_mechanism_list: no applicable SASL mechanisms'],
  },
  {
    action: 'sasl_failure',
    level: 'warning',
    text: 'xsasl_{}: {error}',
    samples: [
      'xsasl_cyrus_server_get_mechanism_list: generic failure',
      'xsasl_cyrus_server_get_username: sasl_getprop SASL_USERNAME botch: generic failure',
    ],
  },
  {
    action: 'sasl_initial_reply',
    text: 'xsasl_{}: uncoded initial reply: {value}',
    samples: ['xsasl_cyrus_client_first: uncoded initial reply: ?user?password'],
  },

  // xsasl/xsasl_server.c, xsasl_client.c
  {
    action: 'setting_error',
    level: 'warning',
    text: 'unsupported SASL {server|client} implementation: {value}',
    samples: ['unsupported SASL server implementation: dovecat', 'unsupported SASL client implementation: x'],
  },
];

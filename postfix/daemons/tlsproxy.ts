/** tlsproxy, TLS for postscreen and for the SMTP client's reused connections (src/tlsproxy/). */
import type { Pattern } from '../pattern.js';

export const tlsproxy: readonly Pattern[] = [
  // tlsproxy/tlsproxy.c, tlsproxy_state.c
  {
    action: 'connect',
    text: 'CONNECT from [{client_ip}]:{client_port}',
    samples: ['CONNECT from [192.0.2.7]:40123', 'CONNECT from [2001:db8::7]:40123'],
  },
  {
    action: 'connect',
    text: 'CONNECT to [{relay_ip}]:{relay_port}',
    samples: ['CONNECT to [192.0.2.25]:25', 'CONNECT to [2001:db8::25]:25'],
  },
  {
    action: 'connect',
    text: 'CONNECT {from|to|(bogus_direction)} {tls_peer}',
    samples: ['CONNECT (bogus_direction) [192.0.2.7]:40123', 'CONNECT to [private/lmtp]:0'],
  },
  { action: 'disconnect', text: 'DISCONNECT {tls_peer}', samples: ['DISCONNECT [192.0.2.7]:40123', 'DISCONNECT [2001:db8::25]:25'] },
  {
    action: 'tls_handshake_failed',
    text: 'TLS handshake failed for service={service:word} peer={tls_peer}',
    samples: ['TLS handshake failed for service=smtpd peer=[192.0.2.7]:40123'],
  },
  {
    action: 'io_error',
    level: 'warning',
    text: 'ciphertext read/write {timeout|error} for {tls_peer}',
    samples: ['ciphertext read/write timeout for [192.0.2.7]:40123', 'ciphertext read/write error for [192.0.2.25]:25'],
  },
  {
    action: 'deadlock',
    level: 'warning',
    text: 'deadlock on {ciphertext|plaintext} stream for {tls_peer}',
    samples: ['deadlock on ciphertext stream for [192.0.2.7]:40123'],
  },
  {
    action: 'request_failed',
    level: 'warning',
    text: 'tlsp_{}: {receive|bad} {detail}',
    samples: [
      'tlsp_get_fd_event: receive remote SMTP peer file descriptor: Connection reset by peer',
      'tlsp_get_request_event: receive request attributes: Connection reset by peer',
      'tlsp_get_request_event: bad request flags: 0x1f',
    ],
  },
  {
    action: 'request_failed',
    level: 'warning',
    text: '{cannot send TLS context|write protocol attribute}: {error}',
    samples: ['cannot send TLS context: Broken pipe', 'write protocol attribute: Broken pipe'],
  },
  {
    action: 'tls_unavailable',
    level: 'warning',
    text: 'TLS {client|server} {role is disabled|initialization failed}{? {detail}?}',
    samples: [
      'TLS client initialization failed',
      'TLS server role is disabled by configuration',
      'TLS server role is disabled with tlsproxy_tls_security_level or tlsproxy_use_tls',
    ],
  },
  {
    action: 'tls_unavailable',
    level: 'warning',
    text: 'TLS service is requested, but disabled with {setting:word} or {}',
    samples: ['TLS service is requested, but disabled with tlsproxy_tls_security_level or tlsproxy_use_tls'],
  },
  {
    action: 'tls_unavailable',
    level: 'warning',
    text: "No server certs available. TLS can't be enabled",
    samples: ["No server certs available. TLS can't be enabled"],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "{Can't require client certs unless TLS is required|Need a server cert to request client certs}",
    samples: ["Can't require client certs unless TLS is required", 'Need a server cert to request client certs'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'Both {setting:word} and one or more of the legacy {detail}',
    samples: [
      'Both tlsproxy_tls_chain_files and one or more of the legacy  tlsproxy_tls_cert_file, tlsproxy_tls_eccert_file or tlsproxy_tls_dcert_file are non-empty; the legacy  parameters will be ignored',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: unsupported TLS level "{value}", using "encrypt"',
    samples: ['tlsproxy_tls_security_level: unsupported TLS level "fingerprint", using "encrypt"'],
  },
  { action: 'setting_error', level: 'fatal', text: 'Invalid TLS level "{value}"', samples: ['Invalid TLS level "mayhap"'] },
  {
    action: 'settings_differ',
    level: 'warning',
    text: 'request from tlsproxy {client|server} with unexpected settings',
    samples: ['request from tlsproxy client with unexpected settings'],
  },
  {
    action: 'settings_differ',
    level: 'warning',
    text: "(server) '{detail}",
    samples: ["(server) 'cert_file = /etc/ssl/a.pem' != (client) 'cert_file = /etc/ssl/b.pem'"],
  },
  {
    action: 'settings_differ',
    level: 'warning',
    text: 'to avoid this warning, 1) identify the tlsproxy {client|server} that is making this request, {}',
    samples: [
      'to avoid this warning, 1) identify the tlsproxy client that is making this request, 2) configure a custom tlsproxy service with settings that match that tlsproxy client, and 3) configure that tlsproxy client with a tlsproxy_service_name setting that resolves to that custom tlsproxy service',
    ],
  },
  {
    action: 'dane_unavailable',
    level: 'warning',
    text: '{tls_peer}: DANE or local trust anchor based chain verification requested, but not available',
    samples: ['mx.example.com[192.0.2.25]:25: DANE or local trust anchor based chain verification requested, but not available'],
  },
  {
    action: 'not_compiled_in',
    text: 'TLS support is not compiled in -- exiting',
    samples: ['TLS support is not compiled in -- exiting'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unexpected command-line argument: {setting}',
    samples: ['unexpected command-line argument: x'],
  },
];

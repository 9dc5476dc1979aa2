/** The TLS library, in every program that speaks TLS (src/tls/). */
import type { Pattern } from '../pattern.js';

const handshake =
  '{tls_protocol} with cipher {tls_cipher} ({tls_bits}/{tls_algorithm_bits} bits){? key-exchange {tls_key_exchange}{? ({tls_curve})?}?}{? server-signature {tls_signature}{? ({tls_signature_key})?}?}{? server-digest {tls_digest:word}?}{? client-signature {}?}{? client-digest {}?}';

const trusts = ['Anonymous', 'Untrusted', 'Trusted', 'Verified'] as const;
const uses = ['established', 'reused'] as const;
const openings = trusts.flatMap((tls_trust) =>
  uses.map((use) => ({ set: { tls_trust }, start: `${tls_trust} TLS connection ${use}`, action: `tls_${use}` })),
);

/** tls_log_summary of tls/tls_misc.c: one pattern for each way in which the line can begin, as lines are found by their beginning. */
const summaries: readonly Pattern[] = openings.flatMap(({ action, set, start }): Pattern[] => [
  {
    action,
    text: `${start} to {relay}: ${handshake}`,
    set,
    samples: [
      `${start} to mx.example.com[192.0.2.25]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256`,
      `${start} to mx.example.com[2001:db8::25]:25: TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits) key-exchange DHE (2048 bits) server-signature RSA-PSS (4096 bit raw public key) server-digest SHA256 client-signature RSA-PSS (2048 bits) client-digest SHA256`,
      `${start} to mx.example.com[192.0.2.25]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ED25519`,
      `${start} to mail.example.com[private/lmtp]: TLSv1.2 with cipher AECDH-AES256-SHA (256/256 bits)`,
    ],
  },
  // tlsproxy, for postscreen
  {
    action,
    text: `${start} from [{client_ip}]:{client_port}{? to {tls_server_name}?}: ${handshake}`,
    set,
    samples: [
      `${start} from [192.0.2.7]:40123: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256`,
      `${start} from [2001:db8::7]:40123 to mail.example.com: TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)`,
    ],
  },
  {
    action,
    text: `${start} from {client}{? to {tls_server_name}?}: ${handshake}`,
    set,
    samples: [
      `${start} from mail.example.org[192.0.2.7]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange ECDHE (prime256v1) server-signature ECDSA (prime256v1) server-digest SHA256`,
      `${start} from unknown[2001:db8::7]: TLSv1 with cipher DHE-RSA-AES256-SHA (256/256 bits)`,
      `${start} from mail.example.org[192.0.2.7] to mail.example.com: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519MLKEM768 server-signature RSA-PSS (2048 bits) server-digest SHA256 client-signature ECDSA (prime256v1) client-digest SHA256`,
    ],
  },
]);

export const tls: readonly Pattern[] = [
  ...summaries,
  {
    action: 'tls_setup',
    text: 'setting up TLS connection to {relay}',
    samples: ['setting up TLS connection to mx.example.com[192.0.2.25]:25'],
  },
  {
    action: 'tls_setup',
    text: 'setting up TLS connection from [{client_ip}]:{client_port}',
    samples: ['setting up TLS connection from [192.0.2.7]:40123'],
  },
  { action: 'tls_setup', text: 'setting up TLS connection from {client}', samples: ['setting up TLS connection from unknown[192.0.2.7]'] },

  // tls/tls_client.c, tls/tls_server.c: handshakes that failed
  {
    action: 'tls_handshake_failed',
    text: 'SSL_connect error to {relay}: {error}',
    samples: [
      'SSL_connect error to mx.example.com[192.0.2.25]:25: Connection timed out',
      'SSL_connect error to mx.example.com[2001:db8::25]:25: lost connection',
      'SSL_connect error to mx.example.com[192.0.2.25]:25: -1',
    ],
  },
  {
    action: 'tls_handshake_failed',
    text: 'SSL_accept error from [{client_ip}]:{client_port}: {error}',
    samples: ['SSL_accept error from [192.0.2.7]:40123: lost connection'],
  },
  {
    action: 'tls_handshake_failed',
    text: 'SSL_accept error from {client}: {error}',
    samples: [
      'SSL_accept error from unknown[192.0.2.7]: lost connection',
      'SSL_accept error from mail.example.org[2001:db8::7]: Connection reset by peer',
      'SSL_accept error from unknown[192.0.2.7]: -1',
    ],
  },
  {
    action: 'tls_handshake_failed',
    text: 'SSL_set_fd error to {tls_peer}',
    samples: ['SSL_set_fd error to mx.example.com[192.0.2.25]:25'],
  },
  // tls/tls_misc.c: OpenSSL's own words, one line for each error on its stack
  {
    action: 'tls_library_problem',
    level: 'warning',
    text: 'TLS library problem: {error}:',
    samples: [
      'TLS library problem: error:0A000126:SSL routines::unexpected eof while reading:../ssl/record/rec_layer_s3.c:320:',
      'TLS library problem: error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../ssl/record/rec_layer_s3.c:1544:SSL alert number 40:',
      'TLS library problem: 12345:error:1408F10B:SSL routines:SSL3_GET_RECORD:wrong version number:s3_pkt.c:337:',
    ],
  },
  {
    action: 'tls_library_problem',
    level: 'warning',
    text: 'TLS library problem: {error}',
    samples: ['TLS library problem: error:0A0000C1:SSL routines::no shared cipher:../ssl/statem/statem_srv'],
  },

  // tls/tls_verify.c
  {
    action: 'certificate_unverified',
    text: 'certificate verification failed for {tls_peer}: untrusted issuer {issuer}',
    samples: [
      'certificate verification failed for mx.example.com[192.0.2.25]:25: untrusted issuer /C=US/O=Example Trust/CN=Example Root CA',
      'certificate verification failed for mx.example.com[2001:db8::25]:25: untrusted issuer /CN=localhost',
    ],
  },
  {
    action: 'certificate_unverified',
    text: 'certificate verification failed for {tls_peer}: {error}',
    samples: [
      'certificate verification failed for mx.example.com[192.0.2.25]:25: self-signed certificate',
      'certificate verification failed for mx.example.com[192.0.2.25]:25: not trusted by local or TLSA policy',
      'certificate verification failed for mx.example.com[192.0.2.25]:25: not designated for use as a server certificate',
      'certificate verification failed for mx.example.com[192.0.2.25]:25: certificate chain longer than limit(9)',
      'certificate verification failed for mx.example.com[192.0.2.25]:25: external policy failure (sts-webpki-invalid)',
    ],
  },
  {
    action: 'certificate_unverified',
    text: '{server|client} certificate verification failed for {tls_peer}: {error}',
    samples: [
      'server certificate verification failed for mx.example.com[192.0.2.25]:25: certificate has expired',
      'client certificate verification failed for unknown[192.0.2.7]: certificate not yet valid',
      'server certificate verification failed for mx.example.com[192.0.2.25]:25: num=62:hostname mismatch',
    ],
  },
  {
    action: 'certificate_unusable',
    level: 'warning',
    text: '{tls_text_name|tls_dns_name|tls_issuer_CN|tls_peer_CN|tls_serverid_digest}: {tls_peer}: {error}',
    samples: [
      'tls_text_name: mx.example.com[192.0.2.25]:25: peer certificate has no subject CN',
      'tls_text_name: mx.example.com[192.0.2.25]:25: multiple subject CNs in peer certificate',
      'tls_text_name: mx.example.com[192.0.2.25]:25: peer issuer CN too long: 300',
      'tls_dns_name: mx.example.com[192.0.2.25]:25: internal NUL in subjectAltName',
    ],
  },

  // tls/tls_client.c, tls/tls_server.c: the certificate, with loglevel 1 and more. The names in it are the other side's own.
  {
    action: 'certificate',
    text: '{tls_peer}: {?{Trusted|Untrusted|Verified|Matched}: ?}subject_CN={subject}, {issuer_CN|issuer}={issuer}, fingerprint={fingerprint}{?, pkey_fingerprint={fingerprint}?}',
    samples: [
      'mx.example.com[192.0.2.25]:25: subject_CN=mx.example.com, issuer_CN=Example CA, fingerprint=A1:B2:C3:D4, pkey_fingerprint=E5:F6:07:18',
      'unknown[192.0.2.7]: subject_CN=client.example.org, issuer=Example, CA, fingerprint=A1:B2:C3:D4, pkey_fingerprint=E5:F6:07:18',
      'mx.example.com[2001:db8::25]:25: Trusted: subject_CN=mx.example.com, issuer=Example CA, fingerprint=A1:B2:C3:D4',
    ],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: {?{Trusted|Untrusted|Verified|Matched}: ?}subject_CN={subject}, issuer={issuer}, cert fingerprint={fingerprint}{?, pkey fingerprint={fingerprint}?}',
    samples: [
      'mx.example.com[192.0.2.25]:25: subject_CN=mx.example.com, issuer=Example CA, cert fingerprint=A1:B2:C3:D4, pkey fingerprint=E5:F6:07:18',
      'mx.example.com[192.0.2.25]:25: Untrusted: subject_CN=mx.example.com, issuer=Example CA, cert fingerprint=A1:B2:C3:D4',
    ],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: {?{Trusted|Untrusted|Verified|Matched}: ?}subject_CN={subject}, issuer={issuer}{?, pkey fingerprint={fingerprint}?}',
    samples: [
      'mx.example.com[192.0.2.25]:25: subject_CN=, issuer=, pkey fingerprint=E5:F6:07:18',
      'mx.example.com[192.0.2.25]:25: Trusted: subject_CN=mx.example.com, issuer=Example CA',
    ],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: raw public key fingerprint={fingerprint}',
    samples: ['mx.example.com[192.0.2.25]:25: raw public key fingerprint=E5:F6:07:18'],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: re-using session with untrusted {certificate|peer credential}, look for details earlier in the log',
    samples: [
      'mx.example.com[192.0.2.25]:25: re-using session with untrusted certificate, look for details earlier in the log',
      'mx.example.com[192.0.2.25]:25: re-using session with untrusted peer credential, look for details earlier in the log',
    ],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: depth={} verify={} subject={subject}',
    samples: ['mx.example.com[192.0.2.25]:25: depth=1 verify=1 subject=/C=US/O=Example/CN=Example CA'],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: certificate verification depth={} verify={} subject={subject}',
    samples: ['mx.example.com[192.0.2.25]:25: certificate verification depth=0 verify=1 subject=/CN=mx.example.com'],
  },
  {
    action: 'certificate',
    text: '{tls_peer}: {?depth={count} ?}verify={value:integer}{? raw public key?}',
    samples: ['mx.example.com[192.0.2.25]:25: verify=1 raw public key', 'mx.example.com[192.0.2.25]:25: depth=0 verify=0'],
  },
  {
    action: 'certificate_matched',
    text: '{tls_peer}: {matched peername|Matched subjectAltName|subjectAltName|Matched fingerprint}: {value}',
    samples: [
      'mx.example.com[192.0.2.25]:25: matched peername: mx.example.com',
      'mx.example.com[192.0.2.25]:25: Matched subjectAltName: *.example.com',
      'mx.example.com[192.0.2.25]:25: Matched fingerprint: a1b2c3...d4e5f6',
    ],
  },
  {
    action: 'certificate_matched',
    text: '{tls_peer} {?Matched ?}CommonName {value}',
    samples: ['mx.example.com[192.0.2.25]:25 CommonName mx.example.com', 'mx.example.com[192.0.2.25]:25 Matched CommonName mx.example.com'],
  },
  {
    action: 'certificate_matched',
    text: '{tls_peer}: Matched {DANE|trust anchor} {detail}',
    samples: [
      'mx.example.com[192.0.2.25]:25: Matched DANE EE certificate at depth 0: 3 1 1 A1B2C3...D4E5F6',
      'mx.example.com[192.0.2.25]:25: Matched DANE raw public key: 3 1 1 A1B2C3...D4E5F6',
      'mx.example.com[192.0.2.25]:25: Matched trust anchor at depth 2',
    ],
  },
  {
    action: 'certificate_matched',
    text: '{tls_peer}: depth={count} {matched|chain is|trust-anchor} {detail}',
    samples: [
      'mx.example.com[192.0.2.25]:25: depth=0 matched end entity certificate sha256 digest A1B2C3',
      'mx.example.com[192.0.2.25]:25: depth=0 matched end entity public-key sha256 digest=A1B2C3',
      'mx.example.com[192.0.2.25]:25: depth=1 trust-anchor certificate',
      'mx.example.com[192.0.2.25]:25: depth=1 chain is trust-anchor signed',
    ],
  },
  { action: 'certificate', text: 'subject={subject}', samples: ['subject=/CN=client.example.org'] },
  { action: 'certificate', text: 'issuer={issuer}', samples: ['issuer=/CN=Example CA'] },

  // The same files: sessions, tickets, names
  {
    action: 'tls_session_reused',
    text: '{tls_peer}: Reusing old session{? (RFC 5077 session ticket)?}',
    samples: ['mx.example.com[192.0.2.25]:25: Reusing old session', 'unknown[192.0.2.7]: Reusing old session (RFC 5077 session ticket)'],
  },
  {
    action: 'tls_server_name',
    text: '{tls_peer}: SNI hostname: {tls_server_name}',
    samples: ['mx.example.com[192.0.2.25]:25: SNI hostname: mx.example.com'],
  },
  {
    action: 'tls_server_name_unknown',
    text: 'TLS SNI {tls_server_name} from {tls_peer} not matched, using default chain',
    samples: ['TLS SNI mail.example.net from unknown[192.0.2.7] not matched, using default chain'],
  },
  {
    action: 'tls_server_name_bad',
    level: 'warning',
    text: 'TLS SNI from {tls_peer} is invalid: {tls_server_name:text}',
    samples: ['TLS SNI from unknown[192.0.2.7] is invalid: -bad name-'],
  },
  {
    action: 'tls_server_name_bad',
    level: 'warning',
    text: 'TLS SNI changed from {tls_peer} initially {}, {tls_server_name} after hello retry',
    samples: ['TLS SNI changed from unknown[192.0.2.7] initially a.example.com, b.example.com after hello retry'],
  },
  {
    action: 'tls_cipher_list',
    text: '{tls_peer}: TLS cipher list "{value}"',
    samples: ['mx.example.com[192.0.2.25]:25: TLS cipher list "aNULL:-aNULL:HIGH:@STRENGTH:!aNULL"'],
  },
  {
    action: 'tls_ticket',
    text: '{tls_peer}: {Issuing|Decrypting} session ticket, key expiration: {value}',
    samples: ['unknown[192.0.2.7]: Issuing session ticket, key expiration: 1700003600'],
  },
  {
    action: 'tls_session_cache',
    text: '{tls_peer}: {looking up|reloaded|remove|save} session {key:word} {in|from|to} {service:word} cache',
    samples: ['unknown[192.0.2.7]: save session 1A2B3C&s=smtpd to smtpd cache'],
  },
  {
    action: 'tls_session_cache',
    text: '{looking for|reloaded|remove|save} session {key:word} {in|from|to} {service:word} cache',
    samples: [
      'looking for session smtp&example.com&mx.example.com&192.0.2.25&&1A2B in smtp cache',
      'remove session 1A2B from client cache',
    ],
  },
  // tls/tls_scache.c
  {
    action: 'tls_session_cache',
    text: '{put|lookup|delete} {service:word} session id={key:word}{? [data {size} bytes]?}',
    samples: [
      'put smtpd session id=1A2B&s=smtpd&l=805306480 [data 123 bytes]',
      'lookup smtp session id=1A2B',
      'delete smtpd session id=1A2B',
    ],
  },
  {
    action: 'tls_session_cache',
    text: '{read|write} {service:word} TLS cache entry {key:word}: time={} [data {size} bytes]',
    samples: ['read smtpd TLS cache entry 1A2B: time=1700000000 [data 123 bytes]'],
  },
  {
    action: 'tls_session_cache',
    text: '{open|close} {service:word} TLS cache {table}',
    samples: ['open smtpd TLS cache btree:/var/lib/postfix/smtpd_scache', 'close smtp TLS cache btree:/var/lib/postfix/smtp_scache'],
  },
  {
    action: 'tls_session_cache_bad',
    level: 'warning',
    text: '{service:word} TLS cache: {malformed|truncated} entry for {key:word} {}',
    samples: ['smtpd TLS cache: malformed entry for 1A2B: 00ff00ff'],
  },
  {
    action: 'table_config_error',
    level: 'fatal',
    text: 'dictionary {table:word} does not support {delete|sequence|update} operations',
    samples: ['dictionary hash:/var/lib/postfix/smtpd_scache does not support sequence operations'],
  },
  {
    action: 'tls_session_not_cached',
    level: 'warning',
    text: '{}: i2d_SSL_SESSION failed: unable to cache session',
    samples: ['tls_session_passivate: i2d_SSL_SESSION failed: unable to cache session'],
  },

  // tls/tlsrpt_wrapper.c
  {
    action: 'tlsrpt',
    text: 'TLSRPT: status={status}, domain={next_hop:word}, receiving_mx={relay_host}[{relay_ip}], failure_type={error}',
    samples: [
      'TLSRPT: status=failure, domain=example.com, receiving_mx=mx.example.com[192.0.2.25], failure_type=certificate_expired',
      'TLSRPT: status=failure, domain=example.com, receiving_mx=mx.example.com[2001:db8::25], failure_type=validation_failure, failure_reason=self-signed certificate',
    ],
  },
  {
    action: 'tlsrpt',
    text: 'TLSRPT: status={status}, domain={next_hop:word}, receiving_mx={relay_host}[{relay_ip}]',
    samples: ['TLSRPT: status=success, domain=example.com, receiving_mx=mx.example.com[192.0.2.25]'],
  },
  {
    action: 'tlsrpt',
    text: 'TLSRPT: status={status}, domain={next_hop:word}, receiving_mx={detail}',
    samples: ['TLSRPT: status=failure, domain=example.com, receiving_mx=(null)[(null)], failure_type=sts_policy_fetch_error'],
  },
  {
    action: 'tlsrpt_error',
    level: 'warning',
    text: 'Could not report TLS handshake result to tlsrpt library: {error}',
    samples: ['Could not report TLS handshake result to tlsrpt library: Connection refused (errno 111)'],
  },
  {
    action: 'tlsrpt_error',
    level: 'warning',
    text: 'trw_{error}',
    samples: ['trw_report_failure: missing trw_set_tls_policy call', 'trw_report_success: success or failure was already reported'],
  },
  {
    action: 'tlsrpt_error',
    level: 'warning',
    text: 'unknown tlsrpt_failure_t value {value}',
    samples: ['unknown tlsrpt_failure_t value 77'],
  },

  // tls/tls_proxy_clnt.c
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{service:word} service role "{value}" is not available',
    samples: ['tlsproxy service role "client" is not available'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{connect|error sending request} to {service:word} service: {error}',
    samples: ['connect to private/tlsproxy service: Connection refused', 'error sending request to private/tlsproxy service: Broken pipe'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'error receiving {service:word} service initial response',
    samples: ['error receiving private/tlsproxy service initial response'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'sending file handle to {service:word} service: {error}',
    samples: ['sending file handle to private/tlsproxy service: Broken pipe'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'malformed {certificate in TLS_CERTS|public key in TLS_PKEYS}',
    samples: ['malformed certificate in TLS_CERTS', 'malformed public key in TLS_PKEYS'],
  },
  {
    action: 'request_error',
    level: 'fatal',
    text: "tls_proxy_{}: can't {serialize|deserialize} properties: {error}",
    samples: ["tls_proxy_client_init_serialize: can't serialize properties: Cannot allocate memory"],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'tls_proxy_{}: want {limit} attributes, got {count:text}',
    samples: ['tls_proxy_client_init_scan: want 14 attributes, got 3', 'tls_proxy_client_param_scan: want 19 attributes, got -1'],
  },

  // tls/tls_dane.c
  {
    action: 'dane_lookup_failed',
    level: 'warning',
    text: 'DANE TLSA lookup problem: {error}',
    samples: [
      'DANE TLSA lookup problem: Host or domain name not found. Name service error for name=_25._tcp.mx.example.com type=TLSA: Host not found, try again',
    ],
  },
  {
    action: 'dane_lookup_failed',
    level: 'warning',
    text: 'DNSSEC status lookup error for {question:word}: {error}',
    samples: [
      'DNSSEC status lookup error for mx.example.com: Host or domain name not found. Name service error for name=mx.example.com type=CNAME: Host not found, try again',
    ],
  },
  {
    action: 'dane_record',
    text: '{fingerprint|TA cert as TLSA record|TA pkey as TLSA record|DNSSEC-signed TLSA record}: {detail}',
    samples: [
      'DNSSEC-signed TLSA record: _25._tcp.mx.example.com: 3 1 1 A1B2C3...D4E5F6',
      'fingerprint: digest as private-use TLSA record: 3 0 255 A1B2C3',
    ],
  },
  {
    action: 'dane_record_unusable',
    level: 'warning',
    text: '{question}: {unusable TLSA RR|error loading trust settings|truncated TLSA RR length ==}{?:?} {detail}',
    samples: [
      'mx.example.com[192.0.2.25]:25: unusable TLSA RR: 3 1 1 A1B2',
      '_25._tcp.mx.example.com: truncated TLSA RR length == 2',
      'mx.example.com[192.0.2.25]:25: error loading trust settings: 2 0 0 ...',
    ],
  },
  {
    action: 'dane_record_unusable',
    level: 'warning',
    text: '{question} {unsupported TLSA certificate usage|reserved private-use matching type}: {detail}',
    samples: ['_25._tcp.mx.example.com unsupported TLSA certificate usage: 9 1 1 A1B2C3'],
  },
  {
    action: 'dane_record_unusable',
    level: 'warning',
    text: '{unsupported|malformed|truncated|trust-anchor} {detail} RR: {question} IN TLSA {}',
    samples: [
      'unsupported selector 9 in RR: _25._tcp.mx.example.com IN TLSA 3 9 ...',
      'malformed sha256 digest, length 12, in RR: _25._tcp.mx.example.com IN TLSA 3 1 1 ...',
      'malformed certificate in RR: _25._tcp.mx.example.com IN TLSA 2 0 0 ...',
      'truncated length 2 RR: _25._tcp.mx.example.com IN TLSA ...',
      'trust-anchor digests disabled, ignoring RR: _25._tcp.mx.example.com IN TLSA 2 1 1 ...',
    ],
  },
  {
    action: 'dane_unavailable',
    level: 'warning',
    text: '{digest algorithm initializaton failed|cannot designate intermediate TA certificates|cannot generate TA certificates}, {no DANE support|no trust-anchor or DANE support}',
    samples: [
      'digest algorithm initializaton failed, no DANE support',
      'cannot designate intermediate TA certificates, no DANE support',
      'cannot generate TA certificates, no trust-anchor or DANE support',
    ],
  },
  {
    action: 'dane_unavailable',
    level: 'warning',
    text: '{Trust|trust}{ |-}anchor files not supported',
    samples: ['Trust anchor files not supported', 'trust-anchor files not supported'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{Invalid matching type number|Reserved matching type number|Duplicate element|Non-standard algorithm|Non-standard value|Unimplemented digest algorithm|Unknown incompletely specified element} in {setting:word}: {value}',
    samples: ['Invalid matching type number in tls_dane_digests: sha512=x', 'Non-standard algorithm in tls_dane_digests: md5'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'tls_dane_digests: {detail}',
    samples: [
      'tls_dane_digests: digest algorithm md9 needs an explicit number',
      'tls_dane_digests: matching type 1 can only be SHA256',
      'tls_dane_digests: error configuring matching type 2',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'Invalid {setting:word} syntax: {value}. DANE support disabled.',
    samples: ['Invalid tls_dane_digest_agility syntax: maybe. DANE support disabled.'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'malformed fingerprint value: {value}',
    samples: ['malformed fingerprint value: a1:b2:xx...'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'error opening trust anchor file: {path}: {error}',
    samples: ['error opening trust anchor file: /etc/postfix/ta.pem: No such file or directory'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'error reading: {path}: malformed trust-anchor {error}',
    samples: ['error reading: /etc/postfix/ta.pem: malformed trust-anchor certificate'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: '{Out of memory|out of memory|error generating DANE wrapper certificate}',
    samples: ['Out of memory', 'out of memory', 'error generating DANE wrapper certificate'],
  },

  // tls/tls_certkey.c
  {
    action: 'tls_disabled',
    level: 'warning',
    text: 'cannot get {} {certificate|private key} from file {?"?}{path:word}{?"?}: disabling TLS support',
    samples: [
      'cannot get RSA certificate from file "/etc/ssl/mail.pem": disabling TLS support',
      'cannot get ECDSA private key from file /etc/ssl/mail.key: disabling TLS support',
    ],
  },
  {
    action: 'tls_disabled',
    level: 'warning',
    text: '{} private key in {path} does not match public key in {}: disabling TLS support',
    samples: ['RSA private key in /etc/ssl/mail.key does not match public key in /etc/ssl/mail.pem: disabling TLS support'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error loading {certificate|private key} (PEM object number {}) from {path}{?: excess data?}',
    samples: [
      'error loading certificate (PEM object number 1) from /etc/ssl/chain.pem',
      'error loading private key (PEM object number 2) from /etc/ssl/chain.pem: excess data',
    ],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error loading private keys and certificates from: {path}: {disabling TLS support|aborting TLS handshake}',
    samples: ['error loading private keys and certificates from: /etc/ssl/chain.pem: disabling TLS support'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error loading certificate chain: key at index {} in {path:word} {does not match the certificate|not followed by a certificate}',
    samples: [
      'error loading certificate chain: key at index 1 in /etc/ssl/chain.pem does not match the certificate',
      'error loading certificate chain: key at index 1 in /etc/ssl/chain.pem not followed by a certificate',
    ],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error loading chain from {path}: key not first',
    samples: ['error loading chain from /etc/ssl/chain.pem: key not first'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: '{No PEM data|No private key found} in {path}',
    samples: ['No PEM data in /etc/ssl/chain.pem', 'No private key found in /etc/ssl/chain.pem'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: '{No certs for key|ignoring 2nd key|key} at index {} in {path:word}{? {does not match next certificate|after 1st at} {}?}',
    samples: ['No certs for key at index 1 in /etc/ssl/chain.pem', 'ignoring 2nd key at index 2 in /etc/ssl/chain.pem after 1st at 1'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'key at index {} in {path:word} does not match next certificate',
    samples: ['key at index 1 in /etc/ssl/chain.pem does not match next certificate'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error opening chain file: {path}: {error}',
    samples: ['error opening chain file: /etc/ssl/chain.pem: No such file or directory'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error opening memory BIO for {path}',
    samples: ['error opening memory BIO for /etc/ssl/chain.pem'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'loading {path}: ignoring PEM type: {value}',
    samples: ['loading /etc/ssl/chain.pem: ignoring PEM type: DH PARAMETERS'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'ECDSA not supported. Ignoring ECDSA certificate file "{path}"',
    samples: ['ECDSA not supported. Ignoring ECDSA certificate file "/etc/ssl/ec.pem"'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error duplicating client CA names for SNI',
    samples: ['error duplicating client CA names for SNI'],
  },
  {
    action: 'tls_certificate_error',
    level: 'warning',
    text: 'error loading client CA names from: {path}',
    samples: ['error loading client CA names from: /etc/ssl/ca.pem'],
  },
  {
    action: 'internal_error',
    level: 'error',
    text: '{load_pkey|load_cert|load_pem_object}: internal error: bad state: {value}',
    samples: ['load_pkey: internal error: bad state: 9'],
  },

  // Whatever keeps a program from TLS altogether
  {
    action: 'tls_disabled',
    text: 'cannot {load|set} {detail}: disabling TLS support',
    samples: [
      'cannot load Certification Authority data, CAfile="/etc/ssl/ca.pem": disabling TLS support',
      'cannot set default OpenSSL certificate verification paths: disabling TLS support',
    ],
  },
  {
    action: 'tls_disabled',
    level: 'warning',
    text: 'Digest algorithm "{value}" {not found|output size}{detail}',
    samples: [
      'Digest algorithm "md9" not found: disabling TLS support',
      'Digest algorithm "md9" not found',
      'Digest algorithm "md9" output size 99 too large',
    ],
  },
  { action: 'tls_disabled', level: 'warning', text: 'disabling TLS support', samples: ['disabling TLS support'] },
  {
    action: 'tls_disabled',
    level: 'warning',
    text: '{error}: disabling {TLS|EECDH} support',
    samples: [
      'Cannot allocate SSL application data index: disabling TLS support',
      'no entropy for TLS key generation: disabling TLS support',
      'Invalid TLS protocol list "!SSLv9": disabling TLS support',
      'unknown curve "prime999": disabling EECDH support',
    ],
  },
  {
    action: 'tls_disabled',
    level: 'warning',
    text: '{error}, disabling TLS support',
    samples: [
      'error initializing the OpenSSL library, disabling TLS support',
      "error loading the 'postfix' settings from the default OpenSSL configuration file, disabling TLS support",
      'non-default tls_config_file = x is not an absolute pathname, disabling TLS support',
    ],
  },
  {
    action: 'tls_aborted',
    level: 'warning',
    text: '{tls_peer}: {error}: aborting TLS session',
    samples: ['mx.example.com[192.0.2.25]:25: Invalid TLS protocol list "!SSLv9": aborting TLS session'],
  },
  {
    action: 'tls_version_mismatch',
    level: 'warning',
    text: 'run-time library vs. compile-time header version mismatch: {detail}',
    samples: [
      'run-time library vs. compile-time header version mismatch: OpenSSL 3.2.0 may not be compatible with OpenSSL 3.0.0',
      "run-time library vs. compile-time header version mismatch: libtlsrpt API version '1' is not compatible with libtlsrpt API version '0' ",
    ],
  },
  {
    action: 'tls_session_error',
    level: 'warning',
    text: 'Could not {allocate|set} {detail}',
    samples: [
      "Could not allocate 'TLScontext->con' with SSL_new()",
      "Could not set application data for 'TLScontext->con'",
      'Could not set TLS session ID context',
    ],
  },
  {
    action: 'tls_session_error',
    level: 'warning',
    text: '{tls_peer}: {error setting|error clearing|error configuring|error enabling|error loading|could not configure|invalid cipher grade:|invalid unary|ignoring invalid match name:|ignoring too long SNI hostname:} {error}',
    samples: [
      'mx.example.com[192.0.2.25]:25: error setting minimum TLS version to: 0x0303',
      'mx.example.com[192.0.2.25]:25: could not configure peer name checks',
      'mx.example.com[192.0.2.25]:25: invalid cipher grade: "highest"',
      'mx.example.com[192.0.2.25]:25: error enabling DANE-based certificate validation',
    ],
  },
  {
    action: 'tls_session_error',
    level: 'warning',
    text: '{tls_peer}: all {TLSA records|fingerprints|trust anchors} unusable{?, fallback to unauthenticated TLS?}',
    samples: [
      'mx.example.com[192.0.2.25]:25: all TLSA records unusable, fallback to unauthenticated TLS',
      'mx.example.com[192.0.2.25]:25: all fingerprints unusable',
    ],
  },
  {
    action: 'tls_session_error',
    level: 'warning',
    text: 'Failed to enable {client to server|server to client} raw public key support',
    samples: ['Failed to enable client to server raw public key support'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table:word}: {key} map lookup problem',
    samples: ['tls_server_sni_maps: mail.example.com map lookup problem'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: invalid value: {value}; session tickets disabled',
    samples: ['tls_session_ticket_cipher: invalid value: rot13; session tickets disabled'],
  },
  {
    action: 'tls_trace',
    level: 'warning',
    text: '{setting:word}: ignoring "trace" log level: SSL_trace() is not available in this build',
    samples: ['smtp_tls_loglevel: ignoring "trace" log level: SSL_trace() is not available in this build'],
  },
  {
    action: 'tls_trace',
    level: 'warning',
    text: 'TLS trace: {error}',
    samples: ['TLS trace: cannot open /var/spool/postfix/trace/x: Permission denied'],
  },
  {
    action: 'tls_trace',
    text: 'TLS protocol trace for {tls_peer} saved to {path}',
    samples: ['TLS protocol trace for 192.0.2.25 saved to trace/4233D579836'],
  },
  {
    action: 'tls_trace',
    text: 'skipping TLS trace output - rate limit ({limit}) exceeded',
    samples: ['skipping TLS trace output - rate limit (10) exceeded'],
  },

  // tls/tls_dh.c
  {
    action: 'tls_parameters',
    level: 'warning',
    text: 'cannot load {?{}-bit ?}DH parameters from file {path:text}{?: {error}?} -- using compiled-in defaults',
    samples: [
      'cannot load DH parameters from file /etc/postfix/dh.pem: No such file or directory -- using compiled-in defaults',
      'cannot load 1024-bit DH parameters from file /etc/postfix/dh.pem -- using compiled-in defaults',
    ],
  },
  {
    action: 'tls_parameters',
    level: 'warning',
    text: 'error {opening DH parameter file|decoding DH parameters from file} "{path}"{?:?} {?{error} ?}-- using compiled-in defaults',
    samples: [
      'error opening DH parameter file "/etc/postfix/dh.pem": No such file or directory -- using compiled-in defaults',
      'error decoding DH parameters from file "/etc/postfix/dh.pem" -- using compiled-in defaults',
    ],
  },
  {
    action: 'tls_parameters',
    level: 'warning',
    text: '{cannot load|cannot create|error loading|error configuring} {compiled-in DH parameters|DH parameter set|explicit DH parameters|auto DH parameters}{?: {error}?}',
    samples: [
      'cannot create DH parameter set: Cannot allocate memory',
      'error loading compiled-in DH parameters',
      'error configuring auto DH parameters',
    ],
  },
  {
    action: 'tls_parameters',
    level: 'warning',
    text: 'cannot allocate temp SSL_CTX{?, using default ECDHE curves?}',
    samples: ['cannot allocate temp SSL_CTX', 'cannot allocate temp SSL_CTX, using default ECDHE curves'],
  },
  {
    action: 'tls_parameters',
    level: 'warning',
    text: 'using {Postfix|OpenSSL} default key exchange groups instead',
    samples: ['using Postfix default key exchange groups instead'],
  },
  {
    action: 'tls_parameters',
    level: 'warning',
    text: '{no|none of the|failed to set up the} {value} key exchange {detail}',
    samples: [
      'no configured key exchange group - OpenSSL requires at least one',
      'none of the configured key exchange groups are supported',
      'failed to set up the configured key exchange groups',
    ],
  },
  {
    action: 'tls_parameters',
    level: 'warning',
    text: '{ignoring unknown|failed to configure|failed to enable automatic|none of the configured|none of the "auto"|ignoring unknown "auto"} {ECDHE|"auto" ECDHE|key exchange} {detail}',
    samples: [
      'ignoring unknown key exchange group "X999"',
      'ignoring unknown ECDHE curve "X999"',
      'failed to configure ECDHE curves',
      'failed to enable automatic ECDHE curve selection',
      'none of the configured ECDHE curves are supported',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'Invalid TLS eecdh grade "{value}": EECDH disabled',
    samples: ['Invalid TLS eecdh grade "best": EECDH disabled'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'The "{value}" eecdh grade is no longer supported, using "auto" instead',
    samples: ['The "none" eecdh grade is no longer supported, using "auto" instead'],
  },
  {
    action: 'tls_ephemeral_key',
    level: 'warning',
    text: '{?non-?}export {}-bit ephemeral RSA key requested',
    samples: ['export 512-bit ephemeral RSA key requested'],
  },
  {
    action: 'tls_digest_failed',
    level: 'fatal',
    text: '{?{}: ?}error computing {value:word} message digest',
    samples: ['error computing sha256 message digest', 'tls_fingerprint: error computing md5 message digest'],
  },
  {
    action: 'tls_digest_failed',
    level: 'fatal',
    text: '{tls_pkey_fprint|tls_exclude_missing}: error {extracting legacy public-key fingerprint|allocating SSL object}{?: {error}?}',
    samples: [
      'tls_pkey_fprint: error extracting legacy public-key fingerprint: Cannot allocate memory',
      'tls_exclude_missing: error allocating SSL object',
    ],
  },

  // tls/tls_bio_ops.c, tls/tls_misc.c with a loglevel of 2 and more
  {
    action: 'internal_error',
    level: 'warning',
    text: 'tls_bio: unexpected SSL_ERROR code {value}',
    samples: ['tls_bio: unexpected SSL_ERROR code 7'],
  },
  {
    action: 'tls_debug',
    text: 'SSL_{connect|accept}:{detail}',
    samples: ['SSL_connect:before SSL initialization', 'SSL_accept:error in error'],
  },
  { action: 'tls_debug', text: '{Read|Write} {count} chars: {detail}', samples: ['Read 24 chars: 250 mx.example.com'] },
  { action: 'tls_debug', text: 'SSL3 alert {detail}', samples: ['SSL3 alert read:warning:close notify'] },
  { action: 'tls_debug', text: 'initializing the {client|server}-side TLS engine', samples: ['initializing the client-side TLS engine'] },
  {
    action: 'tls_debug',
    text: '{read from|write to} {} [{}] ({} bytes => {})',
    samples: ['read from 55D0C0A1 [55D0C0B2] (5 bytes => 5 (0x5))', 'write to 55D0C0A1 [55D0C0B2] (517 bytes => 517 (0x205))'],
  },

  // tls/tls_prng_egd.c, tls/tls_prng_exch.c
  {
    action: 'entropy_failed',
    text: 'EGD server {path} reports zero bytes available',
    samples: ['EGD server /var/run/egd reports zero bytes available'],
  },
  {
    action: 'entropy_failed',
    text: 'cannot {read from|write to} EGD server {path}: {error}',
    samples: ['cannot read from EGD server /var/run/egd: Connection reset by peer'],
  },
  {
    action: 'entropy_failed',
    text: 'cannot read {count} bytes from EGD server {path}: {error}',
    samples: ['cannot read 32 bytes from EGD server /var/run/egd: Connection reset by peer'],
  },
  {
    action: 'entropy_failed',
    level: 'fatal',
    text: '{?tls_prng_exch_open: ?}{cannot open|cannot lock|cannot read|cannot seek|cannot unlock|cannot write|close} PRNG exchange file {path}: {error}',
    samples: [
      'tls_prng_exch_open: cannot open PRNG exchange file /var/lib/postfix/prng_exch: Permission denied',
      'cannot write PRNG exchange file /var/lib/postfix/prng_exch: No space left on device',
    ],
  },
];

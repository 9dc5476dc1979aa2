/** smtp and lmtp, the SMTP client (src/smtp/). What a relay did to an attempt is in reason.ts. */
import type { Pattern } from '../pattern.js';

export const smtp: readonly Pattern[] = [
  // smtp/smtp.c
  {
    action: 'table_changed',
    text: 'table {table} has changed -- restarting',
    samples: ['table hash:/etc/postfix/tls_policy(0,lock|fold_fix|utf8_request) has changed -- restarting'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word} is obsolete; instead, specify {value} in {path}',
    samples: ['lmtp_assume_final is obsolete; instead, specify "flags=X" in /etc/postfix/master.cf'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'flag `{value:word} requires {setting:word} = 1',
    samples: ["flag `D' requires smtp_destination_recipient_limit = 1"],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: '{setting:word} is true, but SASL support is not compiled in',
    samples: ['smtp_sasl_auth_enable is true, but SASL support is not compiled in'],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: '{TLS has been selected, but TLS|TLSRPT is selected, but TLSRPT} {support is|is} not compiled in',
    samples: ['TLS has been selected, but TLS support is not compiled in', 'TLSRPT is selected, but TLSRPT is not compiled in'],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: 'TLSRPT support is not implemented for LMTP',
    samples: ['TLSRPT support is not implemented for LMTP'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{Invalid TLS level|invalid tls security level:} "{value}"',
    samples: ['Invalid TLS level "mayhap"', 'invalid tls security level: "mayhap"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad {setting:word} value: {value}',
    samples: ['bad smtp_address_preference value: ipv5'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid {setting:word}: "{value}"',
    samples: ['invalid smtp_dns_support_level: "sure"'],
  },
  { action: 'argument_error', level: 'fatal', text: 'unknown attribute name: {setting}', samples: ['unknown attribute name: flog=X'] },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unexpected command-line argument: {setting}',
    samples: ['unexpected command-line argument: x'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unexpected process name "{value}" - specify "smtp" or "lmtp"',
    samples: ['unexpected process name "smtpx" - specify "smtp" or "lmtp"'],
  },
  { action: 'request_error', level: 'fatal', text: 'empty nexthop hostname', samples: ['empty nexthop hostname'] },
  { action: 'request_error', level: 'fatal', text: 'recipient count: {count}', samples: ['recipient count: 0'] },

  // smtp/smtp_proto.c
  {
    action: 'pix_workaround',
    text: 'enabling PIX workarounds: {detail} for {relay}',
    samples: [
      'enabling PIX workarounds: disable_esmtp delay_dotcrlf for mx.example.com[192.0.2.25]:25',
      'enabling PIX workarounds: delay_dotcrlf for mx.example.com[2001:db8::25]:25',
    ],
  },
  { action: 'starttls_offered', text: 'Host offered STARTTLS: [{relay_host}]', samples: ['Host offered STARTTLS: [mx.example.com]'] },
  {
    action: 'ehlo_keywords_discarded',
    text: 'discarding EHLO keywords: {detail}',
    samples: ['discarding EHLO keywords: CHUNKING', 'discarding EHLO keywords: PIPELINING DSN'],
  },
  {
    action: 'smtputf8_without_8bitmime',
    text: 'host {relay} offers SMTPUTF8 support, but not 8BITMIME',
    samples: ['host mx.example.com[192.0.2.25] offers SMTPUTF8 support, but not 8BITMIME'],
  },
  {
    action: 'requiretls_not_offered',
    text: 'Sender requested REQUIRETLS, but REQUIRETLS support was not offered by host {relay}',
    samples: ['Sender requested REQUIRETLS, but REQUIRETLS support was not offered by host mx.example.com[192.0.2.25]'],
  },
  {
    action: 'line_broken',
    text: 'breaking line > {limit} bytes with <CR><LF>SPACE',
    samples: ['breaking line > 998 bytes with <CR><LF>SPACE'],
  },
  // smtp_header_checks and the like: where the text came from, the text, and what the table said
  {
    action: 'warn',
    text: 'warning: {header|mime header|nested header|body} {detail}',
    samples: ['warning: header Subject: hello: look at this'],
  },
  { action: 'info', text: 'info: {header|mime header|nested header|body} {detail}', samples: ['info: header X-Spam-Level: ****'] },
  {
    action: 'replace',
    text: 'replace: {header|mime header|nested header|body} {detail}',
    samples: [
      'replace: header Received: from client.example.net (client.example.net [192.0.2.7])??by mail.example.com (Postfix) with ESMTPSA id 4233D579836: Received: by mail.example.com',
      'replace: body secret: ******',
    ],
  },
  {
    action: 'prepend',
    text: 'prepend: {header|mime header|nested header|body} {detail}',
    samples: ['prepend: header Subject: hello: X-Seen: yes'],
  },
  { action: 'strip', text: 'strip: {header|mime header|nested header|body} {detail}', samples: ['strip: header X-Internal: yes'] },
  {
    action: 'greeted_by_myself',
    level: 'warning',
    text: 'host {relay} {greeted me|replied to HELO/EHLO} with my own hostname {question}',
    samples: [
      'host mx.example.com[192.0.2.25]:25 greeted me with my own hostname mail.example.com',
      'host mx.example.com[2001:db8::25]:25 replied to HELO/EHLO with my own hostname mail.example.com',
    ],
  },
  {
    action: 'xforward_refused',
    level: 'warning',
    text: 'host {relay} said: {reply} (in reply to XFORWARD name/address command)',
    set: { command: 'XFORWARD name/address' },
    samples: [
      'host 127.0.0.1[127.0.0.1]:10025 said: 501 5.5.4 Bad XFORWARD attribute value: IDENT (in reply to XFORWARD name/address command)',
    ],
  },
  {
    action: 'xforward_refused',
    level: 'warning',
    text: 'host {relay} said: {reply} (in reply to XFORWARD helo/protocol command)',
    set: { command: 'XFORWARD helo/protocol' },
    samples: ['host 127.0.0.1[127.0.0.1]:10025 said: 503 5.5.1 Not allowed (in reply to XFORWARD helo/protocol command)'],
  },
  {
    action: 'bad_size_limit',
    level: 'warning',
    text: 'bad EHLO SIZE limit "{value}" from {relay}',
    samples: ['bad EHLO SIZE limit "many" from mx.example.com[192.0.2.25]:25'],
  },
  {
    action: 'policy_violation',
    level: 'warning',
    text: 'server {relay} violates {setting} policy',
    samples: ['server mx.example.com[192.0.2.25] violates smtp_tls_block_early_mail_reply policy'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table:word} map lookup error for {key}',
    samples: ['smtp_discard_ehlo_keyword_address_maps map lookup error for 192.0.2.25'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'smtp {header|body} checks lookup error',
    samples: ['smtp header checks lookup error', 'smtp body checks lookup error'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'bad record type: {value} in message content',
    samples: ['bad record type: 88 in message content'],
  },
  {
    action: 'bad_encoding',
    level: 'warning',
    text: 'unknown content encoding: {value}',
    samples: ['unknown content encoding: 9bit'],
  },
  {
    action: 'tls_unavailable',
    level: 'warning',
    text: "smtp_helo: TLS is required but unavailable, don't know why",
    samples: ["smtp_helo: TLS is required but unavailable, don't know why"],
  },
  {
    action: 'spurious_flush',
    level: 'warning',
    text: 'smtp_proto: spurious flush before read in send state {value}',
    samples: ['smtp_proto: spurious flush before read in send state 3'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad protocol stage: "{setting:word} = {value}"',
    samples: ['bad protocol stage: "smtp_address_verify_target = quit"'],
  },
  { action: 'seek_failed', level: 'fatal', text: 'seek queue file: {error}', samples: ['seek queue file: Invalid argument'] },
  { action: 'queue_file_error', level: 'fatal', text: 'queue file read error', samples: ['queue file read error'] },
  {
    action: 'socket_error',
    level: 'fatal',
    text: '{smtp_helo|smtp_start_tls}: {getsockopt|setsockopt}: {error}',
    samples: ['smtp_helo: getsockopt: Invalid argument'],
  },

  // smtp/smtp_chat.c
  {
    action: 'reply_replaced',
    text: '{relay}: replacing server reply "{reply}" with "{value}"',
    samples: ['mx.example.com[192.0.2.25]:25: replacing server reply "550 5.1.1 go away" with "450 4.1.1 go away"'],
  },
  {
    action: 'reply_too_long',
    level: 'warning',
    text: '{relay}: {response|multi-line response} longer than {limit}{?:?} {reply}...',
    samples: [
      'mx.example.com[192.0.2.25]:25: response longer than 2048: 250-mx.example.com says a lot o...',
      'mx.example.com[2001:db8::25]:25: multi-line response longer than 2048 250-mx.example.com says a lot o...',
    ],
  },
  {
    action: 'bad_reply',
    level: 'warning',
    text: 'non-{ESMTP|LMTP} response from {relay}: {reply}',
    samples: [
      'non-ESMTP response from mx.example.com[192.0.2.25]:25: <html>',
      'non-LMTP response from mail.example.com[private/lmtp]: HTTP/1.1 400',
    ],
  },
  {
    action: 'bad_reply_advice',
    level: 'warning',
    text: 'to prevent loss of mail, turn off command pipelining for {relay_ip} with the {setting} parameter',
    samples: [
      'to prevent loss of mail, turn off command pipelining for 192.0.2.25 with the smtp_discard_ehlo_keyword_address_maps parameter',
    ],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: 'table {table:word} lookup error for {key}',
    samples: ['table pcre:/etc/postfix/reply_filter lookup error for 250 2.0.0 Ok'],
  },
  { action: 'notify_failed', level: 'warning', text: 'postmaster notify: {error}', samples: ['postmaster notify: Connection refused'] },

  // smtp/smtp_addr.c
  {
    action: 'no_address',
    level: 'warning',
    text: 'no {MX|SRV} host for {question} has a valid address record',
    samples: ['no MX host for example.com has a valid address record', 'no SRV host for _smtp._tcp.example.com has a valid address record'],
  },
  {
    action: 'srv_lookup_skipped',
    text: 'skipping SRV lookup for {question:word}: {error}',
    samples: [
      'skipping SRV lookup for _submission._tcp.example.com: Host or domain name not found. Name service error for name=_submission._tcp.example.com type=SRV: Host not found',
    ],
  },
  {
    action: 'address_skipped',
    text: 'skipping address family {value} for host {question}',
    samples: ['skipping address family 10 for host mx.example.com'],
  },
  {
    action: 'address_skipped',
    level: 'warning',
    text: 'skipping record type {question_type}: {error}',
    samples: ['skipping record type AAAA: Address family not supported by protocol'],
  },
  {
    action: 'address_conversion_failed',
    level: 'fatal',
    text: 'host {question}: conversion error for address family {value}: {error}',
    samples: ['host mx.example.com: conversion error for address family 10: Invalid argument'],
  },

  // smtp/smtp_connect.c
  {
    action: 'wrappermode_advice',
    text: 'SMTPS wrappermode (TCP port 465) requires setting "{setting:word} = yes", and "{} = encrypt" (or stronger)',
    samples: [
      'SMTPS wrappermode (TCP port 465) requires setting "smtp_tls_wrappermode = yes", and "smtp_tls_security_level = encrypt" (or stronger)',
    ],
  },
  {
    action: 'wrappermode_advice',
    text: '{CLIENT wrappermode (port smtps/465) is unimplemented|instead, send to (port submission/587) with STARTTLS}',
    samples: ['CLIENT wrappermode (port smtps/465) is unimplemented', 'instead, send to (port submission/587) with STARTTLS'],
  },
  {
    action: 'wrappermode_advice',
    level: 'warning',
    text: '{setting:word} requires "{} = encrypt" (or stronger)',
    samples: ['smtp_tls_wrappermode requires "smtp_tls_security_level = encrypt" (or stronger)'],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: 'TLS policy lookup {error for|for} {next_hop}/{relay_host}: {error}',
    samples: [
      'TLS policy lookup for example.com/mx.example.com: client TLS configuration problem',
      'TLS policy lookup error for [mail.example.com]:587/mail.example.com: Temporary lookup error',
      'TLS policy lookup error for example.com/mx.example.com: TLSA lookup error for mx.example.com:25',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word} configuration problem',
    samples: ['relayhost configuration problem', 'smtp_fallback_relay configuration problem'],
  },
  {
    action: 'bind_failed',
    level: 'warning',
    text: '{smtp_connect_addr|smtp_connect_inet}: bind {local_ip}: {error}',
    samples: [
      'smtp_connect_addr: bind 192.0.2.1: Cannot assign requested address',
      'smtp_connect_addr: bind 2001:db8::1: Invalid argument',
    ],
  },
  {
    action: 'bind_failed',
    level: 'fatal',
    text: 'smtp_connect_addr: bad {setting:word} parameter: {value}: {error}',
    samples: ['smtp_connect_addr: bad smtp_bind_address parameter: 192.0.2.: Name or service not known'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'smtp_connect_addr: malformed {setting:word} parameter: {value}',
    samples: ['smtp_connect_addr: malformed smtp_bind_address6 parameter: [2001:db8::1'],
  },
  {
    action: 'address_skipped',
    level: 'warning',
    text: 'smtp_connect_addr: skip address type {question_type}: {error}',
    samples: ['smtp_connect_addr: skip address type AAAA: Address family not supported by protocol'],
  },
  {
    action: 'socket_error',
    level: 'fatal',
    text: '{smtp_connect_addr|smtp_connect_unix}: socket: {error}',
    samples: ['smtp_connect_addr: socket: Address family not supported by protocol', 'smtp_connect_unix: socket: Too many open files'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{}: opportunistic TLS encryption is not appropriate for unix-domain destinations.',
    samples: ['smtp_connect_local: opportunistic TLS encryption is not appropriate for unix-domain destinations.'],
  },
  {
    action: 'address_conversion_failed',
    level: 'warning',
    text: 'cannot convert type {question_type} {record to printable|resource record to socket} address',
    samples: ['cannot convert type TXT record to printable address'],
  },
  {
    action: 'address_conversion_failed',
    level: 'warning',
    text: 'hostaddr_to_sockaddr {value:word}: {error}',
    samples: ['hostaddr_to_sockaddr 192.0.2.25: Name or service not known'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'ignoring "{setting:word} = {value}" setting for non-TCP connections',
    samples: ['ignoring "lmtp_fallback_relay = mx2.example.com" setting for non-TCP connections'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'unix-domain name too long: {path}',
    samples: ['unix-domain name too long: /var/spool/postfix/a/very/long/name'],
  },
  {
    action: 'bad_next_hop',
    level: 'fatal',
    text: 'bad network port{?: {value:word}?} {in|for} destination: {next_hop}',
    samples: ['bad network port: 99999 for destination: example.com:99999', 'bad network port in destination: example.com:99999'],
  },
  { action: 'bad_next_hop', level: 'fatal', text: 'unknown service: {service:word}/{}', samples: ['unknown service: lmtpx/tcp'] },
  {
    action: 'bad_next_hop',
    level: 'fatal',
    text: '{error} in server description: {next_hop}',
    samples: ['missing host information in server description: [', 'unexpected text after ] in server description: [mx]x'],
  },

  // smtp/smtp_reqtls_policy.c
  {
    action: 'requiretls_policy_error',
    level: 'warning',
    text: "{setting:word}: malformed next-hop destination: '{next_hop}' -- using default policy '{value}'",
    samples: ["smtp_requiretls_policy: malformed next-hop destination: '[' -- using default policy 'enforce'"],
  },
  {
    action: 'requiretls_policy_error',
    level: 'warning',
    text: 'table {table}: {nested|composite} lookup result "{value}" is not allowed -- ignoring remainder of policy',
    samples: ['table inline:{x=y}: nested lookup result "hash:/etc/x" is not allowed -- ignoring remainder of policy'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{setting:word}: {table}: table lookup error -- ignoring the remainder of this policy',
    samples: ['smtp_requiretls_policy: hash:/etc/postfix/requiretls: table lookup error -- ignoring the remainder of this policy'],
  },
  {
    action: 'requiretls_policy_error',
    level: 'warning',
    text: "{setting:word}: unknown policy action: '{value}' -- ignoring the remainder of this policy",
    samples: ["smtp_requiretls_policy: unknown policy action: 'sometimes' -- ignoring the remainder of this policy"],
  },

  // smtp/smtp_reuse.c, smtp/smtp_session.c
  {
    action: 'bad_cached_session',
    level: 'warning',
    text: '{smtp_reuse_common|smtp_reuse_nexthop|smtp_reuse_addr|smtp_reuse_domain}: bad cached session attribute for {key}',
    samples: ['smtp_reuse_common: bad cached session attribute for smtp:example.com'],
  },
  {
    action: 'bad_cached_session',
    level: 'warning',
    text: '{smtp_session_activate|smtp_session_passivate}: {bad|missing} cached {detail}',
    samples: [
      'smtp_session_activate: bad cached endp properties',
      'smtp_session_passivate: bad cached dest properties',
      'smtp_session_activate: missing cached session hostname property',
    ],
  },
  {
    action: 'session_not_cached',
    level: 'fatal',
    text: "smtp_session_passivate: {can't save dest properties|cannot save TLS context}: {error}",
    samples: ['smtp_session_passivate: cannot save TLS context: Cannot allocate memory'],
  },
  {
    action: 'table_lookup_error',
    level: 'fatal',
    text: '{table:word} lookup error for {key}',
    samples: ['smtp_tls_policy_maps lookup error for example.com'],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: "Table {table}: ignoring unknown TLS policy '{value}' for {} {key}",
    samples: ["Table hash:/etc/postfix/tls_per_site: ignoring unknown TLS policy 'SOMETIMES' for next-hop destination example.com"],
  },

  // smtp/smtp_sasl_auth_cache.c, smtp/smtp_sasl_glue.c, smtp/smtp_sasl_proto.c
  {
    action: 'sasl_no_mechanism',
    level: 'warning',
    text: "{relay} offered no supported AUTH mechanisms: '{value}'",
    samples: ["smtp.example.com[192.0.2.58]:587 offered no supported AUTH mechanisms: 'NTLM GSSAPI'"],
  },
  {
    action: 'sasl_no_mechanism',
    level: 'warning',
    text: '{relay} offered null AUTH mechanism list',
    samples: ['smtp.example.com[192.0.2.58]:587 offered null AUTH mechanism list'],
  },
  {
    action: 'sasl_filter_failed',
    level: 'fatal',
    text: "SASL mechanism filter failed for: '{value}'",
    samples: ["SASL mechanism filter failed for: 'PLAIN'"],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table:word} lookup error',
    samples: ['smtp_sasl_password_maps lookup error'],
  },
  {
    action: 'sasl_cache_error',
    level: 'warning',
    text: 'SASL auth failure map {table}: {entry not deleted:|lookup failed for} {key}',
    samples: [
      'SASL auth failure map proxy:btree:/var/lib/postfix/sasl_auth_cache: lookup failed for smtp.example.com;user',
      'SASL auth failure map proxy:btree:/var/lib/postfix/sasl_auth_cache: entry not deleted: smtp.example.com;user',
    ],
  },
  {
    action: 'sasl_cache_error',
    level: 'warning',
    text: 'bad smtp_sasl_auth_cache entry: {value}',
    samples: ['bad smtp_sasl_auth_cache entry: 1700000000;x'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'SASL authentication cache name "{table}" {contains|must start with} {detail}',
    samples: [
      'SASL authentication cache name "a, b" contains multiple values',
      'SASL authentication cache name "btree:/x" must start with "proxy:',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'specify a password table via the `{setting:word} configuration parameter',
    samples: ["specify a password table via the `smtp_sasl_password_maps' configuration parameter"],
  },
  {
    action: 'sasl_initialization_failed',
    level: 'fatal',
    text: 'SASL {library initialization|per-connection initialization failed}',
    samples: ['SASL library initialization', 'SASL per-connection initialization failed'],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: 'not compiled with TLS support -- ignoring the {setting} setting',
    samples: ['not compiled with TLS support -- ignoring the smtp_sasl_auth_cache_name setting'],
  },

  // smtp/smtp_tls_policy.c. `tls_policy_maps, next-hop destination "example.com"` says which entry is meant.
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: "MX name '{relay_host}' does not match STS MX pattern for '{next_hop}'",
    samples: ["MX name 'mx.example.org' does not match STS MX pattern for 'example.com'"],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: '"{setting:word} = {value}" specifies an invalid hostname',
    samples: ['"smtp_tls_servername = a..b" specifies an invalid hostname'],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: 'nexthop domain {next_hop}: configured at fingerprint security level, but with no fingerprints to match.',
    samples: ['nexthop domain example.com: configured at fingerprint security level, but with no fingerprints to match.'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word} ignored when {} is not empty.',
    samples: ['smtp_tls_per_site ignored when smtp_tls_policy_maps is not empty.'],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: "{table:word}: unknown TLS policy '{value}' for {} {key:word}",
    samples: ["smtp_tls_per_site: unknown TLS policy 'SOMETIMES' for next-hop destination example.com"],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{table:word}: {next-hop destination|next hop destination|server hostname} "{key}": per-site table lookup error',
    samples: ['smtp_tls_per_site: next-hop destination "example.com": per-site table lookup error'],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: '{table}, {next-hop destination|next hop destination|server hostname|built-in policy} "{key}": {error}',
    samples: [
      'TLS policy table, next-hop destination "example.com": invalid empty policy',
      'smtp_tls_policy_maps, next-hop destination "example.com": policy table lookup error',
      'smtp_tls_policy_maps, next-hop destination "example.com": invalid security level "mayhap"',
      'smtp_tls_policy_maps, next-hop destination "[mail.example.com]:587": attribute "match" invalid at security level "encrypt"',
      'smtp_tls_policy_maps, next-hop destination "example.com": ignoring attribute "ciphers=high" with TLS disabled',
    ],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: '{next_hop}: the "dane" security level is invalid for delivery via unix-domain sockets',
    samples: ['/var/run/lmtp: the "dane" security level is invalid for delivery via unix-domain sockets'],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: '{next_hop}: {dane|half-dane|dane-only} configured{, but no requisite library support| with dnssec lookups disabled| with MX lookup errors ignored}',
    samples: [
      'example.com: dane configured, but no requisite library support',
      'example.com: dane-only configured with dnssec lookups disabled',
      '[mail.example.com]:587: dane configured with MX lookup errors ignored',
    ],
  },
  {
    action: 'tls_policy_error',
    level: 'warning',
    text: '{next_hop}: dns resolver options incompatible with {} TLS',
    samples: ['example.com: dns resolver options incompatible with dane TLS'],
  },

  // smtp/smtp_tlsrpt.c
  {
    action: 'tlsrpt_error',
    level: 'warning',
    text: 'TLSRPT{? support?}: {error}',
    samples: [
      'TLSRPT: policy lookup failed for example.com: Host or domain name not found. Name service error for name=_smtp._tls.example.com type=TXT: Host not found, try again',
      'TLSRPT: Too many TLSRPT policies for example.com',
      'TLSRPT: getsockname() failed (Bad file descriptor)skipping the ignoring client-side IP address',
    ],
  },
  {
    action: 'tlsrpt_error',
    level: 'warning',
    text: 'Cannot enable {TLSRPT support|TLSRPT}: DNS is disabled',
    samples: ['Cannot enable TLSRPT: DNS is disabled'],
  },

  // smtp/smtp_trouble.c
  {
    action: 'internal_error',
    level: 'warning',
    text: 'smtp_bulk_fail: ignoring SMTP_MISC_FAIL_SOFT_NON_FINAL for a soft error',
    samples: ['smtp_bulk_fail: ignoring SMTP_MISC_FAIL_SOFT_NON_FINAL for a soft error'],
  },
];

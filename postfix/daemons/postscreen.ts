/** postscreen, the guard in front of smtpd (src/postscreen/). */
import type { Pattern } from '../pattern.js';

export const postscreen: readonly Pattern[] = [
  // postscreen/postscreen.c
  {
    action: 'connect',
    text: 'CONNECT from [{client_ip}]:{client_port} to {local}',
    samples: ['CONNECT from [192.0.2.7]:40001 to [198.51.100.25]:25', 'CONNECT from [2001:db8::7]:40001 to [2001:db8::25]:25'],
  },
  // postscreen/postscreen_misc.c
  { action: 'disconnect', text: 'DISCONNECT [{client_ip}]:{client_port}', samples: ['DISCONNECT [192.0.2.7]:40001'] },
  {
    action: 'hangup',
    text: 'HANGUP after {elapsed} from [{client_ip}]:{client_port} in {stage:text}',
    samples: [
      'HANGUP after 0.04 from [192.0.2.7]:40001 in tests after SMTP handshake',
      'HANGUP after 6 from [2001:db8::7]:40001 in tests before SMTP handshake',
    ],
  },
  {
    action: 'pass_old',
    text: 'PASS OLD [{client_ip}]:{client_port}',
    samples: ['PASS OLD [192.0.2.7]:40001', 'PASS OLD [2001:db8::7]:40001'],
  },
  { action: 'pass_new', text: 'PASS NEW [{client_ip}]:{client_port}', samples: ['PASS NEW [192.0.2.7]:40001'] },
  // postscreen/postscreen_early.c
  {
    action: 'dnsbl_rank',
    text: 'DNSBL rank {rank} for [{client_ip}]:{client_port}',
    samples: ['DNSBL rank 5 for [192.0.2.7]:40001'],
  },
  {
    action: 'pregreet',
    text: 'PREGREET {count} after {elapsed} from [{client_ip}]:{client_port}: {content}',
    samples: [
      'PREGREET 14 after 0.06 from [192.0.2.7]:40001: EHLO ylmf-pc\\r\\n',
      'PREGREET 11 after 0 from [2001:db8::7]:40001: \\026\\003\\001',
    ],
  },
  // postscreen/postscreen_smtpd.c
  {
    action: 'reject',
    text: 'reject: {stage} from [{client_ip}]:{client_port}: {reply_code} {enhanced_code} {restriction}; client [{target}] blocked using {rbl:text}; from=<{sender}>, to=<{recipient}>, proto={protocol}, helo=<{helo}>',
    samples: [
      'reject: RCPT from [192.0.2.7]:40001: 550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org; from=<a@example.com>, to=<b@example.org>, proto=ESMTP, helo=<client.example.com>',
      'reject: RCPT from [2001:db8::7]:40001: 450 4.7.1 Service unavailable; client [2001:db8::7] blocked using our list; from=<>, to=<b@example.org>, proto=SMTP, helo=<x>',
    ],
  },
  {
    action: 'reject',
    text: 'reject: {stage} from [{client_ip}]:{client_port}: {reply_code} {enhanced_code} {restriction}; from=<{sender}>, to=<{recipient}>, proto={protocol}, helo=<{helo}>',
    samples: [
      'reject: RCPT from [192.0.2.7]:40001: 450 4.3.2 Service currently unavailable; from=<a@example.com>, to=<b@example.org>, proto=ESMTP, helo=<client.example.com>',
      'reject: RCPT from [192.0.2.7]:40001: 550 5.5.1 Protocol error; from=<"a, b"@example.com>, to=<b@example.org>, proto=ESMTP, helo=<x>, to=<y>',
      'reject: RCPT from [2001:db8::7]:40001: 450 4.3.2 Service currently unavailable; from=<>, to=<b@example.org>, proto=SMTP, helo=<>',
    ],
  },
  {
    // An address with `>` in it, logged in its internal form (before Postfix 3.5, info_log_address_format)
    action: 'reject',
    text: 'reject: {stage} from [{client_ip}]:{client_port}: {reply_code} {enhanced_code} {restriction}; {detail}',
    samples: [
      'reject: RCPT from [192.0.2.7]:40001: 450 4.3.2 Service currently unavailable; from=<a>b@example.com>, to=<b@example.org>, proto=ESMTP, helo=<x>',
    ],
  },
  // postscreen/postscreen.c
  {
    action: 'reject',
    text: 'reject: {CONNECT|connect} from [{client_ip}]:{client_port}: {restriction}',
    set: { stage: 'CONNECT' },
    samples: [
      'reject: CONNECT from [192.0.2.7]:40001: too many connections',
      'reject: CONNECT from [192.0.2.7]:40001: all server ports busy',
      'reject: connect from [2001:db8::7]:40001: all screening ports busy',
    ],
  },
  {
    // `respectful_logging`, since Postfix 3.6
    action: 'allowlisted',
    text: '{ALLOW|WHITE}LISTED [{client_ip}]:{client_port}',
    samples: ['ALLOWLISTED [192.0.2.7]:40001', 'WHITELISTED [2001:db8::7]:40001'],
  },
  {
    action: 'denylisted',
    text: '{DENY|BLACK}LISTED [{client_ip}]:{client_port}',
    samples: ['DENYLISTED [192.0.2.7]:40001', 'BLACKLISTED [192.0.2.7]:40001'],
  },
  {
    action: 'allowlist_veto',
    text: '{ALLOW|WHITE}LIST VETO [{client_ip}]:{client_port}',
    samples: ['ALLOWLIST VETO [192.0.2.7]:40001', 'WHITELIST VETO [192.0.2.7]:40001'],
  },
  {
    action: 'compatibility_default',
    text: 'using backwards-compatible default setting {setting}={value:word} for client [{client_ip}]:{client_port}',
    samples: ['using backwards-compatible default setting respectful_logging=no for client [192.0.2.7]:40001'],
  },
  {
    action: 'table_changed',
    text: 'table {table} has changed - finishing in the background',
    samples: ['table cidr:/etc/postfix/postscreen_access.cidr(0,lock|fold_fix) has changed - finishing in the background'],
  },
  // postscreen/postscreen_smtpd.c: deep protocol tests
  {
    action: 'command_pipelining',
    text: 'COMMAND PIPELINING from [{client_ip}]:{client_port} after {stage:text}: {content}',
    samples: ['COMMAND PIPELINING from [192.0.2.7]:40001 after HELO: MAIL FROM:<a@example.com>\\r\\n'],
  },
  {
    action: 'non_smtp_command',
    text: 'NON-SMTP COMMAND from [{client_ip}]:{client_port} after {stage}: {content}',
    samples: [
      'NON-SMTP COMMAND from [192.0.2.7]:40001 after CONNECT: GET / HTTP/1.1',
      'NON-SMTP COMMAND from [192.0.2.7]:40001 after DATA: Subject: x',
    ],
  },
  {
    action: 'bare_newline',
    text: 'BARE NEWLINE from [{client_ip}]:{client_port} after {content}',
    samples: ['BARE NEWLINE from [192.0.2.7]:40001 after EHLO x'],
  },
  {
    action: 'command_time_limit',
    text: 'COMMAND TIME LIMIT from [{client_ip}]:{client_port} after {stage}',
    samples: ['COMMAND TIME LIMIT from [192.0.2.7]:40001 after CONNECT'],
  },
  {
    action: 'command_length_limit',
    text: 'COMMAND LENGTH LIMIT from [{client_ip}]:{client_port} after {stage}',
    samples: ['COMMAND LENGTH LIMIT from [192.0.2.7]:40001 after EHLO'],
  },
  {
    action: 'command_count_limit',
    text: 'COMMAND COUNT LIMIT from [{client_ip}]:{client_port} after {stage}',
    samples: ['COMMAND COUNT LIMIT from [192.0.2.7]:40001 after NOOP'],
  },
  {
    action: 'no_valid_recipient',
    text: 'DATA without valid RCPT from [{client_ip}]:{client_port}',
    set: { stage: 'DATA' },
    samples: ['DATA without valid RCPT from [192.0.2.7]:40001'],
  },
  {
    action: 'no_valid_recipient',
    text: 'BDAT without valid RCPT from [{client_ip}]:{client_port}',
    set: { stage: 'BDAT' },
    samples: ['BDAT without valid RCPT from [192.0.2.7]:40001'],
  },
  {
    action: 'ehlo_discarded',
    text: '[{client_ip}]{?:?}{client_port}: discarding EHLO keywords: {value}',
    samples: ['[192.0.2.7]40001: discarding EHLO keywords: CHUNKING', '[2001:db8::7]:40001: discarding EHLO keywords: STARTTLS'],
  },
  {
    action: 'command_replaced',
    text: '[{client_ip}]:{client_port}: replacing command "{content}" with "{value}"',
    samples: ['[192.0.2.7]:40001: replacing command "helo x y" with "HELO x"'],
  },
  // postscreen/postscreen_state.c
  {
    action: 'stress_entered',
    text: 'entering STRESS mode with {count} connections',
    samples: ['entering STRESS mode with 70 connections'],
  },
  { action: 'stress_left', text: 'leaving STRESS mode with {count} connections', samples: ['leaving STRESS mode with 49 connections'] },
  // postscreen/postscreen_tests.c, Postfix 2.10
  { action: 'penalty', text: 'PENALTY {elapsed} for {client_ip}', samples: ['PENALTY 60 for 192.0.2.7'] },

  // postscreen/postscreen_dict.c
  {
    action: 'lookup_slow',
    level: 'warning',
    text: 'psc_{}: {table} {command:word} average delay is {value:integer} ms',
    samples: [
      'psc_cache_update: btree:/var/lib/postfix/postscreen_cache update average delay is 117 ms',
      'psc_addr_match_list_match: postscreen_access_list lookup average delay is 250 ms',
    ],
  },
  // postscreen/postscreen_dnsbl.c
  {
    action: 'dnsbl_timeout',
    level: 'warning',
    text: 'dnsblog reply timeout {elapsed}s for {rbl}',
    samples: ['dnsblog reply timeout 10s for zen.spamhaus.org'],
  },
  {
    action: 'address_conversion_failed',
    level: 'warning',
    text: 'address conversion error for {value} -- ignoring this reply',
    samples: ['address conversion error for 127.0.0.x -- ignoring this reply'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'psc_{}: {connect|error sending} to {service:word} service: {error}',
    samples: [
      'psc_dnsbl_request: connect to private/dnsblog service: Connection refused',
      'psc_dnsbl_request: error sending to private/dnsblog service: Broken pipe',
    ],
  },
  // postscreen/postscreen_send.c
  {
    action: 'write_failed',
    level: 'warning',
    text: 'write [{client_ip}]:{client_port}: {error}',
    samples: ['write [192.0.2.7]:40001: Connection reset by peer'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'timeout sending connection to service {service}',
    set: { error: 'timeout' },
    samples: ['timeout sending connection to service private/smtpd'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'cannot {connect|pass connection} to service {service:text}: {error}',
    samples: [
      'cannot connect to service private/smtpd: Connection refused',
      'cannot pass connection to service private/smtpd: Broken pipe',
    ],
  },
  // postscreen/postscreen_starttls.c
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{timeout|problem} {receiving|sending} {detail} {from|to} {service:word} service{?: {error}?}',
    samples: [
      'timeout receiving status from private/tlsproxy service',
      'problem sending file handle to private/tlsproxy service',
      'problem receiving protocol attribute from private/tlsproxy service: Connection reset by peer',
    ],
  },
  // postscreen/postscreen_endpt.c
  {
    action: 'peer_unknown',
    level: 'warning',
    text: '{getpeername|getsockname}: {error} -- dropping this connection',
    samples: ['getpeername: Transport endpoint is not connected -- dropping this connection'],
  },
  {
    action: 'peer_unknown',
    level: 'warning',
    text: 'cannot convert {client|server} address/port to string: {error} -- dropping this connection',
    samples: ['cannot convert client address/port to string: ai_family not supported -- dropping this connection'],
  },
  // postscreen/postscreen.c
  { action: 'setsid_failed', level: 'warning', text: 'setsid: {error}', samples: ['setsid: Operation not permitted'] },
  // postscreen/postscreen_tls_conf.c
  {
    action: 'tls_disabled',
    level: 'warning',
    text: "No server certs available. TLS won't be enabled",
    samples: ["No server certs available. TLS won't be enabled"],
  },
  {
    action: 'not_compiled_in',
    level: 'warning',
    text: 'TLS has been selected, but TLS support is not compiled in',
    samples: ['TLS has been selected, but TLS support is not compiled in'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'Need a server cert to request client certs',
    samples: ['Need a server cert to request client certs'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "Can't require client certs unless TLS is required",
    samples: ["Can't require client certs unless TLS is required"],
  },
  {
    action: 'setting_ignored',
    level: 'warning',
    text: 'Both {setting:word} and one or more of the legacy  {detail} are non-empty; the legacy  parameters will be ignored',
    samples: [
      'Both tlsproxy_tls_chain_files and one or more of the legacy  tlsproxy_tls_cert_file, tlsproxy_tls_eccert_file or tlsproxy_tls_dcert_file are non-empty; the legacy  parameters will be ignored',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: unsupported TLS level "{value}", using "encrypt"',
    samples: ['postscreen_tls_security_level: unsupported TLS level "verify", using "encrypt"'],
  },
  // postscreen/postscreen_expand.c
  {
    action: 'unknown_macro',
    level: 'warning',
    text: 'unknown macro name "{setting}" in expansion request',
    samples: ['unknown macro name "clientname" in expansion request'],
  },
  { action: 'time_lookup_failed', level: 'fatal', text: 'time lookup failed: {error}', samples: ['time lookup failed: Invalid argument'] },
  {
    action: 'table_lookup_error',
    level: 'fatal',
    text: '{table} lookup error for {key}',
    samples: [
      'postscreen_discard_ehlo_keyword_address_maps lookup error for 192.0.2.7',
      'pcre:/etc/postfix/command_filter lookup error for "HELO x"',
    ],
  },
  {
    action: 'table_lookup_error',
    level: 'fatal',
    text: '{table} lookup error',
    samples: ['texthash:/etc/postfix/dnsbl_reply lookup error'],
  },
  // postscreen/postscreen_dnsbl.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad DNSBL {weight factor|domain name} "{value}" in "{setting}"',
    samples: ['bad DNSBL weight factor "x" in "bl.example.net*x"', 'bad DNSBL domain name "bl..example" in "bl..example*2"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad DNSBL filter syntax: {error}',
    samples: ['bad DNSBL filter syntax: missing "]" in "127.0.0.>[<1"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad {setting:word} value: {value}',
    samples: ['bad postscreen_greet_action value: reject'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'unsupported {setting:word} value: {value}',
    samples: ['unsupported postscreen_upstream_proxy_protocol value: nginx'],
  },
  {
    action: 'protocols_disabled',
    level: 'fatal',
    text: 'all network protocols are disabled ({setting} = {value})',
    samples: ['all network protocols are disabled (inet_protocols = )'],
  },
  { action: 'setting_error', level: 'fatal', text: 'Invalid TLS level "{value}"', samples: ['Invalid TLS level "maybe"'] },
  { action: 'panic', level: 'panic', text: '{detail}', samples: ['psc_dnsbl_retrieve: no blocklist score for 192.0.2.7'] },
];

/** The library, in every program (src/util/, src/global/). */
import type { Pattern } from '../pattern.js';

export const library: readonly Pattern[] = [
  // util/valid_hostname.c: what a client or the DNS gave as a name
  {
    action: 'bad_hostname',
    level: 'warning',
    text: 'valid_hostname: {error}: {target}',
    samples: [
      'valid_hostname: invalid character 95(decimal): my_host.example.com',
      'valid_hostname: numeric hostname: 192.0.2.1',
      'valid_hostname: misplaced delimiter: .example.com',
    ],
  },
  {
    action: 'bad_hostname',
    level: 'warning',
    text: 'valid_hostname: bad length {count} for {target}...',
    samples: ['valid_hostname: bad length 260 for aaaaaaaaaa.example.com...'],
  },
  {
    action: 'bad_hostname',
    level: 'warning',
    text: 'valid_hostname: empty hostname',
    samples: ['valid_hostname: empty hostname'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'valid_{ipv4|ipv6}_hostaddr: {error}: {target}',
    samples: [
      'valid_ipv4_hostaddr: invalid octet count: 192.0.2',
      "valid_ipv6_hostaddr: too many `:' in IPv6 address: 2001:db8:1:2:3:4:5:6:7",
      'valid_ipv6_hostaddr: invalid character 103(decimal) in IPv6 address: 2001:db8::g',
    ],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'valid_hostaddr: empty address',
    samples: ['valid_hostaddr: empty address'],
  },
  {
    action: 'bad_port',
    level: 'warning',
    text: 'valid_hostport: {error}: {target}',
    samples: ['valid_hostport: out-of-range port number: 70000'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'valid_mailhost_literal: {error}: {target}',
    samples: [
      "valid_mailhost_literal: '[' expected at start: 192.0.2.1",
      "valid_mailhost_literal: unexpected text after ']': [192.0.2.1]x",
    ],
  },
  {
    action: 'bad_hostname',
    level: 'warning',
    text: 'valid_utf8_hostname: {empty|malformed UTF-8} domain name',
    samples: ['valid_utf8_hostname: malformed UTF-8 domain name'],
  },
  // util/myaddrinfo.c
  {
    action: 'bad_hostname',
    level: 'warning',
    text: 'numeric hostname: {target}',
    samples: ['numeric hostname: 192.0.2.1'],
  },
  // util/midna_domain.c, mac_midna.c, casefold.c
  {
    action: 'bad_hostname',
    level: 'warning',
    text: 'midna_domain_to_{ascii|utf8}_create: Problem translating domain "{target}" to {ASCII|UTF-8|UTF8} form: {error}',
    samples: ['midna_domain_to_ascii_create: Problem translating domain "m?ller.example" to ASCII form: malformed UTF-8'],
  },
  {
    action: 'bad_hostname',
    level: 'warning',
    text: "bad domain argument in: '{target}'",
    samples: ["bad domain argument in: 'domain_to_ascii{m?ller.example}'"],
  },
  {
    action: 'unicode_failed',
    level: 'warning',
    text: 'ICU library initialization failed: {error}',
    samples: ['ICU library initialization failed: U_FILE_ACCESS_ERROR'],
  },
  {
    action: 'unicode_failed',
    level: 'fatal',
    text: 'ucasemap_open error: {error}',
    samples: ['ucasemap_open error: U_FILE_ACCESS_ERROR'],
  },
  {
    action: 'unicode_failed',
    level: 'fatal',
    text: 'casefold: conversion error for "{target}": {error}',
    samples: ['casefold: conversion error for "x": U_BUFFER_OVERFLOW_ERROR'],
  },

  // util/attr_scan*.c, argv_attr_scan.c: another Postfix process did not answer, or not as it should
  {
    action: 'service_no_answer',
    level: 'warning',
    text: 'premature end-of-input on {service} while reading {detail}',
    samples: [
      'premature end-of-input on private/anvil while reading input attribute name',
      'premature end-of-input on private/tlsmgr socket while reading input attribute name',
      'premature end-of-input on public/cleanup socket while reading input attribute name',
    ],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: 'timeout on {service} while reading {detail}',
    samples: ['timeout on private/verify socket while reading input attribute name'],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: 'unexpected end-of-input from {service} while reading {detail}',
    samples: ['unexpected end-of-input from private/rewrite socket while reading input attribute value'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'malformed {base64 data|numerical data|boolean value} from {service} while reading {detail}: {value}',
    samples: ['malformed numerical data from private/verify socket while reading input attribute value: abc'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'malformed base64 data from {service}: {value}',
    samples: ['malformed base64 data from private/verify socket: x$'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'missing attribute {key:word} in input from {service}',
    samples: ['missing attribute status in input from private/rewrite socket'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'missing value for {number|boolean|string|data} attribute {key:word} from {service}',
    samples: ['missing value for string attribute address from private/rewrite socket'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'multiple values for attribute {key:word} from {service}',
    samples: ['multiple values for attribute status from private/rewrite socket'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'unexpected attribute {key:word} from {service} (expecting: {detail})',
    samples: [
      'unexpected attribute nrequest from private/bounce socket (expecting: status)',
      'unexpected attribute <EOF> from private/tlsmgr socket (expecting: (list terminator))',
    ],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'unexpected {key:word} {value:word} from {service} (expected: {detail})',
    samples: ['unexpected protocol rewrite from private/anvil socket (expected: anvil_protocol)'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'duplicate attribute {key:word} in input from {service}',
    samples: ['duplicate attribute request in input from unix:private/policy'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'attribute count exceeds limit {limit} in input from {service}',
    samples: ['attribute count exceeds limit 1024 in input from unix:private/policy'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'invalid size {count} from {service} while reading ARGV',
    samples: ['invalid size 9999 from private/tlsproxy while reading ARGV'],
  },

  // global/defer.c, trace.c, verify.c
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{service:word} service failure',
    samples: ['defer service failure', 'trace service failure', 'verify service failure', 'bounce service failure'],
  },
  // global/bounce.c, abounce.c: the message stays in the queue, with no delay and no reason in the line
  {
    action: 'notification_failed',
    text: 'status={status} ({bounce|delay warning|verp-bounce|trace|whatever} failed)',
    samples: ['status=deferred (bounce failed)', 'status=deferred (delay warning failed)', 'status=deferred (trace failed)'],
  },
  {
    action: 'bad_status_code',
    level: 'warning',
    text: '{bounce_append|bounce_one|defer_append|defer_one|sent}: ignoring dsn code "{dsn}"',
    samples: ['bounce_append: ignoring dsn code "4.3.0"', 'sent: ignoring dsn code "5.0.0"'],
  },

  // global/mail_connect.c, mail_command_client.c, clnt_stream.c, util/auto_clnt.c, global/post_mail.c
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'connect #{count} to subsystem {service}: {error}',
    samples: [
      'connect #1 to subsystem private/rewrite: Connection refused',
      'connect #11 to subsystem public/cleanup: No such file or directory',
    ],
  },
  {
    action: 'service_unreachable',
    level: 'fatal',
    text: 'connect #{count} to subsystem {service}: {error}',
    samples: ['connect #11 to subsystem private/rewrite: Connection refused'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'connect to service: {service}: {error}',
    samples: ['connect to service: cleanup: Connection refused'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'connect to {service:host}: {error}',
    samples: [
      'connect to private/bounce: No such file or directory',
      'connect to inet:127.0.0.1:10023: Connection refused',
      'connect to public/cleanup: Connection refused',
    ],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{timeout|error} connecting to service: {service}',
    samples: ['timeout connecting to service: cleanup'],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: 'error talking to service: {service}',
    samples: ['error talking to service: cleanup'],
  },
  {
    action: 'service_unreachable',
    level: 'fatal',
    text: 'unable to contact the {service} service',
    samples: ['unable to contact the cleanup service'],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: '{write/read|read|write} {service}: {error}',
    samples: [
      'read private/anvil socket: Connection reset by peer',
      'write private/rewrite socket: Broken pipe',
      'write/read public/flush: Broken pipe',
    ],
  },
  // util/auto_clnt.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'need service transport:endpoint instead of "{value}"',
    samples: ['need service transport:endpoint instead of "localhost"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid transport name: {value} in service: {service}',
    samples: ['invalid transport name: tcp in service: tcp:localhost:10023'],
  },
  // global/mail_trigger.c, util/*_trigger.c
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'unable to look up {path:word}: {error}',
    samples: ['unable to look up public/pickup: No such file or directory'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: '{path:word} is not a socket or a fifo',
    samples: ['public/pickup is not a socket or a fifo'],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: '{inet|pass|stream|unix}_trigger_event: read timeout for service {service}',
    samples: ['unix_trigger_event: read timeout for service public/flush', 'inet_trigger_event: read timeout for service 127.0.0.1:25'],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: '{inet|pass|stream|unix}_trigger_event: close {service}: {error}',
    samples: ['unix_trigger_event: close public/qmgr: Bad file descriptor', 'pass_trigger_event: close pipe: Bad file descriptor'],
  },
  // global/scache_clnt.c, scache_multi.c, scache_single.c
  {
    action: 'connection_cache_disabled',
    level: 'warning',
    text: 'disabling connection caching',
    samples: ['disabling connection caching'],
  },
  {
    action: 'system_call_failed',
    level: 'warning',
    text: '{scache_clnt_save_endp|scache_multi_drop_endp}: close({}): {error}',
    samples: ['scache_clnt_save_endp: close(12): Bad file descriptor'],
  },
  {
    action: 'system_call_failed',
    level: 'warning',
    text: 'close session endpoint {}: {error}',
    samples: ['close session endpoint smtp:192.0.2.1:25: Bad file descriptor'],
  },

  // global/deliver_request.c, deliver_pass.c, deliver_completed.c, delivered_hdr.c
  {
    action: 'delivery_request_failed',
    level: 'warning',
    text: 'deliver_request_get: error receiving {common|recipient} attributes',
    samples: ['deliver_request_get: error receiving common attributes'],
  },
  {
    action: 'delivery_request_failed',
    level: 'warning',
    text: 'no recipients in delivery request for destination {next_hop}',
    samples: ['no recipients in delivery request for destination example.com'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'open {queue:word} {queue_id}: {error}',
    samples: ['open active 4ABC01234: No such file or directory'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'open active {queue_id}: {error}',
    set: { queue: 'active' },
    samples: ['open active 4ABC01234: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'shared lock {path}: {error}',
    samples: ['shared lock active/4ABC01234: No locks available'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'update queue file {path}: {error}',
    samples: ['update queue file active/4ABC01234: No space left on device', 'update queue file active/4ABC01234: Invalid argument'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'seek queue file {path}: {error}',
    samples: ['seek queue file active/4ABC01234: Invalid argument'],
  },
  {
    action: 'passed',
    text: 'passing <{recipient}> to transport={transport}',
    samples: ['passing <user@example.com> to transport=lmtp', 'passing <"a b"@example.com> to transport=virtual'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: '{service}: malformed response',
    samples: ['private/lmtp socket: malformed response'],
  },
  {
    action: 'service_no_answer',
    level: 'warning',
    text: '{service}: bad write: {error}',
    samples: ['private/lmtp socket: bad write: Broken pipe'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'missing transport name in "{value}"',
    samples: ['missing transport name in ":example.com"'],
  },

  // global/record.c, mark_corrupt.c, mail_copy.c
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: 'corrupted queue file: {path}',
    samples: ['corrupted queue file: active/4ABC01234'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'mark_corrupt: fchmod {path}: {error}',
    samples: ['mark_corrupt: fchmod active/4ABC01234: Operation not permitted'],
  },
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: '{path}: unexpected EOF in data, record type {value} length {count}',
    samples: ['cleanup socket: unexpected EOF in data, record type 78 length 56'],
  },
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: '{path}: {too many length bits|unexpected EOF reading length}, record type {value}',
    samples: ['active/4ABC01234: too many length bits, record type 78', 'cleanup socket: unexpected EOF reading length, record type 77'],
  },
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: '{path}: illegal length {}, record type {value}',
    samples: ['public/cleanup socket: illegal length -1, record type 77'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: '{path}: seek error after {reading END|pointer} record: {error}',
    samples: ['active/4ABC01234: seek error after pointer record: Invalid argument'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: '{path}: seek or write error',
    samples: ['incoming/4ABC01234: seek or write error'],
  },
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: '{path}: malformed pointer record value: {value}',
    samples: ['active/4ABC01234: malformed pointer record value: x'],
  },
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: '{path}: too many reverse jump records',
    samples: ['active/4ABC01234: too many reverse jump records'],
  },
  {
    action: 'queue_file_corrupt',
    level: 'warning',
    text: 'bad record type: {value} in message content',
    samples: ['bad record type: 88 in message content'],
  },
  {
    action: 'service_bad_answer',
    level: 'warning',
    text: 'msg_stats_scan: size mis-match: {value} != {}',
    samples: ['msg_stats_scan: size mis-match: 120 != 136'],
  },

  // global/bounce_log.c, dsn_filter.c
  {
    action: 'bounce_log_bad',
    level: 'warning',
    text: '{path:word}: malformed record: {value}',
    samples: [
      'defer/4ABC01234: malformed record: <user@example.com>...',
      "bounce/4ABC01234: malformed record: missing '=' after attribute name",
    ],
  },
  {
    action: 'bounce_log_bad',
    level: 'warning',
    text: '{path:word}: unknown attribute name: {value}, ignored',
    samples: ['defer/4ABC01234: unknown attribute name: foo, ignored'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: '{setting:word}: bad status code: {value}',
    samples: ['smtp_delivery_status_filter: bad status code: 9.0.0 whatever'],
  },

  // global/mail_open_ok.c
  {
    action: 'queue_file_bad',
    level: 'warning',
    text: 'bad mail queue name: {queue}',
    samples: ['bad mail queue name: actve'],
  },
  {
    action: 'queue_file_bad',
    level: 'warning',
    text: '{path:word}: uid {uid}: {error}',
    samples: ['maildrop/4ABC01234: uid 1000: not a regular file', 'incoming/4ABC01234: uid 0: file has 2 links'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: '{active|incoming|deferred|hold|maildrop|corrupt|saved|defer|bounce|trace|flush}/{path:word}: {error}',
    samples: ['incoming/4ABC01234: Permission denied', 'deferred/4/4ABC01234: No such file or directory'],
  },
  // global/mail_queue.c
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'mail_queue_enter: create file {path:word}: {error}',
    samples: [
      'mail_queue_enter: create file incoming/212345.1234: No space left on device',
      'mail_queue_enter: create file maildrop/1.2: Permission denied',
    ],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'mail_queue_enter: rename {} to {path:word}: {error}',
    samples: ['mail_queue_enter: rename incoming/212345.1234 to incoming/4ABC01234: File exists'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'mail_queue_enter: rename {} to {path:word}: {error}',
    samples: ['mail_queue_enter: rename incoming/212345.1234 to incoming/4ABC01234: giving up'],
  },
  // global/mail_stream.c
  {
    action: 'clock_skew',
    level: 'warning',
    text: 'file system clock is {elapsed} seconds {ahead of|behind} local clock',
    samples: ['file system clock is 3 seconds ahead of local clock', 'file system clock is 120 seconds behind local clock'],
  },
  {
    action: 'clock_skew',
    level: 'warning',
    text: 'resetting file time stamps - this hurts performance',
    samples: ['resetting file time stamps - this hurts performance'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'update file time stamps: {error}',
    samples: ['update file time stamps: Operation not permitted'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'move to {queue} queue failed: {error}',
    samples: ['move to hold queue failed: Permission denied', 'move to maildrop queue failed: No space left on device'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'mail_stream_cleanup: close error',
    samples: ['mail_stream_cleanup: close error'],
  },
  {
    action: 'child_exit',
    level: 'warning',
    text: 'command "{path}" exited with status {exit_status}',
    samples: ['command "/usr/sbin/postdrop -r" exited with status 1'],
  },
  // util/sane_time.c
  {
    action: 'clock_skew',
    level: 'warning',
    text: '{?another ?}backward time jump detected -- slewing clock',
    samples: ['backward time jump detected -- slewing clock', 'another backward time jump detected -- slewing clock'],
  },
  {
    action: 'clock_skew_over',
    level: 'warning',
    text: 'backward time jump recovered -- back to normality',
    samples: ['backward time jump recovered -- back to normality'],
  },

  // global/haproxy_srvr.c
  {
    action: 'haproxy_header_bad',
    level: 'warning',
    text: 'haproxy read: {error}: {value}',
    samples: ['haproxy read: bad or missing protocol header: EHLO client.example.com\\r\\n', 'haproxy read: short protocol header: QUIT'],
  },
  {
    action: 'haproxy_header_bad',
    level: 'warning',
    text: 'haproxy read: {error}',
    samples: ['haproxy read: EOF', 'haproxy read: Connection reset by peer'],
  },
  {
    action: 'haproxy_header_bad',
    level: 'warning',
    text: 'haproxy_srvr_parse: {hostaddr_to_sockaddr|sockaddr_to_hostaddr}({}) failed: {error}',
    samples: ['haproxy_srvr_parse: sockaddr_to_hostaddr() failed: address family not supported'],
  },

  // global/header_body_checks.c
  {
    action: 'check_bad_action',
    level: 'warning',
    text: '{REPLACE|PREPEND} action without text in {setting} map',
    samples: ['REPLACE action without text in header_checks map'],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'bad {REPLACE|PREPEND} header text "{value}" in {setting:word} map -- need "headername: headervalue"',
    samples: ['bad REPLACE header text "foo" in header_checks map -- need "headername: headervalue"'],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'unsupported command in {setting:word} map: {value}',
    samples: ['unsupported command in smtp_header_checks map: HOLD'],
  },

  // global/server_acl.c
  {
    action: 'compatibility_default',
    text: 'using {?using ?}backwards-compatible default setting {setting:word}={value}',
    samples: [
      'using backwards-compatible default setting mynetworks_style=subnet to permit request from client "192.0.2.1"',
      'using backwards-compatible default setting relay_domains=$mydestination to flush mail for domain "example.com"',
      'using backwards-compatible default setting relay_domains=$mydestination to update fast-flush logfile for domain "example.com"',
    ],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{setting:word}: {table}: {mynetworks|table} lookup error -- ignoring the remainder of this access list',
    samples: [
      'postscreen_access_list: cidr:/etc/postfix/access.cidr: table lookup error -- ignoring the remainder of this access list',
      'postscreen_access_list: permit_mynetworks: mynetworks lookup error -- ignoring the remainder of this access list',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: unknown command: {value} -- ignoring the remainder of this access list',
    samples: ['postscreen_access_list: unknown command: permitt -- ignoring the remainder of this access list'],
  },
  {
    action: 'table_bad_result',
    level: 'warning',
    text: 'table {table}: lookup result "{value}" is not allowed -- ignoring remainder of access list',
    samples: ['table cidr:/etc/postfix/access.cidr: lookup result "cidr:/x" is not allowed -- ignoring remainder of access list'],
  },
  // global/resolve_clnt.c
  {
    action: 'resolve_failed',
    level: 'warning',
    text: 'resolve_clnt: null {transport|recipient} result for: <{recipient}>',
    samples: ['resolve_clnt: null transport result for: <user@example.com>'],
  },
  // global/tok822_parse.c
  {
    action: 'bad_mail_address',
    level: 'warning',
    text: 'stripping too many comments from address: {target}...',
    samples: ['stripping too many comments from address: (((a)b)c)...'],
  },
  // global/rfc2047_code.c
  {
    action: 'header_encoding_failed',
    level: 'warning',
    text: 'rfc2047_encode: {error}',
    samples: ['rfc2047_encode: encoder called with empty input', "rfc2047_encode: unreasonable charset name: 'x y'"],
  },
  // global/smtp_stream.c
  {
    action: 'input_disabled',
    level: 'warning',
    text: 'disabling input from {client_ip:text}',
    samples: ['disabling input from 192.0.2.1'],
  },
  // global/sasl_mech_filter.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: "sasl_mech_filter: SASL mechanism filter failed for: '{value}'",
    samples: ["sasl_mech_filter: SASL mechanism filter failed for: 'PLAIN'"],
  },
  // global/mbox_open.c, dot_lockfile.c, util/safe_open.c
  {
    action: 'mailbox_lock_failed',
    level: 'warning',
    text: 'unable to create lock file {path:word}: {error}',
    samples: ['unable to create lock file /var/mail/user.lock: Permission denied'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: '{path}: file status changed unexpectedly',
    samples: ['/var/mail/user: file status changed unexpectedly'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: '{path}: cannot change file ownership: {error}',
    samples: ['/var/mail/user: cannot change file ownership: Operation not permitted'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{path}: bad open file status: {error}',
    samples: ['/var/mail/user: bad open file status: Bad file descriptor'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{path:word}: {cannot|file} {error}',
    samples: [
      '/etc/mailname: cannot open file: No such file or directory',
      '/etc/mailname: file has 2 hard links',
      '/etc/mailname: file is a directory',
    ],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{path:word}: read error: {error}',
    samples: ['/etc/mailname: read error: Input/output error'],
  },

  // global/pipe_command.c, util/spawn_command.c
  {
    action: 'command_timeout',
    level: 'warning',
    text: 'pipe_command_{write|read|wait_or_kill}: {detail} time limit exceeded',
    samples: ['pipe_command_read: read time limit exceeded', 'pipe_command_wait_or_kill: child wait time limit exceeded'],
  },
  {
    action: 'command_timeout',
    level: 'warning',
    text: '{path}: process id {child_pid}: command time limit exceeded',
    samples: ['/usr/bin/perl: process id 4711: command time limit exceeded'],
  },
  {
    action: 'kill_failed',
    level: 'warning',
    text: 'cannot kill process (group) {child_pid}: {error}',
    samples: ['cannot kill process (group) 4711: Operation not permitted'],
  },
  {
    action: 'chdir_failed',
    level: 'fatal',
    text: 'cannot change directory to "{path}" for uid={uid} gid={}: {error}',
    samples: ['cannot change directory to "/home/user" for uid=1000 gid=1000: Permission denied'],
  },
  {
    action: 'exec_failed',
    level: 'fatal',
    text: '{pipe_command|spawn_comand|vstream_popen}: execvp {path:word}: {error}',
    samples: ['pipe_command: execvp /usr/bin/procmail: No such file or directory'],
  },
  {
    action: 'exec_failed',
    level: 'fatal',
    text: '{execv|execvp|execl} {path:word}: {error}',
    samples: ['execvp /usr/bin/procmail: No such file or directory'],
  },
  {
    action: 'exec_failed',
    level: 'warning',
    text: 'fork{? {path}?}: {error}',
    samples: ['fork: Cannot allocate memory', 'fork /usr/libexec/postfix/smtpd: Resource temporarily unavailable'],
  },
  {
    action: 'system_call_failed',
    level: 'warning',
    text: '{setsid failed|child: setsid|parent: kill}: {error}',
    samples: ['setsid failed: Operation not permitted'],
  },
  {
    action: 'command_run',
    text: 'running: {path}',
    samples: ['running: PATH=/bin:/usr/bin; (ddd smtpd 4711 & sleep 5)'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'no {setting:word} variable set up',
    samples: ['no debugger_command variable set up'],
  },

  // util/watchdog.c
  {
    action: 'watchdog_timeout',
    level: 'fatal',
    text: 'watchdog timeout',
    samples: ['watchdog timeout'],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: 'watchdog_{create|destroy}: {error}',
    samples: ['watchdog_create: sigaction(SIGALRM): Invalid argument'],
  },
  {
    action: 'system_call_failed',
    level: 'warning',
    text: 'watchdog_event: write watchdog_pipe: {error}',
    samples: ['watchdog_event: write watchdog_pipe: Bad file descriptor'],
  },
  // util/mymalloc.c, vstring.c
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: '{mymalloc|myrealloc}: insufficient memory for {size} bytes: {error}',
    samples: ['mymalloc: insufficient memory for 4096 bytes: Cannot allocate memory'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: 'vstring_extend: length overflow',
    samples: ['vstring_extend: length overflow'],
  },
  // util/msg.c
  {
    action: 'too_many_errors',
    level: 'fatal',
    text: 'too many errors - program terminated',
    samples: ['too many errors - program terminated'],
  },

  // global/mail_conf_*.c, attr_override.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad {boolean|numerical} configuration: {setting:word} = {value}',
    samples: ['bad boolean configuration: smtpd_helo_required = maybe', 'bad numerical configuration: message_size_limit = 10M'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid {setting:word} parameter value {value} {<|>} {limit}',
    samples: ['invalid message_size_limit parameter value -1 < 0'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad string length {?(?}{} {<|>} {limit}{?)?}: {setting:word} = {value}',
    samples: ['bad string length 0 < 1: myhostname = ', 'bad string length (0 < 1): mail_owner = '],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'parameter {setting:word}: bad time value or unit: {value}',
    samples: ['parameter maximal_queue_lifetime: bad time value or unit: 5x'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid {setting:word}: {value} ({min|max} {limit})',
    samples: ['invalid maximal_queue_lifetime: 999999999 (max 8640000)'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'malformed option: {error}: "...{value}..."',
    samples: ['malformed option: missing \'=\' after attribute name: "...timeout..."'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'unknown option: "{setting:word} = {value}"',
    samples: ['unknown option: "timeoutt = 10s"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{setting:word}: bad time value or unit: {value}',
    samples: ['timeout: bad time value or unit: 5x'],
  },
  // util/extpar.c, split_nameval.c, by way of global/mail_parm_split.c, util/clean_env.c, global/config_known_tcp_ports.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{clean_env|update_env}: {error} in: {value}',
    samples: ["clean_env: missing '=' after attribute name in: TZ x"],
  },
  {
    action: 'bad_address',
    level: 'fatal',
    text: '{target}: {missing host information|missing service information|malformed IPv6 address|valid hostname or network address required|garbage after numerical service|garbage after "]"|missing "]"}',
    samples: ['[::1:10025: missing "]"', 'localhost: missing service information'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{setting:word}: {missing|syntax error|no pattern} {error}',
    samples: [
      'export_environment: missing \'}\' in text: "{ TZ = x"',
      "mynetworks: no pattern after '!'",
      'import_environment: syntax error after \'}\' in "{a}b"',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: {missing|syntax error} {error}',
    samples: ['smtpd_recipient_restrictions: missing \'}\' in text: "{ reject"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: in "{value}" is not in "name = value" form',
    samples: ['known_tcp_ports: in "smtp" is not in "name = value" form'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: in "{value}": {error}',
    samples: ['known_tcp_ports: in "smtp=99999": bad port'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: bad input: {value}',
    samples: ['internal_mail_filter_classes: bad input: bouncee', 'smtputf8_autodetect_classes: bad input: foo'],
  },
  // util/mystrtok.c, match_list.c, match_ops.c, cidr_match.c
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: #comment after other text is not allowed: {value}',
    samples: ['mynetworks: #comment after other text is not allowed: # our ...'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: comment at end of line is not supported: {value}',
    samples: ['mynetworks: comment at end of line is not supported: # our network'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'match_list_parse: {error}',
    samples: ["match_list_parse: no pattern after '!'", 'match_list_parse: read file /etc/postfix/mynetworks: Is a directory'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{?{setting:word}: ?}{table}: table lookup problem',
    samples: ['mynetworks: hash:/etc/postfix/networks: table lookup problem', 'hash:/etc/postfix/networks: table lookup problem'],
  },
  {
    action: 'table_lookup_error',
    level: 'fatal',
    text: '{?{setting:word}: ?}{table}: table lookup problem',
    samples: ['mynetworks: hash:/etc/postfix/networks: table lookup problem'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{?{setting:word}: ?}non-null host address bits in "{value}", perhaps you should use "{}" instead',
    samples: [
      'smtpd_client_event_limit_exceptions: non-null host address bits in "192.0.2.1/24", perhaps you should use "192.0.2.0/24" instead',
      'non-null host address bits in "192.0.2.1/24", perhaps you should use "192.0.2.0/24" instead',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{?{setting:word}: ?}non-null host address bits in "{value}", perhaps you should use "{}" instead',
    samples: ['mynetworks: non-null host address bits in "192.0.2.1/24", perhaps you should use "192.0.2.0/24" instead'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{?{setting:word}: ?}{bad mask value|bad mask length|bad network value|bad address pattern:} {?in ?}"{value}"',
    samples: [
      'mynetworks: bad mask length in "192.0.2.0/33"',
      'mynetworks: bad address pattern: "192.0.2"',
      'bad network value in "192.0/16"',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{?{setting:word}: ?}{bad mask value|bad mask length|bad network value|bad address pattern:} {?in ?}"{value}"',
    samples: ['mynetworks: bad mask length in "192.0.2.0/33"', 'mynetworks: bad address pattern: "192.0.2"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{?{setting:word}: ?}{missing \']\' character|garbage} after "{value}"',
    samples: ['mynetworks: garbage after "[::1]"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{?{setting:word}: ?}{missing \']\' character|garbage} after "{value}"',
    samples: ['mynetworks: garbage after "[::1]"'],
  },
  // util/name_mask.c, byte_mask.c
  {
    action: 'setting_error',
    level: 'warning',
    text: 'unknown {setting} value "{value}" in "{}"',
    samples: ['unknown smtpd_discard_ehlo_keywords value "foo" in "pipelining, foo"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'unknown {setting} value "{value}" in "{}"',
    samples: [
      'unknown smtp_sasl_security_options value "noplain" in "noplain, noanonymous"',
      'unknown local_header_rewrite_clients value "x" in "x"',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{name_mask|str_name_mask|byte_mask}: unknown {setting} bit in mask: {value}',
    samples: ['name_mask: unknown cleanup flag bit in mask: 0x80000'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{name_mask|str_name_mask|byte_mask}: unknown {setting} bit in mask: {value}',
    samples: ['name_mask: unknown cleanup flag bit in mask: 0x80000'],
  },
  // util/mac_expand.c, mac_parse.c
  {
    action: 'setting_error',
    level: 'warning',
    text: '{unreasonable macro call nesting|macro name syntax error|truncated macro reference|empty macro name}: "{value}"',
    samples: ['unreasonable macro call nesting: "${a${a"', 'macro name syntax error: "my-name"', 'truncated macro reference: "${myhost"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{attribute name syntax error at|unexpected input at|bad operator suffix at}: "{value}"',
    samples: ['attribute name syntax error at: "...my>>>-name"', 'unexpected input at: "...{x>>>}"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{error} expected at: "{value}"',
    samples: ['"?" or ":" expected at: "...{x}>>>y"', 'logical operator expected at: "...a}>>>b"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'unbalanced {} in attribute expression: "{value}"',
    samples: ['unbalanced {} in attribute expression: "{x"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'unknown function "{setting}" at{?:?} {value}',
    samples: ['unknown function "domain_to_x" at: "...{domain_to_x>>>{y}"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'mac_exp_eval: bad conversion: {value}',
    samples: ['mac_exp_eval: bad conversion: 99999999999999999999'],
  },
  // global/compat_level.c
  {
    action: 'setting_error',
    level: 'warning',
    text: 'malformed compatibility level syntax: "{value}"',
    samples: ['malformed compatibility level syntax: "three"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'malformed compatibility level syntax: "{value}"',
    samples: ['malformed compatibility level syntax: "three"'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'compat_level_{from_numbers|to_string}: bad {error}: {value}',
    samples: ['compat_level_from_numbers: bad major version: 2048'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'compat_level_{from_numbers|to_string}: bad {error}: {value}',
    samples: ['compat_level_from_numbers: bad major version: 2048'],
  },
  // global/map_search.c
  {
    action: 'setting_error',
    level: 'warning',
    text: '{malformed|empty|unknown} map {specification|attribute}{? in?}: {error}',
    samples: [
      'malformed map specification: \'missing "}" in text\'',
      "empty map specification: ''",
      'malformed map attribute: missing value',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "{malformed|unknown} map attribute in '{value}': '{setting}'",
    samples: ["unknown map attribute in '{ hash:/x { a = b } }': 'a'"],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "unknown search type '{setting}' in '{value}'",
    samples: ["unknown search type 'x' in '{ hash:/x { search_order = x } }'"],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "expected maptype:mapname instead of '{value}'",
    samples: ["expected maptype:mapname instead of '/etc/postfix/x'"],
  },

  // global/mail_params.c, mail_conf.c, mail_version.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'file {path:word}: {parameter|parameters} {setting}: {error}',
    samples: [
      'file /etc/postfix/main.cf: parameter default_privs: unknown user name value: nobodyy',
      'file /etc/postfix/main.cf: parameter mail_owner: user postfix has same user ID as daemon',
      'file /etc/postfix/main.cf: parameters default_privs and mail_owner: users nobody and postfix have the same user ID: 65534',
      'file /etc/postfix/main.cf: parameter myhostname: bad parameter value: localhost_x',
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'file {path:word}: parameters {setting} specify the same user {value}',
    samples: ['file /etc/postfix/main.cf: parameters default_privs and mail_owner specify the same user postfix'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word} is true, but EAI support is not compiled in',
    samples: ['smtputf8_enable is true, but EAI support is not compiled in'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{setting:word} file {path:word} is empty',
    samples: ['myorigin file /etc/mailname is empty'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'ignoring bad permissions: {setting:word} = {value}',
    samples: ['ignoring bad permissions: maillog_file_permissions = 0888'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{setting} parameter settings must not be identical: {value}',
    samples: ['myhostname and relayhost parameter settings must not be identical: mail.example.com'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: '{setting:word} parameter setting must not contain multiple values: {value}',
    samples: ['myorigin parameter setting must not contain multiple values: a.example b.example'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'parameter {setting:word}: {error}',
    samples: [
      'parameter inet_interfaces: no local interface found for 192.0.2.1',
      'parameter address_verify_sender: value "@example.com" must not start with \'@\'',
    ],
  },
  {
    action: 'setting_error',
    level: 'error',
    text: '{unauthorized|untrusted} configuration directory name: {path}',
    samples: ['unauthorized configuration directory name: /tmp/postfix'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'specify "{setting} = {value}"{? or "{}"?} in {path:word}',
    samples: ['specify "alternate_config_directories = /tmp/x" or "multi_instance_directories = /tmp/x" in /etc/postfix/main.cf'],
  },
  {
    action: 'version_mismatch',
    level: 'warning',
    text: 'Postfix library version mis-match: wanted {version}, found {}',
    samples: ['Postfix library version mis-match: wanted 3.7.11, found 3.7.6'],
  },
  // global/hfrom_format.c, info_log_addr_form.c, int_filt.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid parameter setting "{setting:word} = {value}"',
    samples: ['invalid parameter setting "info_log_address_format = x"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid {setting:word}: "{value}"',
    samples: ['invalid setting: "header_from_format = x"'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid header format code: {value}',
    samples: ['invalid header format code: 9'],
  },
  // global/mynetworks.c, own_inet_addr.c, wildcard_inet_addr.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'bad {setting:word} value: {value}',
    samples: ['bad mynetworks_style value: host, subnet; specify exactly one value'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'config variable {setting:word}: host not found: {value}',
    samples: ['config variable inet_interfaces: host not found: mail.example.com'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: '{mynetworks|mynetworks_core}: unknown address class: {value}',
    samples: ['mynetworks_core: unknown address class: 240.0.0.1'],
  },
  {
    action: 'network_error',
    level: 'warning',
    text: '{mynetworks|mynetworks_core}: skipping unknown address family {value}',
    samples: ['mynetworks_core: skipping unknown address family 17'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: 'could not {find|get} {error}',
    samples: ['could not find any active network interfaces', 'could not get list of wildcard addresses'],
  },
  // global/data_redirect.c
  {
    action: 'file_redirected',
    level: 'warning',
    text: 'request to update {} {path:word} in non-{} directory {}',
    samples: ['request to update table btree:/etc/postfix/smtpd_scache in non-postfix directory /etc/postfix'],
  },
  {
    action: 'file_redirected',
    level: 'warning',
    text: 'redirecting the request to {}-owned {setting:word} {path}',
    samples: ['redirecting the request to postfix-owned data_directory /var/lib/postfix'],
  },
  // global/allowed_prefix.c
  {
    action: 'setting_error',
    level: 'warning',
    text: "request to allowlist prefix with {error}: '{path}'",
    samples: ["request to allowlist prefix with trailing '/': '/etc/postfix/'"],
  },
  // global/debug_peer.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'debug_peer_init: {setting:word} <= 0',
    samples: ['debug_peer_init: debug_peer_level <= 0'],
  },
  // global/maillog_client.c, util/logwriter.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: "{setting:word} value '{value}' does not match any prefix in {}",
    samples: ["maillog_file value '/tmp/maillog' does not match any prefix in maillog_file_prefixes"],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: "logfile '{path}' write error: {error}",
    samples: ["logfile '/var/log/maillog' write error: No space left on device"],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: "open logfile '{path}': {error}",
    samples: ["open logfile '/var/log/maillog': cannot open file: Permission denied"],
  },
  // global/yana_policy.c, pol_stats.c
  {
    action: 'bad_hostname',
    level: 'warning',
    text: "yana_{}: ignoring {malformed|numeric} peer {name|address}: '{target}'",
    samples: ["yana_policy_lookup: ignoring malformed peer name: 'x..example'"],
  },
  {
    action: 'internal_error',
    level: 'warning',
    text: 'pol_stat_{}: {error}',
    samples: ['pol_stat_activate: already active POL_STAT at index 1'],
  },

  // util/inet_proto.c, inet_addr_local.c, inet_addr_host.c
  {
    action: 'protocol_disabled',
    level: 'warning',
    text: '{detail}: disabling {value:word} name/address support: {error}',
    samples: [
      'inet_protocols: disabling IPv6 name/address support: Address family not supported by protocol',
      'inet_protocols: disabling IPv4 name/address support: Address family not supported by protocol',
    ],
  },
  {
    action: 'network_error',
    level: 'warning',
    text: "{unexpected data in|can't open} {path:word} {detail}",
    samples: [
      'unexpected data in /proc/net/if_inet6 - skipping IPv6 configuration',
      "can't open /proc/net/if_inet6 (No such file or directory) - skipping IPv6 configuration",
    ],
  },
  {
    action: 'network_error',
    level: 'warning',
    text: 'ignoring interface with null netmask, address family {value}',
    samples: ['ignoring interface with null netmask, address family 2'],
  },
  {
    action: 'network_error',
    level: 'warning',
    text: 'inet_addr_host: {error}',
    samples: [
      'inet_addr_host: skipping address family 10: Address family not supported by protocol',
      'inet_addr_host: close socket: Bad file descriptor',
    ],
  },
  {
    action: 'address_skipped',
    text: 'inet_addr_host: skipping address family {value} for host "{target}"',
    samples: ['inet_addr_host: skipping address family 16 for host "mail.example.com"'],
  },
  {
    action: 'address_skipped',
    text: 'skipping address family {value} for host {question}',
    samples: ['skipping address family 16 for host mail.example.com'],
  },
  {
    action: 'address_skipped',
    text: 'skipping address family {value:word} for {target}',
    samples: ['skipping address family 16 for mail.example.com:25'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: 'inet_addr_local[{}]: {error}',
    samples: ['inet_addr_local[getifaddrs]: getifaddrs: Cannot allocate memory'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: 'inet_prefix_top: {error}',
    samples: ['inet_prefix_top: inet_ntop: Invalid argument'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: 'inet_ntop: {error}',
    samples: ['inet_ntop: Address family not supported by protocol'],
  },
  // util/inet_connect.c, inet_listen.c, find_inet.c, myaddrinfo.h
  {
    action: 'host_not_found',
    level: 'warning',
    text: 'host or service {target} not found: {error}',
    samples: [
      'host or service localhost:policy not found: Servname not supported for ai_socktype',
      'host or service filter.example.com:10025 not found: Name or service not known',
    ],
  },
  {
    action: 'host_not_found',
    level: 'fatal',
    text: 'host{/service|} {target} not found: {error}',
    samples: ['host/service localhost/policy not found: Servname not supported for ai_socktype'],
  },
  {
    action: 'host_not_found',
    level: 'fatal',
    text: 'host not found: {target}',
    samples: ['host not found: filter.example.com'],
  },
  {
    action: 'host_not_found',
    level: 'fatal',
    text: '{target}: host found but no usable address',
    samples: ['mail.example.com:25: host found but no usable address'],
  },
  {
    action: 'bad_port',
    level: 'fatal',
    text: 'bad port number: {target}',
    samples: ['bad port number: 99999'],
  },
  {
    action: 'bad_port',
    level: 'fatal',
    text: 'unknown service: {service:word}/{}',
    samples: ['unknown service: policy/tcp'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: 'unexpected address {family|length}{?:?} {value}',
    samples: ['unexpected address family: 16', 'unexpected address length 16'],
  },
  {
    action: 'network_error',
    level: 'fatal',
    text: '{hostname_to_sockaddr_pf|hostaddr_to_sockaddr|sockaddr_to_hostaddr|sockaddr_to_hostname}: {error}',
    samples: ['hostaddr_to_sockaddr: Name or service not known'],
  },
  {
    action: 'bind_failed',
    level: 'fatal',
    text: 'bind {local_ip} port {local_port}: {error}',
    samples: ['bind 0.0.0.0 port 25: Address already in use', 'bind 2001:db8::1 port 587: Cannot assign requested address'],
  },
  {
    action: 'bind_failed',
    level: 'fatal',
    text: 'bind: {path:word}: {error}',
    samples: ['bind: public/cleanup: Permission denied'],
  },
  // util/fifo_listen.c, unix_listen.c, unix_dgram_*.c, unix_connect.c, stream_connect.c
  {
    action: 'socket_error',
    level: 'fatal',
    text: 'fifo_listen: {error}',
    samples: ['fifo_listen: create fifo public/pickup: Permission denied', 'fifo_listen: not a fifo: public/pickup'],
  },
  {
    action: 'socket_error',
    level: 'fatal',
    text: '{fchmod|chmod} socket {path:word}: {error}',
    samples: ['chmod socket public/cleanup: Operation not permitted'],
  },
  {
    action: 'socket_error',
    level: 'fatal',
    text: '{?{}: ?}unix-domain name too long: {path}',
    samples: [
      'unix-domain name too long: /var/spool/postfix/private/aaaa',
      'unix_dgram_listen: unix-domain name too long: /var/spool/postfix/public/postlog',
    ],
  },
  {
    action: 'socket_error',
    level: 'fatal',
    text: '{unix_dgram_connect|unix_dgram_listen|unix_recv_fd|stream_connect|stream_send_fd|pass_trigger}: {error}',
    samples: [
      'unix_dgram_connect: socket: Too many open files',
      'stream_connect: send file descriptor: Broken pipe',
      'pass_trigger: pipe: Too many open files',
      'unix_recv_fd: control level 9 != SOL_SOCKET',
    ],
  },
  {
    action: 'socket_error',
    level: 'warning',
    text: 'unix_{recv_fd|send_fd}: {error}',
    samples: ['unix_recv_fd: your system has no support for file descriptor passing'],
  },
  {
    action: 'socket_error',
    level: 'warning',
    text: '{pass_accept|pass_accept_attr}: {error}',
    samples: [
      'pass_accept: timeout receiving file descriptor: Connection timed out',
      'pass_accept_attr: cannot receive connection attributes: Success',
    ],
  },
  {
    action: 'socket_error',
    level: 'fatal',
    text: 'stream connections are not implemented',
    samples: ['stream connections are not implemented'],
  },
  {
    action: 'socket_error',
    level: 'warning',
    text: 'setsockopt {SO_SNDBUF|SO_RCVBUF} {size}: {error}',
    samples: ['setsockopt SO_RCVBUF 65536: No buffer space available'],
  },
  {
    action: 'socket_error',
    level: 'warning',
    text: 'vstream_tweak_tcp: {error}',
    samples: ['vstream_tweak_tcp: setsockopt TCP_NODELAY: Invalid argument'],
  },
  {
    action: 'socket_error',
    level: 'warning',
    text: 'socketpair: {error} (trying again)',
    samples: ['socketpair: No buffer space available (trying again)'],
  },
  {
    action: 'socket_error',
    level: 'fatal',
    text: 'setsockopt({setting}): {error}',
    samples: ['setsockopt(SO_REUSEADDR): Invalid argument', 'setsockopt(IPV6_V6ONLY): Invalid argument'],
  },
  {
    action: 'descriptors_exhausted',
    level: 'warning',
    text: 'could allocate space for only {limit} open files',
    samples: ['could allocate space for only 1024 open files'],
  },
  {
    action: 'descriptors_exhausted',
    level: 'fatal',
    text: '{descriptor|fd} {value:word} does not fit {?in ?}FD_SETSIZE{? {limit}?}',
    samples: ['descriptor 1024 does not fit FD_SETSIZE 1024', 'fd 1024 does not fit in FD_SETSIZE'],
  },
  // util/events.c
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: '{event_loop|event_extend|event_enable_read|event_enable_write|event_disable_readwrite}: {error}',
    samples: ['event_loop: epoll_wait: Bad file descriptor', 'event_enable_read: epoll_ctl EPOLL_CTL_ADD: No such file or directory'],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: 'unable to determine open file limit',
    samples: ['unable to determine open file limit'],
  },
  // util/nbbio.c, timed_read.c, timed_write.c
  {
    action: 'io_stalled',
    level: 'warning',
    text: '{?nbbio_event: ?}{read|write}() returns EAGAIN on {detail}',
    samples: [
      'nbbio_event: read() returns EAGAIN on readable descriptor',
      'read() returns EAGAIN on a readable file descriptor!',
      'write() returns EAGAIN on a writable file descriptor!',
    ],
  },
  {
    action: 'io_stalled',
    level: 'warning',
    text: 'pausing to avoid going into a tight select/{read|write} loop!',
    samples: ['pausing to avoid going into a tight select/read loop!'],
  },
  // util/sane_link.c, sane_rename.c
  {
    action: 'nfs_error_ignored',
    text: '{sane_link|sane_rename}({path},{}): worked around spurious NFS error',
    samples: ['sane_rename(incoming/4ABC01234,active/4ABC01234): worked around spurious NFS error'],
  },
  // util/make_dirs.c, scan_dir.c, load_file.c, edit_file.c, file_limit.c, fsspace.c, vstream.c
  {
    action: 'file_error',
    level: 'warning',
    text: 'make_dirs: {stat|chgrp} {path:word}: {error}',
    samples: ['make_dirs: stat /var/mail: Permission denied'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'scan_dir_{push: open|pop: close} directory {path}: {error}',
    samples: [
      'scan_dir_push: open directory defer: Permission denied',
      'scan_dir_push: open directory /var/spool/postfix/incoming: No such file or directory',
    ],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{read file|open lockfile|seek file|remove|unlink|truncate|fstat|stat|read|lock|statfs|statvfs} {path:word}: {error}',
    samples: [
      'read /etc/postfix/main.cf: Is a directory',
      'fstat /etc/postfix/main.cf: Bad file descriptor',
      'statvfs .: Function not implemented',
      'lock /etc/aliases.db: No locks available',
      'seek file /var/mail/user: Illegal seek',
    ],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: '{fstat|stat}({path}): {error}',
    samples: ['fstat(/etc/aliases.cdb.tmp): Bad file descriptor'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'close {path:word}: {error}',
    samples: ['close /etc/aliases.db: Bad file descriptor'],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: 'fchmod {path:word} {value:word}: {error}',
    samples: ['fchmod /var/log/maillog 0600: Operation not permitted'],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: 'fcntl: {get|set} {detail}: {error}',
    samples: ['fcntl: get flags: Bad file descriptor', 'fcntl: set non-blocking flag on: Bad file descriptor'],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: 'fcntl F_DUPFD {value}: {error}',
    samples: ['fcntl F_DUPFD 128: Too many open files'],
  },
  {
    action: 'exec_failed',
    level: 'fatal',
    text: 'load_library_symbols: {dlopen failure loading|dlsym failure looking up|shl_findsym failure looking up} {path}: {error}',
    samples: [
      'load_library_symbols: dlopen failure loading /usr/lib/postfix/postfix-mysql.so: libmysqlclient.so.21: cannot open shared object file',
      'load_library_symbols: dlsym failure looking up dict_mysql_open in /usr/lib/postfix/postfix-mysql.so: undefined symbol',
    ],
  },
  // util/chroot_uid.c, set_eugid.c, set_ugid.c
  {
    action: 'privilege_change_failed',
    level: 'fatal',
    text: 'unknown user: {user}',
    samples: ['unknown user: postfixx'],
  },
  {
    action: 'privilege_change_failed',
    level: 'fatal',
    text: '{?set_eugid: ?}{setgid|setuid|seteuid|setegid|setgroups|chroot|chdir}({value}): {error}',
    samples: [
      'setgid(89): Operation not permitted',
      'set_eugid: seteuid(0): Operation not permitted',
      'chroot(/var/spool/postfix): Operation not permitted',
      'setgroups(1, &89): Operation not permitted',
    ],
  },
  {
    action: 'privilege_change_failed',
    level: 'fatal',
    text: 'initgroups: {error}',
    samples: ['initgroups: Operation not permitted'],
  },
  // global/mypwd.c
  {
    action: 'user_lookup_failed',
    level: 'warning',
    text: '{getpwuid_r|getpwnam_r}: {error}',
    samples: ['getpwnam_r: Connection refused'],
  },
  // util/get_hostname.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'unable to use my own hostname',
    samples: ['unable to use my own hostname'],
  },
  // util/vbuf_print.c, warn_stat.c, wrap_fcntl.c
  {
    action: 'internal_error',
    level: 'warning',
    text: 'vbuf_print: bad {width|precision} {error}',
    samples: ['vbuf_print: bad width -3 in %*s'],
  },
  {
    action: 'internal_error',
    level: 'warning',
    text: 'this program was built for 32-bit file handles, but some number does not fit in 32 bits',
    samples: ['this program was built for 32-bit file handles, but some number does not fit in 32 bits'],
  },
  {
    action: 'internal_error',
    level: 'warning',
    text: 'possible solution: recompile in 64-bit mode, or recompile in 32-bit mode with {}',
    samples: ["possible solution: recompile in 64-bit mode, or recompile in 32-bit mode with 'large file' support"],
  },
  {
    action: 'internal_error',
    level: 'warning',
    text: '{value:word}: unexpected cmd={}',
    samples: ['wrap_fcntl: unexpected cmd=1031'],
  },
  {
    action: 'internal_error',
    level: 'warning',
    text: 'mail_addr_find_opt: do not specify both MA_FIND_PDMS and MA_FIND_PDDMDS',
    samples: ['mail_addr_find_opt: do not specify both MA_FIND_PDMS and MA_FIND_PDDMDS'],
  },
  // util/ossl_digest.c
  {
    action: 'tls_library_error',
    level: 'warning',
    text: 'error:{error}',
    samples: ['error:0308010C:digital envelope routines::unsupported:crypto/evp/evp_fetch.c:373:Global default library context'],
  },

  // A system call that failed, with nothing to say where: util/*.c, global/pipe_command.c, mail_copy.c, maillog_client.c
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: '{?{pipe_command|spawn_comand|vstream_popen|doze|sigresume|sigdelay|timed_waitpid|dict_env}: ?}{socket|socketpair|listen|fork|wait|pipe|dup2|poll|select|write|fstat|setenv|unsetenv|gethostname|ulimit|getrlimit|setrlimit|no time|strftime|sigprocmask|epoll_create|kqueue|open /dev/poll}: {error}',
    samples: [
      'socket: Too many open files',
      'pipe_command: pipe: Too many open files',
      'wait: No child processes',
      'fork: Cannot allocate memory',
      'gethostname: Function not implemented',
    ],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: '{signal|sigaction|timed_waitpid: sigaction|clock_gettime|gettimeofday}({}){? failed?}: {error}',
    samples: ['signal(SIGXFSZ,SIG_IGN): Invalid argument', 'clock_gettime() failed: Invalid argument'],
  },
  {
    action: 'system_call_failed',
    level: 'fatal',
    text: 'setenv{(| }{setting}: {error}',
    samples: ['setenv MAIL_LOGTAG postfix: Cannot allocate memory', 'setenv(TZ, UTC): Cannot allocate memory'],
  },
  {
    action: 'system_call_failed',
    level: 'warning',
    text: 'close: {error}',
    samples: ['close: Bad file descriptor'],
  },

  // util/load_file.c, dict_stream.c, match_list.c, global/mail_conf.c
  {
    action: 'file_error',
    level: 'fatal',
    text: 'open {?file ?}{path}: {error}',
    samples: ['open /etc/postfix/main.cf: Permission denied', 'open file /etc/postfix/mynetworks: No such file or directory'],
  },
  {
    action: 'file_error',
    level: 'error',
    text: 'open {?file ?}{path}: {error}',
    samples: ['open /etc/postfix/virtual.pcre: No such file or directory'],
  },

  // util/msg.c: what should be impossible
  {
    action: 'panic',
    level: 'panic',
    text: '{detail}',
    samples: ['myfree: corrupt or unallocated memory block', 'vstream_fflush_some: read/write stream', 'rec_put_type: bad record type -1'],
  },
];

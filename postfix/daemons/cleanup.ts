/** cleanup (src/cleanup/). */
import type { Pattern } from '../pattern.js';

// Where the message came from, and its envelope (cleanup_act_log() in cleanup/cleanup_message.c). A sender writes the content in
// front of it and could write the same words there; so the content is taken as long as can be.
const content = '{content:greedy}';
const envelope = ';{? from=<{sender}>?}{? to=<{recipient}>?}{? proto={protocol}?}{? helo=<{helo:address}>?}';
const context = `from {?{client}?}{?local?}{?unknown?}${envelope}`;

export const cleanup: readonly Pattern[] = [
  // cleanup/cleanup_message.c
  {
    action: 'message_id',
    text: 'message-id={message_id}',
    samples: [
      'message-id=<20261124030000.4KD2QR3@mail.example.com>',
      'message-id=<>',
      'message-id=no-brackets@mail.example.com',
      'message-id=<cut.off.at.some.length@mail.exam',
      'message-id=<abc@mail.example.com> (added by postmaster@example.com)',
      'message-id=',
    ],
  },
  {
    action: 'message_id',
    text: 'resent-message-id={resent_message_id}',
    samples: ['resent-message-id=<20261124030000.4KD2QR3@mail.example.com>'],
  },
  {
    action: 'reject',
    text: `reject: mime-error {restriction}: ${content} ${context}`,
    samples: [
      'reject: mime-error improper use of 8-bit data in message header: Subject: gr??n from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org>',
      'reject: mime-error MIME nesting exceeds safety limit: --x from local; from=<> to=<unknown>',
    ],
  },
  {
    action: 'reject',
    text: `reject: {stage} ${content} ${context}: {enhanced_code:enhanced} {restriction}`,
    samples: [
      'reject: header Subject: buy now from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<client.example.com>: 5.7.1 message content rejected',
      'reject: body buy now; from=<x@example.com> from mail.example.com[2001:db8::25]:51234; from=<> to=<b@example.org> proto=SMTP helo=<mail.example.com>: 4.7.1 later',
      'reject: header X-Test: 1 from local; from=<root@example.org>: 5.7.1 no',
      'reject: header Subject: a from b[192.0.2.99]; from=<c@example.com>: 5.7.1 fake from unknown[192.0.2.7]; from=<"a b"@example.com> to=<b@example.org> proto=ESMTP helo=<x>: 5.7.1 real',
      'reject: content x from unknown[192.0.2.7]; from=<a@example.com> proto=ESMTP helo=<x>: 5.7.1 no',
    ],
  },
  {
    action: 'warn',
    text: `warning: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'warning: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<client.example.com>',
      'warning: header Subject: test from local; from=<a@example.com> to=<b@example.org>: seen here',
      'warning: body http://example.net/ from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: link',
    ],
  },
  {
    action: 'info',
    text: `info: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'info: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<client.example.com>: noted',
    ],
  },
  {
    action: 'replace',
    text: `replace: {stage} ${content} ${context}: {detail}`,
    samples: [
      'replace: header Received: from laptop.example.com (unknown [192.0.2.7]) by mail.example.org from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<laptop.example.com>: Received: from [127.0.0.1]',
      'replace: body secret from local; from=<a@example.com> to=<b@example.org>: ******',
    ],
  },
  {
    action: 'prepend',
    text: `prepend: {stage} ${content} ${context}: {detail}`,
    samples: [
      'prepend: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: X-Checked: yes',
    ],
  },
  {
    action: 'strip',
    text: `strip: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: ['strip: header X-Mailer: foo from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: gone'],
  },
  {
    action: 'hold',
    text: `hold: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: ['hold: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>'],
  },
  {
    action: 'discard',
    text: `discard: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: ['discard: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: spam'],
  },
  {
    action: 'pass',
    text: `pass: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: ['pass: header X-Ok: 1 from local; from=<a@example.com> to=<b@example.org>'],
  },
  {
    // #ifdef DELAY_ACTION
    action: 'delay',
    text: `delay: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: ['delay: header Subject: test from local; from=<a@example.com> to=<b@example.org>: 2h'],
  },
  {
    action: 'filter',
    text: `filter: {stage} ${content} ${context}: {transport}:{next_hop}`,
    samples: [
      'filter: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: smtp-amavis:[127.0.0.1]:10024',
    ],
  },
  {
    action: 'redirect',
    text: `redirect: {stage} ${content} ${context}: {redirect_to}`,
    samples: [
      'redirect: header Subject: test from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: c@example.org',
    ],
  },
  {
    action: 'bcc',
    text: `bcc: {stage} ${content} ${context}: {redirect_to}`,
    samples: ['bcc: header Subject: test from local; from=<a@example.com> to=<b@example.org>: archive@example.org'],
  },

  // cleanup/cleanup_milter.c: what a Milter decided at the end of the message. The reply code is not logged.
  {
    action: 'milter_reject',
    text: `milter-reject: {stage:text} from {client}: {enhanced_code:enhanced} {restriction}${envelope}`,
    samples: [
      'milter-reject: END-OF-MESSAGE from unknown[192.0.2.7]: 5.7.1 Spam message rejected; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
      'milter-reject: END-OF-MESSAGE from localhost[::1]: 4.7.0 Service unavailable; from=<a@example.com>',
    ],
  },
  {
    action: 'milter_reject',
    text: `milter-reject: {stage:text} from {client}: {restriction}${envelope}`,
    samples: [
      'milter-reject: END-OF-MESSAGE from unknown[192.0.2.7]: Go away; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'milter_reject',
    text: 'milter-reject: {stage:text} from {client}: {enhanced_code:enhanced} {detail}',
    samples: [
      'milter-reject: END-OF-MESSAGE from unknown[192.0.2.7]: 5.7.1 no; from=<a>b@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'milter_hold',
    text: `milter-hold: {stage:text} from {client}: {restriction}${envelope}`,
    samples: [
      'milter-hold: END-OF-MESSAGE from unknown[192.0.2.7]: milter triggers HOLD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  {
    action: 'milter_discard',
    text: `milter-discard: {stage:text} from {client}: {restriction}${envelope}`,
    samples: [
      'milter-discard: END-OF-MESSAGE from unknown[192.0.2.7]: milter triggers DISCARD action; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>',
    ],
  },
  // cleanup/cleanup_milter.c: milter_header_checks
  {
    action: 'reject',
    text: `milter-{header|body}-reject: {stage} ${content} ${context}: {enhanced_code:enhanced} {restriction}`,
    samples: [
      'milter-header-reject: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: 5.7.1 message content rejected',
    ],
  },
  {
    action: 'filter',
    text: `milter-{header|body}-filter: {stage} ${content} ${context}: {transport}:{next_hop}`,
    samples: [
      'milter-header-filter: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: spam:[127.0.0.1]:10026',
    ],
  },
  {
    action: 'redirect',
    text: `milter-{header|body}-redirect: {stage} ${content} ${context}: {redirect_to}`,
    samples: [
      'milter-header-redirect: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: spam@example.org',
    ],
  },
  {
    action: 'bcc',
    text: `milter-{header|body}-bcc: {stage} ${content} ${context}: {redirect_to}`,
    samples: [
      'milter-header-bcc: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: archive@example.org',
    ],
  },
  {
    action: 'hold',
    text: `milter-{header|body}-hold: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'milter-header-hold: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: ',
    ],
  },
  {
    action: 'discard',
    text: `milter-{header|body}-discard: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'milter-header-discard: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: spam',
    ],
  },
  // global/header_body_checks.c, with cleanup_milter_hbc_log()
  {
    action: 'warn',
    text: `milter-{header|body}-warning: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'milter-header-warning: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: seen',
    ],
  },
  {
    action: 'info',
    text: `milter-{header|body}-info: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'milter-header-info: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: seen',
    ],
  },
  {
    action: 'replace',
    text: `milter-{header|body}-replace: {stage} ${content} ${context}: {detail}`,
    samples: [
      'milter-header-replace: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: X-Spam-Flag: perhaps',
    ],
  },
  {
    action: 'prepend',
    text: `milter-{header|body}-prepend: {stage} ${content} ${context}: {detail}`,
    samples: [
      'milter-header-prepend: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: X-Note: spam',
    ],
  },
  {
    action: 'strip',
    text: `milter-{header|body}-strip: {stage} ${content} ${context}{?: {restriction}?}`,
    samples: [
      'milter-header-strip: header X-Spam-Flag: YES from unknown[192.0.2.7]; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>: ',
    ],
  },

  // cleanup/cleanup_api.c
  { action: 'removed', text: 'removed ({detail})', samples: ['removed (canceled)', 'removed (discarded)'] },
  // cleanup/cleanup_masquerade.c
  {
    action: 'table_lookup_error',
    text: '{setting:word} {map lookup problem|lookup error} -- {message not accepted, try again later|deferring delivery}',
    samples: [
      'masquerade_exceptions map lookup problem -- message not accepted, try again later',
      'masquerade_exceptions lookup error -- deferring delivery',
    ],
  },
  // cleanup/cleanup_message.c, cleanup_envelope.c, cleanup_extracted.c
  {
    action: 'message_rejected',
    level: 'warning',
    text: 'message rejected: {restriction}',
    samples: [
      'message rejected: hopcount exceeded',
      'message rejected: no Received: header',
      'message rejected: missing sender envelope record',
      'message rejected: unexpected record type 78 in envelope',
      'message rejected: malformed attribute: missing attribute name: =value',
      'message rejected: bad DSN RET record <x>',
      'message rejected: attribute count exceeds limit 100',
    ],
  },
  {
    action: 'message_rejected',
    level: 'warning',
    text: 'message not accepted, try again later',
    samples: ['message not accepted, try again later'],
  },
  {
    action: 'message_rejected',
    level: 'warning',
    text: 'deferring delivery of this message',
    samples: ['deferring delivery of this message'],
  },
  { action: 'queue_file_too_large', level: 'warning', text: 'queue file size limit exceeded', samples: ['queue file size limit exceeded'] },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'write queue file: {error}',
    samples: ['write queue file: No space left on device'],
  },
  {
    action: 'message_discarded',
    level: 'warning',
    text: 'record type {value:integer} not allowed - discarding this message',
    samples: ['record type 70 not allowed - discarding this message'],
  },
  { action: 'read_timeout', level: 'warning', text: 'read timeout on {path}', samples: ['read timeout on unix-domain socket'] },
  {
    action: 'attribute_ignored',
    level: 'warning',
    text: 'ignoring malformed header: {content}',
    samples: ["ignoring malformed header: 'TLS-Required: perhaps'"],
  },
  {
    action: 'attribute_ignored',
    level: 'warning',
    text: 'ignoring {out-of-order|malformed} {detail} record <{value}>',
    samples: [
      'ignoring out-of-order DSN original recipient record <rfc822;b@example.org>',
      'ignoring out-of-order DSN notify record <4>',
      'ignoring malformed dsn notify record <x>',
    ],
  },
  {
    action: 'attribute_ignored',
    level: 'warning',
    text: 'ignoring bad {delay time|extra flags|VERP request}: {value}',
    samples: ['ignoring bad delay time: x', 'ignoring bad extra flags: 0x400000', 'ignoring bad VERP request: "+"'],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'ignoring bad DELAY argument {value} in {setting:word} map',
    samples: ['ignoring bad DELAY argument soon in header_checks map'],
  },
  {
    action: 'attribute_ignored',
    level: 'warning',
    text: 'ignoring VERP request for null sender',
    samples: ['ignoring VERP request for null sender'],
  },
  {
    action: 'attribute_ignored',
    level: 'warning',
    text: 'spurious null attribute value for "{setting}" -- ignored',
    samples: ['spurious null attribute value for "encoding" -- ignored'],
  },
  // cleanup/cleanup_map11.c, cleanup_map1n.c, cleanup_addr.c
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{setting:word} map lookup problem{? for {key}?} -- {message not accepted, try again later|deferring delivery}',
    samples: [
      'virtual_alias_maps map lookup problem for b@example.org -- message not accepted, try again later',
      'canonical_maps map lookup problem for a b@example.org -- deferring delivery',
      'header_checks map lookup problem -- message not accepted, try again later',
    ],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{setting:word} map lookup problem for {key}',
    samples: ['sender_canonical_maps map lookup problem for a@example.com'],
  },
  {
    action: 'table_lookup_error',
    level: 'warning',
    text: '{setting:word} lookup {problem|error}{? -- deferring delivery?}',
    samples: ['recipient_bcc_maps lookup problem', 'milter_header_checks lookup error -- deferring delivery'],
  },
  {
    action: 'map_expansion_refused',
    level: 'warning',
    text: 'unreasonable {setting:word} map {nesting|expansion size} for {key}{? -- {message not accepted, try again later|deferring delivery}?}',
    samples: [
      'unreasonable virtual_alias_maps map nesting for b@example.org -- message not accepted, try again later',
      'unreasonable virtual_alias_maps map expansion size for b@example.org -- deferring delivery',
      'unreasonable canonical_maps map nesting for b@example.org',
    ],
  },
  {
    action: 'map_expansion_refused',
    level: 'warning',
    text: 'unreasonable {setting:word} result {value}... -- message not accepted, try again later',
    samples: ['unreasonable virtual_alias_maps result aaaaaaaa@example.org... -- message not accepted, try again later'],
  },
  {
    action: 'map_multi_valued',
    level: 'warning',
    text: 'multi-valued {setting:word} entry for {key}',
    samples: ['multi-valued canonical_maps entry for b@example.org'],
  },
  // cleanup/cleanup_bounce.c, cleanup_out_recipient.c
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'bounce message failure',
    set: { service: 'bounce' },
    samples: ['bounce message failure'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'trace logfile update error',
    set: { service: 'trace' },
    samples: ['trace logfile update error'],
  },
  {
    action: 'service_unreachable',
    level: 'warning',
    text: 'verify service update error',
    set: { service: 'verify' },
    samples: ['verify service update error'],
  },
  // cleanup/cleanup_api.c: the queue ID stands at the end here
  {
    action: 'logfile_removed',
    level: 'warning',
    text: '{service:word}: removed spurious {child_id:word} log',
    samples: ['bounce: removed spurious 4Kd2qR3vXyz1 log', 'defer: removed spurious 3AB4C5D6E7 log'],
  },
  {
    action: 'logfile_remove_failed',
    level: 'fatal',
    text: '{service:word}: remove {child_id:word} log: {error}',
    samples: ['bounce: remove 4Kd2qR3vXyz1 log: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'remove {path}: {error}',
    samples: ['remove incoming/3AB4C5D6E7: No such file or directory'],
  },

  // cleanup/cleanup_message.c: header_checks, body_checks
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'missing {value:word} {command argument|argument} in {setting} map',
    samples: ['missing FILTER command argument in header_checks map', 'missing DELAY argument in body_checks map'],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'bad {FILTER command|REDIRECT target|BCC address} {value} in {setting:word}{? map?} -- need {detail}',
    samples: [
      'bad FILTER command 127.0.0.1 in header_checks -- need transport:destination',
      'bad REDIRECT target "root" in header_checks map -- need user@domain',
      'bad BCC address "root" in milter_header_checks map -- need user@domain',
    ],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'bad DSN action in {value} -- need 4.x.x or 5.x.x',
    samples: ['bad DSN action in 2.0.0 fine -- need 4.x.x or 5.x.x'],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'unknown command in {setting} map: {value}',
    samples: ['unknown command in header_checks map: REJCT no'],
  },
  {
    action: 'check_bad_action',
    level: 'warning',
    text: 'the milter_header/body_checks prepend action is not implemented',
    samples: ['the milter_header/body_checks prepend action is not implemented'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'bad {setting:word} header text "{value}" -- need {detail}',
    samples: ['bad undisclosed_recipients_header header text "hello" -- need "headername: headervalue"'],
  },

  // cleanup/cleanup_milter.c
  {
    action: 'milter_request_ignored',
    level: 'warning',
    text: 'Ignoring bad ESMTP parameter "{value}" in {command:word} request',
    samples: ['Ignoring bad ESMTP parameter "FOO=BAR" in SMFI_CHGFROM request'],
  },
  {
    action: 'milter_request_ignored',
    level: 'warning',
    text: 'Bad {setting:word} parameter from {Milter or header/body_checks|MILTER}: "{value}"',
    samples: ['Bad NOTIFY parameter from Milter or header/body_checks: "sometimes"', 'Bad ORCPT parameter from MILTER: "x"'],
  },
  {
    action: 'milter_request_ignored',
    level: 'warning',
    text: 'ignoring ESMTP argument from {Milter or header/body_checks|MILTER}: "{value}"',
    samples: ['ignoring ESMTP argument from Milter or header/body_checks: "FOO"'],
  },
  {
    action: 'milter_request_ignored',
    level: 'warning',
    text: '{cleanup_chg_from|cleanup_add_rcpt_par|cleanup_add_rcpt}: ignoring ESMTP arguments "{value}"',
    samples: ['cleanup_add_rcpt_par: ignoring ESMTP arguments "NOTIFY=NEVER"'],
  },
  {
    action: 'milter_request_ignored',
    level: 'warning',
    text: 'ignoring attempt from Milter to add null recipient',
    samples: ['ignoring attempt from Milter to add null recipient'],
  },
  {
    action: 'milter_request_ignored',
    level: 'warning',
    text: '{Milter request|Milter or header/body_checks request} to {add|drop} {multi-sender|multi-recipient}: "{value}"',
    samples: [
      'Milter request to add multi-sender: "a@example.com, b@example.com"',
      'Milter or header/body_checks request to add multi-recipient: "a@example.org b@example.org"',
      'Milter request to drop multi-recipient: "a@example.org b@example.org"',
    ],
  },
  {
    action: 'milter_error',
    level: 'warning',
    text: 'milter configuration error: {error}',
    samples: ["milter configuration error: can't reject recipient in non-smtpd(8) submission"],
  },
  {
    action: 'milter_error',
    level: 'fatal',
    text: 'cleanup_milter_receive: {error}',
    samples: ['cleanup_milter_receive: milter receive failed'],
  },
  // cleanup/cleanup_milter.c, cleanup_body_edit.c
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'cleanup_{}: {seek file|read file|vstream_ftell file} {path}: {error}',
    samples: [
      'cleanup_add_header: seek file incoming/3AB4C5D6E7: Invalid argument',
      'cleanup_find_header_start: read file incoming/3AB4C5D6E7: Input/output error',
    ],
  },
  {
    action: 'message_rejected',
    level: 'warning',
    text: 'cleanup_{}: message rejected: {restriction}',
    samples: ['cleanup_message_headerbody: message rejected: unexpected record type 70 in message content'],
  },
  // cleanup/cleanup_addr.c, cleanup_bounce.c, cleanup_envelope.c, cleanup_final.c, cleanup_message.c, cleanup_region.c
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'cleanup_{}: {vstream_ftell|vstream_fseek|seek|fstat file} {path}: {error}',
    samples: [
      'cleanup_addr_sender: vstream_ftell incoming/3AB4C5D6E7: Input/output error:',
      'cleanup_final: vstream_fseek incoming/3AB4C5D6E7: Input/output error',
      'cleanup_bounce: seek incoming/3AB4C5D6E7: Input/output error',
      'cleanup_region_init: fstat file incoming/3AB4C5D6E7: Bad file descriptor',
    ],
  },
  // cleanup/cleanup_init.c, cleanup.c, cleanup_message.c
  {
    action: 'setting_error',
    level: 'fatal',
    text: "bad {setting:word} value: '{value}'",
    samples: ["bad non_empty_end_of_header_action value: 'whatever'"],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'invalid setting: header_from_format = {value}',
    set: { setting: 'header_from_format' },
    samples: ['invalid setting: header_from_format = fancy'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'do not specify both {setting}',
    samples: ['do not specify both disable_mime_input_processing=yes and force_mime_input_conversion=yes'],
  },
  { action: 'panic', level: 'panic', text: '{detail}', samples: ['cleanup_milter_apply: missing client info initialization'] },
];

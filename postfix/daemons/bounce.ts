/** bounce, defer and trace (src/bounce/). */
import type { Pattern } from '../pattern.js';

export const bounce: readonly Pattern[] = [
  // bounce/bounce_notify_service.c, bounce_notify_verp.c, bounce_one_service.c
  {
    action: 'bounce_sent',
    text: 'sender non-delivery notification: {child_id}',
    samples: ['sender non-delivery notification: 4233D579836', 'sender non-delivery notification: 4KxYz11b0yzQ8v'],
  },
  {
    action: 'postmaster_notice_sent',
    text: 'postmaster non-delivery notification: {child_id}',
    samples: ['postmaster non-delivery notification: 4233D579836'],
  },
  // bounce/bounce_warn_service.c
  {
    action: 'delay_notice_sent',
    text: 'sender delay notification: {child_id}',
    samples: ['sender delay notification: 4233D579836'],
  },
  {
    action: 'postmaster_notice_sent',
    text: 'postmaster delay notification: {child_id}',
    samples: ['postmaster delay notification: 4233D579836'],
  },
  // bounce/bounce_trace_service.c
  {
    action: 'delivery_notice_sent',
    text: 'sender delivery status notification: {child_id}',
    samples: ['sender delivery status notification: 4233D579836'],
  },
  {
    action: 'notice_suppressed',
    text: 'not sending trace/success notification for {detail}',
    samples: [
      'not sending trace/success notification for double-bounce message',
      'not sending trace/success notification for single-bounce message',
    ],
  },

  {
    action: 'postmaster_notice_discarded',
    level: 'warning',
    text: 'undeliverable postmaster notification discarded',
    samples: ['undeliverable postmaster notification discarded'],
  },
  {
    action: 'postmaster_notice_failed',
    level: 'warning',
    text: 'postmaster notice failed while bouncing to {sender}',
    samples: ['postmaster notice failed while bouncing to user@example.com'],
  },
  {
    action: 'postmaster_notice_failed',
    level: 'warning',
    text: 'postmaster notice failed while warning {sender}',
    samples: ['postmaster notice failed while warning user@example.com'],
  },
  {
    action: 'postmaster_notice_failed',
    level: 'warning',
    text: 'postmaster notification failed{?: {error}?}',
    samples: ['postmaster notification failed', 'postmaster notification failed: queue file write error'],
  },
  {
    action: 'notice_failed',
    level: 'warning',
    text: 'sender notification failed to {sender:text}{?: {error}?}',
    samples: [
      'sender notification failed to user@example.com',
      'sender notification failed to user@[IPv6:2001:db8::1]: queue file write error',
    ],
  },

  // bounce/bounce.c
  {
    action: 'request_error',
    level: 'warning',
    text: 'malformed request',
    samples: ['malformed request'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'malformed {queue id|queue name|verp delimiter string}: {value}',
    samples: ['malformed queue id: x/y', 'malformed queue name: defered', 'malformed verp delimiter string: +'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'request to send VERP-style notification of bounced mail',
    samples: ['request to send VERP-style notification of bounced mail'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'wrong service name "{service}" for one-recipient bouncing',
    samples: ['wrong service name "defer" for one-recipient bouncing'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'unknown command: {value}',
    samples: ['unknown command: 9'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'malformed service name: {service}',
    samples: ['malformed service name: bounce/x'],
  },

  // bounce/bounce_append_service.c, bounce_notify_service.c: the log of one message in the queue bounce, defer or trace
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'open {?file ?}{bounce|defer|trace} {queue_id}: {error}',
    samples: ['open file bounce 3F2A81C04D: Permission denied', 'open defer 3F2A81C04D: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'lock file {queue} {queue_id}: {error}',
    samples: ['lock file defer 3F2A81C04D: No locks available'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'cannot get shared lock on {path}: {error}',
    samples: ['cannot get shared lock on active/3F2A81C04D: No locks available'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'seek file {queue} {queue_id}: {error}',
    samples: ['seek file bounce 3F2A81C04D: Input/output error'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'truncate file {queue} {queue_id}: {error}',
    samples: ['truncate file bounce 3F2A81C04D: Input/output error'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'append file {queue} {queue_id}: {error}',
    samples: ['append file defer 3F2A81C04D: Input/output error'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'append file {queue} {queue_id}: {error}',
    samples: ['append file defer 3F2A81C04D: No space left on device'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'remove {queue} {queue_id}: {error}',
    samples: ['remove bounce 3F2A81C04D: Permission denied'],
  },

  // bounce/bounce_notify_util.c
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'read bounce log {queue_id}: {error}',
    samples: ['read bounce log 3F2A81C04D: Input/output error'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'read message file {queue} {queue_id}: {error}',
    samples: ['read message file active 3F2A81C04D: Input/output error'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'no sender before message content record',
    samples: ['no sender before message content record'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'unknown encoding: {value}',
    samples: ['unknown encoding: 9bit'],
  },
  {
    action: 'message_id_bad',
    level: 'warning',
    text: 'ignoring malformed Message-ID',
    samples: ['ignoring malformed Message-ID'],
  },
  {
    action: 'message_id_bad',
    level: 'warning',
    text: 'malformed Message-ID attribute: {error}',
    samples: ['malformed Message-ID attribute: missing right angle bracket'],
  },

  // bounce/bounce_template.c, bounce_templates.c
  {
    action: 'template_bad',
    level: 'warning',
    text: 'please {increase|reduce} time unit "{value}" of "{setting}" in {} template',
    samples: [
      'please increase time unit "seconds" of "delay_warning_time_seconds" in delay template',
      'please reduce time unit "weeks" of "maximal_queue_lifetime_weeks" in failure template',
    ],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: 'please specify a charset value other than us-ascii',
    samples: ['please specify a charset value other than us-ascii'],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '-- ignoring this template for now',
    samples: ['-- ignoring this template for now'],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: 'for instructions see the bounce(5) manual',
    samples: ['for instructions see the bounce(5) manual'],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '{path:word}, line {line}: unknown template name: {key} -- ignoring this template',
    samples: ['/etc/postfix/bounce.cf, line 12: unknown template name: failed_template -- ignoring this template'],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '{path:word}, line {line}: missing "{value}" end marker',
    samples: ['/etc/postfix/bounce.cf, line 12: missing "EOF" end marker'],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '{path:word}: {empty|non-ASCII|inapplicable|unknown} "{key}" header {value|label} in {} template -- ignoring this template',
    samples: [
      '/etc/postfix/bounce.cf: empty "Subject" header value in failure template -- ignoring this template',
      '/etc/postfix/bounce.cf: unknown "X-Mood" header label in delay template -- ignoring this template',
    ],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '{path:word}: {missing|8-bit} message text in {} template{? -- ignoring this template?}',
    samples: [
      '/etc/postfix/bounce.cf: missing message text in failure template -- ignoring this template',
      '/etc/postfix/bounce.cf: 8-bit message text in failure template',
    ],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '{path:word}: {excessive|zero} result {?"{value}" ?}in {} template conversion of parameter "{setting}"',
    samples: [
      '/etc/postfix/bounce.cf: excessive result "100000" in delay template conversion of parameter "delay_warning_time_seconds"',
      '/etc/postfix/bounce.cf: zero result in failure template conversion of parameter "maximal_queue_lifetime_weeks"',
    ],
  },
  {
    action: 'template_bad',
    level: 'warning',
    text: '{path:word}: conversion "{setting}" failed: {?non-ASCII ?}input value: "{value}"',
    samples: [
      '/etc/postfix/bounce.cf: conversion "myhostname" failed: input value: "xn--"',
      '[built-in]: conversion "myhostname" failed: non-ASCII input value: "mäil.example.com"',
    ],
  },
  {
    action: 'template_bad',
    level: 'fatal',
    text: '{path:word}, line {line}: {missing|malformed} end marker after <<',
    samples: [
      '/etc/postfix/bounce.cf, line 3: missing end marker after <<',
      '/etc/postfix/bounce.cf, line 3: malformed end marker after <<',
    ],
  },
  {
    action: 'template_bad',
    level: 'fatal',
    text: '{path:word}: unrecognized suffix "{value}" in parameter "{setting}"',
    samples: ['/etc/postfix/bounce.cf: unrecognized suffix "years" in parameter "maximal_queue_lifetime_years"'],
  },
  {
    action: 'template_bad',
    level: 'fatal',
    text: '{path:word}: {bad|undefined} $name {?syntax ?}in {} template: {value}',
    samples: [
      '/etc/postfix/bounce.cf: bad $name syntax in failure template: This is ${',
      '/etc/postfix/bounce.cf: undefined $name in failure template: $myhostnam',
    ],
  },
];

/** qmgr and oqmgr, the queue manager (src/qmgr/, src/oqmgr/). */
import type { Pattern } from '../pattern.js';

export const qmgr: readonly Pattern[] = [
  // qmgr/qmgr_active.c, qmgr_message.c, global/opened.c
  { action: 'removed', text: 'removed', samples: ['removed'] },
  {
    action: 'queued',
    text: 'from=<{sender}>, size={size}, nrcpt={recipient_count} (queue {queue})',
    samples: [
      'from=<user1@domain.test>, size=638, nrcpt=1 (queue active)',
      'from=<>, size=2841, nrcpt=1 (queue active)',
      'from=<"a>b, size=1"@example.com>, size=512, nrcpt=50 (queue active)',
      'from=<grüße@example.com>, size=900, nrcpt=2 (queue active)',
      'from=<list+owner=user=example.net@example.com>, size=900, nrcpt=2 (queue active)',
    ],
  },
  {
    action: 'expired',
    text: 'from=<{sender}>, status={status}, returned to sender',
    samples: [
      'from=<>, status=expired, returned to sender',
      'from=<user@example.com>, status=expired, returned to sender',
      'from=<user@example.com>, status=force-expired, returned to sender',
    ],
  },
  {
    action: 'skipped',
    text: 'skipped, still being delivered',
    samples: ['skipped, still being delivered'],
  },
  // Up to Postfix 3.4, and with info_log_address_format = internal, a local part is logged without its quotes.
  {
    action: 'queued',
    text: 'from=<{sender:text}>, size={size}, nrcpt={recipient_count} (queue {queue})',
    samples: [
      'from=<a>b@example.com>, size=638, nrcpt=1 (queue active)',
      'from=<x>, size=1, nrcpt=1 (queue active)>, size=9, nrcpt=3 (queue active)',
    ],
  },
  {
    action: 'expired',
    text: 'from=<{sender:text}>, status={status}, returned to sender',
    samples: ['from=<a>b@example.com>, status=expired, returned to sender'],
  },

  // qmgr/qmgr_entry.c
  {
    action: 'queue_congested',
    level: 'warning',
    text: 'mail for {next_hop} is using up {count} of {limit} active queue entries',
    samples: [
      'mail for example.com is using up 4001 of 4997 active queue entries',
      'mail for [2001:db8::25]:2525 is using up 4001 of 4997 active queue entries',
    ],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'this may slow down other mail deliveries',
    samples: ['this may slow down other mail deliveries'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'you may need to increase the main.cf {setting} from {value}',
    samples: [
      'you may need to increase the main.cf smtp_destination_concurrency_limit from 20',
      'you may need to increase the main.cf qmgr_message_active_limit from 20000',
    ],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'you may need to increase the main.cf {setting:word} and {}',
    samples: ['you may need to increase the main.cf minimal_backoff_time and maximal_backoff_time'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'you may need to increase the master.cf {transport} process limit',
    samples: ['you may need to increase the master.cf smtp process limit'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'you may need a separate master.cf transport for {next_hop}',
    samples: ['you may need a separate master.cf transport for example.com'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'you may need to reduce {transport} connect and helo timeouts',
    samples: ['you may need to reduce smtp connect and helo timeouts'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'so that Postfix {quickly skips unavailable hosts|wastes less time on undeliverable mail}',
    samples: ['so that Postfix quickly skips unavailable hosts', 'so that Postfix wastes less time on undeliverable mail'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'please avoid flushing the whole queue when you have',
    samples: ['please avoid flushing the whole queue when you have'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'lots of deferred mail, that is bad for performance',
    samples: ['lots of deferred mail, that is bad for performance'],
  },
  {
    action: 'queue_congested_advice',
    level: 'warning',
    text: 'to turn off these warnings specify: {setting} = {value}',
    samples: ['to turn off these warnings specify: qmgr_clog_warn_time = 0'],
  },

  // qmgr/qmgr_deliver.c
  {
    action: 'transport_failed',
    level: 'warning',
    text: 'transport {transport} failure -- see a previous warning/fatal/panic logfile record for the problem description',
    samples: ['transport smtp failure -- see a previous warning/fatal/panic logfile record for the problem description'],
  },
  {
    action: 'transport_disconnected',
    level: 'warning',
    text: 'private/{transport} socket: premature disconnect',
    samples: ['private/smtp socket: premature disconnect'],
  },
  {
    action: 'transport_write_failed',
    level: 'warning',
    text: 'write to process ({transport}): {error}',
    samples: ['write to process (smtp): Broken pipe'],
  },
  {
    action: 'transport_timeout',
    level: 'fatal',
    text: 'timeout receiving delivery status from transport: {transport}',
    samples: ['timeout receiving delivery status from transport: local'],
  },

  // qmgr/qmgr_transport.c
  {
    action: 'transport_connect_failed',
    level: 'warning',
    text: 'connect to transport private/{transport}: {error}',
    samples: [
      'connect to transport private/smtp-amavis: No such file or directory',
      'connect to transport private/mailman: Connection refused',
      'connect to transport private/retry: Resource temporarily unavailable',
    ],
  },
  {
    action: 'transport_timeout',
    level: 'fatal',
    text: 'timeout connecting to transport: {transport}',
    samples: ['timeout connecting to transport: local'],
  },

  // qmgr/qmgr_active.c, qmgr_move.c
  {
    action: 'message_corrupt',
    level: 'warning',
    text: 'saving corrupt file "{queue_id}" from queue "{queue}" to queue "{}"',
    samples: ['saving corrupt file "3F2A81C04D" from queue "active" to queue "corrupt"'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'qmgr_active_corrupt: save corrupt file queue {queue} id {queue_id}: {error}',
    samples: ['qmgr_active_corrupt: save corrupt file queue active id 3F2A81C04D: No such file or directory'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'qmgr_active_feed: {queue_id}: rename from {queue} to {}: {error}',
    samples: ['qmgr_active_feed: 3F2A81C04D: rename from incoming to active: No such file or directory'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'qmgr_active_feed: {queue_id}: rename from {queue} to {}: {error}',
    samples: ['qmgr_active_feed: 3F2A81C04D: rename from incoming to active: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'qmgr_{active_defer|move}: rename {queue_id} from {queue} to {}: {error}',
    samples: [
      'qmgr_move: rename 3F2A81C04D from incoming to active: No such file or directory',
      'qmgr_active_defer: rename 4KxYz11b0yzQ8v from active to deferred: No such file or directory',
    ],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'qmgr_{active_defer|move}: rename {queue_id} from {queue} to {}: {error}',
    samples: [
      'qmgr_move: rename 3F2A81C04D from incoming to active: Permission denied',
      'qmgr_active_defer: rename 3F2A81C04D from active to deferred: Permission denied',
    ],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'qmgr_move: update {path} time stamps: {error}',
    samples: ['qmgr_move: update incoming/3F2A81C04D time stamps: No such file or directory'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'qmgr_{active_defer|move}: update {path} time stamps: {error}',
    samples: [
      'qmgr_active_defer: update active/3F2A81C04D time stamps: Operation not permitted',
      'qmgr_move: update incoming/3F2A81C04D time stamps: Operation not permitted',
    ],
  },
  {
    action: 'queue_file_ignored',
    level: 'warning',
    text: 'qmgr_move: ignored: queue {queue} id {path}',
    samples: ['qmgr_move: ignored: queue incoming id .nfs0001'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'qmgr_active_done_3_generic: remove {queue_id} from {queue}: {error}',
    samples: ['qmgr_active_done_3_generic: remove 3F2A81C04D from active: No such file or directory'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'qmgr_active_done_3_generic: remove {queue_id} from {queue}: {error}',
    samples: ['qmgr_active_done_3_generic: remove 3F2A81C04D from active: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'qmgr_message_alloc: {queue_id}: remove {queue} {}: {error}',
    samples: ['qmgr_message_alloc: 3F2A81C04D: remove defer 3F2A81C04D: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'remove bounce {queue_id}: {error}',
    set: { queue: 'bounce' },
    samples: ['remove bounce 3F2A81C04D: Permission denied'],
  },

  // qmgr/qmgr_message.c
  {
    action: 'postmaster_notice_discarded',
    level: 'warning',
    text: 'undeliverable postmaster notification discarded',
    samples: ['undeliverable postmaster notification discarded'],
  },
  {
    action: 'message_rejected',
    level: 'warning',
    text: 'message rejected: {detail}',
    samples: [
      'message rejected: missing end record',
      'message rejected: weird size record',
      'message rejected: missing arrival time record',
      'message rejected: missing sender record',
    ],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring bad attribute: {error}: {value}',
    samples: ['ignoring bad attribute: missing attribute value: log_client_name'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'bad attribute record: {error}: {value}',
    samples: ['bad attribute record: missing attribute value: log_client_name'],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring out-of-order DSN original recipient {?address ?}<{orig_to}>',
    samples: [
      'ignoring out-of-order DSN original recipient address <rfc822;user@example.com>',
      'ignoring out-of-order DSN original recipient <rfc822;user@example.com>',
    ],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring out-of-order original recipient <{orig_to}>',
    samples: ['ignoring out-of-order original recipient <user@example.com>'],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring {out-of-order|malformed} DSN notify flags <{value}>',
    samples: ['ignoring out-of-order DSN notify flags <4>', 'ignoring malformed DSN notify flags <x>'],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring malformed DSN RET flags in queue file record:{value}',
    samples: ['ignoring malformed DSN RET flags in queue file record:9'],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring multiple {setting} attribute: {value}',
    samples: ['ignoring multiple rewrite_context attribute: remote'],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring VERP request for null sender',
    samples: ['ignoring VERP request for null sender'],
  },
  {
    action: 'queue_file_record_ignored',
    level: 'warning',
    text: 'ignoring bad VERP request: "{value}"',
    samples: ['ignoring bad VERP request: "x"'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'invalid {size record|flags in size record}: {value}',
    samples: ['invalid size record: 12x', 'invalid flags in size record: 12 34 1 0 x'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: "Unexpected record type '{value}' at offset {count}",
    samples: ["Unexpected record type 'M' at offset 812"],
  },
  {
    action: 'recipient_count_mismatch',
    level: 'warning',
    text: 'rcpt count mismatch ({})',
    samples: ['rcpt count mismatch (-3)'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'fatal',
    text: 'envelope records out of order',
    samples: ['envelope records out of order'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'fatal',
    text: 'bad extra offset {value} file {path}',
    samples: ['bad extra offset 12x file active/3F2A81C04D'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'vstream_ftell {path}: {error}',
    samples: ['vstream_ftell active/3F2A81C04D: Bad file descriptor'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'update queue file {path}: {error}',
    samples: ['update queue file active/3F2A81C04D: No space left on device'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'fchmod {path}: {error}',
    samples: ['fchmod active/3F2A81C04D: Operation not permitted'],
  },

  // qmgr/qmgr.c
  {
    action: 'setting_adjusted',
    level: 'warning',
    text: '{setting:word} is {smaller|larger} than {} - adjusting {}',
    samples: [
      'qmgr_message_recipient_limit is smaller than qmgr_message_active_limit - adjusting qmgr_message_recipient_limit',
      'bounce_queue_lifetime is larger than maximal_queue_lifetime - adjusting bounce_queue_lifetime',
    ],
  },
  {
    action: 'old_name',
    level: 'warning',
    text: 'please update the {path} file; the new queue manager',
    samples: ['please update the /etc/postfix/master.cf file; the new queue manager'],
  },
  {
    action: 'old_name',
    level: 'warning',
    text: '(old name: nqmgr) has become the standard queue manager (new name: qmgr)',
    samples: ['(old name: nqmgr) has become the standard queue manager (new name: qmgr)'],
  },
  {
    action: 'old_name',
    level: 'warning',
    text: 'support for the name old name (nqmgr) will be removed from Postfix',
    samples: ['support for the name old name (nqmgr) will be removed from Postfix'],
  },

  // qmgr/qmgr_feedback.c, qmgr_queue.c: destination_concurrency_feedback_debug = yes
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: ignoring malformed or unreasonable feedback: {value}',
    samples: ['smtp_destination_concurrency_positive_feedback: ignoring malformed or unreasonable feedback: x/concurrency'],
  },
  {
    action: 'concurrency_feedback',
    text: 'qmgr_queue_{throttle|unthrottle}: feedback {value}',
    samples: ['qmgr_queue_unthrottle: feedback 0.2'],
  },
  {
    action: 'concurrency_window',
    text: 'qmgr_queue_{throttle|unthrottle}: queue {next_hop}: limit {limit} window {count} {detail}',
    samples: ['qmgr_queue_throttle: queue example.com: limit 20 window 5 success 0 failure 0 fail_cohorts 1'],
  },
  {
    action: 'concurrency_feedback',
    text: '{transport:word}: {setting:word} feedback type {} value at {}: {value}',
    samples: ['smtp: default_destination_concurrency_positive_feedback feedback type 1 value at 5: 0.2'],
  },
];

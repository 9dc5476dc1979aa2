/** pickup (src/pickup/). */
import type { Pattern } from '../pattern.js';

export const pickup: readonly Pattern[] = [
  // pickup/pickup.c
  {
    action: 'picked_up',
    text: 'uid={uid} from=<{sender}>{? orig_id={orig_queue_id}?}',
    samples: [
      'uid=0 from=<root>',
      'uid=1001 from=<user@example.com> orig_id=3F2A81C04D',
      'uid=33 from=<>',
      'uid=33 from=<"a> orig_id=1"@example.com> orig_id=4KxYz11b0yzQ8v',
    ],
  },
  // Up to Postfix 3.4, and with info_log_address_format = internal, a local part is logged without its quotes.
  {
    action: 'picked_up',
    text: 'uid={uid} from=<{sender:text}>{? orig_id={orig_queue_id}?}',
    samples: ['uid=33 from=<a>b@example.com> orig_id=3F2A81C04D', 'uid=33 from=<a>b@example.com>'],
  },
  {
    action: 'queue_file_old',
    level: 'warning',
    text: 'message {?{path:word} ?}dated {elapsed} seconds into the future',
    samples: ['message dated 86400 seconds into the future', 'message maildrop/3F2A81C04D dated 86400 seconds into the future'],
  },
  {
    action: 'queue_file_old',
    level: 'warning',
    text: 'message {?{path:word} ?}has been queued for {count} days',
    samples: ['message has been queued for 3 days', 'message maildrop/3F2A81C04D has been queued for 3 days'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'uid={uid}: unexpected or malformed record type {value}',
    samples: ['uid=1001: unexpected or malformed record type -1'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'uid={uid}: no envelope sender',
    samples: ['uid=1001: no envelope sender'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'open input file {path}: {error}',
    samples: ['open input file maildrop/3F2A81C04D: cannot open file: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'if this file was created by Postfix < 1.1, then you may have to chmod a+r {path}',
    samples: ['if this file was created by Postfix < 1.1, then you may have to chmod a+r /var/spool/postfix/maildrop/3F2A81C04D'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'remove {path}: {error}',
    samples: ['remove maildrop/3F2A81C04D: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'maildrop/{path}: error writing {queue_id}: {error}',
    samples: ['maildrop/3F2A81C04D: error writing 4233D579836: queue file write error'],
  },
];

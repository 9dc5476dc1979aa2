/** showq (src/showq/). */
import type { Pattern } from '../pattern.js';

export const showq: readonly Pattern[] = [
  // showq/showq.c
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'open {maildrop|incoming|deferred|hold} {queue_id}: {error}',
    samples: ['open deferred 3F2A81C04D: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'close {?file ?}{maildrop|active|incoming|deferred|hold|bounce|defer} {queue_id}: {error}',
    samples: ['close file deferred 3F2A81C04D: Input/output error', 'close defer 3F2A81C04D: Input/output error'],
  },
  {
    action: 'queue_scan_loop',
    level: 'warning',
    text: 'readdir loop on queue {queue} id {queue_id}',
    samples: ['readdir loop on queue deferred id 3F2A81C04D'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: 'malformed size record: {value}{? -- using file size instead?}',
    samples: ['malformed size record: 12x', 'malformed size record: 12x -- using file size instead'],
  },
  {
    action: 'queue_file_record_bad',
    level: 'warning',
    text: '{duplicate|missing} sender address: {sender:text} -- skipping remainder of this file',
    samples: [
      'duplicate sender address: user@example.com -- skipping remainder of this file',
      'missing sender address: "a: b"@example.com -- skipping remainder of this file',
    ],
  },
];

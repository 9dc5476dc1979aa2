/** error and retry (src/error/). */
import type { Pattern } from '../pattern.js';

export const error: readonly Pattern[] = [
  // error/error.c
  {
    action: 'queue_file_error',
    level: 'fatal',
    text: 'deliver_message: open {queue} {queue_id}: {error}',
    samples: ['deliver_message: open active 3F2A81C04D: Permission denied'],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'close active {queue_id}: {error}',
    set: { queue: 'active' },
    samples: ['close active 3F2A81C04D: Input/output error'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'bad error service name: {service}',
    samples: ['bad error service name: eror'],
  },
];

/** flush (src/flush/). */
import type { Pattern } from '../pattern.js';

export const flush: readonly Pattern[] = [
  // flush/flush.c
  {
    action: 'flush_log_failed',
    level: 'warning',
    text: 'write fast flush logfile {path}: {error}',
    samples: ['write fast flush logfile flush/example_com: No space left on device'],
  },
  {
    action: 'flush_log_failed',
    level: 'warning',
    text: 'flush_send_path: read fast flush logfile {path}: {error}',
    samples: ['flush_send_path: read fast flush logfile flush/example_com: Input/output error'],
  },
  {
    action: 'flush_log_failed',
    level: 'warning',
    text: 'remove logfile {path}: {error}',
    samples: ['remove logfile flush/example_com: Permission denied'],
  },
  {
    action: 'flush_log_failed',
    level: 'warning',
    text: 'flush_refresh_service: stat {path}: {error}',
    samples: ['flush_refresh_service: stat flush/example_com: Input/output error'],
  },
  {
    action: 'flush_log_failed',
    level: 'warning',
    text: 'bad queue id "{value}" in fast flush logfile {path}',
    samples: ['bad queue id "x/y..." in fast flush logfile flush/example_com'],
  },
  {
    action: 'flush_log_failed',
    level: 'fatal',
    text: 'flush_{add|send}_path: {open|lock|unlock|truncate} fast flush logfile {path}: {error}',
    samples: [
      'flush_add_path: open fast flush logfile flush/example_com: Permission denied',
      'flush_send_path: truncate fast flush logfile flush/example_com: Input/output error',
    ],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: 'flush_one_file: {update|open|fchmod} {path:word}{? time stamps?}: {error}',
    samples: [
      'flush_one_file: update deferred/3F2A81C04D time stamps: Operation not permitted',
      'flush_one_file: open deferred/3F2A81C04D: cannot open file: Permission denied',
      'flush_one_file: fchmod incoming/3F2A81C04D: Operation not permitted',
    ],
  },
  {
    action: 'queue_file_error',
    level: 'warning',
    text: '{path:word}: rename from {queue} to {}: {error}',
    samples: ['deferred/3F2A81C04D: rename from deferred to incoming: Permission denied'],
  },
  {
    action: 'request_timeout',
    level: 'warning',
    text: 'timeout while waiting for data from {service}',
    samples: ['timeout while waiting for data from unknown stream'],
  },
  {
    action: 'request_read_failed',
    level: 'warning',
    text: 'cannot examine read buffer of {service}: {error}',
    samples: ['cannot examine read buffer of unknown stream: Bad file descriptor'],
  },
  {
    action: 'request_read_failed',
    level: 'warning',
    text: 'end-of-input while reading request from {service}: {error}',
    samples: ['end-of-input while reading request from unknown stream: Success'],
  },
];

/** scache, the connection cache (src/scache/). */
import type { Pattern } from '../pattern.js';

export const scache: readonly Pattern[] = [
  // scache/scache.c
  {
    action: 'statistics',
    text: 'statistics: start interval {value}',
    samples: ['statistics: start interval Nov 24 08:13:00'],
  },
  {
    action: 'statistics',
    text: 'statistics: {domain|address} lookup hits={count} miss={} success={value}',
    samples: ['statistics: domain lookup hits=12 miss=3 success=80%', 'statistics: address lookup hits=0 miss=5 success=0%'],
  },
  {
    action: 'statistics',
    text: 'statistics: max simultaneous domains={} addresses={} connection={count}',
    samples: ['statistics: max simultaneous domains=1 addresses=4 connection=5'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'scache_{}: bad or missing request parameter',
    samples: ['scache_save_dest_service: bad or missing request parameter'],
  },
  {
    action: 'descriptor_failed',
    level: 'warning',
    text: 'scache_{}: {unable to receive|cannot send} file descriptor: {error}',
    samples: [
      'scache_save_endp_service: unable to receive file descriptor: Connection reset by peer',
      'scache_find_dest_service: cannot send file descriptor: Broken pipe',
    ],
  },
  { action: 'close_failed', level: 'warning', text: 'close({}): {error}', samples: ['close(12): Input/output error'] },
  {
    action: 'request_error',
    level: 'warning',
    text: 'unrecognized request: "{value}", ignored',
    samples: ['unrecognized request: "save", ignored'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unexpected command-line argument: {setting}',
    samples: ['unexpected command-line argument: x'],
  },
];

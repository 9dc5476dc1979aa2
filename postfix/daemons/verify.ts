/** verify (src/verify/). */
import type { Pattern } from '../pattern.js';

export const verify: readonly Pattern[] = [
  // verify/verify.c
  {
    action: 'cache_entry_invalid',
    level: 'warning',
    text: 'bad address verify table entry: {value}',
    samples: ['bad address verify table entry: 0:0:0:'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'bad recipient status {value:integer} for recipient {recipient}',
    samples: ['bad recipient status 9 for recipient b@example.org'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'unrecognized request: "{value}", ignored',
    samples: ['unrecognized request: "frobnicate", ignored'],
  },
];

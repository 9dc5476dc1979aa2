/** anvil (src/anvil/). */
import type { Pattern } from '../pattern.js';

// anvil/anvil.c. The identity is service:address; the name of a service that listens on one address has a colon of its own.
export const anvil: readonly Pattern[] = [
  {
    action: 'max_rate',
    text: 'statistics: max {value:word} rate {rate:word} for ({127.0.0.1|[127.0.0.1]|[::1]|localhost}:{service:word}:{client_ip}) at {detail}',
    samples: [
      'statistics: max connection rate 2/60s for (127.0.0.1:10025:127.0.0.1) at Nov 24 03:00:00',
      'statistics: max connection rate 2/60s for ([::1]:10025:::1) at Nov  4 03:00:00',
    ],
  },
  {
    action: 'max_rate',
    text: 'statistics: max {value:word} rate {rate:word} for ({service:word}:{client_ip}{?/{}?}) at {detail}',
    samples: [
      'statistics: max connection rate 2/60s for (smtp:192.0.2.1) at Nov 24 03:00:00',
      'statistics: max message rate 12/60s for (submission:2001:db8::7) at Nov 24 03:00:00',
      'statistics: max recipient rate 12/60s for (smtp:2001:db8::/64) at Nov 24 03:00:00',
      'statistics: max newtls rate 1/60s for (smtps:192.0.2.1) at Nov 24 03:00:00',
      'statistics: max auth rate 9/60s for (587:192.0.2.1) at Nov 24 03:00:00',
      'statistics: max tlstrace rate 1/60s for (smtp:unknown) at Nov 24 03:00:00',
    ],
  },
  {
    action: 'max_count',
    text: 'statistics: max {value:word} count {count} for ({127.0.0.1|[127.0.0.1]|[::1]|localhost}:{service:word}:{client_ip}) at {detail}',
    samples: ['statistics: max connection count 3 for (127.0.0.1:10025:127.0.0.1) at Nov 24 03:00:00'],
  },
  {
    action: 'max_count',
    text: 'statistics: max {value:word} count {count} for ({service:word}:{client_ip}{?/{}?}) at {detail}',
    samples: [
      'statistics: max connection count 3 for (smtp:192.0.2.1) at Nov 24 03:00:00',
      'statistics: max connection count 3 for (smtp:2001:db8::/64) at Nov 24 03:00:00',
    ],
  },
  {
    // A service on one of our own addresses: what is what cannot be told
    action: 'max_rate',
    text: 'statistics: max {value:word} rate {rate:word} for ({service}) at {detail}',
    samples: ['statistics: max connection rate 2/60s for (mail.example.com:smtp:192.0.2.1) at Nov 24 03:00:00'],
  },
  {
    action: 'max_count',
    text: 'statistics: max {value:word} count {count} for ({service}) at {detail}',
    samples: ['statistics: max connection count 2 for (mail.example.com:smtp:192.0.2.1) at Nov 24 03:00:00'],
  },
  {
    action: 'max_cache_size',
    text: 'statistics: max cache size {count} at {detail}',
    samples: ['statistics: max cache size 4 at Nov 24 03:00:00'],
  },
  {
    action: 'request_error',
    level: 'warning',
    text: 'unrecognized request: "{value}", ignored',
    samples: ['unrecognized request: "frobnicate", ignored'],
  },
  { action: 'panic', level: 'panic', text: '{detail}', samples: ['anvil_remote_disconnect: bad connection count: -1'] },
];

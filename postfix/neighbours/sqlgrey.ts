/** sqlgrey (its sqlgrey). */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const sqlgrey: readonly Pattern[] = [
  {
    action: 'greylisted',
    text: 'grey: {new|early reconnect|throttling}: {}({client_ip}), {sender:text} -> {recipient}',
    samples: [
      'grey: new: 192.0.2(192.0.2.1), sender@example.net -> user@example.com',
      'grey: early reconnect: 192.0.2(192.0.2.1), sender@example.net -> user@example.com',
    ],
  },
  {
    action: 'greylist_pass',
    text: 'grey: reconnect ok: {}({client_ip}), {sender:text} -> {recipient:text} ({detail})',
    samples: ['grey: reconnect ok: 192.0.2(192.0.2.1), sender@example.net -> user@example.com (00:05:11)'],
  },
  {
    action: 'greylist_pass',
    text: 'grey: {domain|from} awl match: updating {}({client_ip}), {detail}',
    samples: [
      'grey: domain awl match: updating 192.0.2(192.0.2.1), example.net',
      'grey: from awl match: updating 192.0.2(192.0.2.1), a@example.net(a@example.net)',
    ],
  },
  {
    action: 'client_whitelisted',
    text: 'whitelist: {sender:text}, {client_ip}({client_host}) -> {recipient}',
    samples: ['whitelist: sender@example.net, 192.0.2.1(mail.example.net) -> user@example.com'],
  },
  ...anyLine(
    'perf: spent 0s cleaning: from_awl (0) domain_awl (0) connect (2)',
    'spam: 192.0.2.1: a@example.net -> b@example.com at 1700000000',
  ),
];

/** dnsblog (src/dnsblog/). */
import type { Pattern } from '../pattern.js';

export const dnsblog: readonly Pattern[] = [
  // dnsblog/dnsblog.c
  {
    action: 'dnsbl_listed',
    text: 'addr {client_ip} listed by domain {rbl} as {value:word}',
    samples: [
      'addr 192.0.2.7 listed by domain zen.spamhaus.org as 127.0.0.4',
      'addr 2001:db8::7 listed by domain bl.example.net as 127.0.0.2',
    ],
  },
  {
    action: 'dns_lookup_failed',
    level: 'warning',
    text: 'dnsblog_query: lookup error for DNS query {question:text}: {error}',
    samples: [
      'dnsblog_query: lookup error for DNS query 7.2.0.192.zen.spamhaus.org: Host or domain name not found. Name service error for name=7.2.0.192.zen.spamhaus.org type=A: Host not found, try again',
    ],
  },
  {
    action: 'dns_record_skipped',
    level: 'warning',
    text: 'dnsblog_query: skipping reply record type {question_type} for query {question:text}: {error}',
    samples: [
      'dnsblog_query: skipping reply record type CNAME for query 7.2.0.192.bl.example.net: Address family not supported by protocol',
    ],
  },
  {
    action: 'address_conversion_failed',
    level: 'fatal',
    text: 'dnsblog_query: unable to convert address {value}',
    samples: ['dnsblog_query: unable to convert address 192.0.2.700'],
  },
];

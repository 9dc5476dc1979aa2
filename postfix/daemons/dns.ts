/** The DNS library (src/dns/). What a failed lookup did to a delivery is in reason.ts. */
import type { Pattern } from '../pattern.js';

export const dns: readonly Pattern[] = [
  // dns/dns_rr_filter.c
  {
    action: 'dns_record_ignored',
    text: 'ignoring DNS RR: {detail}',
    samples: ['ignoring DNS RR: mx.example.com. 3600 IN AAAA 2001:db8::25'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: '{setting:word}: unknown DNS filter action: "{value}"',
    samples: ['smtp_dns_reply_filter: unknown DNS filter action: "drop"'],
  },

  // dns/dns_lookup.c
  {
    action: 'dns_bad_reply',
    level: 'warning',
    text: '{malformed|numeric|empty|null} {domain name|hostname|name|host name} in {} of {question_type} record for {question}: {value}',
    samples: [
      'malformed domain name in resource data of MX record for example.com: mx_1.example.com',
      'numeric hostname in resource data of MX record for example.com: 192.0.2.25',
    ],
  },
  {
    action: 'dns_bad_reply',
    level: 'warning',
    text: 'reply length {size} > buffer length {limit} for name={question} type={question_type}',
    samples: ['reply length 70000 > buffer length 65535 for name=example.com type=TXT'],
  },
  {
    action: 'dns_loop',
    level: 'warning',
    text: 'dns_lookup: Name server loop for {question}',
    samples: ['dns_lookup: Name server loop for www.example.com'],
  },
  {
    action: 'dns_bad_reply',
    level: 'warning',
    text: '{extract_answer|dns_get_fixed}: bad {detail}',
    samples: ['extract_answer: bad address length: 5', 'extract_answer: bad TXT string length: 300', 'dns_get_fixed: bad class: 254'],
  },
  {
    action: 'dns_no_error_code',
    level: 'warning',
    text: '{res_query|res_search|res_nsearch|res_nquery}({?state, ?}"{question}", {}) returns {} with h_errno==0 -- setting h_errno=TRY_AGAIN',
    samples: [
      'res_query("example.com", 1, 15, 0x55d0c0a1b2c3, 4096) returns -1 with h_errno==0 -- setting h_errno=TRY_AGAIN',
      'res_nsearch(state, "example.com", 1, 15, 0x55d0c0a1b2c3, 4096) returns -1 with h_errno==0 -- setting h_errno=TRY_AGAIN',
    ],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'negative caching disables RES_DEFNAMES and RES_DNSRCH',
    samples: ['negative caching disables RES_DEFNAMES and RES_DNSRCH'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: 'system library does not support {setting:word}={value} -- ignoring this setting',
    samples: ['system library does not support dns_ncache_ttl_fix_enable=yes -- ignoring this setting'],
  },

  // dns/dns_rr.c
  {
    action: 'dns_record_limit',
    level: 'warning',
    text: 'DNS record count limit ({limit}) exceeded -- dropping excess record(s) after qname={question} qtype={question_type}',
    samples: ['DNS record count limit (100) exceeded -- dropping excess record(s) after qname=example.com qtype=MX'],
  },

  // dns/dns_sec.c
  {
    action: 'dnssec_unavailable',
    level: 'warning',
    text: 'DNSSEC validation may be unavailable',
    samples: ['DNSSEC validation may be unavailable'],
  },
  {
    action: 'dnssec_unavailable',
    level: 'warning',
    text: "reason: {setting:word} '{value}' received {a response that is not DNSSEC validated|no response}{?: {error}?}",
    samples: [
      "reason: dnssec_probe 'ns:.' received a response that is not DNSSEC validated",
      "reason: dnssec_probe 'ns:.' received no response: Host or domain name not found. Name service error for name=. type=NS: Host not found, try again",
    ],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'malformed {setting:word} value: {value} format is qtype:qname',
    samples: ['malformed dnssec_probe value: . format is qtype:qname'],
  },

  // dns/dns_strrecord.c
  {
    action: 'dns_record_unprintable',
    level: 'fatal',
    text: "dns_strrecord: {conversion error for resource record|don't know how to print} type {question_type}{?: {error}?}",
    samples: [
      'dns_strrecord: conversion error for resource record type A: No space left on device',
      "dns_strrecord: don't know how to print type TYPE99",
    ],
  },
];

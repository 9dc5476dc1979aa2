/** policyd-spf in Python (spf_engine/policyd_spf.py) and postfix-policyd-spf-perl. */
import type { Pattern } from '../pattern.js';
import { anyLine } from './any_line.js';

export const policydSpf: readonly Pattern[] = [
  {
    action: 'spf_result',
    text: '{?: ?}{prepend|result_only|Header field not prepended:} Received-SPF: {detail} identity={restriction:word}; client-ip={client_ip}; helo={helo}; envelope-from={?<>?}{sender:text}; receiver={recipient:word}{? ?}',
    samples: [
      'prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mail.example.net; envelope-from=sender@example.net; receiver=user@example.com ',
      ': prepend Received-SPF: None (no SPF record) identity=helo; client-ip=2001:db8::1; helo=mail.example.net; envelope-from=<>; receiver=<UNKNOWN>',
      'Header field not prepended: Received-SPF: Softfail (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=mail.example.net; envelope-from=sender@example.net; receiver=user@example.com',
    ],
  },
  {
    action: 'spf_result',
    text: '{?: ?}prepend Authentication-Results: {detail}',
    samples: ['prepend Authentication-Results: mx.example.com; spf=pass (sender SPF authorized) smtp.mailfrom=example.net'],
  },
  {
    action: 'spf_exempt',
    text: '{?: ?}{prepend|Action: prepend:} X-Comment: {detail} client-ip={client_ip}; helo={helo}; envelope-from={?<>?}{sender:text}; receiver={recipient:word}{? ?}',
    samples: [
      'prepend X-Comment: SPF check N/A for local connections - client-ip=127.0.0.1; helo=localhost; envelope-from=a@example.com; receiver=b@example.com ',
    ],
  },
  {
    action: 'spf_rejected',
    text: '{?: ?}{reply_code} {enhanced_code} {?Message rejected due to: ?}{reason}',
    samples: [
      '550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://www.open-spf.org/Why?s=mfrom;id=sender@example.net;ip=192.0.2.1;r=user@example.com',
      '451 4.7.24 SPF Temporary Error: DNS Timeout',
    ],
  },
  {
    action: 'spf_result',
    text: 'Policy action={value:word} Received-SPF: {detail} identity={restriction:word}; {}; client-ip={client_ip}',
    samples: [
      'Policy action=PREPEND Received-SPF: pass (example.net: 192.0.2.1 is authorized) receiver=mx.example.com; identity=mailfrom; envelope-from="a@example.net"; helo=mail.example.net; client-ip=192.0.2.1',
    ],
  },
  {
    action: 'spf_result',
    text: 'Policy action={detail}',
    samples: ['Policy action=PREPEND X-Comment: SPF not applicable to localhost connection - skipped check', 'Policy action=DUNNO'],
  },
  {
    action: 'spf_result',
    text: 'SPF {detail}: HELO/EHLO: {helo}, IP Address: {client_ip}, Recipient: {recipient}',
    samples: ['SPF none: HELO/EHLO: mail.example.net, IP Address: 192.0.2.1, Recipient: user@example.com'],
  },
  {
    action: 'spf_result',
    text: 'SPF {detail}: Envelope-from: {sender:text}, IP Address: {client_ip}, Recipient: {recipient}',
    samples: ["SPF fail (Mechanism '-all' matched): Envelope-from: a@example.net, IP Address: 192.0.2.1, Recipient: user@example.com"],
  },
  ...anyLine('Starting', 'ERROR: Could not match line "x"', 'warning: ignoring garbage: x', 'fatal_exit: x'),
];

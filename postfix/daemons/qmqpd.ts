/** qmqpd (src/qmqpd/). */
import type { Pattern } from '../pattern.js';

export const qmqpd: readonly Pattern[] = [
  // qmqpd/qmqpd.c
  { action: 'connect', text: 'connect from {client}', samples: ['connect from localhost[127.0.0.1]', 'connect from unknown[2001:db8::7]'] },
  { action: 'disconnect', text: 'disconnect from {client}', samples: ['disconnect from localhost[127.0.0.1]'] },
  {
    action: 'client',
    text: 'client={client}',
    set: { protocol: 'QMQP' },
    samples: ['client=localhost[127.0.0.1]'],
  },
  {
    action: 'lost_connection',
    text: '{client}: lost connection while {stage:text}',
    samples: ['localhost[127.0.0.1]: lost connection while receiving QMQP packet header'],
  },
  {
    action: 'timeout',
    text: '{client}: read/write timeout while {stage:text}',
    samples: ['mail.example.com[192.0.2.1]: read/write timeout while receiving message content'],
  },
  {
    action: 'protocol_error',
    text: '{client}: {error} while {stage:text}',
    samples: [
      'unknown[192.0.2.7]: netstring format error while receiving sender address',
      'unknown[192.0.2.7]: netstring length exceeds storage limit while receiving recipient address',
    ],
  },
  {
    action: 'reject',
    level: 'warning',
    text: '{client}: Error: {?{enhanced_code:enhanced} ?}{restriction}',
    samples: [
      'mail.example.com[192.0.2.1]: Error: message too large',
      'mail.example.com[192.0.2.1]: Error: 5.7.1 message content rejected',
      'mail.example.com[2001:db8::1]: Error: internal error 5',
    ],
  },
  // qmqpd/qmqpd_peer.c
  {
    action: 'hostname_mismatch',
    level: 'warning',
    text: 'hostname {client_host} does not resolve to address {client_ip}{?: {error}?}',
    samples: [
      'hostname mail.example.com does not resolve to address 192.0.2.7',
      'hostname mail.example.com does not resolve to address 2001:db8::7: Name or service not known',
    ],
  },
  {
    // Postfix 2.10 had the two the wrong way round
    action: 'hostname_mismatch',
    level: 'warning',
    text: 'hostname {client_ip} does not resolve to address {client_host}{?: {error}?}',
    samples: ['hostname 192.0.2.7 does not resolve to address mail.example.com'],
  },
  {
    action: 'address_conversion_failed',
    level: 'fatal',
    text: 'qmqpd_{}: cannot convert {client address/port to string|client address/port from string to binary}: {error}',
    samples: ['qmqpd_peer_sockaddr_to_hostaddr: cannot convert client address/port to string: ai_family not supported'],
  },
  {
    action: 'address_conversion_failed',
    level: 'fatal',
    text: 'qmqpd_{}: cannot convert {client_ip} from string to binary: {error}',
    samples: ['qmqpd_peer_init: cannot convert 192.0.2.7 from string to binary: Name or service not known'],
  },
  {
    action: 'setting_error',
    level: 'fatal',
    text: 'cannot handle socket type {value:word} with "{setting} = {detail}"',
    samples: ['cannot handle socket type AF_INET6 with "inet_protocols = ipv4"'],
  },
  {
    action: 'privilege_wrong',
    level: 'error',
    text: 'incorrect QMQP server privileges: uid={uid} euid={value}',
    samples: ['incorrect QMQP server privileges: uid=0 euid=0'],
  },
  {
    action: 'privilege_wrong',
    level: 'fatal',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a dollar sign, and a field
    text: 'the Postfix QMQP server must run with ${setting} privileges',
    samples: ['the Postfix QMQP server must run with $mail_owner privileges'],
  },
  {
    action: 'service_unreachable',
    level: 'fatal',
    text: 'unable to connect to the {} {service} service',
    samples: ['unable to connect to the public cleanup service'],
  },
  {
    action: 'protocols_disabled',
    level: 'fatal',
    text: 'all network protocols are disabled ({setting} = {value})',
    samples: ['all network protocols are disabled (inet_protocols = )'],
  },
  { action: 'panic', level: 'panic', text: '{detail}', samples: ['qmqpd_proto: unknown status 9'] },
];

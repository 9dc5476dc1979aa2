/** pipe (src/pipe/). */
import type { Pattern } from '../pattern.js';

export const pipe: readonly Pattern[] = [
  // pipe/pipe.c
  {
    action: 'unknown_macro',
    level: 'warning',
    text: 'file {path}: service {service}: unknown macro name: "{value}"',
    samples: ['file /etc/postfix/master.cf: service maildrop: unknown macro name: "recipent"'],
  },
  {
    action: 'bad_address',
    level: 'warning',
    text: 'no @ in recipient address: {recipient}',
    samples: ['no @ in recipient address: info'],
  },
  {
    action: 'setting_error',
    level: 'warning',
    text: "pipe flag `{value}' requires {setting} = {limit}",
    samples: [
      "pipe flag `D' requires maildrop_destination_recipient_limit = 1",
      "pipe flag `O' requires maildrop_destination_recipient_limit = 1",
    ],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unknown flag: {value:word} (ignored)',
    samples: ['unknown flag: z (ignored)'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'get_service_attr: unknown {username|group}: {value}',
    samples: ['get_service_attr: unknown username: vmail', 'get_service_attr: unknown group: vmail'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'get_service_attr: bad size= value: {value}',
    samples: ['get_service_attr: bad size= value: x'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unknown attribute name: {setting}',
    samples: ['unknown attribute name: usr=vmail'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'missing {setting}= command-line attribute',
    samples: ['missing user= command-line attribute', 'missing argv= command-line attribute'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'user= command-line attribute specifies {detail}',
    samples: [
      'user= command-line attribute specifies root privileges',
      'user= command-line attribute specifies mail system owner postfix',
      'user= command-line attribute specifies mail system postdrop group id 118',
    ],
  },
];

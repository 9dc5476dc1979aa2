/** spawn (src/spawn/). */
import type { Pattern } from '../pattern.js';

export const spawn: readonly Pattern[] = [
  // spawn/spawn.c
  {
    action: 'child_exit',
    level: 'warning',
    text: 'command {path} exit status {exit_status}',
    samples: ['command /usr/bin/policyd-spf exit status 1'],
  },
  {
    action: 'child_killed',
    level: 'warning',
    text: 'command {path} killed by signal {signal}',
    samples: ['command /usr/bin/policyd-spf killed by signal 9'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'unknown {user|group|attribute} name: {value}',
    samples: ['unknown user name: policyd', 'unknown group name: policyd', 'unknown attribute name: usr=policyd'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'missing {setting}= attribute',
    samples: ['missing user= attribute', 'missing argv= attribute'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'request to {detail}',
    samples: [
      'request to deliver as root',
      'request to deliver as mail system owner',
      'request to use privileged group id 0',
      'request to use mail system owner group id 116',
    ],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'user must not have {user|group} ID -1',
    samples: ['user must not have user ID -1', 'user must not have group ID -1'],
  },
];

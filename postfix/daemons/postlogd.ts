/** postlogd and postlog (src/postlogd/, src/postlog/). What others log through them stands under their own names. */
import type { Pattern } from '../pattern.js';

export const postlogd: readonly Pattern[] = [
  // postlogd/postlogd.c
  {
    action: 'receive_failed',
    level: 'warning',
    text: 'failed to receive message with recv: {error}',
    samples: ['failed to receive message with recv: Bad file descriptor'],
  },

  // postlog/postlog.c
  {
    action: 'submission_refused',
    level: 'fatal',
    text: "User {user}({uid}) is not allowed to invoke 'postlog'",
    samples: ["User www-data(33) is not allowed to invoke 'postlog'"],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'bad severity: "{value}"',
    samples: ['bad severity: "loud"'],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: 'usage: {detail}',
    samples: ['usage: postlog [-c config_dir] [-i] [-p priority] [-t tag] [-v] [text]'],
  },
  {
    action: 'file_error',
    level: 'fatal',
    text: 'open /dev/null: {error}',
    samples: ['open /dev/null: Permission denied'],
  },
  {
    action: 'out_of_memory',
    level: 'fatal',
    text: 'out of memory',
    samples: ['out of memory'],
  },
];

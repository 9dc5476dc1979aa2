/** nbdb_reindexd, which makes LMDB or CDB tables of Berkeley DB ones (src/nbdb_reindexd/, since Postfix 3.11). */
import type { Pattern } from '../pattern.js';

export const nbdbReindexd: readonly Pattern[] = [
  // nbdb_reindexd/nbdb_process.c, nbdb_reindexd.c, nbdb_safe.c
  {
    action: 'reindexed',
    text: "successfully executed '{path:word} {table}' as uid {uid}",
    samples: ["successfully executed 'postmap lmdb:/etc/postfix/virtual' as uid 0"],
  },
  {
    action: 'reindex_skipped',
    text: "target file '{path}' already exists, skipping this request",
    samples: ["target file '/etc/postfix/virtual.lmdb' already exists, skipping this request"],
  },
  {
    action: 'reindex_failed',
    level: 'warning',
    text: 'request to index {table} failed: {error}',
    samples: [
      "request to index hash:/etc/postfix/virtual failed: look up status for source file '/etc/postfix/virtual': No such file or directory",
    ],
  },
  {
    action: 'reindex_failed',
    level: 'warning',
    text: "stand-alone request to re-index '{table}' failed: {error}",
    samples: ["stand-alone request to re-index 'hash:/etc/aliases' failed: the nbdb_reindex service is disabled"],
  },
  {
    action: 'file_error',
    level: 'warning',
    text: "look up status for directory '{path}': {error}",
    samples: ["look up status for directory '/etc/postfix/maps': Permission denied"],
  },
  {
    action: 'argument_error',
    level: 'fatal',
    text: "stand-alone mode {requires one type:/path argument|called with bad argument}{?: '{value}'?}",
    samples: ['stand-alone mode requires one type:/path argument', "stand-alone mode called with bad argument: 'aliases'"],
  },
];

/** Every action in one table, made from the patterns: what happened, who says so, and a line of it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { daemons } from '../postfix/daemons/index.js';
import { neighbours } from '../postfix/neighbours/index.js';

test('postfix/actions.md lists every action', async () => {
  const actions = new Map<string, { programs: Set<string>; example: string }>();
  for (const [program, groups] of [...Object.entries(daemons), ...Object.entries(neighbours)]) {
    for (const { action, level, samples } of groups.flat()) {
      const known = actions.get(action) ?? { programs: new Set(), example: `${level === undefined ? '' : `${level}: `}${samples[0]}` };
      known.programs.add(program);
      actions.set(action, known);
    }
  }
  const cell = (text: string) => text.replace(/\|/g, '\\|');
  const short = (text: string) => (text.length > 110 ? `${text.slice(0, 109)}…` : text);
  const named = (programs: Set<string>) => (programs.size > 6 ? `${programs.size} programs` : [...programs].sort().join(', '));
  const rows = [...actions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, { programs, example }]) => `| ${action} | ${named(programs)} | \`\`${cell(short(example))} \`\` |`);
  const table = [
    '# Actions',
    '',
    '`event.action` of a line: what happened. One happening has one name, whichever daemon tells of it.',
    'Made by test/actions.test.ts from the patterns (`npx vitest run test/actions.test.ts -u`).',
    'Beside these: `attempt_failed` (smtp, lmtp: a try at a relay that failed without a status), `repeated` (syslogd),',
    '`unrecognized` (no pattern knows the line).',
    '',
    '| action | said by | for instance |',
    '|---|---|---|',
    ...rows,
    '',
  ];
  await expect(table.join('\n')).toMatchFileSnapshot(join(import.meta.dirname, '../postfix/actions.md'));
});

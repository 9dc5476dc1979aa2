/** Kinds of failure as they are typed behind --kind. */
import { InvalidArgumentError } from 'commander';
import { type Kind, kinds } from '../postfix/reason.js';
import { timeoutKinds } from '../report/failures.js';
import { wrap } from '../report/render/text.js';
import { kindWords } from '../report/vocabulary.js';

/** All kinds for a help text, one a line with its meaning. */
export const kindsExplained = kinds.map((kind) => `  ${kind.padEnd(22)} ${kindWords[kind]}`).join('\n');

/** All kinds for a help text, in a few lines. */
export const kindsListed = wrap(`  ${kinds.join(', ')}`, 100, '  ');

/** `all`, `timeouts`, or kinds with commas between them; undefined stands for all. */
export function kindList(text: string, before: readonly Kind[] | 'all' | undefined): readonly Kind[] | 'all' {
  const known = before === undefined || before === 'all' ? [] : before;
  const named = text.split(',').flatMap((word): readonly (Kind | 'all')[] => {
    const kind = word.trim().toLowerCase().replaceAll('-', '_');
    if (kind === 'all') return ['all'];
    return kind === 'timeouts' || kind === 'timeout' ? timeoutKinds : [oneKind(word)];
  });
  if (before === 'all' || named.includes('all')) return 'all';
  return [...new Set([...known, ...(named as Kind[])])];
}

export function oneKind(text: string): Kind {
  const wanted = text.trim().toLowerCase().replaceAll('-', '_');
  const kind = kinds.find((name) => name === wanted);
  if (kind === undefined) throw new InvalidArgumentError(`Kinds are: ${kinds.join(', ')}.`);
  return kind;
}

/** `postconf -n`, `postconf`, and main.cf itself (postconf/postconf_main.c); and `postconf mail_version`. */
import { isParameter } from './parameters.js';
import { excerpt, linesOf, listed, logicalLines, NoSnapshot, type Reading } from './reading.js';

export interface Postconf {
  /** Values as written, with their `$name` references, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** All that there are, as `postconf` prints them; `postconf -n` has only those that main.cf sets. */
  readonly complete: boolean;
}

/** `postconf -n` of a large site has a hundred, `postconf` of Postfix 2.10 more than 700. */
const fewestOfAll = 500;

/** Values that are secrets: the store is read by more people than main.cf. */
const secretName = /(?:_pw|_passwd|_password|_secret)$/;
const secretValue = /\bstatic:\s*\{?[^,\s]*:[^,\s]+/g;
/** What stands for them. */
export const hidden = '(not kept)';

/** @throws NoSnapshot where no line of it is one of postconf */
export function parsePostconf(text: string): Reading<Postconf> {
  const lines = logicalLines(text);
  if (lines.length === 0) throw new NoSnapshot('it is empty; postconf -n prints config_directory or myhostname at least');
  const parameters = new Map<string, string>();
  const notes: string[] = [];
  const again = new Set<string>();
  for (const { number, line } of lines) {
    const [, name, value] = /^([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*=\s*(.*)$/s.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      if (parameters.has(name)) again.add(name);
      parameters.set(name, secretName.test(name) && value !== '' ? hidden : withoutPasswords(name, value));
    } else if (line.startsWith('postconf: ')) notes.push(line);
    else notes.push(`line ${number}, ${excerpt(line)}: is no 'name = value'`);
  }
  if (parameters.size === 0)
    throw new NoSnapshot(`it is no output of postconf: it begins with ${excerpt((lines[0] as { line: string }).line)}`);
  if (again.size > 0) notes.push(`set more than once, and the last holds, as in Postfix: ${listed([...again])}`);
  const unknown = unknownIn(parameters);
  if (unknown.length > 0) {
    const are = unknown.length === 1 ? 'is no parameter' : 'are no parameters';
    notes.push(
      `${listed(unknown)} ${are} of any Postfix up to 3.12, and no other value refers to ${unknown.length === 1 ? 'it' : 'them'}: mistyped?`,
    );
  }
  return { content: { parameters: Object.fromEntries(parameters), complete: parameters.size >= fewestOfAll }, notes };
}

const withoutPasswords = (name: string, value: string) =>
  name.includes('password') ? value.replace(secretValue, `static:${hidden}`) : value;

/** A name that Postfix does not have may be somebody's own, for others to refer to. */
function unknownIn(parameters: ReadonlyMap<string, string>): string[] {
  const referredTo = new Set<string>();
  for (const value of parameters.values()) {
    for (const [, name] of value.matchAll(/\$[({]?([A-Za-z0-9_]+)/g)) referredTo.add(name as string);
  }
  // A table of a database has parameters of its own behind its name: `ldapusers_search_base` of `ldap:ldapusers`.
  const tables = new Set(
    [...parameters.values()].flatMap((value) =>
      [...value.matchAll(/\b(?:ldap|mysql|pgsql|sqlite):(\w+)/g)].map(([, table]) => table as string),
    ),
  );
  return [...parameters.keys()].filter(
    (name) => !isParameter(name) && !referredTo.has(name) && ![...tables].some((table) => name.startsWith(`${table}_`)),
  );
}

/** @returns the version of Postfix, as `3.7.11` @throws NoSnapshot where there is none */
export function parseVersion(text: string): string {
  const [line = ''] = linesOf(text).filter((one) => one.trim() !== '');
  const [, version] = /^(?:mail_version\s*=\s*)?(\d+\.\d+[\w.+-]*)$/.exec(line.trim()) ?? [];
  if (version === undefined) throw new NoSnapshot(line === '' ? 'it is empty' : `${excerpt(line)} is no version of Postfix`);
  return version;
}

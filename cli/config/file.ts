/** The settings of a YAML file, with the line that each stands on. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { hostileShown } from './hide.js';
import { likeOf } from './like.js';
import { type SettingName, settingNames, settingOf } from './settings.js';

export interface FileValue {
  readonly value: string | readonly string[];
  /** `/etc/postscope.yml:12` */
  readonly from: string;
  /** The value is the path of a file that has it: `password_file`. */
  readonly isFile: boolean;
}

/** What can stand in a file: settings, and for secrets the files that have them. */
const known = new Map<string, { readonly name: SettingName; readonly isFile: boolean }>(
  settingNames.flatMap((name) => [
    [name, { name, isFile: false }] as const,
    ...(settingOf(name).secret ? [[`${name}_file`, { name, isFile: true }] as const] : []),
  ]),
);
const sections = new Set([...known.keys()].filter((name) => name.includes('.')).map((name) => name.replace(/\..*/, '')));

/** @param wrong takes a sentence for whatever cannot be used */
export function fileSettings(path: string, text: string, wrong: string[]): Map<SettingName, FileValue> {
  const found = new Map<SettingName, FileValue>();
  const lines = new LineCounter();
  // A setting is a word or a number; anchors that refer to each other a thousand times are none of it.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const line = (offset: number) => `${path}:${lines.linePos(offset).line}`;
  for (const { pos, message } of document.errors) wrong.push(`${line(pos[0])}: this is no YAML: ${hostileShown(message, '')}`);
  if (document.errors.length > 0 || document.contents === null) return found;
  const root: unknown = document.contents;
  if (!isMap(root)) {
    wrong.push(`${line(0)}: wanted are settings, such as "redis:" and below it "  url: redis://127.0.0.1:6379"`);
    return found;
  }

  const walk = (map: YAMLMap, section: string) => {
    for (const { key, value } of map.items) {
      const at = line((key as Node).range?.[0] ?? 0);
      const name = isScalar(key) ? `${section}${String(key.value)}` : '';
      const setting = known.get(name);
      if (setting !== undefined) take(setting, value, at, name);
      else if (section === '' && sections.has(name)) {
        if (isMap(value)) walk(value, `${name}.`);
        // A section with all of its lines commented out.
        else if (!(isScalar(value) && value.value === null) && value !== null)
          wrong.push(`${at}: ${name}: wanted are settings below it, each on a line of its own, further in`);
      } else wrong.push(`${at}: ${hostileShown(name, '')}: no such setting${likeOf(name, [...known.keys(), ...sections])}`);
    }
  };

  const take = ({ name, isFile }: { name: SettingName; isFile: boolean }, node: unknown, at: string, typed: string) => {
    const value = plainOf(node);
    if (value === null) return;
    if (value === undefined) wrong.push(`${at}: ${typed}: wanted is a plain value`);
    else if (found.has(name)) wrong.push(`${at}: ${name} and ${name}_file are both there: only one of them is wanted`);
    else found.set(name, { value, from: at, isFile });
  };

  walk(root, '');
  return found;
}

/** @returns null where the value was left empty, undefined where it is none that a setting can have */
function plainOf(node: unknown): string | readonly string[] | null | undefined {
  if (node === null || (isScalar(node) && node.value === null)) return null;
  if (isScalar(node)) return textOf(node);
  if (!isSeq(node)) return undefined;
  const items = node.items.map((item) => (isScalar(item) ? textOf(item) : undefined));
  return items.some((item) => item === undefined) ? undefined : (items as string[]);
}

/** As it was typed: a password of digits may begin with 0. */
const textOf = ({ value, source }: Scalar) => (typeof value === 'string' ? value : source);

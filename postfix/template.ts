/**
 * The pattern language: a line of a Postfix source file with its `%s` and `%d` given names.
 *
 *     'from=<{sender}>, size={size}, nrcpt={recipient_count} (queue {queue})'
 *
 *     {name}        a field of fields.ts, whose type says what it may look like
 *     {name:type}   the same, with another shape; `greedy` and `enhanced` are shapes only
 *     {client}      an entry of `macros` below: several fields that always stand together
 *     {relay}       host, host[ip]:port or host[/socket]
 *     {}            text that is not kept
 *     {? … ?}       may be missing
 *     {a|b|c}       one of these words, not kept
 *     everything else is literal
 *
 * A pattern covers the whole text behind `program[pid]: `, level and queue ID taken off.
 */
import { type FieldName, fields, type Shape } from './fields.js';

/** A template taken apart. */
export type Node =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly name: FieldName; readonly type: Shape }
  | { readonly kind: 'relay' }
  | { readonly kind: 'anything' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'optional'; readonly nodes: readonly Node[] };

/** Fields that stand together in many patterns. */
const macros: Readonly<Record<string, string>> = {
  client: '{client_host}[{client_ip}]{?:{client_port}?}',
  local: '[{local_ip}]:{local_port}',
};

/** smtp/smtp_session.c: host[ip]:port, or host[/path]; pipe, local, virtual, error: a bare word. */
export const relayFields: readonly FieldName[] = ['relay_host', 'relay_ip', 'relay_socket', 'relay_port'];

const token = /\{\?|\?\}|\{([a-z_]*)(?::([a-z_]+))?\}|\{([^{}]*\|[^{}]*)\}/g;

/** @throws Error where a field is not in fields.ts, or a bracket has no partner */
export function parseTemplate(text: string): readonly Node[] {
  const expanded = text.replace(/\{([a-z_]+)\}/g, (whole, name: string) => macros[name] ?? whole);
  const open: Node[][] = [[]];
  const put = (node: Node) => (open.at(-1) as Node[]).push(node);
  const literal = (from: number, to: number) => {
    if (to > from) put({ kind: 'literal', text: expanded.slice(from, to) });
  };
  let at = 0;
  for (const m of expanded.matchAll(token)) {
    literal(at, m.index);
    at = m.index + m[0].length;
    const [whole, name, type, words] = m;
    if (whole === '{?') open.push([]);
    else if (whole === '?}') {
      const nodes = open.pop() as Node[];
      if (open.length === 0) throw new Error(`pattern '${text}': ?} without {?`);
      put({ kind: 'optional', nodes });
    } else if (words !== undefined) put({ kind: 'words', words: words.split('|') });
    else if (!name) put({ kind: 'anything' });
    else if (name === 'relay') put({ kind: 'relay' });
    else {
      if (!(name in fields)) throw new Error(`pattern '${text}': no field is named '${name}' (postfix/fields.ts)`);
      const field = name as FieldName;
      put({ kind: 'field', name: field, type: (type as Shape | undefined) ?? fields[field].type });
    }
  }
  literal(at, expanded.length);
  if (open.length !== 1) throw new Error(`pattern '${text}': {? without ?}`);
  return open[0] as Node[];
}

/** The fields of a template. */
export function namesIn(template: readonly Node[]): ReadonlySet<FieldName> {
  const names = template.flatMap((node): readonly FieldName[] => {
    if (node.kind === 'optional') return [...namesIn(node.nodes)];
    if (node.kind === 'relay') return relayFields;
    return node.kind === 'field' ? [node.name] : [];
  });
  return new Set(names);
}

/**
 * The character that a field must stop before, given what follows it: the first of the literal, also of one that may be
 * missing; a space before another field; '' at the end.
 */
export function stopBefore(following: readonly Node[]): string {
  const next = following[0];
  if (next === undefined) return '';
  if (next.kind === 'literal') return next.text[0] as string;
  if (next.kind === 'optional') {
    const first = next.nodes[0];
    return first?.kind === 'literal' ? (first.text[0] as string) : ' ';
  }
  return ' ';
}

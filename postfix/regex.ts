/** A template as a regular expression: what a pattern means, by definition; `scanner.ts` is the same, faster. */
import type { FieldName, Shape } from './fields.js';
import { type Node, relayFields, stopBefore } from './template.js';

const quote = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const quoteInClass = (char: string) => (/[\\\]^-]/.test(char) ? `\\${char}` : char);

/** Printed by inet_ntop, a scope behind it where there is one; `unknown` where the peer was gone (smtpd/smtpd_peer.c). */
const ip = '(?:([0-9a-fA-F.:]+)(?:%\\w+)?|unknown)';
const relay = '([^\\s,[\\]]+)(?:\\[(?:([0-9a-fA-F.:]+)|([^\\]]*))\\](?::(\\d+))?)?';

/** The group of a field, given the character that ends it. */
function groupOf(type: Shape, stop: string): string {
  const not = stop === '' ? '' : quoteInClass(stop);
  switch (type) {
    case 'integer':
      return '(\\d+)';
    case 'seconds':
      return '(\\d+(?:\\.\\d+)?)';
    case 'ip':
      return ip;
    case 'host':
      return '([^\\s\\[\\]]*)';
    case 'word':
      return stop === '' || stop === ' ' ? '(\\S+)' : `([^\\s${not}]+)`;
    case 'address':
      return stop === '' ? '(.*)' : `("(?:\\\\.|[^"\\\\])*"[^${not}]*|[^${not}]*)`;
    case 'greedy':
      return '(.*)';
    case 'enhanced':
      return '([245]\\.\\d{1,3}\\.\\d{1,3})';
    case 'counters':
    case 'text':
    case 'message_id':
      return stop === '' ? '(.*)' : '(.*?)';
  }
}

/** @returns the expression, anchored at both ends, and the fields of its groups in order */
export function regexOf(template: readonly Node[]): { regex: RegExp; names: readonly FieldName[] } {
  const names: FieldName[] = [];
  const sourceOf = (nodes: readonly Node[], after: readonly Node[]): string =>
    nodes.map((node, i) => sourceOfNode(node, [...nodes.slice(i + 1), ...after])).join('');
  const sourceOfNode = (node: Node, following: readonly Node[]): string => {
    switch (node.kind) {
      case 'literal':
        return quote(node.text);
      case 'field':
        names.push(node.name);
        return groupOf(node.type, stopBefore(following));
      case 'relay':
        names.push(...relayFields);
        return relay;
      case 'anything':
        return following.length === 0 ? '.*' : '.*?';
      case 'words':
        return `(?:${node.words.map(quote).join('|')})`;
      case 'optional':
        return `(?:${sourceOf(node.nodes, following)})?`;
    }
  };
  return { regex: new RegExp(`${sourceOf(template, [])}$`, 'ys'), names };
}

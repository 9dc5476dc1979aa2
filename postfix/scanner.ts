/**
 * A template as generated code that walks over the bytes of a line, a third of the cost of the regular expression.
 *
 * It takes the path that the expression tries first and no other. Where that path leads to the end, the expression finds
 * the same. Where it fails before there was any choice, the expression fails too; where it fails later, the expression has
 * to be asked (test/scanner.test.ts holds the one against the other). Templates whose first path cannot be followed
 * without looking back have no scanner.
 *
 * The source of a scanner is made of templates and field names, never of a log.
 */
import { type Counter, type FieldName, type Fields, fields, type Shape } from './fields.js';
import { type Node, relayFields, stopBefore } from './template.js';

/**
 * What is generated for one pattern. The places are, for each of `names`, where the field begins, or -1 where it is not
 * there, and where it ends; they are filled where the text is of this pattern.
 *
 * `bytes` and `view` hold the line, a byte a character, characters beyond ASCII as bytes from 128; the message stands in
 * them from `at` to `end`.
 */
export interface Scanner {
  /** The fields in the order in which they stand; one may be there twice, and the first that is found counts. */
  readonly names: readonly FieldName[];

  /**
   * Finds the fields. Most lines need no more: objects and texts are made only where somebody wants them.
   * @returns 1 where the text is of this pattern, 0 where it is not, and -1 where only the expression can tell
   */
  readonly find: (text: string, bytes: Uint8Array, view: DataView, at: number, end: number, places: Int32Array) => number;

  /**
   * Finds the fields and cuts them out of the text.
   * @returns null where it is not of this pattern; undefined where only the expression can tell
   */
  readonly read: (
    text: string,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
    places: Int32Array,
  ) => Fields | null | undefined;
}

/** Places for the fields of any pattern. */
export const newPlaces = () => new Int32Array(2 * mostFields);
const mostFields = 32;

/** A template that looks back. */
class Unscannable extends Error {}

const isSpace = (c: number) => c === 32 || (c >= 9 && c <= 13) || c === 160;

/** Membership of bytes; a table is made once for each set. */
const tables = new Map<string, Uint8Array>();
function tableOf(name: string, has: (c: number) => boolean): Uint8Array {
  let table = tables.get(name);
  if (table === undefined) {
    table = Uint8Array.from({ length: 256 }, (_, c) => (has(c) ? 1 : 0));
    // No field reaches into the next line.
    table[10] = 0;
    tables.set(name, table);
  }
  return table;
}

const code = (char: string) => char.charCodeAt(0);
const isDigit = (c: number) => c >= 48 && c <= 57;
const isInIp = (c: number) => /[0-9a-fA-F.:]/.test(String.fromCharCode(c));

/** What generated code calls. */
const calls = {
  /** A number with or without decimals. These are counted in whole numbers, so that the quotient is what the digits say. */
  number(s: string, from: number, to: number): number {
    let n = 0;
    let divisor = 1;
    let decimals = false;
    for (let i = from; i < to; i++) {
      const c = s.charCodeAt(i) - 48;
      if (c < 0) decimals = true;
      else {
        n = n * 10 + c;
        if (decimals) divisor *= 10;
      }
    }
    return divisor === 1 ? n : n / divisor;
  },
  counters,
};

class Generator {
  /** Tables, by name. */
  private readonly constants = new Map<string, Uint8Array>();
  /** Code that cuts a field out. */
  private readonly slots = new Map<FieldName, string[]>();
  private readonly names: FieldName[] = [];
  /** Code that puts what was found into the places. */
  private readonly kept: string[] = [];
  private readonly declared: string[] = [];
  private counter = 0;

  generate(template: readonly Node[], set: Fields | undefined): Scanner {
    // k: whether there was a choice on the way.
    const body = this.sequence(template, [], 'break walk;');
    if (this.names.length > mostFields) throw new Error(`a pattern has ${this.names.length} fields, ${mostFields} at most are possible`);
    for (const [name, value] of Object.entries(set ?? {})) this.slots.set(name as FieldName, [JSON.stringify(value)]);
    const object = [...this.slots].map(([name, values]) => `${name}:${values.join('??')}`).join(',');
    const walk = (found: string, failed: string) =>
      `(s,b,v,p,end,S)=>{let q=0,c=0,k=false;${this.declared.join('')}` +
      `walk:{${body}if(p!==end)break walk;${this.kept.join('')}return ${found};}return ${failed};}`;
    const source = `return {names,find:${walk('1', 'k?-1:0')},read:${walk(`{${object}}`, 'k?undefined:null')}};`;
    const parameters = { ...calls, names: this.names, ...Object.fromEntries(this.constants) };
    return new Function(...Object.keys(parameters), source)(...Object.values(parameters)) as Scanner;
  }

  private table(name: string, has: (c: number) => boolean): string {
    const table = tableOf(name, has);
    for (const [known, other] of this.constants) if (other === table) return known;
    const constant = `T${this.constants.size}`;
    this.constants.set(constant, table);
    return constant;
  }

  /** Moves a variable over the bytes of a table. */
  private skip(at: string, table: string): string {
    return `while(${table}[b[${at}]]===1&&${at}<end)${at}++;`;
  }

  /** Code that reads these nodes from p on; `fail` is what it does where they are not there. */
  private sequence(nodes: readonly Node[], after: readonly Node[], fail: string): string {
    return nodes.map((node, i) => this.node(node, [...nodes.slice(i + 1), ...after], fail)).join('');
  }

  private node(node: Node, following: readonly Node[], fail: string): string {
    switch (node.kind) {
      case 'literal':
        return `if(${this.differs(node.text)}){${fail}}p+=${node.text.length};`;
      case 'words':
        return this.words(node.words, fail);
      case 'anything':
        return `${this.seek(following, fail)}p=q;`;
      case 'relay':
        return this.relay(following, fail);
      case 'optional':
        return this.optional(node.nodes, following);
      case 'field':
        return this.field(node.name, node.type, following, fail);
    }
  }

  /** A condition: this text stands there. Four bytes are compared at a time, where the line is so long. */
  private matches(text: string, at: string): string {
    const codes = [...text].map(code);
    const whole = codes.length - (codes.length % 4);
    const single = (i: number) => `b[${at}${i === 0 ? '' : `+${i}`}]===${codes[i]}`;
    const four = (i: number) =>
      `v.getInt32(${at}${i === 0 ? '' : `+${i}`},true)===${(codes[i] as number) | ((codes[i + 1] as number) << 8) | ((codes[i + 2] as number) << 16) | ((codes[i + 3] as number) << 24)}`;
    const tests: string[] = whole > 0 ? [`${at}+${whole}<=end`] : [];
    for (let i = 0; i < whole; i += 4) tests.push(four(i));
    for (let i = whole; i < codes.length; i++) tests.push(single(i));
    return tests.length === 0 ? 'true' : tests.join('&&');
  }

  private differs(text: string, at = 'p'): string {
    return `!(${this.matches(text, at)})`;
  }

  /** The first of the words that fits; two that begin alike would need a second look. */
  private words(words: readonly string[], fail: string): string {
    const clash = words.some((word, i) => words.some((other, j) => j > i && (other.startsWith(word) || word.startsWith(other))));
    if (clash) throw new Unscannable();
    return `${words.map((word) => `if(${this.matches(word, 'p')})p+=${word.length};else `).join('')}{${fail}}`;
  }

  private optional(nodes: readonly Node[], following: readonly Node[]): string {
    const label = `g${this.counter++}`;
    const save = this.variable('-1');
    const before = this.names.length;
    const body = this.sequence(nodes, following, `${save}=-${this.counter + 1};break ${label};`);
    const undo = this.names.slice(before).map((_, i) => `v${before + i}=-1;`);
    const start = this.variable('0');
    return `${start}=p;${save}=0;${label}:{${body}}if(${save}<0){p=${start};${undo.join('')}}else k=true;`;
  }

  private variable(initial: string): string {
    const name = `x${this.counter++}`;
    this.declared.push(`let ${name}=${initial};`);
    return name;
  }

  private slot(name: FieldName, value: string): void {
    const values = this.slots.get(name);
    if (values) values.push(value);
    else this.slots.set(name, [value]);
  }

  /** A stretch of text from v to w. @param digits whether it is made of them */
  private stretch(name: FieldName, digits = false): { from: string; to: string } {
    const i = this.names.push(name) - 1;
    const from = `v${i}`;
    const to = `w${i}`;
    this.declared.push(`let ${from}=-1,${to}=0;`);
    const { type } = fields[name];
    // The brackets of a message-id are no part of it.
    if (type === 'message_id') this.kept.push(`if(${to}>${from}+1&&b[${from}]===60&&b[${to}-1]===62){${from}++;${to}--;}`);
    this.kept.push(`S[${2 * i}]=${from};S[${2 * i + 1}]=${to};`);
    const at = `${from},${to}`;
    const cut = `s.slice(${at})`;
    const isNumber = type === 'integer' || type === 'seconds';
    const value = isNumber ? (digits ? `number(s,${at})` : `+${cut}`) : type === 'counters' ? `counters(${cut})` : cut;
    this.slot(name, `(${from}<0?undefined:${value})`);
    return { from, to };
  }

  private field(name: FieldName, type: Shape, following: readonly Node[], fail: string): string {
    const stop = stopBefore(following);
    switch (type) {
      case 'integer':
        return this.run(name, 'digits', isDigit, 1, fail);
      case 'seconds': {
        if (fields[name].type !== 'seconds') throw new Unscannable();
        const digits = this.table('digits', isDigit);
        const { from, to } = this.stretch(name, true);
        return (
          `q=p;${this.skip('q', digits)}if(q===p){${fail}}` +
          `if(b[q]===46){c=q+1;${this.skip('c', digits)}if(c>q+1)q=c;}${from}=p;${to}=p=q;`
        );
      }
      case 'ip': {
        if (isInIp(code(stop || ' '))) throw new Unscannable();
        const { from, to } = this.stretch(name);
        const inIp = this.table('ip', isInIp);
        return `q=p;${this.skip('q', inIp)}if(q>p){${from}=p;${to}=p=q;${this.scope()}}else if(${this.differs('unknown')}){${fail}}else p+=7;`;
      }
      case 'host':
        if (stop !== '' && !/[\s[\]]/.test(stop)) throw new Unscannable();
        return this.run(name, 'host', (c) => !isSpace(c) && c !== 91 && c !== 93, 0, fail);
      case 'word': {
        const not = stop === '' ? 32 : code(stop);
        // What may be missing behind it leaves it a choice where to end.
        const choice = following[0] !== undefined && following[0].kind !== 'literal' ? 'k=true;' : '';
        return choice + this.run(name, `word${not}`, (c) => !isSpace(c) && c !== not, 1, fail);
      }
      case 'address': {
        const { from, to } = this.stretch(name);
        if (stop === '') return `${from}=p;p=end;${to}=p;`;
        const table = this.table(`not${code(stop)}`, (c) => c !== code(stop));
        // A quoted local part ends at its closing quote; without one the quote is a character like others.
        return `${from}=p;if(b[p]===34){k=true;q=p+1;while(q<end&&b[q]!==34)q+=b[q]===92?2:1;if(q<end)p=q+1;}${this.skip('p', table)}${to}=p;`;
      }
      case 'greedy': {
        // As long as possible with something behind it is a search from the end.
        if (following.length > 0) throw new Unscannable();
        const { from, to } = this.stretch(name);
        return `${from}=p;p=end;${to}=p;`;
      }
      case 'enhanced': {
        const next = following[0];
        if (next !== undefined && (next.kind !== 'literal' || /^\d/.test(next.text))) throw new Unscannable();
        const { from, to } = this.stretch(name);
        const start = this.variable('0');
        const dot = `if(b[p++]!==46){${fail}}`;
        // One to three digits.
        const digits = `q=p;while(p<q+3&&b[p]>=48&&b[p]<=57)p++;if(p===q){${fail}}`;
        return `q=p;c=b[p++];if(c!==50&&c!==52&&c!==53){${fail}}${start}=q;${dot}${digits}${dot}${digits}${from}=${start};${to}=p;`;
      }
      case 'text':
      case 'message_id':
      case 'counters': {
        if (type === 'counters' && following.length > 0) throw new Unscannable();
        const { from, to } = this.stretch(name);
        return `${this.seek(following, fail)}${from}=p;${to}=q;p=q;`;
      }
    }
  }

  private scope(): string {
    return `if(b[p]===37){p++;${this.skip(
      'p',
      this.table('word', (c) => /\w/.test(String.fromCharCode(c))),
    )}}`;
  }

  private run(name: FieldName, tableName: string, has: (c: number) => boolean, least: number, fail: string): string {
    const { from, to } = this.stretch(name, has === isDigit);
    return `q=p;${this.skip('q', this.table(tableName, has))}${least > 0 ? `if(q===p){${fail}}` : ''}${from}=p;${to}=p=q;`;
  }

  /** Moves q to the first place from p on where what follows begins: a literal, also one that may be missing, or the end. */
  private seek(following: readonly Node[], fail: string): string {
    const [only, ...others] = following;
    if (only?.kind === 'literal' && others.length === 0) {
      // The last thing of all: it can only stand at the end.
      return `q=end-${only.text.length};if(q<p||${this.differs(only.text, 'q')}){${fail}}`;
    }
    const starts: string[] = [];
    let required = false;
    for (const node of following) {
      const first = node.kind === 'optional' ? node.nodes[0] : node;
      if (first?.kind === 'words') starts.push(...first.words);
      else if (first?.kind === 'literal') starts.push(first.text);
      else throw new Unscannable();
      if (node.kind === 'optional') continue;
      required = true;
      break;
    }
    if (starts.length === 0) return 'q=end;';
    if (starts.includes('')) throw new Unscannable();
    // The first bytes are looked at before the rest.
    const found = starts.map((text) => `b[q]===${code(text)}&&${this.matches(text, 'q')}`).join('||');
    const search = `q=p;while(q<end&&!(${found}))q++;`;
    return `${search}${required ? `if(q>=end){${fail}}` : ''}k=true;`;
  }

  private relay(following: readonly Node[], fail: string): string {
    const [host, ip, socket, port] = relayFields as [FieldName, FieldName, FieldName, FieldName];
    const name = this.run(host, 'relay', (c) => !isSpace(c) && c !== 44 && c !== 91 && c !== 93, 1, fail);
    const address = this.stretch(ip);
    const path = this.stretch(socket);
    const number = this.stretch(port, true);
    const inIp = this.table('ip', isInIp);
    const inBrackets = this.table('not93', (c) => c !== 93);
    const digits = this.table('digits', isDigit);
    // A host may hold what follows it (`127.0.0.1:10024: …`), and what stands in brackets may be missing.
    const choice = /^[\s,[\]]/.test(stopBefore(following)) ? '' : 'k=true;';
    return (
      `${choice}${name}if(b[p]===91){k=true;q=p+1;${this.skip('q', inIp)}` +
      `if(b[q]===93&&q>p+1){${address.from}=p+1;${address.to}=q;}` +
      `else{q=p+1;${this.skip('q', inBrackets)}if(b[q]===93){${path.from}=p+1;${path.to}=q;}}` +
      `if(b[q]===93&&q<end){p=q+1;if(b[p]===58){q=p+1;${this.skip('q', digits)}if(q>p+1){${number.from}=p+1;${number.to}=p=q;}}}}`
    );
  }
}

/** The scanner of a template; undefined where it would have to look back. */
export function scannerOf(template: readonly Node[], set: Fields | undefined): Scanner | undefined {
  try {
    return new Generator().generate(template, set);
  } catch (error) {
    if (error instanceof Unscannable) return undefined;
    throw error;
  }
}

/** What sessions counted; most counted the same. */
const sessions = new Map<string, Record<string, Counter>>();

/** Reads `ehlo=1 mail=0/1 commands=1/2` (smtpd/smtpd.c, since Postfix 3.0). The answer may be shared: it must not be changed. */
export function counters(text: string): Record<string, Counter> {
  let counted = sessions.get(text);
  if (counted === undefined) {
    counted = {};
    for (const m of text.matchAll(/([a-z]{1,16})=(\d{1,9})(?:\/(\d{1,9}))?/g)) {
      const [, name, accepted, total] = m as unknown as string[];
      counted[name as string] = { accepted: Number(accepted), total: Number(total ?? accepted) };
    }
    if (sessions.size > 1000) sessions.clear();
    sessions.set(Buffer.from(text).toString(), counted);
  }
  return counted;
}

/** Takes the brackets off a message-id that has both; leaves what is cut off or followed by text as it is. */
export function bareMessageId(text: string): string {
  return text.length > 1 && text.charCodeAt(0) === 60 && text.charCodeAt(text.length - 1) === 62 ? text.slice(1, -1) : text;
}

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
 * @param text holds the line; fields are cut out of it
 * @param bytes the same, a byte a character, characters beyond ASCII as bytes from 128
 * @param at where the text of the message starts
 * @param end where the line ends
 * @returns the fields; null where the text is none of this pattern; undefined where only the expression can tell
 */
export type Scanner = (text: string, bytes: Uint8Array, at: number, end: number) => Fields | null | undefined;

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
const ipTable = () => tableOf('ip', (c) => /[0-9a-fA-F.:]/.test(String.fromCharCode(c)));

class Generator {
  private readonly constants = new Map<Uint8Array, string>();
  private readonly slots = new Map<FieldName, string[]>();
  private readonly declared: string[] = [];
  private counter = 0;

  generate(template: readonly Node[], set: Fields | undefined): Scanner {
    // k: whether there was a choice on the way.
    const fail = 'return k?undefined:null;';
    const body = this.sequence(template, [], fail);
    for (const [name, value] of Object.entries(set ?? {})) this.slots.set(name as FieldName, [JSON.stringify(value)]);
    const object = [...this.slots].map(([name, values]) => `${name}:${values.join('??')}`).join(',');
    const source = `return (s,b,p,end)=>{let q=0,c=0,k=false;${this.declared.join('')}${body}if(p!==end){${fail}}return {${object}};}`;
    const named = [...this.constants];
    return new Function('counters', 'bareMessageId', ...named.map(([, name]) => name), source)(
      counters,
      bareMessageId,
      ...named.map(([table]) => table),
    ) as Scanner;
  }

  private table(name: string, has: (c: number) => boolean): string {
    const table = tableOf(name, has);
    let constant = this.constants.get(table);
    if (constant === undefined) {
      constant = `T${this.constants.size}`;
      this.constants.set(table, constant);
    }
    return constant;
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

  private differs(text: string, at = 'p'): string {
    return [...text].map((char, i) => `b[${at}${i === 0 ? '' : `+${i}`}]!==${code(char)}`).join('||');
  }

  private matches(text: string, at: string): string {
    return [...text].map((char, i) => `b[${at}${i === 0 ? '' : `+${i}`}]===${code(char)}`).join('&&');
  }

  /** The first of the words that fits; two that begin alike would need a second look. */
  private words(words: readonly string[], fail: string): string {
    const clash = words.some((word, i) => words.some((other, j) => j > i && (other.startsWith(word) || word.startsWith(other))));
    if (clash) throw new Unscannable();
    return `${words.map((word) => `if(${word === '' ? 'true' : this.matches(word, 'p')})p+=${word.length};else `).join('')}{${fail}}`;
  }

  private optional(nodes: readonly Node[], following: readonly Node[]): string {
    const label = `g${this.counter++}`;
    const save = this.variable('-1');
    const before = new Map([...this.slots].map(([name, values]) => [name, values.length]));
    const undo: string[] = [];
    const body = this.sequence(nodes, following, `${save}=-${this.counter + 1};break ${label};`);
    for (const [name, values] of this.slots) {
      for (const value of values.slice(before.get(name) ?? 0)) {
        const slot = /[vn]\d+/.exec(value)?.[0];
        if (slot !== undefined) undo.push(`${slot}=${slot.startsWith('v') ? '-1' : 'undefined'};`);
      }
    }
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

  /** A stretch of text from v to w. */
  private stretch(name: FieldName): { from: string; to: string } {
    const id = this.counter++;
    this.declared.push(`let v${id}=-1,w${id}=0;`);
    const cut = `s.slice(v${id},w${id})`;
    const { type } = fields[name];
    const value = type === 'message_id' ? `bareMessageId(${cut})` : type === 'counters' ? `counters(${cut})` : cut;
    this.slot(name, `(v${id}<0?undefined:${type === 'integer' || type === 'seconds' ? `+${cut}` : value})`);
    return { from: `v${id}`, to: `w${id}` };
  }

  private number(name: FieldName): string {
    const id = `n${this.counter++}`;
    this.declared.push(`let ${id};`);
    this.slot(name, id);
    return id;
  }

  private field(name: FieldName, type: Shape, following: readonly Node[], fail: string): string {
    const stop = stopBefore(following);
    switch (type) {
      case 'integer': {
        // Digits of a field that is no number stay text.
        if (fields[name].type !== 'integer') return this.run(name, 'digits', (c) => c >= 48 && c <= 57, 1, fail);
        const n = this.number(name);
        return `c=b[p]-48;if(!(c>=0&&c<=9)){${fail}}${n}=c;while((c=b[++p]-48)>=0&&c<=9)${n}=${n}*10+c;`;
      }
      case 'seconds': {
        if (fields[name].type !== 'seconds') throw new Unscannable();
        const n = this.number(name);
        // Decimals are counted in whole numbers, so that the quotient is the number that the digits say.
        return (
          `c=b[p]-48;if(!(c>=0&&c<=9)){${fail}}${n}=c;while((c=b[++p]-48)>=0&&c<=9)${n}=${n}*10+c;` +
          `if(c===-2&&(c=b[p+1]-48)>=0&&c<=9){q=1;do{${n}=${n}*10+c;q*=10;p++;}while((c=b[p+1]-48)>=0&&c<=9);p++;${n}/=q;}`
        );
      }
      case 'ip': {
        if (ipTable()[code(stop || ' ')]) throw new Unscannable();
        const { from, to } = this.stretch(name);
        return `q=p;while(${this.table('ip', (c) => /[0-9a-fA-F.:]/.test(String.fromCharCode(c)))}[b[p]]===1)p++;if(p>q){${from}=q;${to}=p;${this.scope()}}else if(${this.differs('unknown')}){${fail}}else p+=7;`;
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
        return (
          `${from}=p;if(b[p]===34){k=true;q=p+1;while(q<end&&b[q]!==34)q+=b[q]===92?2:1;if(q<end)p=q+1;}` +
          `while(${table}[b[p]]===1&&p<end)p++;${to}=p;`
        );
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
        const dot = `if(b[p]!==46){${from}=-1;${fail}}p++;`;
        // One to three digits.
        const digits = `q=p;while(p<q+3&&b[p]>=48&&b[p]<=57)p++;if(p===q){${from}=-1;${fail}}`;
        return `c=b[p];if(c!==50&&c!==52&&c!==53){${fail}}${from}=p++;${dot}${digits}${dot}${digits}${to}=p;`;
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
    return `if(b[p]===37){p++;while(${this.table('word', (c) => /\w/.test(String.fromCharCode(c)))}[b[p]]===1)p++;}`;
  }

  private run(name: FieldName, tableName: string, has: (c: number) => boolean, least: number, fail: string): string {
    const { from, to } = this.stretch(name);
    return `${from}=p;while(${this.table(tableName, has)}[b[p]]===1&&p<end)p++;${to}=p;${least > 0 ? `if(p===${from}){${from}=-1;${fail}}` : ''}`;
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
    const found = starts.map((text) => this.matches(text, 'q')).join('||');
    return `q=p;while(q<end&&!(${found}))q++;${required ? `if(q>=end){${fail}}` : ''}k=true;`;
  }

  private relay(following: readonly Node[], fail: string): string {
    const [host, ip, socket, port] = relayFields as [FieldName, FieldName, FieldName, FieldName];
    const name = this.run(host, 'relay', (c) => !isSpace(c) && c !== 44 && c !== 91 && c !== 93, 1, fail);
    const address = this.stretch(ip);
    const path = this.stretch(socket);
    const number = this.number(port);
    const inIp = this.table('ip', (c) => /[0-9a-fA-F.:]/.test(String.fromCharCode(c)));
    const inBrackets = this.table('not93', (c) => c !== 93);
    // A host may hold what follows it (`127.0.0.1:10024: …`), and what stands in brackets may be missing.
    const choice = /^[\s,[\]]/.test(stopBefore(following)) ? '' : 'k=true;';
    return (
      `${choice}${name}if(b[p]===91){k=true;q=p+1;while(${inIp}[b[q]]===1)q++;` +
      `if(b[q]===93&&q>p+1){${address.from}=p+1;${address.to}=q;}` +
      `else{q=p+1;while(${inBrackets}[b[q]]===1&&q<end)q++;if(b[q]===93){${path.from}=p+1;${path.to}=q;}}` +
      `if(b[q]===93&&q<end){p=q+1;if(b[p]===58&&(c=b[p+1]-48)>=0&&c<=9){p++;${number}=c;while((c=b[++p]-48)>=0&&c<=9)${number}=${number}*10+c;}}}`
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

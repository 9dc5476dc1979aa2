/**
 * What lines are found by: 31 bits of a hash of a field's name and value, without case, and the block that has it.
 * A print may be another value's too, and a block has hundreds of lines, so who searches looks at the lines.
 */
import type { FieldName } from '../../postfix/fields.js';
import type { RowFile } from './rows.js';

/** How many line numbers a block spans. */
export const linesPerBlock = 512;

/** Fields that lines are found by. */
export type Term =
  | 'queue_id'
  | 'sender'
  | 'sender_domain'
  | 'recipient'
  | 'recipient_domain'
  | 'message_id'
  | 'client'
  | 'user'
  | 'relay'
  | 'action'
  | 'program';

// FNV-1a
const basis = 0x811c9dc5;
const prime = 0x01000193;

/** Where the hash of a field's values begins. */
const seeds = Object.fromEntries(
  (
    [
      'queue_id',
      'sender',
      'sender_domain',
      'recipient',
      'recipient_domain',
      'message_id',
      'client',
      'user',
      'relay',
      'action',
      'program',
    ] as const satisfies readonly Term[]
  ).map((term) => [term, hash(basis, `${term}:`)]),
) as Record<Term, number>;

function hash(seed: number, value: string): number {
  let h = seed;
  for (let i = 0; i < value.length; i++) {
    let c = value.charCodeAt(i);
    if (c >= 65 && c <= 90) c += 32;
    else if (c > 127) return hash(seed, foldedToAscii(value));
    h = Math.imul(h ^ c, prime);
  }
  return h;
}

/** How the values of a field are found: by themselves, and addresses by their domain too. */
export interface Findable {
  readonly term: Term;
  readonly domain: Term | undefined;
  /** Where the hashes of both begin; 0 where there is none. */
  readonly seed: number;
  readonly domainSeed: number;
}

const findable = (term: Term, domain?: Term): Findable => ({
  term,
  domain,
  seed: seeds[term],
  domainSeed: domain === undefined ? 0 : seeds[domain],
});

/** The fields of a line that are terms as they stand. */
export const findables = {
  sender: findable('sender', 'sender_domain'),
  recipient: findable('recipient', 'recipient_domain'),
  orig_to: findable('recipient', 'recipient_domain'),
  message_id: findable('message_id'),
  resent_message_id: findable('message_id'),
  client_host: findable('client'),
  client_ip: findable('client'),
  user: findable('user'),
} as const satisfies Partial<Record<FieldName, Findable>>;

export const byQueueId = findable('queue_id');

/** Beyond ASCII: lower case as Unicode has it, in escapes. */
const foldedToAscii = (value: string) => value.toLowerCase().replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

/** The print of a value of a field. */
export const printOf = (term: Term, value: string) => hash(seeds[term], value) & mask;

/** Numbers of 31 bits are kept without a box by V8, and there are a few million of them to pass on. */
const mask = 0x7fffffff;

const slots = 1 << 12;

/** The distinct prints of one block after the other. */
export class BlockTerms {
  private readonly prints = new Int32Array(slots);
  /** For which block a slot was filled, by its turn. */
  private readonly filled = new Int32Array(slots);
  private turn = 0;
  private size = 0;
  private block = -1;

  /** Begins a block, unless it is begun. */
  enter(block: number): void {
    if (block === this.block) return;
    this.block = block;
    this.turn = (this.turn + 1) | 0;
    this.size = 0;
  }

  /** Writes the term of a value, unless the block has it. */
  add(rows: RowFile, { term, domain }: Findable, value: string): void {
    this.addPrint(rows, hash(seeds[term], value) & mask);
    if (domain === undefined) return;
    const at = value.lastIndexOf('@');
    if (at >= 0) this.addPrint(rows, hash(seeds[domain], value.slice(at + 1)) & mask);
  }

  /** The same for a value that stands in a text. @param bytes the text, as a scanner takes it */
  addPlace(rows: RowFile, how: Findable, text: string, bytes: Uint8Array, from: number, to: number): void {
    const { seed, domainSeed } = how;
    let h = seed;
    // Of what stands behind the last @.
    let d = domainSeed;
    let found = false;
    for (let i = from; i < to; i++) {
      let c = bytes[i] as number;
      if (c >= 65 && c <= 90) c += 32;
      else if (c > 127) {
        this.add(rows, how, text.slice(from, to));
        return;
      }
      h = Math.imul(h ^ c, prime);
      if (c !== 64) d = Math.imul(d ^ c, prime);
      else {
        d = domainSeed;
        found = true;
      }
    }
    this.addPrint(rows, h & mask);
    if (found && domainSeed !== 0) this.addPrint(rows, d & mask);
  }

  /** The same for a print. */
  addPrint(rows: RowFile, print: number): void {
    // Should a block have more terms than the table takes, some are written twice, which does no harm.
    if (this.size <= slots / 2) {
      let slot = (print ^ (print >>> 15)) & (slots - 1);
      while (this.filled[slot] === this.turn) {
        if (this.prints[slot] === print) return;
        slot = (slot + 1) & (slots - 1);
      }
      this.filled[slot] = this.turn;
      this.prints[slot] = print;
      this.size++;
    }
    rows.integer(print);
    rows.small(this.block);
    rows.end();
  }
}

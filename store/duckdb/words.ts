/** Words and relays that repeat, numbered. A number, once given, stays; new ones are stored with the rows that use them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { RowFile } from './rows.js';

/** The numbers of the words of one store, for its writer. */
export class Words {
  private readonly ids = new Map<string, number>();
  private readonly relayIds = new Map<string, number>();
  private next = 1;
  private nextRelay = 1;
  private fresh: [number, string][] = [];
  private freshRelays: [number, string, string | undefined, number | undefined][] = [];

  async load(connection: DuckDBConnection): Promise<void> {
    for (const [id, word] of (await connection.runAndReadAll('SELECT id, word FROM words')).getRowsJS()) {
      this.ids.set(word as string, Number(id));
      this.next = Math.max(this.next, Number(id) + 1);
    }
    for (const [id, host, ip, port] of (await connection.runAndReadAll('SELECT id, host, ip, port FROM relays')).getRowsJS()) {
      this.relayIds.set(relayKey(host as string, ip as string | null, port as number | null), Number(id));
      this.nextRelay = Math.max(this.nextRelay, Number(id) + 1);
    }
  }

  id(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    const id = this.next++;
    // A copy: a slice would keep the block of text that it was cut from.
    const own = Buffer.from(word).toString();
    this.ids.set(own, id);
    this.fresh.push([id, own]);
    return id;
  }

  relay(host: string, ip: string | undefined, port: number | undefined): number {
    const key = relayKey(host, ip, port);
    const known = this.relayIds.get(key);
    if (known !== undefined) return known;
    const id = this.nextRelay++;
    this.relayIds.set(Buffer.from(key).toString(), id);
    this.freshRelays.push([id, host, ip, port]);
    return id;
  }

  /** Writes what was numbered since the last call as rows. */
  writeTo(words: RowFile, relays: RowFile): void {
    for (const [id, word] of this.fresh) {
      words.integer(id);
      words.text(word, false);
      words.end();
    }
    for (const [id, host, ip, port] of this.freshRelays) {
      relays.integer(id);
      relays.text(host, false);
      relays.text(ip ?? '', false);
      relays.optional(port);
      relays.end();
    }
    this.fresh = [];
    this.freshRelays = [];
  }
}

const relayKey = (host: string, ip: string | null | undefined, port: number | null | undefined) => `${host}\t${ip ?? ''}\t${port ?? ''}`;

/** A text as an SQL literal. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

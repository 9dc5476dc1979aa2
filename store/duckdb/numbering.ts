/** What repeats is numbered. A number, once given, stays; new ones are stored with the rows that use them. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { RowFile, readRows } from './rows.js';

export type Value = string | number | boolean | undefined;

/** One numbered table: `id` and its other columns, which together are the key. */
export class Numbering {
  private readonly ids = new Map<string, number>();
  private readonly fresh: { readonly id: number; readonly key: string }[] = [];
  private next = 1;

  /** @param columns SQL types by name, without `id` */
  constructor(
    readonly table: string,
    private readonly columns: Readonly<Record<string, string>>,
  ) {}

  private get rowColumns(): Readonly<Record<string, string>> {
    return { id: 'INTEGER', ...this.columns };
  }

  async load(connection: DuckDBConnection): Promise<void> {
    const rows = await connection.runAndReadAll(`SELECT id, ${Object.keys(this.columns).join(', ')} FROM ${this.table}`);
    for (const [id, ...values] of rows.getRowsJS()) {
      this.ids.set(keyOf(values.map((value) => (value === null ? undefined : (value as Value)))), Number(id));
      this.next = Math.max(this.next, Number(id) + 1);
    }
  }

  /** @param key the values as `keyOf` joins them */
  id(key: string): number {
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.next++;
    // A copy: a slice, or what is joined of slices, would keep the block of text that they were cut from.
    const own = Buffer.from(key).toString();
    this.ids.set(own, id);
    this.fresh.push({ id, key: own });
    return id;
  }

  /** The keys of what was numbered since the last call, in order. */
  takeFresh(): string[] {
    return this.fresh.splice(0).map(({ key }) => key);
  }

  /** What stores that which was numbered since the last call. @param path of a file for it @param buffer see `RowFile` */
  insertStatements(path: string, buffer: Buffer): string[] {
    const file = new RowFile(path, buffer);
    for (const { id, key } of this.fresh.splice(0)) {
      file.integer(id);
      file.text(key, false);
      file.end();
    }
    file.close();
    return file.rows === 0 ? [] : [`INSERT INTO ${this.table} SELECT * FROM ${readRows(path, this.rowColumns)}`];
  }
}

/** A few answers that were given last: most questions are one of them, and comparing is cheaper than making a key. */
export class Recent<T> {
  private readonly known: T[] = [];

  /** @returns undefined where none of the last is it */
  find(same: (known: T) => boolean): T | undefined {
    const { known } = this;
    for (let i = 0; i < known.length; i++) {
      const entry = known[i] as T;
      if (!same(entry)) continue;
      if (i > 0) {
        known[i] = known[i - 1] as T;
        known[i - 1] = entry;
      }
      return entry;
    }
    return undefined;
  }

  add(entry: T): void {
    if (this.known.length >= 8) this.known.pop();
    this.known.push(entry);
  }
}

/** Values as a key: joined by what separates the fields of a row. */
export const keyOf = (values: readonly Value[]) => values.map((value) => value ?? '').join('\x01');

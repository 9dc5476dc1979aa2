/** A folder for the files and the store of one test, imports into that store, and what is in it afterwards. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect } from 'vitest';
import { type ImportResult, importFiles } from '../ingest/import.js';
import { expand } from '../ingest/paths.js';
import type { EventDocument } from '../postfix/document.js';
import type { TextHider } from '../postfix/privacy/text.js';
import { Zone } from '../postfix/zone.js';
import { openReader, openWriter } from '../store/open.js';
import type { Reader, SourceAccount } from '../store/port.js';

/** When the tests take place. */
export const now = Date.parse('2026-11-24T12:00:00Z');

export interface Imported extends ImportResult {
  /** All notes of all files. */
  readonly notes: readonly string[];
}

export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'postscope-import-'));
  readonly store = join(this.folder, 'store', 'test.duckdb');

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file as it was an hour ago, so that nobody waits for more. */
  write(name: string, content: string | Uint8Array, time = now - 3_600_000): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, time / 1000, time / 1000);
    return path;
  }

  /** Imports files of the folder; `-` is `standardInput`. The books must balance, of the import and of every file. */
  async import(
    names: string[],
    more: { commitLines?: number; standardInput?: Readable; zone?: string; privacy?: TextHider } = {},
  ): Promise<Imported> {
    const store = await openWriter({ path: this.store });
    try {
      const named = await expand(names, this.folder);
      const result = await importFiles({ now, defaultHost: 'localhost', ...more, named, store, zone: new Zone(more.zone ?? 'UTC') });
      expect(result.stored + result.alreadyThere + result.quarantined).toBe(result.read);
      expectBalanced(await store.sources());
      return { ...result, notes: result.files.flatMap(({ notes }) => notes) };
    } finally {
      await store.close();
    }
  }

  async read<T>(ask: (reader: Reader) => Promise<T>): Promise<T> {
    const reader = await openReader({ path: this.store });
    try {
      return await ask(reader);
    } finally {
      await reader.close();
    }
  }

  /** All documents, oldest first. */
  documents(): Promise<EventDocument[]> {
    return this.read(documentsOf);
  }

  /** All lines, oldest first. */
  async lines(): Promise<string[]> {
    return (await this.documents()).map(({ event, message }) => event.original ?? message);
  }

  sources(): Promise<readonly SourceAccount[]> {
    return this.read((reader) => reader.sources());
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function documentsOf(reader: Reader): Promise<EventDocument[]> {
  const documents: EventDocument[] = [];
  for (let after: string | undefined; ; ) {
    const page = await reader.search({ limit: 10_000, ...(after === undefined ? {} : { after }) });
    documents.push(...page.events);
    after = page.next;
    if (after === undefined) return documents.reverse();
  }
}

export function expectBalanced(sources: readonly SourceAccount[]): void {
  for (const { path, read, stored, alreadyThere, quarantined } of sources) {
    expect(stored + alreadyThere + quarantined, path).toBe(read);
  }
}

/** A line of smtpd, a second later for each number. */
export function line(n: number, text = `connect from client${n}.example.org[192.0.2.${n % 250}]`): string {
  const time = new Date(Date.parse('2026-11-23T00:00:00Z') + n * 1000);
  const stamp = `Nov ${String(time.getUTCDate()).padStart(2)} ${time.toISOString().slice(11, 19)}`;
  return `${stamp} mailer postfix/smtpd[${1000 + (n % 7)}]: ${text}\n`;
}

export const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i)).join('');

/** Batches of a real log. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineBatch } from '../queue/port.js';

const log = readFileSync(join(import.meta.dirname, 'logs/incident/maillog'));
const lineEnds = [...log.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);

/** `lines` lines of a real log, from line `lines` × `n` on. */
export function batch(n: number, lines = 10): LineBatch {
  const [offset = 0, next = 0] = [n === 0 ? 0 : lineEnds[n * lines - 1], lineEnds[n * lines + lines - 1]];
  return {
    source: { key: 'f00d', path: '/var/log/maillog' },
    offset,
    bytes: log.subarray(offset, next),
    before: Buffer.alloc(0),
    zone: 'Europe/Berlin',
    host: 'mx1.example.org',
    year: undefined,
    anchor: Date.UTC(2026, 10, 24),
    cut: false,
    next,
    complete: false,
    damaged: false,
    tail: 'beef',
    notes: [],
    account: undefined,
  };
}

/** Can the answers be trusted? The books of every file, what was not understood, and when there is no line at all. */
import type { HostCoverage, QuarantineCount, Reader, Scope, SourceAccount, Totals, UnrecognizedProgram } from '../store/port.js';
import { type RetentionReader, summed } from '../store/retention_port.js';

export interface Book extends SourceAccount {
  /** Lines read that are nowhere: read - stored - already there - quarantined. Not 0 is a fault of postscope. */
  readonly missing: number;
}

export interface DoctorReport {
  readonly totals: Totals;
  readonly books: readonly Book[];
  /** Sums over all files. */
  readonly read: number;
  readonly stored: number;
  readonly alreadyThere: number;
  readonly quarantined: number;
  /** Lines that retention deleted: what is left is stored - gone. */
  readonly gone: number;
  /** Files whose books do not agree. */
  readonly disagreeing: number;
  /** Most lines first. */
  readonly unrecognized: readonly UnrecognizedProgram[];
  readonly unrecognizedLines: number;
  readonly quarantine: readonly QuarantineCount[];
  readonly coverage: readonly HostCoverage[];
}

export async function examine(reader: Reader, scope: Scope): Promise<DoctorReport> {
  const totals = await reader.totals(scope);
  const books = (await reader.sources()).map((account) => ({
    ...account,
    missing: account.read - account.stored - account.alreadyThere - account.quarantined,
  }));
  const unrecognized = [...(await reader.unrecognized(scope))].sort((a, b) => b.count - a.count || a.program.localeCompare(b.program));
  const sum = (of: (book: Book) => number) => books.reduce((total, book) => total + of(book), 0);
  return {
    totals,
    books,
    read: sum(({ read }) => read),
    stored: sum(({ stored }) => stored),
    alreadyThere: sum(({ alreadyThere }) => alreadyThere),
    quarantined: sum(({ quarantined }) => quarantined),
    gone: await goneOf(reader),
    disagreeing: books.filter(({ missing }) => missing !== 0).length,
    unrecognized,
    unrecognizedLines: unrecognized.reduce((total, { count }) => total + count, 0),
    quarantine: await reader.quarantine(),
    coverage: await reader.coverage(scope),
  };
}

/** By the record; a reader without one has nothing that was deleted. */
async function goneOf(reader: Reader & Partial<Pick<RetentionReader, 'retentionLog'>>): Promise<number> {
  const log = (await reader.retentionLog?.()) ?? [];
  return log.reduce((sum, entry) => {
    if (entry.what === 'deletion') return sum + summed(entry.tolls.map(({ counts }) => counts)).events;
    return entry.what === 'erasure' && entry.how === 'removed' ? sum + entry.found.lines : sum;
  }, 0);
}

/** Whole hours of the gaps of a host. */
export function hoursWithoutLine({ gaps }: HostCoverage): number {
  return gaps.reduce((sum, { since, until }) => sum + Math.round((until - since) / 3_600_000), 0);
}

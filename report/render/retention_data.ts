/** The same for other programs: JSON and CSV. */
import { keptKinds, type RetentionEntry } from '../../store/retention_port.js';
import type { RetentionPlan, RetentionReport } from '../retention.js';
import { monthsText } from '../retention_policy.js';
import { type CsvValue, csv } from './csv.js';
import { json } from './json.js';
import type { View } from './view.js';

/** A row for each month and host. */
export function retentionCsv({ holdings }: RetentionReport, { clock }: View): string {
  const time = (at: number | undefined) => (at === undefined ? undefined : clock.iso(at));
  return csv(
    [
      'month',
      'host',
      'lines',
      'share',
      'bytes',
      'first',
      'last',
      'empty_hours',
      'odd_hours',
      'longest_gap_since',
      'longest_gap_until',
      'usual_lines',
      'files',
    ],
    holdings.map(({ month, host, lines, share, bytes, first, last, emptyHours, oddHours, longest, files }) => [
      ...[month, host, lines, Number(share.toFixed(6)), bytes, time(first), time(last), emptyHours, oddHours],
      ...[time(longest?.since), time(longest?.until), longest?.usual, files.join(' ')],
    ]),
  );
}

export function retentionJson({ stock, ...report }: RetentionReport): string {
  return json({ ...report, ...stock, bytesOfMonths: stock.exact ? 'counted' : 'by share of lines' });
}

/** @param applied the entry of the record, where it was deleted */
export function planJson({ stock, ...plan }: RetentionPlan, applied: RetentionEntry | undefined): string {
  return json({ ...plan, foreign: stock.foreign, ...(applied === undefined ? {} : { applied }) });
}

export const logJson = (log: readonly RetentionEntry[]): string => json(log);

/** A row for each entry, and of a deletion for each month. */
export function logCsv(log: readonly RetentionEntry[], { clock }: View): string {
  return csv(
    ['time', 'who', 'what', 'months', 'keep_reason_or_place', 'lines', 'messages', 'attempts', 'snapshots', 'done'],
    log.flatMap((entry): CsvValue[][] => {
      const head = [clock.iso(entry.time), entry.who, entry.what];
      if (entry.what === 'archive') {
        return [[...head, entry.month, entry.path, ...keptKinds.map((kind) => entry.counts[kind]), 'yes']];
      }
      if (entry.what === 'erasure') {
        const { lines, messages, attempts, snapshots } = entry.found;
        return [[...head, undefined, entry.of, lines, messages, attempts, snapshots, entry.after === undefined ? 'no' : 'yes']];
      }
      if (entry.what !== 'deletion') return [[...head, monthsText(entry.from, entry.to), entry.what === 'hold' ? entry.reason : undefined]];
      const done = entry.after === undefined ? 'no' : 'yes';
      return entry.tolls.map(({ month, counts }) => [...head, month, entry.keep, ...keptKinds.map((kind) => counts[kind]), done]);
    }),
  );
}

/** A row for each month of what would go. */
export function planCsv({ tolls }: RetentionPlan): string {
  return csv(
    ['month', 'lines', 'messages', 'attempts', 'snapshots'],
    tolls.map(({ month, counts }) => [month, ...keptKinds.map((kind) => counts[kind])]),
  );
}

/** What an import did, for other programs. */
import type { FileResult, ImportResult, LeftOut } from '../../ingest/import.js';
import type { Zone } from '../../postfix/zone.js';
import { LocalClock } from './clock.js';
import { csv } from './csv.js';
import { json } from './json.js';

/** Why a file was left out, as the end of a sentence. */
export function leftOutWords({ because, survey }: LeftOut, clock: LocalClock): string {
  if (because === 'host') return `it begins with a line of ${survey.host ?? 'no host'}`;
  if (because === 'after') return `it begins ${clock.second(survey.first ?? 0)}, after the period that was asked for`;
  return `it ends before ${clock.second(survey.anchor)}, and so before the period that was asked for`;
}

/** What became of one file that was named. */
interface Became {
  readonly path: string;
  readonly result: 'read' | 'nothing_new' | 'damaged' | 'unusable' | 'left_out';
  /** Lines read this time. */
  readonly lines: number;
  readonly notes: readonly string[];
}

const readAs = ({ known, damaged }: FileResult) => (damaged ? 'damaged' : known ? 'nothing_new' : 'read');

/** The files that were read in the order in which they were, then those that were not. */
function whatBecame({ files, unusable, leftOut }: ImportResult, clock: LocalClock): Became[] {
  return [
    ...files.map((file): Became => ({ path: file.path, result: readAs(file), lines: file.lines, notes: file.notes })),
    ...leftOut.map((file): Became => ({ path: file.survey.path, result: 'left_out', lines: 0, notes: [leftOutWords(file, clock)] })),
    ...unusable.map(({ path, why }): Became => ({ path, result: 'unusable', lines: 0, notes: [why] })),
  ];
}

/** @param store its path or URL, and its size */
export function importJson(result: ImportResult, store: { readonly path: string; readonly bytes: number }, zone: Zone): string {
  const { read, stored, alreadyThere, quarantined } = result;
  return json({ store, read, stored, alreadyThere, quarantined, files: whatBecame(result, new LocalClock(zone)) });
}

/** A row for each file; the last one has the totals. */
export function importCsv(result: ImportResult, zone: Zone): string {
  const { read, stored, alreadyThere, quarantined } = result;
  return csv(
    ['path', 'result', 'lines', 'stored', 'already_there', 'quarantined', 'notes'],
    [
      ...whatBecame(result, new LocalClock(zone)).map((file) => [
        file.path,
        file.result,
        file.lines,
        ...[undefined, undefined, undefined],
        file.notes.join('; '),
      ]),
      [undefined, 'total', read, stored, alreadyThere, quarantined, undefined],
    ],
  );
}

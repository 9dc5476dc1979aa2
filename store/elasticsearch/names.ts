/** What the indices are called: all begin with one prefix, and events lie in one index for each month of event time (UTC). */

/** Version of what is written into the indices: raised with every change of the mappings (mappings/). */
export const mappingVersion = 1;

/** Who made a template or an index, in its `_meta`. */
export const managedBy = 'postscope';

export interface IndexNames {
  readonly prefix: string;
  /** All events: a pattern. */
  readonly events: string;
  readonly sources: string;
  readonly quarantine: string;
}

/** @throws RangeError where Elasticsearch would not have indices called so */
export function indexNames(prefix: string): IndexNames {
  if (!/^[a-z0-9][a-z0-9_.-]{0,99}$/.test(prefix)) {
    throw new RangeError(
      `indices cannot be called '${prefix}-events-…': a prefix has small letters, digits, '-', '_' and '.', and begins with a letter or digit`,
    );
  }
  return { prefix, events: `${prefix}-events-*`, sources: `${prefix}-sources`, quarantine: `${prefix}-quarantine` };
}

/** The index of an event. @param time milliseconds since the epoch */
export function eventsIndex(prefix: string, time: number): string {
  const date = new Date(time);
  // A year has four digits in every stamp that postfix/envelope.ts reads.
  return `${prefix}-events-${String(date.getUTCFullYear()).padStart(4, '0')}.${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

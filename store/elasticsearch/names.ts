/**
 * What the indices are called: all begin with one prefix; events, messages, attempts and snapshots lie in one index for each month
 * of their time (UTC).
 */

/** Version of what is written into the indices: raised with every change of the mappings (mappings/). */
export const mappingVersion = 3;

/** Who made a template or an index, in its `_meta`. */
export const managedBy = 'postscope';

export interface IndexNames {
  readonly prefix: string;
  /** All events: a pattern. */
  readonly events: string;
  /** All messages: a pattern. */
  readonly messages: string;
  /** All attempts, and what deliveries tell of c: a pattern. */
  readonly attempts: string;
  /** All snapshots: a pattern. */
  readonly snapshots: string;
  readonly sources: string;
  readonly quarantine: string;
  /** What was deleted and held. */
  readonly retention: string;
}

/** @throws RangeError where Elasticsearch would not have indices called so */
export function indexNames(prefix: string): IndexNames {
  if (!/^[a-z0-9][a-z0-9_.-]{0,99}$/.test(prefix)) {
    throw new RangeError(
      `indices cannot be called '${prefix}-events-…': a prefix has small letters, digits, '-', '_' and '.', and begins with a letter or digit`,
    );
  }
  return {
    prefix,
    events: `${prefix}-events-*`,
    messages: `${prefix}-messages-*`,
    attempts: `${prefix}-attempts-*`,
    snapshots: `${prefix}-snapshots-*`,
    sources: `${prefix}-sources`,
    quarantine: `${prefix}-quarantine`,
    retention: `${prefix}-retention`,
  };
}

/** The index of an event. @param time milliseconds since the epoch */
export const eventsIndex = (prefix: string, time: number) => `${prefix}-events-${monthOf(time)}`;

/** The index of a message. @param time milliseconds since the epoch: the `@timestamp` of its document */
export const messagesIndex = (prefix: string, time: number) => `${prefix}-messages-${monthOf(time)}`;

/** The index of an attempt. @param time milliseconds since the epoch: the `@timestamp` of its document */
export const attemptsIndex = (prefix: string, time: number) => `${prefix}-attempts-${monthOf(time)}`;

/** The index of a snapshot. @param time milliseconds since the epoch */
export const snapshotsIndex = (prefix: string, time: number) => `${prefix}-snapshots-${monthOf(time)}`;

function monthOf(time: number): string {
  const date = new Date(time);
  // A year has four digits in every stamp that postfix/envelope.ts reads.
  return `${String(date.getUTCFullYear()).padStart(4, '0')}.${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

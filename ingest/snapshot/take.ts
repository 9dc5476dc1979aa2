/** Snapshots, made of texts: the output of commands, or saved files. */
import { backlogOf } from '../../postfix/snapshot/backlog.js';
import { parseMailq } from '../../postfix/snapshot/mailq.js';
import { parseMaster } from '../../postfix/snapshot/master.js';
import { parsePostconf, parseVersion } from '../../postfix/snapshot/postconf.js';
import { parsePostqueue } from '../../postfix/snapshot/postqueue.js';
import type { Listing } from '../../postfix/snapshot/queue.js';
import { NoSnapshot, type Reading } from '../../postfix/snapshot/reading.js';
import { parseResolv, type Resolv } from '../../postfix/snapshot/resolv.js';
import { type NewSnapshot, snapshotOf } from '../../postfix/snapshot/snapshot.js';
import type { Zone } from '../../postfix/zone.js';

/** What a text is taken for. */
export type What = 'mailq' | 'postqueue' | 'postconf' | 'master' | 'resolv' | 'version';

/** A text that was had. */
export interface Part {
  readonly what: What;
  /** The command, or the file's name as it was typed. */
  readonly from: string;
  /** Of when it is: milliseconds since the epoch. */
  readonly time: number;
  readonly text: string;
  /** Of resolv.conf: the copy in the chroot of Postfix. */
  readonly chroot?: string;
  /** What the command said beside. */
  readonly said?: readonly string[];
}

/** Something that could not be had, or not be read. */
export interface Missing {
  readonly what: What;
  readonly from: string;
  /** A sentence without its beginning, which is `from`, and without its full stop. */
  readonly why: string;
}

export interface TakenSnapshot {
  readonly snapshot: NewSnapshot;
  readonly from: string;
  /** What was odd, a sentence each. */
  readonly notes: readonly string[];
}

export interface Taken {
  readonly taken: readonly TakenSnapshot[];
  readonly missing: readonly Missing[];
}

/** @param host as the log names it @param zone in which the stamps of mailq are */
export function snapshotsOf(parts: readonly Part[], host: string, zone: Zone): Taken {
  const taken: TakenSnapshot[] = [];
  const missing: Missing[] = [];
  for (const part of parts) {
    const { what, from, said = [] } = part;
    try {
      const { content: snapshot, notes } = readingOf(part, host, zone);
      taken.push({ snapshot, from, notes: [...said, ...notes] });
      // `postconf` without -n prints the version among all the rest.
      const version = snapshot.kind === 'postconf' ? snapshot.content.parameters['mail_version'] : undefined;
      if (version !== undefined) taken.push({ snapshot: snapshotOf('version', { host, time: part.time }, { version }), from, notes: [] });
    } catch (error) {
      if (!(error instanceof NoSnapshot)) throw error;
      missing.push({ what, from, why: error.message });
    }
  }
  return { taken, missing };
}

/** @throws NoSnapshot */
function readingOf({ what, text, time, chroot }: Part, host: string, zone: Zone): Reading<NewSnapshot> {
  const at = { host, time };
  switch (what) {
    case 'mailq':
      return queueReading('mailq', parseMailq(text, { time, zone }), at);
    case 'postqueue':
      return queueReading('postqueue', parsePostqueue(text), at);
    case 'postconf':
      return mapped(parsePostconf(text), (content) => snapshotOf('postconf', at, content));
    case 'master':
      return mapped(parseMaster(text), (content) => snapshotOf('master', at, content));
    case 'version':
      return { content: snapshotOf('version', at, { version: parseVersion(text) }), notes: [] };
    case 'resolv': {
      const system = parseResolv(text);
      const copy = chroot === undefined ? undefined : parseResolv(chroot);
      if (copy === undefined || isSame(system.content, copy.content)) return mapped(system, (content) => snapshotOf('resolv', at, content));
      return {
        content: snapshotOf('resolv', at, { ...system.content, chroot: copy.content }),
        notes: [
          ...system.notes,
          `the copy in Postfix's queue directory differs: daemons in a chroot ask ${copy.content.nameservers.join(', ') || 'no server'}`,
        ],
      };
    }
  }
}

const queueReading = (source: 'mailq' | 'postqueue', reading: Reading<Listing>, at: { host: string; time: number }): Reading<NewSnapshot> =>
  mapped(reading, ({ messages, whole }) => snapshotOf('queue', at, { source, whole, backlog: backlogOf(messages, at.time) }, messages));

const mapped = <T>({ content, notes }: Reading<T>, make: (content: T) => NewSnapshot): Reading<NewSnapshot> => ({
  content: make(content),
  notes,
});

const isSame = (a: Resolv, b: Resolv) => JSON.stringify(a) === JSON.stringify(b);

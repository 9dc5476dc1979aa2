/** What was taken into the store, and what could not be, in sentences and as JSON. */
import type { Missing, TakenSnapshot, What } from '../../ingest/snapshot/take.js';
import type { NewSnapshot } from '../../postfix/snapshot/snapshot.js';
import { json } from './json.js';
import { bytes, count, counted, seconds } from './number.js';
import { printable } from './text.js';
import type { View } from './view.js';

export interface SnapshotReport {
  readonly host: string;
  /** The path of the store, or its URL. */
  readonly store: string;
  readonly taken: readonly TakenSnapshot[];
  readonly missing: readonly Missing[];
  readonly stored: number;
  readonly alreadyThere: number;
}

const names: Readonly<Record<NewSnapshot['kind'], string>> = {
  queue: 'queue',
  postconf: 'configuration',
  master: 'services',
  resolv: 'resolv.conf',
  version: 'version',
  probe: 'probe',
};

const wanted: Readonly<Record<What, string>> = {
  mailq: names.queue,
  postqueue: names.queue,
  postconf: names.postconf,
  master: names.master,
  resolv: names.resolv,
  version: names.version,
};

const column = 15;

export function snapshotText({ host, store, taken, missing, stored, alreadyThere }: SnapshotReport, { style, clock }: View): string {
  const lines: string[] = [];
  let time: number | undefined;
  for (const { snapshot, from, notes } of taken) {
    if (snapshot.time !== time) {
      time = snapshot.time;
      lines.push(style.bold(`${printable(host)} at ${clock.second(time)} (${clock.name})`));
    }
    lines.push(`  ${names[snapshot.kind].padEnd(column)}${printable(contentOf(snapshot))} ${style.dim(`[${printable(from)}]`)}`);
    for (const note of notes) lines.push(`  ${''.padEnd(column)}${style.warn(printable(note))}`);
  }
  if (missing.length > 0) lines.push(style.bold(taken.length > 0 ? 'Not taken:' : 'Nothing could be taken:'));
  for (const { what, from, why } of missing) lines.push(`  ${wanted[what].padEnd(column)}${printable(`${from}: ${why}.`)}`);
  if (taken.length > 0) {
    const again = alreadyThere === 0 ? '' : `, ${count(alreadyThere)} already there`;
    lines.push(`${counted(stored, 'snapshot')} stored${again}, in ${printable(store)}.`);
  }
  return `${lines.join('\n')}\n`;
}

function contentOf(snapshot: NewSnapshot): string {
  switch (snapshot.kind) {
    case 'queue': {
      const { messages, recipients, bytes: size, first } = snapshot.content.backlog;
      if (first === undefined) return 'empty';
      const age = seconds(Math.max(0, (snapshot.time - first) / 1000));
      return `${counted(messages, 'message')} for ${counted(recipients, 'recipient')}, ${bytes(size)}; the oldest has waited ${age}`;
    }
    case 'postconf': {
      const { parameters, complete } = snapshot.content;
      return `${counted(Object.keys(parameters).length, 'parameter')}${complete ? ', defaults too' : ' set'}`;
    }
    case 'master':
      return counted(snapshot.content.services.length, 'service');
    case 'resolv': {
      const { nameservers, timeout, attempts } = snapshot.content;
      const servers = nameservers.length === 0 ? 'no nameserver' : `nameserver ${nameservers.join(', ')}`;
      return `${servers}; ${seconds(timeout)} to each, ${counted(attempts, 'round')}`;
    }
    case 'version':
      return `Postfix ${snapshot.content.version}`;
    case 'probe':
      return 'answers of nameservers and relays';
  }
}

export function snapshotJson({ host, store, taken, missing, stored, alreadyThere }: SnapshotReport): string {
  return json({
    host,
    store,
    stored,
    alreadyThere,
    taken: taken.map(({ snapshot: { id, time, kind, content }, from, notes }) => ({ kind, time, id, from, notes, content })),
    missing,
  });
}

/** This machine is the trouble: a full disk, a file that is not there, a service that dies. */
import type { EventDocument } from '../../postfix/document.js';
import type { Attempt } from '../../postfix/message/attempt.js';
import type { Commands } from './commands.js';
import type { Finding, Occurrence } from './finding.js';
import type { Measures } from './measures.js';
import { quoted } from './words.js';

type Trouble = 'disk_full' | 'file' | 'service' | 'milter' | 'delivery';

interface Sign {
  readonly time: number;
  readonly text: string;
  readonly action: string | undefined;
  readonly message: string | undefined;
}

/** How close together signs are one occurrence. */
const pause = 30 * 60_000;
/** Fewer close together are of no account: somebody's .forward is wrong, or a Milter was just started anew. A full disk says it once. */
const enough = 3;

export function localFindings({ local, localAttempts }: Measures, commands: Commands): Finding[] {
  const signs = new Map<Trouble, Sign[]>();
  const add = (trouble: Trouble | undefined, sign: Sign) => {
    if (trouble !== undefined) signs.set(trouble, [...(signs.get(trouble) ?? []), sign]);
  };
  const told = new Set<string>();
  for (const event of local) {
    told.add(event.event.id);
    add(troubleOf(event), {
      time: Date.parse(event['@timestamp']),
      text: event.message,
      action: event.event.action,
      message: event.email?.local_id,
    });
  }
  for (const attempt of localAttempts) {
    if (!told.has(attempt.id)) add(full.test(attempt.text ?? '') ? 'disk_full' : 'delivery', signOf(attempt));
  }
  return groupsOf(signs).flatMap(([trouble, all]) => {
    all.sort((a, b) => a.time - b.time);
    const kept = occurrencesOf(all)
      .filter((own) => trouble === 'disk_full' || own.length >= enough)
      .flat();
    return kept.length === 0 ? [] : [findingOf(trouble, kept, messagesOf(kept), commands)];
  });
}

/** How close to a full disk a file that cannot be written is due to it. */
const closeBy = 5 * 60_000;

/** Each file that is missing is a trouble of its own. */
function groupsOf(signs: ReadonlyMap<Trouble, readonly Sign[]>): [Trouble, Sign[]][] {
  const groups = new Map<string, [Trouble, Sign[]]>();
  const disk = [...(signs.get('disk_full') ?? [])];
  for (const [trouble, all] of signs) {
    for (const sign of all) {
      const isOfDisk = sign.action === 'queue_file_error' && disk.some(({ time }) => Math.abs(time - sign.time) <= closeBy);
      const key =
        trouble === 'file' && !isOfDisk
          ? `file ${/\/[\w./-]+\/([\w.-]+?)(?:\.(?:db|lmdb|cdb))?\b/.exec(sign.text)?.[1] ?? ''}`
          : isOfDisk
            ? 'disk_full'
            : trouble;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [isOfDisk ? 'disk_full' : trouble, [sign]]);
      else known[1].push(sign);
    }
  }
  return [...groups.values()];
}

const signOf = ({ time, text = '', queueId }: Attempt): Sign => ({ time, text, action: undefined, message: queueId });

const full = /No space left on device|Insufficient system storage|not enough free space/i;
const missing = /No such file or directory|Permission denied|Read-only file system|Input\/output error/i;

function troubleOf({ event, message }: EventDocument): Trouble | undefined {
  if (full.test(message) || event.action === 'queue_space_low') return 'disk_full';
  switch (event.action) {
    case 'queue_file_error':
    case 'lock_failed':
    case 'table_open_error':
    case 'table_unavailable':
    case 'wakeup_failed':
      return missing.test(message) || event.action !== 'wakeup_failed' ? 'file' : 'service';
    case 'service_throttled':
      return 'service';
    case 'milter_failed':
      return 'milter';
    default:
      return undefined;
  }
}

const claims: Readonly<Record<Trouble, string>> = {
  disk_full: 'A disk of this machine is full: Postfix cannot write, and takes no mail in',
  file: 'Postfix on this machine cannot open a file that it needs',
  service: 'A service of Postfix on this machine dies, or is not there',
  milter: 'A Milter that this Postfix asks does not answer',
  delivery: 'Local delivery on this machine fails',
};

const steps: Readonly<Record<Trouble, readonly string[]>> = {
  disk_full: [
    'See which disk: df -h /var/spool/postfix /var/mail /var/log /tmp; and whether inodes are used up: df -i /var/spool/postfix',
    'Postfix wants 1.5 times message_size_limit free (queue_minfree): postconf message_size_limit queue_minfree',
    'Once there is room, Postfix goes on by itself; to try deferred mail at once: postqueue -f',
  ],
  file: [
    'Look for the file that the line names, and who may read it: ls -l',
    'A table without its index is made anew by: postmap FILE (or newaliases for /etc/aliases)',
    'Let Postfix look at itself: postfix check',
  ],
  service: [
    'Look for the fatal line of that service just before: it says why it died.',
    'Let Postfix look at itself: postfix check; then postfix reload',
  ],
  milter: [
    'See whether it runs, and where it listens: postconf smtpd_milters; ss -ltnp (or ss -lxp)',
    'milter_default_action says what happens to mail meanwhile: tempfail puts all of it off.',
  ],
  delivery: ['Read the reason in the line: it names the command or the file that failed.'],
};

const messagesOf = (signs: readonly Sign[]) => new Set(signs.map(({ message }) => message).filter((id) => id !== undefined)).size;

/** @param signs in order of time */
function occurrencesOf(signs: readonly Sign[]): Sign[][] {
  const runs: Sign[][] = [];
  for (const sign of signs) {
    const last = runs.at(-1);
    if (last !== undefined && sign.time - (last.at(-1) as Sign).time <= pause) last.push(sign);
    else runs.push([sign]);
  }
  return runs;
}

function findingOf(trouble: Trouble, signs: readonly Sign[], messages: number, commands: Commands): Finding {
  const occurrences = occurrencesOf(signs).map((own) => ({ since: (own[0] as Sign).time, until: (own.at(-1) as Sign).time }));
  const window: Occurrence = { since: (signs[0] as Sign).time, until: (signs.at(-1) as Sign).time };
  const example = (signs.at(-1) as Sign).text;
  const actions = [...new Set(signs.map(({ action }) => action))];
  return {
    cause: 'local',
    claim: `${claims[trouble]}: ${signs.length} lines say so, such as ${quoted(example, 120)}.`,
    sure: 'certain',
    refute: 'Nothing in the log: Postfix says so itself.',
    ...window,
    occurrences,
    messages,
    seconds: 0,
    evidence: actions.map((action) => ({
      what: action === undefined ? 'deliveries that failed on this machine' : `lines that say it (${action})`,
      value: signs.filter((sign) => sign.action === action).length,
      command: commands.of(action === undefined ? ['search', '--kind', 'local_failure'] : ['search', '--action', action], window),
    })),
    next: steps[trouble],
  };
}

/** Nameservers that do not answer, or not as the others do, and the files that name them. */

import type { Observed } from '../findings.js';
import type { ProbedNameserver, ProbedQuestion, ProbeFinding, ResolvFile } from '../result.js';
import { addressed } from './words.js';

/** Seconds; a lookup takes hundredths, and a delivery makes several, one after the other. */
const slow = 1;

export function nameserverFindings(observed: Observed): ProbeFinding[] {
  return [...observed.nameservers.flatMap((server) => findingsOf(server, observed)), ...differences(observed.nameservers)];
}

function findingsOf(server: ProbedNameserver, observed: Observed): ProbeFinding[] {
  const { questions } = server;
  const subject = addressed(server, 53);
  const { timeout, tries } = observed.patience;
  const found: ProbeFinding[] = [];
  const add = (finding: Omit<ProbeFinding, 'subject'>) => found.push({ subject, ...finding });

  const silent = questions.filter(({ outcome, transport }) => outcome === 'timeout' && transport === 'udp');
  if (silent.length > 0 && silent.length === questions.length) {
    add({
      kind: 'nameserver_silent',
      severity: 'failure',
      sentence: `Nameserver ${subject} does not answer (${tries} tries of ${timeout} s).${cost(server, observed)}`,
      next: takeOut(server, observed),
    });
  } else if (silent.length > 0) {
    add({
      kind: 'nameserver_silent',
      severity: 'failure',
      sentence: `Nameserver ${subject} answers, but not for ${listed(silent)} (${tries} tries of ${timeout} s).`,
      next: `Ask it by hand: ${dig(server, silent)}. What it cannot look up, it should refuse at once.`,
    });
  }

  const unreachable = questions.filter(({ outcome, transport }) => outcome === 'unreachable' && transport === 'udp');
  if (unreachable.length > 0) {
    add({
      kind: 'nameserver_unreachable',
      severity: 'failure',
      sentence: `Nameserver ${subject} cannot be asked: ${unreachable[0]?.error}.`,
      next: noWay(server, unreachable) ?? stub(server) ?? takeOut(server, observed),
    });
  }

  const byTcp = questions.filter(({ outcome, transport }) => outcome !== 'answered' && outcome !== 'malformed' && transport === 'tcp');
  if (byTcp.length > 0) {
    add({
      kind: 'nameserver_no_tcp',
      severity: 'failure',
      sentence: `Nameserver ${subject} cuts off its answer for ${listed(byTcp)}, and the whole of it cannot be had by TCP: ${byTcp[0]?.error ?? `no answer within ${timeout} s`}.`,
      next: `Let TCP port ${server.port} through to it as well: ${dig(server, byTcp, '+tcp')}`,
    });
  }

  const malformed = questions.filter(({ outcome }) => outcome === 'malformed');
  if (malformed.length > 0) {
    add({
      kind: 'nameserver_malformed',
      severity: 'failure',
      sentence: `Nameserver ${subject} answers with what is no DNS message, for ${listed(malformed)}: ${malformed[0]?.error}.`,
      next: `See whether a nameserver is what listens there: ${dig(server, malformed)}`,
    });
  }

  for (const [words, refused] of refusals(questions)) {
    add({
      kind: 'nameserver_refuses',
      severity: 'failure',
      sentence: `Nameserver ${subject} does not look ${listed(refused)} up: ${words}.`,
      next: `Ask its owner whether it serves this machine: ${dig(server, refused)}`,
    });
  }

  const late = questions.filter(({ outcome, seconds }) => outcome === 'answered' && seconds >= slow);
  if (late.length > 0) {
    const most = Math.max(...late.map(({ seconds }) => seconds));
    add({
      kind: 'nameserver_slow',
      severity: 'warning',
      sentence: `Nameserver ${subject} takes up to ${Number(most.toPrecision(2))} s for an answer (${listed(late)}).`,
      next: 'Each delivery asks several questions, one after the other, and each waits so long. Put a faster nameserver in front of it, or one on this machine.',
    });
  }
  return found;
}

/** Who asks first is waited for at every lookup. */
function cost({ files, address }: ProbedNameserver, { resolv }: Observed): string {
  const file = resolv.find(({ path, nameservers }) => files.includes(path) && nameservers[0] === address);
  if (file === undefined) return '';
  if (file.nameservers.length === 1) return ` It is the only one in ${file.path}, so no name can be looked up.`;
  return ` It is the first in ${file.path}, so every lookup of every delivery waits ${file.timeout} s for it before the next one is asked.`;
}

function takeOut(server: ProbedNameserver, { resolv }: Observed): string {
  const { files } = server;
  if (files.length === 0) return `Ask it by hand: ${dig(server, server.questions)}`;
  const only = resolv.some(({ path, nameservers }) => files.includes(path) && nameservers.length === 1);
  return (
    `${only ? 'Put one that answers into' : 'Take it out of'} ${files.join(' and ')}, then restart Postfix: it reads the file when its ` +
    'processes start, and a chroot has a copy of its own (postfix stop; postfix start).'
  );
}

/** Where this machine is cut off, another nameserver is no help. */
const noWay = ({ address }: ProbedNameserver, [first]: readonly ProbedQuestion[]) =>
  /unreachable|No route/.test(first?.error ?? '') ? `See whether this machine has a way to it: ip route get ${address}` : undefined;

const stub = ({ address }: ProbedNameserver) =>
  address.startsWith('127.') || address === '::1'
    ? 'It should run on this machine: see whether it does (ss -lun sport = :53), and start it.'
    : undefined;

/** Questions that were answered, and not with what was asked for, by the reason. */
function refusals(questions: readonly ProbedQuestion[]): Map<string, ProbedQuestion[]> {
  const found = new Map<string, ProbedQuestion[]>();
  for (const question of questions) {
    const { outcome, rcode, recursion, records } = question;
    if (outcome !== 'answered') continue;
    const refers = rcode === 'NOERROR' && recursion === false && records.length === 0;
    const words = refers
      ? 'it answers only for its own names'
      : rcode === 'NOERROR' || rcode === 'NXDOMAIN'
        ? undefined
        : rcode === 'SERVFAIL'
          ? 'SERVFAIL, it failed to find out'
          : rcode === 'REFUSED'
            ? 'REFUSED, it does not serve this machine'
            : rcode;
    if (words !== undefined) found.set(words, [...(found.get(words) ?? []), question]);
  }
  return found;
}

/** The same question, answered differently. */
function differences(servers: readonly ProbedNameserver[]): ProbeFinding[] {
  const byQuestion = new Map<string, Map<string, string[]>>();
  for (const server of servers) {
    for (const { name, type, outcome, rcode, records } of server.questions) {
      if (outcome !== 'answered' || (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN')) continue;
      const answer = records.length > 0 ? [...records].sort().join(', ') : rcode === 'NXDOMAIN' ? 'no such name' : 'no such record';
      const said = byQuestion.get(`${type} ${name}`) ?? new Map<string, string[]>();
      said.set(answer, [...(said.get(answer) ?? []), addressed(server, 53)]);
      byQuestion.set(`${type} ${name}`, said);
    }
  }
  return [...byQuestion].flatMap(([question, said]) => {
    if (said.size < 2) return [];
    const sides = [...said].map(([answer, who]) => `${who.join(' and ')} says ${answer}`);
    return {
      kind: 'nameservers_differ' as const,
      severity: 'warning' as const,
      subject: question.slice(question.indexOf(' ') + 1),
      sentence: `The nameservers do not agree on ${question}: ${sides.join('; ')}.`,
      next: 'Where mail goes depends on which of them answers. Find out which is right, and what the other one has: an old zone, or another view.',
    };
  });
}

export function resolvFindings({ resolv }: Observed): ProbeFinding[] {
  const odd = resolv.flatMap(({ path, notes }) =>
    notes.map((note) => ({
      kind: 'resolv_file_odd' as const,
      severity: 'warning' as const,
      subject: path,
      sentence: `${path}: ${note}.`,
      next: `Correct ${path}, and restart Postfix.`,
    })),
  );
  const [first, second] = resolv;
  if (first === undefined || second === undefined || same(first, second)) return odd;
  return [
    ...odd,
    {
      kind: 'resolv_files_differ',
      severity: 'warning',
      subject: second.path,
      sentence: `${second.path}, which Postfix's processes in their chroot read, is not the same as ${first.path}: ${contents(second)} there, ${contents(first)} here.`,
      next: `Where master.cf has smtp in a chroot, copy the file (cp ${first.path} ${second.path}) and restart Postfix: postfix stop; postfix start`,
    },
  ];
}

const contents = ({ nameservers, timeout, attempts }: ResolvFile) =>
  `${nameservers.join(', ')} (timeout ${timeout} s, ${attempts} attempts)`;
const same = (a: ResolvFile, b: ResolvFile) => contents(a) === contents(b);

/** `MX example.net, A a.example.net and 3 more`. */
function listed(questions: readonly ProbedQuestion[]): string {
  const words = questions.map(({ type, name }) => `${type} ${name}`);
  return words.length <= 3 ? words.join(', ') : `${words.slice(0, 2).join(', ')} and ${words.length - 2} more`;
}

/** The first of some questions, to be asked by hand; a name that was asked for has nothing in it that a shell obeys. */
function dig({ address, port }: ProbedNameserver, [first]: readonly ProbedQuestion[], flag = ''): string {
  const words = ['dig', flag, port === 53 ? '' : `-p ${port}`, `@${address}`, first?.name ?? '.', first?.type ?? 'NS'];
  return words.filter((word) => word !== '').join(' ');
}

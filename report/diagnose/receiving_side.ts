/** Mail is long in coming in (a): slow clients, checks and filters before it is queued, or an incoming queue that nobody empties. */
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import type { Measures, Window } from './measures.js';
import { type FirstTry, firstTriesOf } from './sampled.js';
import { median } from './stall.js';
import { receivedLateOf, waitFrom } from './waits.js';
import { listText, secondsText } from './words.js';

const enough = 3;
const slack = 60_000;
const mostly = 0.3;

/**
 * @param others stretches of what makes mail wait: what came in then and was late waited behind that, in a too where Postfix was started anew
 */
export function receivingFindings(measures: Measures, others: readonly Window[], commands: Commands): Finding[] {
  const starts = measures.starts.map((line) => Date.parse(line['@timestamp']));
  const all = firstTriesOf(measures.samples);
  const isElsewhere = ({ arrival, time }: FirstTry) =>
    others.some(({ since, until }) => arrival >= since - slack && arrival <= until + slack) ||
    starts.some((start) => arrival < start && time >= start);
  return receivedLateOf(measures.cells).flatMap((window) => {
    const within = (time: number) => time >= window.since && time < window.until;
    // Of a message that was tried before, a is also what it waited in the deferred queue: only first tries tell.
    const firsts = all.filter((one) => within(one.time) && !isElsewhere(one));
    const late = firsts.filter(({ a }) => a >= waitFrom);
    if (late.length < enough || late.length < mostly * firsts.length) return [];
    const clients = new Map<string, number>();
    for (const { client } of late) clients.set(client, (clients.get(client) ?? 0) + 1);
    const [top] = [...clients].sort((a, b) => b[1] - a[1]);
    const oneClient =
      top !== undefined &&
      top[0] !== '' &&
      top[1] >= 0.8 * late.length &&
      clients.size < 3 &&
      firsts.some(({ client, a }) => client !== top[0] && a < waitFrom);
    const seconds = late.reduce((sum, { a }) => sum + a, 0);
    const share = `${late.length} of ${firsts.length} messages`;
    return [
      {
        cause: 'receiving_side',
        claim: oneClient
          ? `Mail is long in coming in from ${listText([top[0]])}: ${share} took ${secondsText(median(late.map(({ a }) => a)))} until the queue manager had them; mail of other clients was quick.`
          : `Mail is long in coming in: ${share} took ${secondsText(median(late.map(({ a }) => a)))} until the queue manager had them, before anything was tried.`,
        sure: 'likely',
        refute:
          'Clients hold the connection open themselves, or large messages come over a narrow line: then a small message from this host itself is quick.',
        ...window,
        occurrences: [window],
        messages: late.length,
        seconds,
        evidence: [
          {
            what: 'messages whose first try came late',
            value: late.length,
            command: commands.of(['messages', '--late', String(waitFrom)], window),
          },
          {
            what: 'the median of a of these',
            value: median(late.map(({ a }) => a)),
            unit: 's',
            command: commands.of(['delays', '--by', 'minute'], window),
          },
        ],
        next: [
          'See what stands between: postconf smtpd_milters non_smtpd_milters smtpd_proxy_filter content_filter; a Milter that is slow says so in its own log.',
          'See whether checks wait for DNS: smtpd asks reverse names and block lists by the same resolv.conf.',
          'See whether the incoming queue is full: postqueue -p | tail -1; and the disk: df -h /var/spool/postfix, iostat -x 1 3',
        ],
      },
    ];
  });
}

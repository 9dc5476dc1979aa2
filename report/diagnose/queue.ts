/** Mail waits in the queue manager (b), and nothing that it waits behind is slow: more came than goes out at a time. */
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import { cellsWithin, type Measures, meanOf, type Window } from './measures.js';
import { tightened } from './sampled.js';
import { isRemote } from './symptom.js';
import { isStall, queuedOf, waitFrom } from './waits.js';
import { secondsText } from './words.js';

/** Share of deliveries that stalled, and of tries that failed, below which c and the relays are not why mail waits. */
const little = 0.1;
/** Times as much as usual is a burst. */
const burstFrom = 3;

/**
 * @param others stretches of what makes mail wait: what waited in b then is put down to that
 */
export function queueFindings(measures: Measures, others: readonly Window[], commands: Commands): Finding[] {
  return queuedOf(measures.cells).flatMap((window) => {
    const cells = cellsWithin(measures.cells, window).filter(({ since }) => since >= window.since && since < window.until);
    const most = Math.max(...cells.map(({ delays }) => delays?.b.max ?? 0));
    // What began to wait then may leave much later.
    const reached = { since: window.since - most * 1000, until: window.until };
    if (others.some(({ since, until }) => until >= reached.since && since <= reached.until)) return [];
    const rests = cells.flatMap(({ rests: own }) => own);
    const all = rests.reduce((sum, { count }) => sum + count, 0);
    const stalled = rests.reduce((sum, one) => (isStall(one) ? sum + one.count : sum), 0);
    const tries = cells.flatMap(({ tries: own }) => own).filter(({ relay }) => isRemote(relay));
    const tried = tries.reduce((sum, { count }) => sum + count, 0);
    const failed = tries.reduce((sum, { outcome, count }) => (outcome === 'failed' ? sum + count : sum), 0);
    // Where nothing is known of tries and stalls, nothing can be ruled out.
    if (tried + all === 0 || stalled > little * all || failed > little * tried) return [];
    const deliveries = cells.reduce((sum, { delays }) => sum + (delays?.deliveries ?? 0), 0);
    const waited = cells.reduce((sum, { delays }) => sum + (delays === undefined ? 0 : meanOf(delays.b) * delays.deliveries), 0);
    const d = cells.reduce((sum, { delays }) => sum + (delays?.d.p50 ?? 0) * (delays?.deliveries ?? 0), 0) / Math.max(1, deliveries);
    const rate = deliveries / ((window.until - window.since) / 60_000);
    const { since, until, met } = tightened(measures.samples, window, ({ delays }) =>
      delays.b >= waitFrom ? delays.b + delays.c + delays.d : undefined,
    );
    const exact = { since, until };
    const usual = usualRate(measures, window);
    const burst = usual !== undefined && rate >= burstFrom * usual;
    return [
      {
        cause: 'queue',
        claim: `Mail waited for its turn in the queue manager, up to ${secondsText(most)}, though the relays took it at once and names resolved: ${burst || usual === undefined ? 'more came in than goes out at a time' : 'too few deliveries run at a time'} (${Math.round(rate)} deliveries a minute${usual === undefined ? '' : `, usually ${Math.round(usual)}`}, each ${secondsText(d)} in transmission).`,
        sure: usual === undefined ? 'possible' : 'likely',
        refute:
          'A destination was suspended after failures before this period, or the queue manager itself was stopped or starved of disk.',
        ...exact,
        occurrences: [exact],
        messages: met.length === 0 ? deliveries : met.length,
        seconds: waited,
        evidence: [
          { what: 'deliveries meanwhile', value: deliveries, command: commands.of(['delays', '--by', 'minute'], exact) },
          { what: 'the longest wait in b', value: most, unit: 's', command: commands.of(['delays', '--by', 'minute'], exact) },
          {
            what: 'of tries meanwhile, those that failed',
            value: failed,
            command: commands.of(['timeouts', '--kind', 'all', '--by', 'minute'], window),
          },
          {
            what: 'of deliveries meanwhile, those whose connection set-up stalled',
            value: stalled,
            command: commands.of(['delays', '--by', 'minute'], window),
          },
        ],
        next: [
          'See how many deliveries may run at a time: postconf default_destination_concurrency_limit smtp_destination_concurrency_limit initial_destination_concurrency default_process_limit',
          'See whether a rate delay holds them back: postconf default_destination_rate_delay smtp_destination_rate_delay',
          `See who sent it: ${commands.of(['messages', '--all'], exact)}. A mailing can have a transport of its own, so that other mail does not wait behind it.`,
        ],
      },
    ];
  });
}

/** Deliveries a minute in the rest of the period, the median of those cells that have any. */
function usualRate({ cells }: Measures, window: Window): number | undefined {
  const rates = cells
    .filter(({ since, until, delays }) => (until <= window.since || since >= window.until) && (delays?.deliveries ?? 0) > 0)
    .map(({ since, until, delays }) => (delays?.deliveries ?? 0) / ((until - since) / 60_000))
    .sort((a, b) => a - b);
  return rates.length < 3 ? undefined : rates[Math.floor(rates.length / 2)];
}

/** A relay that takes mail, and takes long over it: in transmission (d), or before it greets (c). */
import type { TryCount } from '../../store/message_port.js';
import type { Relay } from '../../store/port.js';
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import type { Cell, Measures } from './measures.js';
import { tightened } from './sampled.js';
import type { Judged } from './stall.js';
import { addressOf, isRemote } from './symptom.js';
import { isSlow, meanSeconds, runsOf, slowFrom, taken } from './waits.js';
import { listText, relayText, secondsText } from './words.js';

const minute = 60_000;

/** Relays that were slow to take a message, each with its cells. */
export function slowFindings(measures: Measures, commands: Commands): Finding[] {
  const relays = new Map<string, { relay: Relay; cells: Cell[] }>();
  for (const cell of measures.cells) {
    const all = taken(cell.tries);
    for (const [address, own] of byAddress(all)) {
      if (!isSlow(own, () => all.filter((one) => addressOf(one.relay) !== address))) continue;
      const { relay } = own[0] as TryCount;
      const known = relays.get(address);
      if (known === undefined) relays.set(address, { relay, cells: [cell] });
      else known.cells.push(cell);
    }
  }
  return [...relays].map(([address, { relay, cells }]) => {
    const tries = cells.flatMap((cell) => taken(cell.tries));
    const own = tries.filter((one) => addressOf(one.relay) === address);
    const others = tries.filter((one) => addressOf(one.relay) !== address);
    const stretches = runsOf(cells).map((run) =>
      // Minutes in which it was slow for a part of them only are no cells of it.
      tightened(measures.samples, { since: run.since - minute, until: run.until + minute }, (delivery) =>
        delivery.relay?.ip === relay.ip && delivery.delays.d >= slowFrom ? delivery.delays.c + delivery.delays.d : undefined,
      ),
    );
    const occurrences = stretches.map(({ since, until }) => ({ since, until }));
    const sampled = stretches.flatMap(({ met }) => met);
    const mean = sampled.length === 0 ? meanSeconds(own) : sampled.reduce((sum, { delays }) => sum + delays.d, 0) / sampled.length;
    const window = { since: Math.min(...occurrences.map(({ since }) => since)), until: Math.max(...occurrences.map(({ until }) => until)) };
    const count = own.reduce((sum, one) => sum + one.count, 0);
    const than = others.length === 0 ? 'No other relay was used meanwhile.' : `Other relays took ${secondsText(meanSeconds(others))}.`;
    return {
      cause: 'relay',
      relay,
      claim: `${relayText(relay)} takes mail, and takes long over it: ${secondsText(mean)} for a message, from MAIL FROM to its last reply. ${than}`,
      sure: others.length === 0 ? 'possible' : 'likely',
      refute:
        others.length === 0
          ? 'Large messages over a narrow line would look the same: then small ones are quick.'
          : 'Only large messages go to this relay: then d grows with their size.',
      ...window,
      occurrences,
      messages: own.reduce((sum, one) => sum + one.messages, 0),
      seconds: own.reduce((sum, one) => sum + one.seconds, 0),
      evidence: [
        { what: 'messages that it took', value: count, command: commands.of(['relays'], window) },
        {
          what: 'mean time that it took for one, when it was slow (d)',
          value: round(mean),
          unit: 's',
          command: commands.of(['relays'], window),
        },
        ...(others.length === 0
          ? []
          : [
              {
                what: 'the same at other relays',
                value: round(meanSeconds(others)),
                unit: 's' as const,
                command: commands.of(['relays'], window),
              },
            ]),
      ],
      next: [
        `Ask its owner what it does with a message before it answers (content scanners, callbacks, a slow disk): ${commands.bare(['evidence', '--relay', relay.ip ?? relay.host])}`,
        'A relay that is slow to take mail holds a process each time: see default_process_limit and smtp_destination_concurrency_limit.',
      ],
    };
  });
}

/** Relays that are slow to greet, or to get through EHLO and STARTTLS. */
export function slowSetups(judged: readonly Judged[], commands: Commands): Finding[] {
  return judged.flatMap((one) => {
    if (one.of !== 'some') return [];
    const { stall, slow, prompt, seconds } = one;
    const window = { since: stall.since - Math.round(seconds * 1000), until: stall.until };
    const lost = stall.rests.reduce((sum, rest) => sum + rest.seconds, 0);
    const [relay] = slow;
    return [
      {
        cause: 'relay' as const,
        ...(slow.length === 1 && relay !== undefined ? { relay } : { relays: slow }),
        claim: `${listText(slow.map(relayText))} takes ${secondsText(seconds)} before mail can be handed over (connection, greeting, EHLO, STARTTLS), while ${listText(prompt.map(({ host }) => host))} ${prompt.length === 1 ? 'is' : 'are'} ready at once.`,
        sure: 'likely' as const,
        refute: 'The name of this relay alone takes long to resolve: then a connection by its address is quick.',
        ...window,
        occurrences: [window],
        messages: stall.count,
        seconds: lost,
        evidence: [
          {
            what: 'deliveries whose connection set-up took so long',
            value: stall.count,
            command: commands.of(['delays', '--by', 'minute'], window),
          },
          {
            what: 'time that they lost in c',
            value: Math.round(lost),
            unit: 's' as const,
            command: commands.of(['delays', '--by', 'minute'], window),
          },
        ],
        next: [
          `Greet it by hand and look at the clock: time (echo QUIT | nc ${relay?.ip ?? ''} ${relay?.port ?? 25})`,
          'A pause before the greeting is often meant (postscreen, greet_pause), or its look-up of our address: it may not resolve.',
        ],
      },
    ];
  });
}

function byAddress(tries: readonly TryCount[]): Map<string, TryCount[]> {
  const lists = new Map<string, TryCount[]>();
  for (const one of tries) if (isRemote(one.relay)) lists.set(addressOf(one.relay), [...(lists.get(addressOf(one.relay)) ?? []), one]);
  return lists;
}

const round = (value: number) => Math.round(value * 100) / 100;

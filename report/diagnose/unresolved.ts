/** Names do not resolve at all: no nameserver answers, and mail is put off before anything is tried. */
import type { EventDocument } from '../../postfix/document.js';
import type { Commands } from './commands.js';
import type { Finding } from './finding.js';
import { cellsWithin, type Measures } from './measures.js';
import { nameserverSteps } from './resolver.js';
import { median } from './stall.js';
import { isMarked, stretchesOf } from './stretch.js';
import { listText } from './words.js';

/** RFC 3463: 4.4.3 is a directory server that failed, and says nothing of the name; 5.4.4 is a name that is not there. */
const isTemporary = ({ postfix }: EventDocument) => postfix?.dsn?.startsWith('4') === true;
/** Of all deliveries meanwhile: one domain whose own nameservers are gone is somebody else's affair. */
const mostly = 0.5;

export function unresolvedFindings(measures: Measures, commands: Commands): Finding[] {
  const lines = measures.unresolved.filter(isTemporary);
  const beats = lines.map((line) => ({ first: timeOf(line), last: timeOf(line), count: 1 }));
  return stretchesOf(beats, []).flatMap((stretch) => {
    const cells = cellsWithin(measures.cells, stretch);
    const deliveries = cells.reduce((sum, { delays }) => sum + (delays?.deliveries ?? 0), 0);
    const of = Math.max(deliveries, stretch.count);
    if (!isMarked({ count: stretch.count, of }) || stretch.count < mostly * of) return [];
    const own = lines.filter((line) => timeOf(line) >= stretch.since && timeOf(line) <= stretch.until);
    const names = new Set(own.map(({ message }) => /name=(\S+)/.exec(message)?.[1]).filter((name) => name !== undefined));
    const waits = own.map(({ postfix }) => (postfix?.delays?.connection_setup ?? 0) + (postfix?.delays?.transmission ?? 0));
    const seconds = waits.reduce((sum, wait) => sum + wait, 0);
    const since = stretch.since - Math.round((waits[0] ?? 0) * 1000);
    const window = { since, until: stretch.until };
    const lookedFor = names.size === 0 ? '' : ` (${listText([...names], 3)})`;
    return [
      {
        cause: 'resolver' as const,
        kind: 'dns_failure' as const,
        claim: `Name resolution fails: ${stretch.count} of ${of} deliveries were put off because no nameserver said what their next hop is${lookedFor}, after ${median(waits)} s of asking.`,
        sure: names.size > 1 ? ('likely' as const) : ('possible' as const),
        refute:
          names.size > 1
            ? 'Each nameserver of resolv.conf, asked by itself, answers at once.'
            : 'The nameservers answer for other names: then it is the domain of this one whose own nameservers are silent.',
        ...window,
        occurrences: [window],
        messages: new Set(own.map(({ email }) => email?.local_id)).size,
        seconds,
        evidence: [
          {
            what: 'deliveries that were put off for want of a name',
            value: stretch.count,
            command: commands.of(['search', '--kind', 'dns_failure'], window),
          },
          { what: 'deliveries meanwhile', value: of, command: commands.of(['delays', '--by', 'minute'], window) },
        ],
        next: nameserverSteps(measures.circumstances, stretch.until, [...names][0] ?? 'example.com'),
      },
    ];
  });
}

const timeOf = (line: EventDocument) => Date.parse(line['@timestamp']);

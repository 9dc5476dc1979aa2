/** What a probe found, on the terminal and as CSV. */
import type { Phase } from '../../postfix/reason.js';
import { addressed } from '../../probe/findings/words.js';
import type {
  ProbedNameserver,
  ProbedQuestion,
  ProbedRelay,
  ProbedRoute,
  ProbedTls,
  ProbeFinding,
  ProbeResult,
} from '../../probe/result.js';
import { failureWords, phaseWords } from '../vocabulary.js';
import { type CsvValue, csv } from './csv.js';
import { counted, seconds } from './number.js';
import { type Cell, type Row, table } from './table.js';
import { printable, wrap } from './text.js';
import type { View } from './view.js';

export function probeText(result: ProbeResult, view: View): string {
  const { style } = view;
  const parts = [
    [heading(result, view)],
    nameservers(result, view),
    relays(result, view),
    certificates(result, view),
    routes(result, view),
    findings(result.findings, view),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map(([head = '', ...rest]) => [style.bold(head), ...rest].join('\n'))
    .join('\n\n')}\n`;
}

function heading({ time, destinations, from, seconds: took }: ProbeResult, { clock }: View): string {
  const what =
    destinations.length === 0 ? 'no relayhost: mail goes to each recipient’s own domain' : `${destinations.join(', ')} (${from})`;
  return `Probe of ${printable(what)}, ${clock.second(Date.parse(time))}, took ${seconds(took)}`;
}

function nameservers(result: ProbeResult, view: View): string[] {
  if (result.nameservers.length === 0) return [];
  const files = result.resolv.map(({ path }) => path).join(' and ');
  const rows = result.nameservers.flatMap((server) =>
    server.questions.map((question, i): Row => {
      const answer = answerOf(question);
      return [
        i === 0 ? addressed(server, 53) : '',
        `${question.type} ${question.name}`,
        seconds(question.seconds),
        isWell(question) ? answer : { text: answer, paint: view.style.bad },
      ];
    }),
  );
  const unasked = result.nameservers.filter(({ questions }) => questions.length === 0);
  return [
    `Nameservers${files === '' ? '' : ` of ${printable(files)}`}`,
    ...table(
      [{ head: 'nameserver' }, { head: 'question', least: 12 }, { head: 'time', right: true }, { head: 'answer', least: 20 }],
      rows,
      view,
      '  ',
    ),
    ...unasked.map((server) => view.style.dim(`  ${addressed(server, 53)} was not asked: there is no name to look up`)),
  ];
}

/** That a name is not there is an answer. */
const isWell = ({ outcome, rcode }: ProbedQuestion) => outcome === 'answered' && (rcode === 'NOERROR' || rcode === 'NXDOMAIN');

function answerOf({ outcome, rcode, records, tries, truncated, transport, error }: ProbedQuestion): string {
  if (outcome === 'timeout') return `no answer${transport === 'tcp' ? ' by TCP' : ''} (${counted(tries, 'try', 'tries')})`;
  if (outcome !== 'answered') return error ?? outcome;
  const said = rcode !== 'NOERROR' ? (rcode ?? '') : records.length === 0 ? 'no such record' : records.join(', ');
  return `${said}${truncated ? ' (cut off by UDP, then by TCP)' : ''}${tries > 1 ? ` (at try ${tries})` : ''}`;
}

/** The steps that are columns. */
const shown: readonly Phase[] = ['connect', 'greeting', 'ehlo', 'starttls', 'quit'];

function relays({ relays }: ProbeResult, view: View): string[] {
  if (relays.length === 0) return [];
  const { style } = view;
  const rows = relays.map((relay): Row => {
    const failed = relay.steps.find(({ failure }) => failure !== undefined);
    const steps = shown.map((phase): Cell => {
      const mine = relay.steps.filter((step) => step.phase === phase);
      if (mine.length === 0) return { text: '–', paint: style.dim };
      const text = seconds(mine.reduce((sum, step) => sum + step.seconds, 0));
      return failed?.phase === phase ? { text, paint: style.bad } : text;
    });
    return [
      relay.host,
      addressed(relay, 25),
      ...steps,
      failed?.failure === undefined
        ? { text: 'well', paint: style.good }
        : { text: failureWords(failed.failure.kind, failed.phase), paint: failed.phase === 'quit' ? style.warn : style.bad },
    ];
  });
  const columns = [
    { head: 'relay', least: 20 },
    { head: 'address' },
    ...shown.map((phase) => ({ head: phaseWords[phase], right: true })),
    { head: '', least: 12 },
  ];
  return ['Relays: the time that each step took', ...table(columns, rows, view, '  '), ...greetings(relays, view)];
}

/** What they call themselves. */
function greetings(relays: readonly ProbedRelay[], view: View): string[] {
  const rows = relays.flatMap(({ address, port, steps }): Row[] => {
    const reply = steps.find(({ phase }) => phase === 'greeting')?.reply;
    return reply === undefined ? [] : [[addressed({ address, port }, 25), reply]];
  });
  return rows.length === 0 ? [] : ['', ...table([{ head: 'address' }, { head: 'greeting', least: 20 }], rows, view, '  ')];
}

function certificates({ relays }: ProbeResult, view: View): string[] {
  const lines = relays.flatMap((relay) => (relay.tls === undefined ? [] : certificate(relay, relay.tls, view)));
  return lines.length === 0 ? [] : ['Certificates', ...lines];
}

function certificate(relay: ProbedRelay, tls: ProbedTls, { clock, style }: View): string[] {
  const verdict =
    tls.untrusted !== undefined
      ? style.warn(`would not verify: ${printable(tls.untrusted.text)}`)
      : tls.nameMatches === false
        ? style.warn(`is not for ${printable(tls.name ?? '')}`)
        : style.good('verifies');
  const [own] = tls.chain;
  return [
    `  ${style.name(printable(`${relay.host} ${addressed(relay, 25)}`))}  ${printable(`${tls.protocol}, ${tls.cipher}`)}  ${verdict}`,
    ...(own === undefined
      ? []
      : [
          `    for ${printable(own.names.length > 0 ? own.names.slice(0, 10).join(', ') : own.subject)}, ` +
            `from ${clock.date(Date.parse(own.notBefore))} to ${clock.date(Date.parse(own.notAfter))}`,
        ]),
    ...tls.chain.map(({ issuer }) => style.dim(`    signed by ${printable(issuer)}`)),
  ];
}

function routes({ routes }: ProbeResult, { style }: View): string[] {
  return routes.flatMap(({ address, tool, lines, reached, error, seconds: took }) => [
    ...(address === routes[0]?.address ? [`Routes (${tool})`] : []),
    `  to ${address}: ${reached ? style.good(`arrives, ${counted(hops(lines), 'hop')}`) : style.warn(`does not arrive${error === undefined ? '' : `: ${printable(error)}`}`)}, ${seconds(took)}`,
    ...lines.map((line) => style.dim(`    ${printable(line)}`)),
  ]);
}

/** Lines that begin with a number. */
const hops = (lines: readonly string[]) => lines.filter((line) => /^\s*\d+[.\s]/.test(line)).length;

function findings(found: readonly ProbeFinding[], { style, width }: View): string[] {
  if (found.length === 0) return ['Everything answered, and nothing is wrong with it.'];
  return [
    'What is wrong',
    ...found.flatMap(({ severity, sentence, next }) => [
      (severity === 'failure' ? style.bad : style.warn)(wrap(`  ${printable(sentence)}`, width, '  ')),
      wrap(`    ${printable(next)}`, width, '    '),
    ]),
  ];
}

/** A line for each question, step, certificate, route and finding; `what` says which of the columns have a meaning. */
export function probeCsv(result: ProbeResult): string {
  const { time } = result;
  const rows: CsvValue[][] = [
    ...result.nameservers.flatMap((server) => questionRows(server)),
    ...result.relays.flatMap((relay) => relayRows(relay)),
    ...result.routes.map((found) => routeRow(found)),
    ...result.findings.map(({ kind, severity, subject, sentence, next }) => [
      'finding',
      subject,
      kind,
      undefined,
      severity,
      `${sentence} ${next}`,
    ]),
  ];
  return csv(
    ['time', 'what', 'subject', 'step', 'seconds', 'outcome', 'text'],
    rows.map((row) => [time, ...row]),
  );
}

const questionRows = (server: ProbedNameserver) =>
  server.questions.map((question): CsvValue[] => [
    'nameserver',
    addressed(server, 53),
    `${question.type} ${question.name}`,
    question.seconds,
    question.outcome === 'answered' ? question.rcode : question.outcome,
    answerOf(question),
  ]);

function relayRows(relay: ProbedRelay): CsvValue[][] {
  const subject = `${relay.host}[${relay.address}]:${relay.port}`;
  const { tls } = relay;
  return [
    ...relay.steps.map(({ phase, seconds, reply, failure }): CsvValue[] => [
      'relay',
      subject,
      phase,
      seconds,
      failure?.kind ?? 'done',
      failure?.text ?? reply,
    ]),
    ...(tls?.chain ?? []).map((one, i): CsvValue[] => [
      'certificate',
      subject,
      i === 0 ? 'server' : `issuer ${i}`,
      undefined,
      i > 0 ? undefined : (tls?.untrusted?.code ?? (tls?.nameMatches === false ? 'wrong name' : 'verifies')),
      `${one.subject}; ${one.names.join(' ')}; ${one.notBefore} to ${one.notAfter}; signed by ${one.issuer}`,
    ]),
  ];
}

const routeRow = ({ address, tool, seconds, reached, lines, error }: ProbedRoute): CsvValue[] => [
  'route',
  address,
  tool,
  seconds,
  reached ? 'arrives' : 'does not arrive',
  error ?? lines.join('; '),
];

/** Evidence as one page without anything from elsewhere, for the owner of the relay: it opens in a browser, and prints. */
import type { EvidenceRow, EvidenceTotals } from '../evidence.js';
import { outcomeText, totalsText, waited } from './evidence.js';
import { printable } from './text.js';
import type { View } from './view.js';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text from the log, as HTML. */
const html = (text: string) => printable(text).replace(/[&<>"']/g, (character) => entities[character] as string);

const style = `body{font:14px/1.45 system-ui,sans-serif;margin:2em;max-width:90em;color:#1b1b1b;background:#fff}
h1{font-size:1.3em;margin:0 0 .4em}p{max-width:60em}table{border-collapse:collapse;width:100%;font-size:12px}
th,td{text-align:left;vertical-align:top;padding:.25em .6em;border-bottom:1px solid #ddd;overflow-wrap:anywhere}
th{position:sticky;top:0;background:#f4f4f4}td.n{white-space:nowrap}tr.failed td.o{color:#a40000;font-weight:600}tr.sent td.o,tr.partly td.o{color:#1d6b1d}
@media print{body{margin:0}th{position:static}}
@media (prefers-color-scheme:dark){body{color:#ddd;background:#181818}th{background:#262626}th,td{border-color:#3a3a3a}tr.failed td.o{color:#ff8a80}tr.sent td.o,tr.partly td.o{color:#8bd48b}}`;

const heads = ['Time', 'From', 'Relay', 'Outcome', 'Took', 'Our queue ID', 'Message-ID', 'Sender', 'Recipients', 'Log'];

/** The beginning of the page. @param made milliseconds since the epoch */
export function evidenceHtmlHead(relay: string, totals: EvidenceTotals, made: number, view: View): string {
  const title = `Attempts at ${relay}`;
  const relays = [...totals.relays].sort().join(', ');
  const hosts = [...totals.hosts].sort().join(', ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${html(title)}</h1>
<p>${html(totalsText(totals, { ...view, width: undefined }))}</p>
<p>From ${html(hosts)} to ${html(relays)}, out of the log of Postfix there. Times are of ${html(view.clock.name)}, with their offset from UTC; a time is
that of the line which says how the attempt ended. “6 s ± 1 s” is what stamps of whole seconds leave open. Made ${html(view.clock.iso(made))} by postscope.</p>
<table>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
`;
}

export function evidenceHtmlRow(row: EvidenceRow, { clock }: View): string {
  const { attempt } = row;
  const { relay } = attempt;
  const where =
    relay === undefined
      ? ''
      : `${relay.host}${relay.ip === undefined ? '' : `[${relay.ip}]`}${relay.port === undefined ? '' : `:${relay.port}`}`;
  const double = attempt.mayBeDouble ? ' – may have the message all the same' : '';
  const cells = [
    ['n', clock.iso(attempt.time)],
    ['', attempt.host],
    ['', where],
    ['o', `${outcomeText(row)}${double}`],
    ['n', waited(row)],
    ['', attempt.queueId ?? ''],
    ['', row.messageId ?? ''],
    ['', row.sender === '' ? '<>' : (row.sender ?? '')],
    ['', row.recipients.join(' ')],
    ['', row.text ?? ''],
  ] as const;
  return `<tr class="${attempt.outcome}">${cells.map(([kind, text]) => `<td${kind === '' ? '' : ` class="${kind}"`}>${html(text)}</td>`).join('')}</tr>\n`;
}

export const evidenceHtmlFoot = '</tbody>\n</table>\n</body>\n</html>\n';

/** CSV (RFC 4180, but with `\n`) that a spreadsheet opens without running anything that a sender wrote. */
import { printable } from './text.js';

export type CsvValue = string | number | undefined;

/** What spreadsheets take for a formula, behind white space and in full width too (OWASP, CSV Injection). */
const formula = /^[\s\ue009\ue00d]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n\ue009\ue00a\ue00d]/;

/** One cell: a text that begins like a formula gets a `'` in front, controls are shown as pictures. Numbers are left alone. */
export function csvCell(value: CsvValue): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = printable(formula.test(value) ? `'${value}` : value);
  return /[",;']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line, with its newline. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\n`;
}

export function csv(head: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  let text = csvLine(head);
  for (const row of rows) text += csvLine(row);
  return text;
}

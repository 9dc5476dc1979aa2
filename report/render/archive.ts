/** Archives that were made, or checked. */
import { type Archived, bytesOfArchive, type Manifest } from '../../store/archive_port.js';
import type { Checked } from '../archives.js';
import { json } from './json.js';
import { bytes, counted } from './number.js';
import { countsText } from './retention.js';
import { printable } from './text.js';

/** A month in a line, its place and what is beside it in others. */
export function archiveText(made: readonly Archived[]): string {
  return made
    .map(({ path, manifest, known }) => {
      const head = known ? `${manifest.month} is archived already, whole: ` : `Archived ${manifest.month}: `;
      return `${head}${contents(manifest)}\n  ${printable(path)}\n`;
    })
    .join('');
}

function contents(manifest: Manifest): string {
  const { counts, companions } = manifest;
  const others = companions === 0 ? '' : `, and ${counted(companions, 'line')} of other months that its messages are made of`;
  return `${countsText(counts)} in ${bytes(bytesOfArchive(manifest))}${others}.`;
}

export function archiveJson(made: readonly Archived[]): string {
  return json({ archives: made.map(({ path, known, sha256, manifest }) => ({ path, known, sha256, ...manifest })) });
}

export function checkedText(checked: readonly Checked[]): string {
  return checked
    .map(({ path, manifest, wrong }) =>
      wrong === undefined
        ? `${printable(path)} is whole: ${contents(manifest)}\n`
        : `${printable(path)} is NOT whole: ${printable(wrong)}\n`,
    )
    .join('');
}

export function checkedJson(checked: readonly Checked[]): string {
  return json({ archives: checked.map(({ path, manifest, wrong }) => ({ path, whole: wrong === undefined, wrong, ...manifest })) });
}

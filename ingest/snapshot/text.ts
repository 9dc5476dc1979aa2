/** The text of a saved file or of a command's output, as parsers take it: lines without control characters, as the log's (postfix/text.ts). */
import { readFile, stat } from 'node:fs/promises';
import { keepText } from '../../postfix/text.js';

/** Larger than any queue's listing that a server lives with. */
const largest = 512 << 20;

/** Why a file is of no use: a sentence without its beginning, which is the name of the file. */
export class UnusableText extends Error {}

export interface FileText {
  readonly text: string;
  /** When the file was written last: milliseconds since the epoch. */
  readonly modified: number;
}

/** @throws UnusableText */
export async function readText(path: string): Promise<FileText> {
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new UnusableText('is a directory, not a file');
    if (about.size > largest) throw new UnusableText(`has ${Math.round(about.size / 1e6)} MB, which is no output of a command`);
    return { text: textOf(await readFile(path)), modified: about.mtimeMs };
  } catch (error) {
    if (error instanceof UnusableText) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UnusableText(
      code === 'ENOENT' ? 'is not there' : code === 'EACCES' ? 'may not be read by this user' : `cannot be read (${code ?? String(error)})`,
      { cause: error },
    );
  }
}

/** @throws UnusableText where the bytes are no text */
export function textOf(bytes: Buffer): string {
  if (bytes.includes(0)) throw new UnusableText('is binary, not text');
  const latin1 = bytes.toString('latin1');
  return latin1
    .split('\n')
    .map((line) => keepText(line.endsWith('\r') ? line.slice(0, -1) : line).text)
    .join('\n');
}

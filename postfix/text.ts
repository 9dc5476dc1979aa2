/**
 * How the bytes of a line are kept as text, so that they can be got back exactly.
 *
 * A line of valid UTF-8 without control characters (but tab) is kept as it is. Any other is kept byte by byte: a byte
 * stands for the character of the same number (Latin-1, which most such lines are), a control character for U+E000 plus
 * its number, so that no NUL, newline or escape is ever stored.
 */
export interface KeptText {
  readonly text: string;
  /** `ascii` is UTF-8 too; it is told apart because it can be written and read without conversion. */
  readonly encoding: 'ascii' | 'utf-8' | 'bytes';
}

/** A line of ASCII within a larger text, cut out only for who asks. */
export class StandingText implements KeptText {
  readonly encoding = 'ascii';

  /** @param bytes the same as `all`, a byte a character */
  constructor(
    private readonly all: string,
    readonly bytes: Uint8Array,
    readonly from: number,
    readonly to: number,
  ) {}

  get text(): string {
    return this.all.slice(this.from, this.to);
  }
}

/** Anything but printable ASCII and tab. */
export const unusual = /[^\t\x20-\x7e]/;
const controls = /[\0-\x08\x0a-\x1f\x7f]/;
/** C1 controls, and the characters that stand for control characters. */
const ambiguous = /[\x80-\x9f\ue000-\ue0ff\ufffd]/;

/** @param latin1 the line, a character a byte */
export function keepText(latin1: string): KeptText {
  if (!unusual.test(latin1)) return { text: latin1, encoding: 'ascii' };
  if (!controls.test(latin1)) {
    const text = Buffer.from(latin1, 'latin1').toString('utf8');
    if (!ambiguous.test(text)) return { text, encoding: 'utf-8' };
  }
  const text = latin1.replace(/[\0-\x08\x0a-\x1f\x7f-\x9f]/g, (c) => String.fromCharCode(0xe000 + c.charCodeAt(0)));
  return { text, encoding: 'bytes' };
}

/** The bytes of a kept line. */
export function bytesOf({ text, encoding }: KeptText): Buffer {
  if (encoding !== 'bytes') return Buffer.from(text, 'utf8');
  const latin1 = text.replace(/[\ue000-\ue0ff]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xe000));
  return Buffer.from(latin1, 'latin1');
}

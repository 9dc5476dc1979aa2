/** Lines that are JSON: of `journalctl -o json`, and of Docker's json-file log. */

/** Names of units have an @ (`postfix@-.service`), and name nobody. */
const units = /^_?(?:SYSTEMD|UNIT|USER_UNIT|OBJECT_SYSTEMD)/;

/** A line as an entry; undefined where it is no JSON object. */
export function entryOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? (entry as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

type Hide = (text: string) => string;

/**
 * @param message for what a program wrote: controls as envelope.ts has them, without its newline
 * @param other for every other text
 * @returns the entry as JSON; undefined where nothing was to be hidden
 */
export function hideEntry(entry: Readonly<Record<string, unknown>>, message: Hide, other: Hide): string | undefined {
  const hidden = Object.fromEntries(
    Object.entries(entry).map(([name, value]) => {
      if (units.test(name)) return [name, value];
      if (name !== 'MESSAGE' && name !== 'log') return [name, within(value, other)];
      return [name, typeof value === 'string' ? ofMessage(value, message) : Array.isArray(value) ? ofBytes(value, message) : value];
    }),
  );
  const written = JSON.stringify(hidden);
  return written === JSON.stringify(entry) ? undefined : written;
}

function within(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((one) => within(one, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, within(one, hide)]));
}

function ofMessage(value: string, hide: Hide): string {
  const [end = ''] = /\r?\n$/.exec(value) ?? [];
  const text = value.slice(0, value.length - end.length);
  return fromNeutral(hide(neutral(text))) + end;
}

/** Text that is not UTF-8 comes as an array of bytes; once something of it is hidden, it is text as it is read. */
function ofBytes(value: unknown[], hide: Hide): unknown {
  const text = Buffer.from(value as number[]).toString('utf8');
  const hidden = ofMessage(text, hide);
  return hidden === text ? value : hidden;
}

/** As envelope.ts reads a text out of JSON. */
const neutral = (text: string) => text.replace(/[\0-\x08\x0a-\x1f\x7f]/g, (c) => String.fromCharCode(0xe000 + c.charCodeAt(0)));
const fromNeutral = (text: string) => text.replace(/[\ue000-\ue01f\ue07f]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xe000));

/**
 * What a value is searched by: 32 bits of a hash, without case. Four bytes a line instead of thirty, and a number to
 * compare instead of a text. One line in four thousand million is found by mistake, so who searches looks at the line too.
 */

/** FNV-1a, of a text in lower case. */
export function print(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) {
    let c = value.charCodeAt(i);
    if (c >= 65 && c <= 90) c += 32;
    else if (c > 127) return print(foldedToAscii(value));
    hash = Math.imul(hash ^ c, 0x01000193);
  }
  return hash >>> 0;
}

/** Beyond ASCII: lower case as Unicode has it, in escapes. */
const foldedToAscii = (value: string) => value.toLowerCase().replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);

/** The print of a value; undefined where there is none. An empty sender is a value. */
export const printOf = (value: string | undefined) => (value === undefined ? undefined : print(value));

/** The print of an address's domain; undefined where it has none. */
export function printOfDomain(address: string | undefined): number | undefined {
  if (address === undefined) return undefined;
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : print(address.slice(at + 1));
}

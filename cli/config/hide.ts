/** Secrets are hidden wherever text goes out: in messages, in logs, in what `postscope config` prints. */
import { printable } from '../../report/render/text.js';

export const hidden = '[hidden]';

/** A URL without user and password. Up to the last @, as a password that should have been encoded may have one in it. */
export const withoutPassword = (url: string): string => url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^\s]*@/i, '$1');

/** Shorter texts would be found in every other word; nobody has them for a password that is worth hiding. */
const shortest = 4;

/** @returns a function that takes these secrets out of a text, as they are and as JSON and URLs write them */
export function hider(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(
    secrets
      .filter((secret) => secret.length >= shortest)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), encodeURI(secret)]),
  );
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((left, form) => left.replaceAll(form, hidden), text);
}

/** A value in a message: as JSON, without passwords, control characters, and more than a line of it. */
export function hostileShown(value: unknown, quote = '"'): string {
  const text = typeof value === 'string' ? `${quote}${withoutPassword(value)}${quote}` : (JSON.stringify(value) ?? String(value));
  return printable(text.length > 100 ? `${text.slice(0, 99)}…` : text);
}

/** How findings say figures and names. Names come from somebody's DNS: who prints them makes them printable. */
import type { Relay } from '../../store/port.js';
import { seconds } from '../render/number.js';
import { relayLabel } from '../vocabulary.js';

/** `8 s`, `2 min 5 s`. */
export const secondsText = (value: number): string => seconds(value);

/** `relay103.example.net[10.50.0.103]`. */
export const relayText = (relay: Relay): string => relayLabel({ ...relay, port: relay.port === 25 ? undefined : relay.port });

/** `a, b and c`. */
export function listText(words: readonly string[], most = 4): string {
  const shown = words.slice(0, most);
  const rest = words.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What somebody answered, as far as it fits a sentence. */
export const quoted = (text: string, most = 100): string => `“${text.length > most ? `${text.slice(0, most)}…` : text}”`;

/** The time in front of a line, in UTC. */

export type StampStyle = 'rfc3164' | 'rfc3339';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const TWO_DIGITS = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));

/** `03:08:34` of a day that has `second` seconds behind it. */
const timeOfDay = (second: number) =>
  `${TWO_DIGITS[Math.floor(second / 3600)]}:${TWO_DIGITS[Math.floor(second / 60) % 60]}:${TWO_DIGITS[second % 60]}`;

/** `Nov  2`, or `2026-11-02` */
function dateText(day: number, style: StampStyle): string {
  const date = new Date(day * 86_400_000);
  if (style === 'rfc3339') return date.toISOString().slice(0, 10);
  return `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`;
}

/** `Nov  2 03:08:34`, as syslog writes it; also what anvil and scache put into their texts. */
export function traditionalStamp(seconds: number): string {
  const second = Math.floor(seconds);
  return `${dateText(Math.floor(second / 86_400), 'rfc3164')} ${timeOfDay(second % 86_400)}`;
}

/** A clock that writes stamps, quickly while the second stays the same. */
export class Stamps {
  private day = -1;
  private date = '';
  private second = -1;
  private text = '';

  constructor(private readonly style: StampStyle) {}

  at(seconds: number): string {
    const second = Math.floor(seconds);
    if (second !== this.second) {
      this.second = second;
      const day = Math.floor(second / 86_400);
      if (day !== this.day) {
        this.day = day;
        this.date = dateText(day, this.style);
      }
      this.text = `${this.date}${this.style === 'rfc3164' ? ' ' : 'T'}${timeOfDay(second % 86_400)}`;
    }
    if (this.style === 'rfc3164') return this.text;
    const micros = Math.floor((seconds - second) * 1e6);
    return `${this.text}.${String(micros).padStart(6, '0')}+00:00`;
  }
}

/** The delay fields of a delivery line, computed and rounded as Postfix does. */

/** Seconds as Postfix prints them: two significant digits, none below a hundredth (src/util/format_tv.c). */
export function formatSeconds(seconds: number): string {
  const micros = Math.max(0, Math.round(seconds * 1e6));
  let whole = Math.floor(micros / 1e6);
  const resolution = whole >= 10 ? 1_000_000 : whole >= 1 ? 100_000 : 10_000;
  let rest = (micros % 1e6) + resolution / 2;
  if (rest >= 1e6) {
    whole += 1;
    rest -= 1e6;
  }
  if (rest < resolution) return String(whole);
  const tenths = Math.floor(rest / 100_000);
  const hundredths = resolution === 10_000 ? Math.floor(rest / 10_000) % 10 : 0;
  return hundredths === 0 ? `${whole}.${tenths}` : `${whole}.${tenths}${hundredths}`;
}

/** The moments of a delivery, in seconds since 1970. */
export interface Moments {
  /** When the queue file was begun. */
  readonly arrival: number;
  /** When the queue manager took the message into its active queue. */
  readonly active: number;
  /** When the delivery agent got it. */
  readonly handoff: number;
  /** When the connection was ready; for agents without a network, the same as `handoff`. */
  readonly connected: number;
  readonly done: number;
}

/** `delay=14, delays=0/0.02/14/0` (src/global/log_adhoc.c). */
export function delayFields({ arrival, active, handoff, connected, done }: Moments): string {
  const before = formatSeconds(active - arrival);
  const queued = formatSeconds(handoff - active);
  const setup = formatSeconds(connected - handoff);
  const sending = formatSeconds(done - connected);
  return `delay=${formatSeconds(done - arrival)}, delays=${before}/${queued}/${setup}/${sending}`;
}

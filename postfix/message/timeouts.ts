/** How long Postfix waits for a relay, by what it waits for: main.cf's timeouts of smtp(8), in seconds. */
import type { Kind, Phase } from '../reason.js';

export interface Timeouts {
  /** smtp_connect_timeout */
  readonly connect?: number;
  /** smtp_helo_timeout: the greeting, and EHLO or HELO */
  readonly greeting?: number;
  readonly ehlo?: number;
  /** smtp_starttls_timeout */
  readonly starttls?: number;
  /** smtp_mail_timeout, smtp_rcpt_timeout */
  readonly mail?: number;
  readonly rcpt?: number;
  /** smtp_data_init_timeout, smtp_data_xfer_timeout, smtp_data_done_timeout */
  readonly data?: number;
  readonly body?: number;
  readonly end_of_data?: number;
  /** smtp_quit_timeout */
  readonly quit?: number;
}

const settings: Readonly<Record<string, readonly (keyof Timeouts)[]>> = {
  smtp_connect_timeout: ['connect'],
  smtp_helo_timeout: ['greeting', 'ehlo'],
  smtp_starttls_timeout: ['starttls'],
  smtp_mail_timeout: ['mail'],
  smtp_rcpt_timeout: ['rcpt'],
  smtp_data_init_timeout: ['data'],
  smtp_data_xfer_timeout: ['body'],
  smtp_data_done_timeout: ['end_of_data'],
  smtp_quit_timeout: ['quit'],
};

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * The timeouts that postconf(1) prints.
 * @param parameters names and values as printed: `smtp_connect_timeout` and `30s`; others than these are passed over
 */
export function timeoutsOf(parameters: Iterable<readonly [string, string]>): Timeouts {
  const timeouts: { -readonly [K in keyof Timeouts]: Timeouts[K] } = {};
  for (const [name, value] of parameters) {
    const phases = settings[name];
    const [, count, unit = 's'] = /^(\d+)([smhdw])?$/.exec(value.trim()) ?? [];
    if (phases === undefined || count === undefined) continue;
    for (const phase of phases) timeouts[phase] = Number(count) * (units[unit] as number);
  }
  return timeouts;
}

/** What Postfix waited for when a try timed out; undefined where it failed otherwise. */
export function waitedFor(kind: Kind | undefined, phase: Phase | undefined): keyof Timeouts | undefined {
  if (kind === 'connect_timeout') return 'connect';
  return kind === 'conversation_timeout' && phase !== undefined && phase !== 'auth' ? phase : undefined;
}

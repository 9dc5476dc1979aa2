/** What the lab knows to be true, whatever the log says: what it did, what it sent, what each relay took. Times are seconds since 1970. */
export interface Injected {
  readonly time: number;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly message_id: string;
  /** `accepted`, or what smtpd said instead. */
  readonly smtpd: string;
}

/** Written down before the relay answers, so also where Postfix never hears of it. */
export interface Accepted {
  readonly time: number;
  readonly relay_ip: string;
  readonly message_id: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly queued_as: string;
}

export class Truth {
  readonly timeline: ({ readonly time: number; readonly event: string } & Readonly<Record<string, unknown>>)[] = [];
  readonly injected: Injected[] = [];
  readonly accepted: Accepted[] = [];

  note(event: string, facts: Readonly<Record<string, unknown>> = {}): void {
    this.timeline.push({ time: now(), event, ...facts });
    console.log(new Date().toISOString().slice(11, 19), event, Object.keys(facts).length > 0 ? JSON.stringify(facts) : '');
  }
}

export const now = () => Date.now() / 1000;

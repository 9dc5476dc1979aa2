/** Hides persons in what is kept beside the log, so that they have the same pseudonyms there as in its lines. */
import { backlogOf } from '../snapshot/backlog.js';
import type { QueuedMessage, QueuedRecipient } from '../snapshot/queue.js';
import { type Json, type NewSnapshot, snapshotOf } from '../snapshot/snapshot.js';
import { LineHider } from './line.js';
import type { Pseudonyms } from './pseudonyms.js';

/** Parameters whose words are persons, also without a domain (postconf(5)). */
const namesPersons = /^(?:always_bcc|luser_relay|\w+_notice_recipient|authorized_\w+_users)$/;
/** `type:table`, `/path`, `$name`, and the exceptions that have a `!` in front. */
const isReference = /^!?(?:[/$]|\w+:)/;
/** Mailboxes that every server has. */
const roles = /^(?:root|postmaster|postfix|mailer-daemon|anyone)$/i;

export class SnapshotHider {
  private readonly lines: LineHider;

  constructor(private readonly pseudonyms: Pseudonyms) {
    this.lines = new LineHider(pseudonyms);
  }

  /** @returns a snapshot with an `id` of its own; itself where its kind names nobody */
  hide(snapshot: NewSnapshot): NewSnapshot {
    switch (snapshot.kind) {
      case 'queue': {
        const messages = (snapshot.messages ?? []).map((message) => this.message(message));
        return snapshotOf('queue', snapshot, { ...snapshot.content, backlog: backlogOf(messages, snapshot.time) }, messages);
      }
      case 'postconf':
        return snapshotOf('postconf', snapshot, { ...snapshot.content, parameters: this.parameters(snapshot.content.parameters) });
      case 'master': {
        const services = snapshot.content.services.map((service) => ({
          ...service,
          // `user=vmail` is an account of the system.
          command: service.command.replace(/\S*@\S*/g, (word) => this.lines.hideText(word)),
          options: this.parameters(service.options),
        }));
        return snapshotOf('master', snapshot, { services });
      }
      case 'probe':
        return snapshotOf('probe', snapshot, this.within(snapshot.content));
      case 'resolv':
      case 'version':
        return snapshot;
    }
  }

  private message(message: QueuedMessage): QueuedMessage {
    const { sender } = message;
    return {
      ...message,
      ...(sender === undefined ? {} : { sender: this.pseudonyms.address(sender) }),
      recipients: message.recipients.map((recipient) => this.recipient(recipient, sender)),
    };
  }

  private recipient({ address, origAddress, reason, ...rest }: QueuedRecipient, sender: string | undefined): QueuedRecipient {
    const said = [address, origAddress, sender].filter((name): name is string => name !== undefined && name !== '');
    return {
      ...rest,
      address: this.pseudonyms.address(address),
      ...(origAddress === undefined ? {} : { origAddress: this.pseudonyms.address(origAddress) }),
      // Its kind and codes stay those of what was said.
      ...(reason === undefined ? {} : { reason: { ...reason, text: this.lines.hideText(reason.text, said) } }),
    };
  }

  private parameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, this.parameter(name, value)]));
  }

  private parameter(name: string, value: string): string {
    if (!namesPersons.test(name)) return this.lines.hideText(value);
    return value.replace(/[^\s,]+/g, (word) => (isReference.test(word) || roles.test(word) ? word : this.pseudonyms.address(word)));
  }

  private within(value: Json): Json {
    if (typeof value === 'string') return this.lines.hideText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Json) => this.within(one));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.within(one)]));
  }
}

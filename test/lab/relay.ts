/** A server that takes mail, or has a way of its own not to. */
import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.js';
import { Conversation } from './conversation.js';
import { sleep } from './shell.js';
import { now, type Truth } from './truth.js';

/** Times are seconds. */
export interface Manners {
  /** Packets to it are dropped, on their way. */
  readonly drop?: true;
  readonly greetAfter?: number;
  /** From the end of the data to the reply. */
  readonly takeAfter?: number;
  /** It has so many connections at a time, and refuses others. */
  readonly atMost?: { readonly connections: number; readonly reply: string };
  /** A sender and recipient that it has not seen so many seconds ago are put off; `<>` in the reply is the recipient. */
  readonly greylist?: { readonly seconds: number; readonly reply: string };
}

export class Relay {
  manners: Manners = {};
  private context: SecureContext | undefined;
  private connections = 0;
  private readonly server = createServer({ noDelay: true }, (socket) => {
    this.connections++;
    socket.on('close', () => this.connections--);
    this.serve(new Conversation(socket)).finally(() => socket.destroy());
  });
  /** When each pair of sender and recipient came first. */
  private readonly seen = new Map<string, number>();

  constructor(
    /** In the truth. */
    readonly name: string,
    /** Its own name, and the domain that it takes mail for: what a certificate has to have. */
    readonly names: readonly [host: string, domain: string],
    readonly ip: string,
    private readonly truth: Truth,
  ) {}

  /** From now on it offers STARTTLS, with this. */
  set certificate(certificate: Certificate) {
    this.context = createSecureContext(certificate);
  }

  /** @returns the port, which is one that was free where 0 was asked for */
  listen(port = 25): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.on('error', reject).listen(port, this.ip, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): void {
    this.server.close();
  }

  private async serve(client: Conversation): Promise<void> {
    const { greetAfter, atMost } = this.manners;
    if (atMost !== undefined && this.connections > atMost.connections) {
      client.say(atMost.reply);
      client.socket.end();
      await client.line();
      return;
    }
    if (greetAfter !== undefined) await sleep(greetAfter);
    client.say(`220 ${this.names[0]} ESMTP`);
    const secured = await this.converse(client, this.context !== undefined);
    if (secured !== undefined) await this.converse(secured, false);
  }

  /** @returns the same client under TLS, if it asks for that */
  private async converse(client: Conversation, offersTls: boolean): Promise<Conversation | undefined> {
    let sender = '';
    let recipients: string[] = [];
    for (;;) {
      const line = await client.line();
      if (line === undefined) return;
      const [verb = ''] = line.toUpperCase().split(/[ :]/, 1);
      const address = /<(.*?)>/.exec(line)?.[1] ?? '';
      if (verb === 'EHLO' || verb === 'HELO') {
        const offers = [this.names[0], ...(offersTls ? ['STARTTLS'] : []), 'ENHANCEDSTATUSCODES'];
        client.say([...offers.map((offer) => `250-${offer}`), '250 8BITMIME'].join('\r\n'));
      } else if (verb === 'STARTTLS' && offersTls && this.context !== undefined) {
        client.say('220 2.0.0 Ready to start TLS');
        return new Conversation(new TLSSocket(client.release(), { isServer: true, secureContext: this.context }));
      } else if (verb === 'MAIL') {
        sender = address;
        recipients = [];
        client.say('250 2.1.0 Ok');
      } else if (verb === 'RCPT') {
        const refusal = this.greylisted(`${sender} ${address}`);
        if (refusal !== undefined) client.say(refusal.replace('<>', `<${address}>`));
        else {
          recipients.push(address);
          client.say('250 2.1.5 Ok');
        }
      } else if (verb === 'DATA' && recipients.length > 0) {
        client.say('354 End data with <CR><LF>.<CR><LF>');
        const messageId = await readData(client);
        if (messageId === undefined) return;
        const queuedAs = randomBytes(5).toString('hex').toUpperCase();
        const { ip: relay_ip } = this;
        this.truth.accepted.push({ time: now(), relay_ip, message_id: messageId, sender, recipients, queued_as: queuedAs });
        if (this.manners.takeAfter !== undefined) await sleep(this.manners.takeAfter);
        client.say(`250 2.0.0 Ok: queued as ${queuedAs}`);
      } else if (verb === 'DATA') client.say('554 5.5.1 Error: no valid recipients');
      else if (verb === 'QUIT') {
        client.say('221 2.0.0 Bye');
        return;
      } else client.say('250 2.0.0 Ok');
    }
  }

  /** @returns what a pair of sender and recipient is put off with, or undefined */
  private greylisted(pair: string): string | undefined {
    const { greylist } = this.manners;
    if (greylist === undefined) return undefined;
    const first = this.seen.get(pair) ?? now();
    this.seen.set(pair, first);
    return now() < first + greylist.seconds ? greylist.reply : undefined;
  }
}

/** @returns the Message-ID, or undefined when the connection was lost on the way */
async function readData(client: Conversation): Promise<string | undefined> {
  let messageId = '';
  for (;;) {
    const line = await client.line();
    if (line === undefined) return;
    if (line === '.') return messageId;
    if (messageId === '' && /^message-id:/i.test(line)) messageId = line.slice(11).trim();
  }
}

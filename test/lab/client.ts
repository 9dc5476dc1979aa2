/** Whoever has mail for Postfix to send. */
import { connect } from 'node:net';
import { Conversation } from './conversation.js';

export interface Mail {
  readonly sender: string;
  readonly recipient: string;
  readonly messageId: string;
  /** Bytes of the body, about. */
  readonly size: number;
}

/** Gives it to the smtpd of this host. @returns `accepted`, or the reply that it was not accepted with */
export async function give({ sender, recipient, messageId, size }: Mail, port = 25): Promise<string> {
  const smtpd = new Conversation(connect(port, '127.0.0.1'));
  try {
    const body = `${'x'.repeat(70)}\r\n`.repeat(Math.max(1, Math.round(size / 72)));
    const header = `From: <${sender}>\r\nTo: <${recipient}>\r\nMessage-ID: ${messageId}\r\nSubject: hello`;
    for (const [command, good] of [
      [undefined, '220'],
      ['EHLO client.test', '250'],
      [`MAIL FROM:<${sender}> SIZE=${size}`, '250'],
      [`RCPT TO:<${recipient}>`, '250'],
      ['DATA', '354'],
      [`${header}\r\n\r\n${body}.`, '250'],
    ] as const) {
      if (command !== undefined) smtpd.say(command);
      const reply = await smtpd.reply();
      if (!reply.startsWith(good)) return reply;
    }
    return 'accepted';
  } finally {
    smtpd.say('QUIT');
    smtpd.socket.end();
  }
}

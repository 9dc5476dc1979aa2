/** One question to one nameserver, as a resolver asks it: by UDP, again where no answer comes, by TCP where it was cut off. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { secondsSince, TimedOut, within } from '../deadline.js';
import type { ProbedQuestion } from '../result.js';
import { systemError } from '../system_errors.js';
import { answers, type DnsReply, type MailExchanger, MalformedReply, question, type RecordType, readReply } from './message.js';

export interface Nameserver {
  readonly address: string;
  readonly port: number;
}

export interface Patience {
  /** Seconds that each try is waited for. */
  readonly timeout: number;
  readonly tries: number;
}

/** The answer to one question, with what it says of where mail goes. */
export interface Asked extends ProbedQuestion {
  readonly addresses: readonly string[];
  readonly exchangers: readonly MailExchanger[];
}

/** @throws the signal's reason, and nothing else: what goes wrong is in what comes back */
export async function ask(
  server: Nameserver,
  name: string,
  type: RecordType,
  { timeout, tries }: Patience,
  signal: AbortSignal,
): Promise<Asked> {
  const asked = question(randomInt(0x10000), name, type);
  const start = performance.now();
  const sent = { tries: 0 };
  let transport: 'udp' | 'tcp' = 'udp';
  let truncated = false;
  const about = () => ({ name, type, seconds: secondsSince(start), tries: Math.max(1, sent.tries), transport, truncated });
  try {
    let reply = readReply(await byUdp(server, asked, timeout, tries, sent, signal), type);
    if (reply.truncated) {
      transport = 'tcp';
      truncated = true;
      reply = readReply(await byTcp(server, asked, timeout, signal), type);
    }
    return { ...about(), outcome: 'answered', ...whatItSays(reply) };
  } catch (error) {
    signal.throwIfAborted();
    return { ...about(), ...whyNone(error), records: [], addresses: [], exchangers: [] };
  }
}

function whatItSays({ rcode, recursion, authoritative, addresses, exchangers }: DnsReply) {
  return {
    rcode,
    recursion: recursion || authoritative,
    records: [...exchangers.map(({ preference, exchange }) => `${preference} ${exchange || '.'}`), ...addresses],
    addresses,
    exchangers,
  };
}

function whyNone(error: unknown): { outcome: 'timeout' | 'malformed' | 'unreachable'; error?: string } {
  if (error instanceof TimedOut) return { outcome: 'timeout' };
  if (error instanceof MalformedReply) return { outcome: 'malformed', error: error.message };
  return { outcome: 'unreachable', error: systemError(error)[1] };
}

/** The socket is the same for all tries, so an answer to the first that comes during the second counts, and its time is told. */
function byUdp(
  { address, port }: Nameserver,
  asked: Buffer,
  timeout: number,
  tries: number,
  sent: { tries: number },
  signal: AbortSignal,
): Promise<Buffer> {
  return within<Buffer>(timeout * tries, signal, (done, fail) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const send = () => {
      sent.tries++;
      socket.send(asked, (error) => error && fail(error));
    };
    let again: NodeJS.Timeout | undefined;
    socket.on('error', fail);
    socket.on('message', (bytes) => answers(bytes, asked) && done(bytes));
    // Connected, so that nobody else's datagrams are taken, and a refusal (ICMP) is told.
    socket.connect(port, address, (error?: Error) => {
      if (error) return fail(error);
      send();
      again = setInterval(() => sent.tries < tries && send(), timeout * 1000);
    });
    return () => {
      clearInterval(again);
      socket.close();
    };
  });
}

/** RFC 1035, 4.2.2: the length in two bytes before each message. */
function byTcp({ address, port }: Nameserver, asked: Buffer, timeout: number, signal: AbortSignal): Promise<Buffer> {
  return within<Buffer>(timeout, signal, (done, fail) => {
    const socket = connect(port, address);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(asked.length);
    let got = Buffer.alloc(0);
    socket.on('error', fail);
    socket.on('connect', () => socket.write(Buffer.concat([length, asked])));
    socket.on('data', (bytes) => {
      got = Buffer.concat([got, bytes]);
      if (got.length < 2 || got.length < 2 + got.readUInt16BE(0)) return;
      const message = got.subarray(2, 2 + got.readUInt16BE(0));
      if (answers(message, asked)) done(message);
      else fail(new MalformedReply('it answers another question'));
    });
    socket.on('end', () => fail(new Error('the connection was closed without an answer')));
    return () => socket.destroy();
  });
}

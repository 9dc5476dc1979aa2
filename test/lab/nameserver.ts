/** A nameserver for the lab's few names (RFC 1035), which can be slow, or silent. */
import { createSocket, type Socket } from 'node:dgram';
import { sleep } from './shell.js';

export interface Name {
  /** Exchanges, all with the same preference. */
  readonly mx?: readonly string[];
  /** IPv4 addresses. */
  readonly a?: readonly string[];
}
/** By the name, in small letters, without a dot at the end. */
export type Zone = Readonly<Record<string, Name>>;

export interface Habits {
  /** Which questions it never answers. */
  readonly silentTo?: 'all' | 'AAAA';
  /** Seconds that it takes to answer. */
  readonly answersAfter?: number;
}

const types = { A: 1, MX: 15, AAAA: 28 };
const noSuchName = 3;

export class Nameserver {
  habits: Habits = {};
  private readonly socket: Socket = createSocket('udp4');

  constructor(private readonly zone: Zone) {
    this.socket.on('message', (question, { port, address }) => {
      this.answer(question).then((answer) => {
        if (answer !== undefined) this.socket.send(answer, port, address);
      });
    });
  }

  /** @returns the port, which is one that was free where 0 was asked for */
  listen(ip: string, port = 53): Promise<number> {
    return new Promise((resolve, reject) => {
      this.socket.on('error', reject).bind(port, ip, () => resolve(this.socket.address().port));
    });
  }

  close(): void {
    this.socket.close();
  }

  private async answer(question: Buffer): Promise<Buffer | undefined> {
    const { silentTo, answersAfter = 0 } = this.habits;
    const { name, type, end } = readQuestion(question);
    if (silentTo === 'all' || (silentTo === 'AAAA' && type === types.AAAA)) return undefined;
    await sleep(answersAfter);
    const known = this.zone[name];
    const answers = (type === types.MX && known?.mx?.map(exchange)) || (type === types.A && known?.a?.map(address)) || [];
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    // An answer, of the one who has the authority, who would also ask others.
    head.writeUInt16BE(0x8580 | (known === undefined ? noSuchName : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    return Buffer.concat([head, question.subarray(12, end), ...answers.map((data) => record(type, data))]);
  }
}

function readQuestion(packet: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = packet.readUInt8(at); length > 0; length = packet.readUInt8(at)) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: packet.readUInt16BE(at + 1), end: at + 5 };
}

/** Of the name that was asked for, which stands behind the head; class Internet, for no longer than a second. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 1, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

const address = (ip: string) => Buffer.from(ip.split('.').map(Number));
const exchange = (host: string) =>
  Buffer.concat([
    Buffer.from([0, 10]),
    ...host.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.from([0]),
  ]);

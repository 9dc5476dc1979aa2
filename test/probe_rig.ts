/** Nameservers, relays and certificates on loopback that behave as badly as a test wants. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';

/** What a nameserver has on a question such as `MX relay.test`: records, or the number of an rcode. */
export type Zone = Readonly<Record<string, readonly string[] | number>>;

export interface NameserverSettings {
  readonly zone?: Zone;
  /** Milliseconds before each answer. */
  readonly delay?: number;
  /** Questions that are never answered; `true` for all. */
  readonly silent?: true | ((question: string) => boolean);
  /** By UDP only the head, with the flag that says so. */
  readonly truncates?: boolean;
  /** By TCP nobody answers. */
  readonly withoutTcp?: boolean;
  /** Whatever is to be sent instead of an answer. */
  readonly sends?: (query: Buffer) => Buffer;
  readonly recursion?: boolean;
}

export interface FakeNameserver {
  readonly address: string;
  readonly port: number;
  /** Questions in the order in which they came, `udp MX relay.test`. */
  readonly asked: string[];
}

const typeNames: Readonly<Record<number, string>> = { 1: 'A', 15: 'MX', 28: 'AAAA' };

export class ProbeRig {
  private readonly closers: (() => void)[] = [];

  async nameserver(settings: NameserverSettings = {}): Promise<FakeNameserver> {
    const { silent, delay = 0, truncates = false, withoutTcp = false } = settings;
    const asked: string[] = [];
    const timers = new Set<NodeJS.Timeout>();
    const answer = (query: Buffer, transport: 'udp' | 'tcp', send: (reply: Buffer) => void) => {
      const question = questionIn(query);
      asked.push(`${transport} ${question}`);
      if (silent === true || silent?.(question)) return;
      const reply = settings.sends?.(query) ?? replyTo(query, settings, truncates && transport === 'udp');
      timers.add(setTimeout(() => send(reply), delay));
    };
    const tcp = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        answer(bytes.subarray(2), 'tcp', (reply) => {
          const length = Buffer.alloc(2);
          length.writeUInt16BE(reply.length);
          // In two pieces, as a network may.
          socket.write(Buffer.concat([length, reply.subarray(0, 5)]));
          setImmediate(() => socket.writable && socket.write(reply.subarray(5)));
        });
      });
    });
    const udp = createSocket('udp4', (query, from) => answer(query, 'udp', (reply) => udp.send(reply, from.port, from.address)));
    const port = await new Promise<number>((resolve, reject) => {
      tcp.on('error', reject).listen(0, '127.0.0.1', () => {
        const { port } = tcp.address() as AddressInfo;
        if (withoutTcp) tcp.close();
        udp.on('error', reject).bind(port, '127.0.0.1', () => resolve(port));
      });
    });
    this.closers.push(
      () => udp.close(),
      () => tcp.close(),
      () => timers.forEach(clearTimeout),
    );
    return { address: '127.0.0.1', port, asked };
  }

  /** @param converse speaks to whoever connects @returns the port */
  async server(converse: (socket: Socket) => void): Promise<number> {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => open.delete(socket));
      converse(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.closers.push(() => {
      server.close();
      for (const socket of open) socket.destroy();
    });
    return (server.address() as AddressInfo).port;
  }

  /** A port where nobody listens: one that was free a moment ago. */
  async freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  close(): void {
    for (const close of this.closers) close();
  }
}

function questionIn(query: Buffer): string {
  const labels: string[] = [];
  let at = 12;
  for (; query[at] !== 0; at += (query[at] as number) + 1) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] as number)));
  }
  return `${typeNames[query.readUInt16BE(at + 1)]} ${labels.join('.')}`;
}

const nameBytes = (name: string) =>
  Buffer.concat([...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')])), Buffer.of(0)]);

function replyTo(query: Buffer, { zone = {}, recursion = true }: NameserverSettings, truncated: boolean): Buffer {
  const question = questionIn(query);
  const known = zone[question] ?? [];
  const records = typeof known === 'number' || truncated ? [] : known;
  const head = Buffer.from(query);
  head.writeUInt16BE(0x8100 | (recursion ? 0x80 : 0) | (truncated ? 0x200 : 0) | (typeof known === 'number' ? known : 0), 2);
  head.writeUInt16BE(records.length, 6);
  const type = question.split(' ')[0] as string;
  return Buffer.concat([head, ...records.map((record) => recordBytes(record, type))]);
}

function recordBytes(record: string, type: string): Buffer {
  const [first = '', second = ''] = record.split(' ');
  const data =
    type === 'MX'
      ? Buffer.concat([Buffer.of(Number(first) >> 8, Number(first) & 255), second === '.' ? Buffer.of(0) : nameBytes(second)])
      : type === 'A'
        ? Buffer.from(first.split('.').map(Number))
        : Buffer.from(first.split(':').flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
  const head = Buffer.alloc(12);
  // The name is the one of the question, by a pointer.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(Number(Object.entries(typeNames).find(([, name]) => name === type)?.[0]), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

export interface SmtpSettings {
  readonly greeting?: string;
  readonly capabilities?: readonly string[];
  /** Certificate and key for STARTTLS; without, it is not offered. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Ends the connection where this is next. */
  readonly endsAt?: 'greeting' | 'ehlo' | 'starttls' | 'handshake' | 'quit';
  /** Never answers where this is next. */
  readonly silentAt?: 'greeting' | 'ehlo' | 'starttls' | 'handshake' | 'quit';
  /** Replies instead of the usual ones, by the first word of the command. */
  readonly replies?: Readonly<Record<string, string>>;
  /** TLS from the first byte. */
  readonly wrapped?: boolean;
  /** What was said to it. */
  readonly heard?: string[];
}

/** Speaks SMTP as a relay does, as far as the settings let it. */
export function smtp(settings: SmtpSettings = {}): (socket: Socket) => void {
  const { greeting = '220 relay.test ESMTP', capabilities = ['PIPELINING', 'SIZE 10240000'], tls, replies = {}, heard = [] } = settings;
  return (raw) => {
    let socket = raw;
    /** Whether the step may be answered. */
    const may = (step: SmtpSettings['endsAt']) => {
      if (settings.endsAt === step) socket.destroy();
      return settings.endsAt !== step && settings.silentAt !== step;
    };
    const say = (text: string) => socket.writable && socket.write(`${text}\r\n`);
    const secure = (then: () => void) => {
      const context = createSecureContext(tls ?? {});
      const inner = new TLSSocket(raw, { isServer: true, secureContext: context });
      inner.on('error', () => {});
      socket = inner;
      listen(inner);
      then();
    };
    const listen = (to: Socket) => {
      let got = '';
      to.on('data', (bytes) => {
        got += bytes.toString('latin1');
        for (let end = got.indexOf('\r\n'); end >= 0 && to === socket; end = got.indexOf('\r\n')) {
          const command = got.slice(0, end);
          got = got.slice(end + 2);
          heard.push(command);
          obey(command);
        }
      });
    };
    const obey = (command: string) => {
      const [verb = ''] = command.split(' ');
      const other = replies[verb];
      if (verb === 'EHLO' || verb === 'HELO') {
        const can = [...capabilities, ...(tls === undefined || socket !== raw ? [] : ['STARTTLS'])];
        if (may('ehlo')) say(other ?? ['relay.test', ...can].map((line, i) => `250${i === can.length ? ' ' : '-'}${line}`).join('\r\n'));
      } else if (verb === 'STARTTLS') {
        if (!may('starttls')) return;
        raw.removeAllListeners('data');
        say(other ?? '220 2.0.0 Ready to start TLS');
        if (may('handshake') && settings.silentAt !== 'handshake' && other === undefined) secure(() => {});
        else listen(raw);
      } else if (verb === 'QUIT') {
        if (may('quit')) socket.end(`${other ?? '221 2.0.0 Bye'}\r\n`);
      } else say('502 5.5.2 Error: command not recognized');
    };
    const greet = () => {
      if (may('greeting')) say(greeting);
    };
    if (settings.wrapped === true) secure(greet);
    else {
      listen(raw);
      greet();
    }
  };
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of our own, and what it signs; made by openssl, since dates and names are the point. */
export class Authority {
  readonly ca: string;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.txt'), '');
    writeFileSync(join(folder, 'index.txt.attr'), 'unique_subject = no\n');
    writeFileSync(
      join(folder, 'ca.cnf'),
      `[ca]\ndefault_ca = own\n[own]\ndatabase = ${folder}/index.txt\nnew_certs_dir = ${folder}\ncertificate = ${folder}/ca.pem\n` +
        `private_key = ${folder}/ca.key\nrand_serial = yes\ndefault_md = sha256\npolicy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n`,
    );
    this.openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem'],
      ...['-days', '365', '-subj', '/CN=Test authority'],
    );
    this.ca = join(folder, 'ca.pem');
  }

  /** @param dates as `openssl ca` has them, `20200101000000Z` */
  signed(names: readonly string[], [from, to]: readonly [string, string]): Certificate {
    this.openssl(
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'leaf.key', '-out', 'leaf.csr'],
      ...['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
    );
    this.openssl('ca', '-config', 'ca.cnf', '-batch', '-notext', '-in', 'leaf.csr', '-out', 'leaf.pem', '-startdate', from, '-enddate', to);
    return this.made('leaf');
  }

  selfSigned(name: string): Certificate {
    this.openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'self.key', '-out', 'self.pem'],
      ...['-days', '30', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
    );
    return this.made('self');
  }

  private made(name: string): Certificate {
    const read = (ending: string) => readFileSync(join(this.folder, `${name}.${ending}`), 'utf8');
    return { cert: read('pem'), key: read('key') };
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }
}

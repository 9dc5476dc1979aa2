/** The client's end of an SMTP conversation (RFC 5321): a command out, a reply in, and neither without end. */
import { isIP, type Socket, connect as tcpConnect } from 'node:net';
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { Kind } from '../../postfix/reason.js';
import { TimedOut, within } from '../deadline.js';
import { systemError } from '../system_errors.js';

/** What a reply may have: a server that goes on and on is no mail server, or not ours. */
const mostLines = 100;
const mostCharacters = 65_536;

/** Why a step failed, with a kind that failures in the log have too. */
export class StepFailed extends Error {
  constructor(
    readonly kind: Kind,
    message: string,
  ) {
    super(message);
  }
}

export interface Reply {
  readonly code: number;
  /** All lines in one, a character a byte: `220 mx.example.net ESMTP`. */
  readonly text: string;
  readonly lines: readonly string[];
}

export interface Dialled {
  readonly address: string;
  readonly port: number;
  /** The address to dial from, where Postfix is told one. */
  readonly localAddress?: string | undefined;
}

export class Conversation {
  private pending = '';
  private lost: Error | undefined;

  private constructor(
    private socket: Socket,
    /** Seconds that each step may take as a whole, however slowly something drips in. */
    private readonly timeout: number,
    private readonly signal: AbortSignal,
  ) {
    this.watch(socket);
  }

  /** @throws StepFailed */
  static async connect({ address, port, localAddress }: Dialled, timeout: number, signal: AbortSignal): Promise<Conversation> {
    let socket: Socket | undefined;
    try {
      const from = localAddress !== undefined && isIP(localAddress) === isIP(address) ? { localAddress } : {};
      socket = tcpConnect({ host: address, port, ...from });
      const dialled = socket;
      await within<void>(timeout, signal, (done, fail) => {
        dialled.once('connect', () => done());
        dialled.once('error', fail);
        return () => dialled.off('error', fail);
      });
      return new Conversation(socket, timeout, signal);
    } catch (error) {
      socket?.on('error', () => {}).destroy();
      signal.throwIfAborted();
      if (error instanceof TimedOut) throw new StepFailed('connect_timeout', 'Connection timed out');
      throw new StepFailed(...systemError(error));
    }
  }

  get localAddress(): string | undefined {
    return this.socket.localAddress;
  }

  /** Sends a command, and waits for the reply to it. @throws StepFailed */
  command(text: string): Promise<Reply> {
    if (this.socket.writable) this.socket.write(`${text}\r\n`);
    return this.reply();
  }

  /** The next reply. @throws StepFailed */
  async reply(): Promise<Reply> {
    const lines: string[] = [];
    let characters = 0;
    return this.guarded<Reply>((done, fail) => {
      const { socket } = this;
      const take = (bytes?: Buffer) => {
        if (bytes !== undefined) this.pending += bytes.toString('latin1');
        for (let end = this.pending.indexOf('\n'); end >= 0; end = this.pending.indexOf('\n')) {
          const line = this.pending.slice(0, end).replace(/\r$/, '');
          this.pending = this.pending.slice(end + 1);
          characters += line.length;
          const [, code, more] = /^([2-5]\d\d)(?:([ -])|$)/.exec(line) ?? [];
          if (code === undefined) return fail(new StepFailed('other', `No SMTP reply: ${line.slice(0, 200)}`));
          lines.push(line);
          if (more !== '-') return done({ code: Number(code), text: lines.join(' ').slice(0, 2000), lines });
          if (lines.length > mostLines) break;
        }
        if (lines.length > mostLines || characters + this.pending.length > mostCharacters) {
          fail(new StepFailed('other', `The reply does not end: ${[...lines, this.pending].join(' ').slice(0, 200)} …`));
        }
      };
      const gone = () => fail(this.lost ?? new Error('closed by the other side'));
      socket.on('data', take);
      socket.on('end', gone);
      socket.on('close', gone);
      if (this.pending !== '') take();
      if (socket.destroyed) gone();
      else socket.resume();
      return () => {
        // What comes between two steps stays with the system, however much it is.
        socket.pause();
        socket.off('data', take);
        socket.off('end', gone);
        socket.off('close', gone);
      };
    });
  }

  /** Goes on in TLS; any certificate will do, it is judged afterwards. @throws StepFailed */
  async startTls(secureContext: SecureContext): Promise<TLSSocket> {
    // RFC 3207, 6: whoever can put commands in front of TLS could speak for the server.
    if (this.pending !== '') throw new StepFailed('tls_failure', 'It sent more behind its reply to STARTTLS, which belongs to nobody');
    const secured = await this.guarded<TLSSocket>((done, fail) => {
      const tls = tlsConnect({
        socket: this.socket,
        secureContext,
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
      });
      tls.once('secureConnect', () => done(tls));
      tls.on('error', fail);
      return () => tls.off('error', fail).on('error', () => {});
    });
    secured.pause();
    this.socket = secured;
    this.watch(secured);
    return secured;
  }

  end(): void {
    this.socket.destroy();
  }

  private watch(socket: Socket): void {
    socket.on('error', (error) => {
      this.lost = error;
    });
  }

  /** Waits no longer than a step may take, and says what went wrong in Postfix's terms. */
  private async guarded<T>(begin: Parameters<typeof within<T>>[2]): Promise<T> {
    try {
      return await within(this.timeout, this.signal, begin);
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof StepFailed) throw error;
      if (error instanceof TimedOut) throw new StepFailed('conversation_timeout', `No answer within ${this.timeout} s`);
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (code.startsWith('ERR_SSL') || code === 'EPROTO') throw new StepFailed('tls_failure', handshakeWords(error as Error));
      throw new StepFailed('lost_connection', code === 'ECONNRESET' ? 'Connection reset by peer' : `Connection lost: ${message}`);
    }
  }
}

/** Of OpenSSL's `40…:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/…` the part that says something. */
function handshakeWords(error: Error): string {
  const { reason } = error as { readonly reason?: string };
  return `TLS handshake failed: ${reason ?? error.message}`;
}

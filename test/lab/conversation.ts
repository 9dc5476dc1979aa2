/** The lines of a connection, for either side of SMTP. */
import type { Socket } from 'node:net';

export class Conversation {
  private text = '';
  private over = false;
  private wake = () => {};
  private readonly onData = (piece: Buffer) => {
    this.text += piece.toString('latin1');
    this.wake();
  };
  private readonly onEnd = () => {
    this.over = true;
    this.wake();
  };

  constructor(readonly socket: Socket) {
    socket.on('data', this.onData).on('error', this.onEnd).on('close', this.onEnd).on('end', this.onEnd);
  }

  /** @returns the next line, or undefined when the other side has gone */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.text.indexOf('\r\n');
      if (end >= 0) {
        const line = this.text.slice(0, end);
        this.text = this.text.slice(end + 2);
        return line;
      }
      if (this.over) return undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** @returns the last line of the next reply */
  async reply(): Promise<string> {
    for (;;) {
      const line = await this.line();
      if (line === undefined) return 'lost connection';
      if (line[3] !== '-') return line;
    }
  }

  say(line: string): void {
    if (!this.over) this.socket.write(`${line}\r\n`, 'latin1');
  }

  /** Leaves the socket to somebody else: to TLS. */
  release(): Socket {
    return this.socket.off('data', this.onData).off('error', this.onEnd).off('close', this.onEnd).off('end', this.onEnd);
  }
}

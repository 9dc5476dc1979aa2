/** Standard input: read to its end. It cannot be read again, so what is under way is kept until it is stored. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { noBooks } from './ledger.js';
import { Sending, type Shipping, Stopped } from './sending.js';
import { Slicer } from './slices.js';
import { gather, sendText } from './stream.js';

/** Bytes that are kept at most; then reading waits. */
const heldAtMost = 16 * 1024 * 1024;

export class StandardInput {
  readonly sending: Sending;

  constructor(
    private readonly stream: Readable,
    private readonly shipping: Shipping,
    shipper: string,
  ) {
    const source = { key: `ship:${shipper}:stdin:${randomUUID()}`, path: '-' };
    this.sending = new Sending(source, noBooks, shipping, { hold: heldAtMost });
  }

  /** Ends when the input has ended and all of it is stored, or when reading has to stop. */
  async follow(): Promise<void> {
    const { sending, shipping } = this;
    const { stopping, times } = shipping;
    sending.open = true;
    try {
      // Whoever is stopped has read less than a line: nothing of it is sent.
      const pieces = gather(this.stream, times.gather, stopping);
      await sendText(unlessStopped(pieces, stopping), sending, true, new Slicer(shipping.asSent));
      await sending.drained();
      await sending.report({ complete: true });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    } finally {
      sending.open = false;
    }
  }
}

/** A text that ends because reading has to stop has not come to its end. */
async function* unlessStopped(pieces: AsyncIterable<Buffer>, stopping: AbortSignal): AsyncGenerator<Buffer> {
  yield* pieces;
  if (stopping.aborted) throw new Stopped();
}

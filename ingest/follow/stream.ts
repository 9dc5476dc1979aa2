/** Text that comes from a process or a pipe: gathered, cut into lines, and sent. */
import type { Readable } from 'node:stream';
import { cut } from '../cut.js';
import { digest } from '../survey.js';
import { tailOf } from './print.js';
import type { Sending } from './sending.js';
import { type Slicer, sliceBytes } from './slices.js';

/**
 * What comes within a short while, in one piece, as a pipe gives a few lines at a time. Stops reading when nobody asks.
 * @param ms to gather for
 */
export async function* gather(stream: Readable, ms: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let over = false;
  let failure: unknown;
  let wake = () => {};
  const onData = (part: Buffer | string) => {
    parts.push(typeof part === 'string' ? Buffer.from(part) : part);
    length += parts.at(-1)?.length ?? 0;
    if (length >= sliceBytes) stream.pause();
    wake();
  };
  const onEnd = () => {
    over = true;
    wake();
  };
  const onError = (error: unknown) => {
    failure = error;
    onEnd();
  };
  stream.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
  signal.addEventListener('abort', onEnd, { once: true });
  const until = (isReached: () => boolean, atMost: number | undefined) =>
    new Promise<void>((resolve) => {
      const timer = atMost === undefined ? undefined : setTimeout(() => done(), atMost);
      const done = () => {
        clearTimeout(timer);
        wake = () => {};
        resolve();
      };
      wake = () => {
        if (isReached()) done();
      };
      wake();
    });
  try {
    for (;;) {
      await until(() => length > 0 || over, undefined);
      if (signal.aborted) return;
      await until(() => length >= sliceBytes || over, ms);
      if (length > 0) {
        const piece = Buffer.concat(parts);
        parts = [];
        length = 0;
        yield piece;
        if (!over) stream.resume();
      } else if (over) {
        if (failure !== undefined) throw failure;
        return;
      }
    }
  } finally {
    stream.pause();
    stream.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
    signal.removeEventListener('abort', onEnd);
  }
}

/**
 * Sends the lines of a text from where the source is.
 * @param takeRest whether a last line without its newline is sent too
 * @param markOf where whoever delivers the text goes on behind these lines
 */
export async function sendText(
  pieces: AsyncIterable<Buffer>,
  sending: Sending,
  takeRest: boolean,
  slicer: Slicer,
  markOf: (lines: Buffer) => string | undefined = () => undefined,
): Promise<void> {
  const { offset: start } = sending.position;
  let tail: Buffer = Buffer.alloc(0);
  for await (const { offset, bytes, next, cut: isCut } of cut(pieces, start, takeRest)) {
    const at = { year: undefined, anchor: Date.now() };
    sending.growth.saw(next, at.anchor);
    if (isCut) {
      await sending.send({ offset, bytes, before: slicer.last, cut: true, next, tail: '', lines: 1, ...at });
      continue;
    }
    for (const slice of slicer.slices(bytes)) {
      tail = tailOf(tail, slice.bytes);
      const place = offset + slice.at;
      await sending.send({
        offset: place,
        bytes: slice.bytes,
        before: slice.before,
        cut: false,
        next: place + slice.bytes.length,
        tail: digest(tail),
        lines: slice.lines,
        mark: markOf(slice.bytes),
        ...at,
      });
    }
  }
}

/** Text out of a file, whatever it is packed with: told by its first bytes, not by its name. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import bunzip2 from 'unbzip2-stream';
import xz from 'xz-decompress';

export type Packing = 'none' | 'gzip' | 'xz' | 'zstd' | 'bzip2';

const magic: readonly (readonly [Packing, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
];

export function packingOf(head: Buffer): Packing {
  return magic.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))?.[0] ?? 'none';
}

/** The archive ended or broke before its text was whole. What could be unpacked was given before. */
export class UnpackError extends Error {
  constructor(
    readonly packing: Packing,
    cause: unknown,
  ) {
    super(`the ${packing} data is damaged or cut off (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
    this.name = 'UnpackError';
  }
}

const chunkSize = 256 * 1024;

/** First bytes of a file. */
export async function headOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * The text of a file from its beginning (plain files: from `offset`), in pieces.
 * @throws UnpackError after the last piece that could be had
 */
export async function* textOf(path: string, packing: Packing, offset = 0): AsyncGenerator<Buffer> {
  if (packing === 'none') {
    yield* createReadStream(path, { start: offset, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    return;
  }
  const packed = createReadStream(path, { highWaterMark: chunkSize });
  try {
    if (packing === 'gzip') yield* through(packed, createGunzip({ chunkSize }));
    else if (packing === 'bzip2') yield* through(packed, bunzip2() as unknown as Transform);
    else if (packing === 'zstd') yield* unzstd(packed);
    else yield* unxz(packed);
  } catch (error) {
    throw new UnpackError(packing, error);
  } finally {
    packed.destroy();
  }
}

/** A transform fed piece by piece. A stream that fails drops what waits to be read, so each piece is taken as it comes. */
async function* through(packed: Readable, transform: Transform): AsyncGenerator<Buffer> {
  let ready: Buffer[] = [];
  let failure: unknown;
  let ended = false;
  let wake = () => {};
  transform.on('data', (piece: Buffer) => {
    ready.push(piece);
  });
  transform.on('error', (error) => {
    failure ??= error;
    wake();
  });
  transform.on('end', () => {
    ended = true;
    wake();
  });
  const settled = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  for await (const chunk of packed) {
    if (failure !== undefined) break;
    await Promise.race([new Promise<void>((resolve) => transform.write(chunk, () => resolve())), settled()]);
    yield* ready.splice(0);
  }
  if (failure === undefined) {
    transform.end();
    while (!ended && failure === undefined) await settled();
  }
  yield* ready.splice(0);
  ready = [];
  if (failure !== undefined) throw failure;
}

async function* unzstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  let finished = false;
  const decompress = new Decompress((piece, final) => {
    if (piece.length > 0) ready.push(Buffer.from(piece));
    finished ||= final === true;
  });
  let before: Buffer | undefined;
  for await (const chunk of packed) {
    if (before !== undefined) {
      decompress.push(before);
      yield* ready.splice(0);
    }
    before = chunk;
  }
  try {
    decompress.push(before ?? Buffer.alloc(0), true);
  } finally {
    yield* ready.splice(0);
  }
  if (!finished) throw new Error('unexpected end of data');
}

async function* unxz(packed: Readable): AsyncGenerator<Buffer> {
  const text = new xz.XzReadableStream(Readable.toWeb(packed) as ReadableStream<Uint8Array>);
  for await (const piece of Readable.fromWeb(text as never) as AsyncIterable<Uint8Array>) yield Buffer.from(piece);
}

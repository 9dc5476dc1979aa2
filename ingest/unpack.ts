/** Text out of a file, whatever it is packed with: told by its first bytes, not by its name. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
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

/** The decoders' own words say little: the xz one gives numbers, the bzip2 one trips over its missing input. */
function plain(cause: unknown): string {
  if (cause instanceof TypeError || /error code 8/.test(String(cause))) return 'unexpected end of data';
  if (/error code/.test(String(cause))) return 'its bytes are not what they should be';
  return cause instanceof Error ? cause.message : String(cause);
}

/** The archive ended or broke before its text was whole. What could be unpacked was given before. */
export class UnpackError extends Error {
  constructor(
    readonly packing: Packing,
    cause: unknown,
  ) {
    super(`the ${packing} data is damaged or cut off (${plain(cause)})`, { cause });
    this.name = 'UnpackError';
  }
}

/** Of packed bytes; what is unpacked of them at once is ten or twenty times as much. */
const chunkSize = 128 * 1024;

/** Of plain text. What is larger lives so long that V8 counts it as old, and collects all of the heap for it. */
const pieceSize = 256 * 1024;
const newline = 10;

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
    yield* plainText(path, offset);
    return;
  }
  try {
    if (packing === 'gzip') yield* toTheLast(path, gunzip);
    else if (packing === 'bzip2') yield* bunzip(bytesOf(path));
    else if (packing === 'zstd') yield* unzstd(bytesOf(path));
    else yield* toTheLast(path, unxz);
  } catch (error) {
    // A disk that cannot be read is not the archive's fault.
    throw (error as NodeJS.ErrnoException).syscall === undefined ? new UnpackError(packing, error) : error;
  }
}

/** Pieces end with a line, where there is a newline in them: so nobody has to copy them to put lines together. */
async function* plainText(path: string, offset: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (let at = offset; ; ) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(pieceSize), 0, pieceSize, at);
      if (bytesRead === 0) return;
      const end = buffer.lastIndexOf(newline, bytesRead - 1) + 1;
      const piece = buffer.subarray(0, end === 0 ? bytesRead : end);
      at += piece.length;
      yield piece;
    }
  } finally {
    await file.close();
  }
}

type Unpack = (packed: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>;

const bytesOf = (path: string) => createReadStream(path, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>;

/**
 * A decoder that fails takes with it what it had unpacked in that call. So it is asked once more, and gets the bytes of
 * that call one by one.
 */
async function* toTheLast(path: string, unpack: Unpack): AsyncGenerator<Buffer> {
  let fed = 0;
  let given = 0;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const piece of bytesOf(path)) {
      fed += piece.length;
      yield piece;
    }
  }
  try {
    for await (const piece of unpack(watched())) {
      given += piece.length;
      yield piece;
    }
    return;
  } catch (error) {
    const { syscall, code } = error as NodeJS.ErrnoException;
    // Nothing is lost where gzip data merely ends.
    if (syscall !== undefined || code === 'Z_BUF_ERROR') throw error;
  }
  const careful = Math.max(0, fed - chunkSize);
  async function* slowly(): AsyncGenerator<Buffer> {
    let at = 0;
    for await (const piece of bytesOf(path)) {
      if (at < careful) yield piece;
      else for (let i = 0; i < piece.length; i++) yield piece.subarray(i, i + 1);
      at += piece.length;
    }
  }
  let passed = 0;
  for await (const piece of unpack(slowly())) {
    const known = Math.max(0, given - passed);
    passed += piece.length;
    if (known < piece.length) yield piece.subarray(known);
  }
}

/** A stream that fails drops what waits to be read, so each piece is taken as it comes. */
async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const transform = createGunzip({ chunkSize: 8 * chunkSize });
  const ready: Buffer[] = [];
  transform.on('data', (piece: Buffer) => ready.push(piece));
  const over = new Promise<unknown>((resolve) => transform.on('end', resolve).on('error', resolve));
  try {
    for await (const chunk of packed) {
      await Promise.race([new Promise((resolve) => transform.write(chunk, resolve)), over]);
      yield* ready.splice(0);
      if (transform.errored) break;
    }
    transform.end();
    await over;
    yield* ready.splice(0);
    if (transform.errored) throw transform.errored;
  } finally {
    transform.destroy();
  }
}

/** Works block by block (900 kB), at once. */
async function* bunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const stream = bunzip2();
  const ready: Buffer[] = [];
  let failure: unknown;
  stream.on('data', (piece: Buffer) => ready.push(piece));
  stream.on('error', (error: unknown) => {
    failure ??= error;
  });
  for await (const chunk of packed) {
    stream.write(chunk);
    yield* ready.splice(0);
    if (failure !== undefined) break;
  }
  if (failure === undefined) stream.end();
  yield* ready.splice(0);
  if (failure !== undefined) throw failure;
}

async function* unzstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  let finished = false;
  const decompress = new Decompress((piece, final) => {
    if (piece.length > 0) ready.push(Buffer.from(piece));
    finished ||= final === true;
  });
  const push = function* (chunk: Buffer, final: boolean) {
    try {
      decompress.push(chunk, final);
    } finally {
      yield* ready.splice(0);
    }
  };
  let before: Buffer | undefined;
  for await (const chunk of packed) {
    if (before !== undefined) yield* push(before, false);
    before = chunk;
  }
  yield* push(before ?? Buffer.alloc(0), true);
  if (!finished) throw new Error('unexpected end of data');
}

/** Without a stream of Node around it: that would drop what waits in it when the data turns out to be damaged. */
async function* unxz(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const text = new xz.XzReadableStream(ReadableStream.from(packed) as never) as unknown as AsyncIterable<Uint8Array>;
  for await (const piece of text) yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
}

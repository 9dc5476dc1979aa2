/** Reads a stretch of a file. */
import { type FileHandle, open } from 'node:fs/promises';

/** A stretch of a file; less of it where the file ends. */
export async function readAt(path: string, start: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await readFrom(file, start, length);
  } finally {
    await file.close();
  }
}

/** The same of a file that is open. */
export async function readFrom(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

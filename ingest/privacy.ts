/** The key of the pseudonyms: a file of its own, which only its owner can read. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The key cannot be used. The message says why, and what to do. */
export class PrivacyKeyError extends Error {
  override name = 'PrivacyKeyError';
}

/** Characters that a key has at least. */
const shortest = 32;
/** No key is nearly as long; another file was meant. */
const longest = 4096;

/**
 * The key in a file.
 * @throws PrivacyKeyError where there is none, or others can read it
 */
export async function readPrivacyKey(path: string): Promise<Buffer> {
  const key = await read(path);
  if (key !== undefined) return key;
  throw new PrivacyKeyError(
    `there is no key of pseudonyms at ${path}: name the one that the lines were hidden with (--privacy-key); another would find nothing`,
  );
}

/** The same; where there is no such file, it is made. @throws PrivacyKeyError */
export async function readOrMakePrivacyKey(path: string): Promise<Buffer> {
  const key = await read(path);
  if (key !== undefined) return key;
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      // Unlike a rename, it leaves a key alone that somebody else has made meanwhile.
      await link(draft, path);
    } finally {
      await unlink(draft);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new PrivacyKeyError(`the key of pseudonyms ${path} cannot be made (${code ?? String(error)})`);
  }
  return readPrivacyKey(path);
}

/** @returns undefined where there is no such file */
async function read(path: string): Promise<Buffer | undefined> {
  let text: string;
  try {
    const file = await open(path, constants.O_RDONLY);
    try {
      const { mode, size } = await file.stat();
      if ((mode & 0o027) !== 0) {
        throw new PrivacyKeyError(
          `the key of pseudonyms ${path} can be read or written by others: chmod 600 it; whoever has it can tell who is who`,
        );
      }
      if (size > longest) throw new PrivacyKeyError(`${path} is no key of pseudonyms: it has ${size} bytes`);
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof PrivacyKeyError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new PrivacyKeyError(`the key of pseudonyms ${path} cannot be read (${code ?? String(error)})`);
  }
  const key = text.trim();
  if (key.length < shortest) {
    throw new PrivacyKeyError(`the key of pseudonyms ${path} has ${key.length} characters; it takes ${shortest}: openssl rand -base64 32`);
  }
  return Buffer.from(key, 'utf8');
}

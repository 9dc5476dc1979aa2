/** A checkpoint has one owner: two shippers with one would each move the places of the other. */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

const ownerSchema = z.object({
  pid: z.int().positive(),
  /** When the process began, in ticks since the machine started; a pid alone comes back, in containers at once. */
  began: z.string(),
  /** Which start of the machine. */
  boot: z.string(),
  host: z.string(),
  token: z.string(),
});
type Owner = z.infer<typeof ownerSchema>;

/** An owner on another machine, or in another container, cannot be looked for: it is gone when it was not heard of for so long, in milliseconds. */
const silence = 20_000;

/** Another shipper has the checkpoint. The message says which. */
export class LockedError extends Error {
  override name = 'LockedError';
}

export class Lock {
  private constructor(
    private readonly path: string,
    private readonly token: string,
  ) {}

  /**
   * Takes the lock of a checkpoint. That of a process that is gone is taken over.
   * @throws LockedError where somebody has it
   */
  static async take(checkpointPath: string): Promise<Lock> {
    const path = `${checkpointPath}.lock`;
    const token = randomUUID();
    const owner: Owner = { pid: process.pid, began: await beganAt(process.pid), boot: await bootId(), host: hostname(), token };
    const mine = `${path}.${token}`;
    await writeFile(mine, JSON.stringify(owner), { mode: 0o640 });
    try {
      for (;;) {
        try {
          // Links do not overwrite, and what is linked is whole.
          await link(mine, path);
          return new Lock(path, token);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
        await takeAway(path, checkpointPath);
      }
    } finally {
      await rm(mine, { force: true });
    }
  }

  /** Says that the owner is still there. */
  async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now);
  }

  async release(): Promise<void> {
    const owner = await ownerOf(this.path);
    if (typeof owner === 'object' && owner.token === this.token) await rm(this.path, { force: true });
  }
}

/**
 * Takes a lock away whose owner is gone; one process at a time, or it might be that of another who was faster.
 * @throws LockedError where the owner is there
 */
async function takeAway(path: string, checkpointPath: string): Promise<void> {
  const taking = `${path}.taking`;
  try {
    await (await open(taking, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isSilent(taking)) await rm(taking, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 10));
    return;
  }
  try {
    const owner = await ownerOf(path);
    if (owner === 'none') return;
    if (owner !== 'broken' && (await isThere(owner, path))) {
      throw new LockedError(
        `another shipper (pid ${owner.pid} on ${owner.host}) is at work with the checkpoint ${checkpointPath}. ` +
          'Stop that one first, or give this one a checkpoint of its own',
      );
    }
    await rm(path, { force: true });
  } finally {
    await rm(taking, { force: true });
  }
}

async function ownerOf(path: string): Promise<Owner | 'none' | 'broken'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none';
    throw error;
  }
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return 'broken';
  }
}

async function isSilent(path: string): Promise<boolean> {
  const seen = await stat(path).catch(() => undefined);
  return seen === undefined || Date.now() - seen.mtimeMs >= silence;
}

async function isThere({ pid, began, boot, host }: Owner, path: string): Promise<boolean> {
  if (host === hostname() && boot === (await bootId())) {
    return isRunning(pid) && began === (await beganAt(pid));
  }
  return !(await isSilent(path));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where there is no /proc, the pid alone has to do. */
async function beganAt(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold anything; the 22nd field is the 20th behind it (proc_pid_stat(5)).
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const bootId = async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();

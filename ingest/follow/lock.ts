/** A checkpoint has one owner: two shippers with one would each move the places of the other. */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const ownerSchema = z.object({
  pid: z.int().positive(),
  /** When the process began, in ticks since the machine started; a pid alone comes back, in containers at once. */
  began: z.string(),
  /** Which start of the machine. */
  boot: z.string(),
  /** Which containers can see the pid: they may all be called the same. */
  namespace: z.string().default(''),
  host: z.string(),
  token: z.string(),
});
type Owner = z.infer<typeof ownerSchema>;

/**
 * An owner on another machine, or in another container, cannot be looked for: it is gone when it was not heard of for so
 * long, in milliseconds. If it is there, it is heard of every second (`touch`).
 */
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
   * Takes the lock of a checkpoint. That of a process that is gone is taken over; whether one in another container is gone is
   * known after a while, and waited for.
   * @throws LockedError where somebody has it
   */
  static async take(checkpointPath: string): Promise<Lock> {
    const path = `${checkpointPath}.lock`;
    const token = randomUUID();
    const [began, boot, namespace] = await Promise.all([beganAt(process.pid), bootId(), pidNamespace()]);
    const owner: Owner = { pid: process.pid, began, boot, namespace, host: hostname(), token };
    const mine = `${path}.${token}`;
    await writeFile(mine, JSON.stringify(owner), { mode: 0o640 });
    try {
      for (let last: Standing | undefined; ; ) {
        try {
          // Links do not overwrite, and what is linked is whole.
          await link(mine, path);
          return new Lock(path, token);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
        const standing = await takeAway(path);
        if (standing === undefined) continue;
        const wasHeard = last?.owner.token === standing.owner.token && last.heard !== standing.heard;
        if (standing.isThere || wasHeard) throw lockedBy(standing.owner, checkpointPath);
        last = standing;
        await pause(100);
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

const lockedBy = ({ pid, host }: Owner, checkpointPath: string) =>
  new LockedError(
    `another shipper (pid ${pid} on ${host}) is at work with the checkpoint ${checkpointPath}. ` +
      'Stop that one first, or give this one a checkpoint of its own',
  );

/** A lock that cannot be taken away. */
interface Standing {
  readonly owner: Owner;
  /** Its owner was seen; otherwise it may be there. */
  readonly isThere: boolean;
  /** When it was last heard of, in milliseconds since the epoch. */
  readonly heard: number;
}

/**
 * Takes a lock away whose owner is gone; one process at a time, or it might be that of another who was faster.
 * @returns the lock where it has to stay; undefined where there may be none any more
 */
async function takeAway(path: string): Promise<Standing | undefined> {
  const taking = `${path}.taking`;
  try {
    await (await open(taking, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isSilent(taking)) await rm(taking, { force: true });
    await pause(10);
    return undefined;
  }
  try {
    const owner = await ownerOf(path);
    if (owner === 'none') return undefined;
    if (owner !== 'broken') {
      const heard = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
      const canBeSeen = await isHere(owner);
      const stays = canBeSeen ? await isSame(owner) : Date.now() - heard < silence;
      if (stays) return { owner, isThere: canBeSeen, heard };
    }
    await rm(path, { force: true });
    return undefined;
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

/** Whether a process with that pid could be seen from here. */
const isHere = async ({ boot, namespace, host }: Owner): Promise<boolean> =>
  host === hostname() && boot === (await bootId()) && namespace === (await pidNamespace());

/** Whether the process with that pid is there, and no other one that has it by now. */
const isSame = async ({ pid, began }: Owner): Promise<boolean> => isRunning(pid) && began === (await beganAt(pid));

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

/** `pid:[4026531836]` (pid_namespaces(7)). */
const pidNamespace = async () => await readlink('/proc/self/ns/pid').catch(() => '');

/** Files that are there and cannot be read: it is said once, and known for as long as it lasts. */
import type { ServiceLog } from '../../ops/service_log.js';
import { Once } from './once.js';

export class Troubles {
  private readonly once = new Once();
  /** By path, why, as the end of a sentence: as it was after the last scan, and as far as the one under way has come. */
  private last = new Map<string, string>();
  private now = new Map<string, string>();

  constructor(private readonly log: ServiceLog) {}

  /** A scan begins. @param lasting what it does not look at anew */
  begin(lasting: Iterable<readonly [path: string, why: string]>): void {
    this.now = new Map(lasting);
  }

  /** A scan is over: what it has not found any more is well. */
  end(): void {
    this.last = this.now;
  }

  /** A file cannot be read. */
  note(path: string, why: string): void {
    this.last.set(path, why);
    this.now.set(path, why);
    if (this.once.isNews(path, why)) this.log.warn({ path }, `${path} ${why}; it is tried again`);
  }

  /** A file is being read. */
  over(path: string): void {
    if (this.once.over(path)) this.log.info({ path }, `${path} can be read again`);
  }

  /** A sentence each. */
  get all(): string[] {
    return [...this.last].map(([path, why]) => `${path} ${why}`);
  }
}

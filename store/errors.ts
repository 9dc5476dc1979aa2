/** What can be wrong with a store, in a closed set of codes, each with a sentence that says what to do. */
export type StoreErrorCode =
  | 'missing'
  | 'busy'
  | 'not_a_store'
  | 'newer_version'
  | 'older_version'
  | 'not_writable'
  | 'disk_full'
  /** Of a server: it does not answer, it does not let us in, and `postscope setup` was not run. */
  | 'unreachable'
  | 'denied'
  | 'not_set_up'
  /** It has too much to do, or too little memory for what was asked. */
  | 'overloaded';

export class StoreError extends Error {
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StoreError';
  }
}

/** Whether the system, or DuckDB in words, says that there is no room for what was to be written. */
export function isDiskFull(error: unknown): boolean {
  const { code, message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  return (
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    code === 'EFBIG' ||
    /no space left|disk full|quota exceeded|file too large|could not write/i.test(message)
  );
}

export const diskFull = (cause: unknown) =>
  new StoreError('disk_full', 'no space left on the disk of the store; what was committed before is safe, run the same command again', {
    cause,
  });

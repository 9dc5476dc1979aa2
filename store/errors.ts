/** What can be wrong with a store, in a closed set of codes, each with a sentence that says what to do. */
export type StoreErrorCode = 'missing' | 'busy' | 'not_a_store' | 'newer_version' | 'older_version' | 'not_writable' | 'disk_full';

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

export const diskFull = (cause: unknown) =>
  new StoreError('disk_full', 'no space left on the disk of the store; what was committed before is safe, run the same command again', {
    cause,
  });

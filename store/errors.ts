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

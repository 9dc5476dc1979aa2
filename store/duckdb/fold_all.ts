/** Folds what is not folded yet, for whoever has to know all messages before they change a store that nobody has open. */
import type { OpenOptions } from './connect.js';

/** @throws StoreError */
export async function foldAll(options: OpenOptions): Promise<void> {
  // Its writer takes long to load, and mostly there is nothing to fold.
  const { openDuckDBWriter } = await import('./index.js');
  const writer = await openDuckDBWriter(options);
  try {
    await writer.fold();
  } finally {
    await writer.close();
  }
}

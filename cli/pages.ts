/** Pages of an answer, one behind the other. */
import { UsageError } from './usage.js';

/** A page of an answer. @param ask with the cursor that was typed behind --after, if one was @throws UsageError for a cursor that is none */
export async function pageBehind<Page>(after: string | undefined, ask: () => Promise<Page>): Promise<Page> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RangeError) || after === undefined) throw error;
    throw new UsageError(`--after ${JSON.stringify(after)}: not where a page ended; copy it from the end of the page before`);
  }
}

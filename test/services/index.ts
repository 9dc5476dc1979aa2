/**
 * The real servers of the tests. They belong to vitest's main process (setup.ts), which starts each when the first test asks
 * for it; tests run in processes of their own, and ask over loopback.
 */
import { inject } from 'vitest';

export type ServiceName = 'elasticsearch' | 'redis';

/** Where a server is, or why there is none. */
export type Service = { readonly url: string; readonly missing?: never } | { readonly missing: string; readonly url?: never };

declare module 'vitest' {
  interface ProvidedContext {
    services: string;
  }
}

/**
 * To be awaited where the tests of a file are gathered, and given to `describe.skipIf`.
 * @throws Error where there is none although CI demands it
 */
export async function service(name: ServiceName): Promise<Service> {
  const answer = (await (await fetch(`${inject('services')}/${name}`)).json()) as Service;
  if (answer.missing !== undefined && process.env.CI === 'true') throw new Error(`${name}: ${answer.missing}; in CI it has to be there`);
  return answer;
}

/** Whose signature makes a certificate one that verifies: the public authorities, and those that Postfix is told of. */
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** What smtp_tls_CAfile and smtp_tls_CApath name. */
export interface AuthorityPlaces {
  readonly file?: string | undefined;
  readonly folder?: string | undefined;
}

export interface Authorities {
  readonly context: SecureContext;
  /** A sentence for each place that could not be read, without a full stop. */
  readonly unreadable: readonly string[];
}

/** A folder of a system has some 150. */
const mostFiles = 2000;

export async function authoritiesOf({ file, folder }: AuthorityPlaces): Promise<Authorities> {
  const unreadable: string[] = [];
  const reading = async (name: string, path: string | undefined, read: (path: string) => Promise<string[]>): Promise<string[]> => {
    if (path === undefined) return [];
    try {
      return await read(path);
    } catch (error) {
      unreadable.push(`${name} = ${path}: ${(error as Error).message}`);
      return [];
    }
  };
  const own = [
    ...(await reading('smtp_tls_CAfile', file, async (path) => certificatesIn(await readFile(path, 'utf8')))),
    ...(await reading('smtp_tls_CApath', folder, certificatesUnder)),
  ];
  const context = createSecureContext({
    ca: [...new Set([...rootCertificates, ...own])],
    // What is old is to be told, and not to be refused.
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  return { context, unreadable };
}

/** OpenSSL finds an authority in a folder by the hash of its name: `4a6481c9.0`. */
async function certificatesUnder(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{8}\.\d+$/.test(name)).slice(0, mostFiles);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.flatMap((text) => (text.includes('-----BEGIN') ? certificatesIn(text) : []));
}

/** @throws Error where none of it is a certificate */
function certificatesIn(text: string): string[] {
  const found = text.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (TRUSTED )?CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error('there is no certificate in it');
  return found.map((pem) => new X509Certificate(pem).toString());
}

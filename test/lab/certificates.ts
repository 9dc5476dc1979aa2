/** Certificates of relays, and the authority that Postfix trusts. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './shell.js';

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const folder = '/etc/ssl/lab';

export class Authority {
  readonly path = join(folder, 'ca.pem');
  private readonly key = join(folder, 'ca.key');

  static async make(): Promise<Authority> {
    mkdirSync(folder);
    const made = new Authority();
    await sh('openssl', 'req', '-x509', ...newKey, '-days', '365', '-subj', '/O=Lab/CN=Lab CA', '-keyout', made.key, '-out', made.path);
    return made;
  }

  /** @param days it is good for; -1 has expired */
  async certify([name, ...others]: readonly [string, ...string[]], days: number): Promise<Certificate> {
    const path = (kind: string) => join(folder, `${name}.${kind}`);
    const san = `subjectAltName=${[name, ...others].map((one) => `DNS:${one}`).join(',')}`;
    await sh('openssl', 'req', '-new', ...newKey, '-subj', `/CN=${name}`, '-addext', san, '-keyout', path('key'), '-out', path('csr'));
    const signed = ['-CA', this.path, '-CAkey', this.key, '-copy_extensions', 'copyall', '-days', `${days}`];
    await sh('openssl', 'x509', '-req', '-in', path('csr'), ...signed, '-out', path('pem'));
    return { cert: readFileSync(path('pem'), 'utf8'), key: readFileSync(path('key'), 'utf8') };
  }
}

/**
 * Users for those who run all of it themselves: `postscope setup` makes them where it is given their passwords. Each has one
 * of the roles of mappings/roles.ts. Again and again is no harm: a password that was changed in the configuration is changed.
 */
import type { Client } from '@elastic/elasticsearch';
import { StoreError } from '../errors.js';
import { managedBy } from './names.js';
import { Patience, type PatienceOptions, type Request } from './patience.js';

export interface UsersOptions extends PatienceOptions {
  readonly prefix: string;
  readonly dryRun?: boolean;
  /** Of `<prefix>_writer`, whom workers log in as. */
  readonly writer?: string;
  /** Of `<prefix>_reader`, who asks, also with Kibana. */
  readonly reader?: string;
  /** Of `kibana_system`, which Elasticsearch has by itself, and without a password. */
  readonly kibana?: string;
}

export interface UserStep {
  readonly what: 'user' | 'role';
  readonly name: string;
  /** With `dryRun`, what would have been done. */
  readonly did: 'created' | 'updated';
}

/**
 * To use Kibana without changing anything in it. Kibana's own `viewer` would give every index along with it.
 * https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/kibana-privileges
 */
const lookAtKibana = {
  description: 'postscope: looks at Kibana, and changes nothing there',
  applications: [{ application: 'kibana-.kibana', privileges: ['space_read'], resources: ['space:default'] }],
  metadata: { managed_by: managedBy },
};

/** @throws StoreError where a user of that name is somebody else's, or Elasticsearch does not let us */
export async function users(client: Client, options: UsersOptions): Promise<readonly UserStep[]> {
  const { prefix, dryRun = false, kibana } = options;
  const patience = new Patience(client, options);
  const change = async (request: Request) => {
    if (!dryRun) await patience.ask(request);
  };
  const steps: UserStep[] = [];
  for (const kind of ['writer', 'reader'] as const) {
    const password = options[kind];
    if (password === undefined) continue;
    const name = `${prefix}_${kind}`;
    const path = `/_security/user/${encodeURIComponent(name)}`;
    const { status, body } = await patience.ask({ method: 'GET', path }, [404]);
    const there = status === 404 ? undefined : (body as Record<string, { readonly metadata?: { readonly managed_by?: unknown } }>)[name];
    if (there !== undefined && there.metadata?.managed_by !== managedBy) {
      throw new StoreError(
        'not_writable',
        `the user ${name} is there, and none of postscope's: delete it, or choose another prefix, or leave setup.${kind}_password out`,
      );
    }
    const roles = [name];
    if (kind === 'reader') {
      const kibanaRole = `${prefix}_kibana`;
      await change({ method: 'PUT', path: `/_security/role/${encodeURIComponent(kibanaRole)}`, body: lookAtKibana });
      steps.push({ what: 'role', name: kibanaRole, did: 'updated' });
      roles.push(kibanaRole);
    }
    await change({ method: 'PUT', path, body: { password, roles, metadata: { managed_by: managedBy } } });
    steps.push({ what: 'user', name, did: there === undefined ? 'created' : 'updated' });
  }
  if (kibana !== undefined) {
    await change({ method: 'POST', path: '/_security/user/kibana_system/_password', body: { password: kibana } });
    steps.push({ what: 'user', name: 'kibana_system', did: 'updated' });
  }
  return steps;
}

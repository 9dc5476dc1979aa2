/**
 * Roles with the least that each program needs. `postscope setup` installs them where it may; mappings/roles/ has them for the
 * prefix `postscope`, for those who put them in place by hand.
 */
import { managedBy, mappingVersion } from '../store/elasticsearch/names.js';

export interface Role {
  readonly description: string;
  readonly cluster: readonly string[];
  readonly indices: readonly { readonly names: readonly string[]; readonly privileges: readonly string[] }[];
  readonly metadata: { readonly managed_by: string; readonly version: number };
}

export type RoleName = 'writer' | 'reader' | 'setup' | 'retention' | 'erase';

export function rolesOf(prefix: string): Readonly<Record<RoleName, Role>> {
  const metadata = { managed_by: managedBy, version: mappingVersion };
  return {
    writer: {
      description:
        'postscope work and postscope import: adds lines, and can neither change nor delete one; writes messages anew as more is known of them',
      // To see that the templates are there.
      cluster: ['monitor'],
      indices: [
        // auto_configure makes the index of a month; view_index_metadata shows whose it is; maintenance lets new lines be found at once.
        { names: [`${prefix}-events-*`], privileges: ['create_doc', 'auto_configure', 'view_index_metadata', 'maintenance', 'read'] },
        // What a new line changes is written again, and what belongs to another message or month by it goes.
        {
          names: [`${prefix}-messages-*`, `${prefix}-attempts-*`],
          privileges: ['read', 'index', 'delete', 'auto_configure', 'view_index_metadata', 'maintenance'],
        },
        // What was taken of a machine is only added to.
        { names: [`${prefix}-snapshots-*`], privileges: ['create_doc', 'auto_configure', 'view_index_metadata', 'maintenance', 'read'] },
        // The books are read and replaced; a line that was stored after all leaves the quarantine.
        { names: [`${prefix}-sources`], privileges: ['read', 'index', 'auto_configure', 'view_index_metadata', 'maintenance'] },
        {
          names: [`${prefix}-quarantine`],
          privileges: ['read', 'create_doc', 'delete', 'auto_configure', 'view_index_metadata', 'maintenance'],
        },
      ],
      metadata,
    },
    reader: {
      description: 'every command of postscope that answers a question, and Kibana',
      cluster: [],
      indices: [{ names: [`${prefix}-*`], privileges: ['read', 'view_index_metadata', 'monitor'] }],
      metadata,
    },
    retention: {
      description: 'postscope retention: deletes the indices of months that nobody keeps, and writes down what it did',
      // To see that the templates are there.
      cluster: ['monitor'],
      indices: [
        { names: [`${prefix}-*`], privileges: ['read', 'view_index_metadata', 'monitor'] },
        { names: [`${prefix}-events-*`, `${prefix}-snapshots-*`], privileges: ['delete_index'] },
        // A message that goes on in a month that stays is written into the index of that month.
        { names: [`${prefix}-messages-*`, `${prefix}-attempts-*`], privileges: ['delete_index', 'index', 'auto_configure'] },
        // Files of which no line is left can be imported again.
        { names: [`${prefix}-sources`], privileges: ['index'] },
        { names: [`${prefix}-retention`], privileges: ['index', 'maintenance'] },
      ],
      metadata,
    },
    erase: {
      description: "postscope erase: puts a pseudonym in the place of one person's address, or deletes what names them",
      // To see that the templates are there.
      cluster: ['monitor'],
      indices: [
        {
          names: ['events-*', 'messages-*', 'attempts-*', 'snapshots-*', 'quarantine', 'sources', 'retention'].map(
            (name) => `${prefix}-${name}`,
          ),
          // manage: segments with few deleted documents are merged too while it says so.
          privileges: ['read', 'view_index_metadata', 'index', 'delete', 'auto_configure', 'maintenance', 'monitor', 'manage'],
        },
      ],
      metadata,
    },
    setup: {
      description: 'postscope setup: templates, and the mappings of indices that are there; an administrator puts the roles',
      cluster: ['monitor', 'manage_index_templates'],
      indices: [{ names: [`${prefix}-*`], privileges: ['create_index', 'view_index_metadata', 'manage'] }],
      metadata,
    },
  };
}

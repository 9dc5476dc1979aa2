/**
 * Whether `postscope setup` was run. Elasticsearch makes an index of whatever it is sent, and without our template it would
 * guess what the fields are, and the guesses cannot be taken back: so it is looked at before the first line is sent,
 * and again before the first line of each month.
 */
import { StoreError } from '../errors.js';
import { indexNames, managedBy, mappingVersion } from './names.js';
import type { Patience } from './patience.js';

interface Meta {
  readonly managed_by?: unknown;
  readonly version?: unknown;
}

export class Installed {
  private readonly checked = new Map<string, Promise<void>>();

  constructor(
    private readonly patience: Patience,
    private readonly prefix: string,
  ) {}

  /** @throws StoreError where a template is missing, somebody else's, or too old */
  async templates(): Promise<void> {
    const path = `/_index_template/${encodeURIComponent(`${this.prefix}-*`)}`;
    const { body } = await this.patience.ask(
      {
        method: 'GET',
        path,
        querystring: { filter_path: 'index_templates.name,index_templates.index_template._meta' },
      },
      [404],
    );
    const found = new Map(
      ((body as { index_templates?: readonly { name: string; index_template?: { _meta?: Meta } }[] } | null)?.index_templates ?? []).map(
        ({ name, index_template }) => [name, index_template?._meta],
      ),
    );
    for (const kind of ['events', 'messages', 'attempts', 'snapshots', 'sources', 'quarantine', 'retention']) {
      const name = `${this.prefix}-${kind}`;
      if (!found.has(name)) throw notSetUp(`Elasticsearch has no index template ${name}`);
      check(`the index template ${name}`, found.get(name));
    }
  }

  /** The same of an index, if it is there. It is asked once. */
  index(name: string): Promise<void> {
    let answer = this.checked.get(name);
    if (answer === undefined) {
      answer = this.checkIndex(name);
      this.checked.set(name, answer);
      answer.catch(() => this.checked.delete(name));
    }
    return answer;
  }

  private async checkIndex(name: string): Promise<void> {
    const { status, body } = await this.patience.ask(
      { method: 'GET', path: `/${encodeURIComponent(name)}/_mapping`, querystring: { filter_path: '*.mappings._meta' } },
      [404],
    );
    // It comes into being with the first line.
    if (status === 404) return this.templates();
    const [mapping] = Object.values((body ?? {}) as Record<string, { mappings?: { _meta?: Meta } }>);
    check(`the index ${name}`, mapping?.mappings?._meta);
  }

  /** The two indices that are no month's. */
  async books(): Promise<void> {
    const { sources, quarantine } = indexNames(this.prefix);
    await Promise.all([this.index(sources), this.index(quarantine)]);
  }
}

function check(what: string, meta: Meta | undefined): void {
  if (meta?.managed_by !== managedBy) throw notSetUp(`${what} is none of postscope's`);
  if (!(Number(meta.version) >= mappingVersion)) {
    throw notSetUp(`${what} is of version ${String(meta.version)}, and this postscope writes version ${mappingVersion}`);
  }
}

const notSetUp = (why: string) => new StoreError('not_set_up', `${why}; run 'postscope setup' first`);

/**
 * `postscope setup`: puts templates and roles in place, and brings the indices that are there up to them. What is right is
 * left alone, so that it can be run at every start; what is somebody else's is not touched.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@elastic/elasticsearch';
import { rolesOf } from '../../mappings/roles.js';
import { type ComponentTemplate, templatesOf } from '../../mappings/templates.js';
import { StoreError } from '../errors.js';
import { managedBy, mappingVersion } from './names.js';
import type { Said } from './outcomes.js';
import { type Answer, Patience, type PatienceOptions, type Request, refusal } from './patience.js';

export interface SetupOptions extends PatienceOptions {
  readonly prefix: string;
  /** Says what it would do. */
  readonly dryRun?: boolean;
  /** Takes the place of templates and roles that are not ours, or of a newer version. */
  readonly force?: boolean;
}

/** One thing that was looked at. */
export interface SetupStep {
  readonly what: 'component template' | 'index template' | 'index' | 'role';
  readonly name: string;
  /** With `dryRun`, what would have been done. `left`: it is not as it should be, and `advice` says why, and what to do. */
  readonly did: 'created' | 'updated' | 'nothing' | 'left';
  readonly advice?: string;
  /** The request with which somebody who may can do it. */
  readonly byHand?: Request;
}

/**
 * @returns what was done, in its order
 * @throws StoreError where a template is somebody else's, or of a newer version, or Elasticsearch does not let us; nothing
 * was changed before all that could be in the way was looked at
 */
export async function setup(client: Client, options: SetupOptions): Promise<readonly SetupStep[]> {
  const site = new Site(client, options);
  const { components, indices } = templatesOf(options.prefix);
  const templates = [
    ...(await site.compare('component template', components)),
    // After those that they are made of.
    ...(await site.compare('index template', indices)),
  ];
  if (options.force !== true) refuseForeign(templates);
  const steps: SetupStep[] = [];
  for (const { what, name, body, before, did } of templates) {
    if (did !== 'nothing') await site.change({ method: 'PUT', path: `${paths[what]}${name}`, body });
    steps.push({ what, name, did });
    if (before === 'foreign') site.log?.warn({ name }, `the ${what} was somebody else's, and is replaced`);
  }
  for (const [name, { index_patterns }] of Object.entries(indices)) {
    const component = components[name];
    if (component !== undefined) steps.push(...(await site.bringUp(index_patterns[0] ?? name, component)));
  }
  steps.push(...(await site.roles()));
  return steps;
}

type TemplateKind = 'component template' | 'index template';
const paths: Readonly<Record<TemplateKind, string>> = {
  'component template': '/_component_template/',
  'index template': '/_index_template/',
};

interface Compared {
  readonly what: TemplateKind;
  readonly name: string;
  readonly body: object;
  readonly before: 'none' | 'ours' | 'newer' | 'foreign';
  readonly did: 'created' | 'updated' | 'nothing';
}

interface Marked {
  readonly managed_by?: unknown;
  readonly version?: unknown;
}

function refuseForeign(templates: readonly Compared[]): void {
  const named = (before: Compared['before']) =>
    templates.filter((template) => template.before === before).map(({ what, name }) => `the ${what} '${name}'`);
  const foreign = named('foreign');
  if (foreign.length > 0) {
    throw new StoreError(
      'not_writable',
      `not postscope's, and left as they are: ${foreign.join(', ')}. Choose another prefix, or have them replaced with --force`,
    );
  }
  const newer = named('newer');
  if (newer.length > 0) {
    throw new StoreError(
      'newer_version',
      `installed by a newer postscope: ${newer.join(', ')}. Use that one, or go back to version ${mappingVersion} with --force`,
    );
  }
}

class Site {
  private readonly patience: Patience;
  readonly log: PatienceOptions['log'];

  constructor(
    client: Client,
    private readonly options: SetupOptions,
  ) {
    this.patience = new Patience(client, options);
    this.log = options.log;
  }

  /** Asks for something that may not be there. */
  private async get(path: string): Promise<unknown> {
    const { status, body } = await this.patience.ask({ method: 'GET', path }, [404]);
    return status === 404 ? undefined : body;
  }

  async change(request: Request): Promise<void> {
    if (this.options.dryRun !== true) await this.patience.ask(request);
  }

  async compare(what: TemplateKind, wanted: Readonly<Record<string, object>>): Promise<Compared[]> {
    const compared: Compared[] = [];
    for (const [name, body] of Object.entries(wanted)) {
      const answer = (await this.get(paths[what] + name)) as Record<string, readonly Record<string, unknown>[]> | undefined;
      const found = (answer?.component_templates ?? answer?.index_templates)?.[0];
      const there = (found?.component_template ?? found?.index_template) as { readonly _meta?: Marked } | undefined;
      if (there === undefined) compared.push({ what, name, body, before: 'none', did: 'created' });
      else
        compared.push({
          what,
          name,
          body,
          before: standing(there._meta),
          did: isDeepStrictEqual(plain(there), plain(body)) ? 'nothing' : 'updated',
        });
    }
    return compared;
  }

  /** Adds to the indices of a pattern what fields they lack; makes the index, where the pattern is a name. */
  async bringUp(pattern: string, { template }: ComponentTemplate): Promise<SetupStep[]> {
    const steps: SetupStep[] = [];
    const found = ((await this.get(`/${encodeURIComponent(pattern)}`)) ?? {}) as Readonly<Record<string, FoundIndex>>;
    if (!pattern.includes('*') && found[pattern] === undefined) {
      await this.change({ method: 'PUT', path: `/${pattern}` });
      return [{ what: 'index', name: pattern, did: 'created' }];
    }
    for (const [name, index] of Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))) {
      steps.push(await this.bringUpIndex(name, index, template));
    }
    return steps;
  }

  private async bringUpIndex(
    name: string,
    { mappings, settings }: FoundIndex,
    template: ComponentTemplate['template'],
  ): Promise<SetupStep> {
    const left = (advice: string): SetupStep => ({ what: 'index', name, did: 'left', advice });
    if (standing(mappings?._meta) === 'foreign') {
      return left('it was made without the template, and its fields are what Elasticsearch guessed: delete it, and import its logs again');
    }
    const fixed = differing(settings?.index, template.settings);
    if (fixed !== undefined) {
      return left(
        `its ${fixed} is of an older version and cannot be changed in place: it goes on as it is, or delete it and import its logs again`,
      );
    }
    const { _meta, ...own } = mappings ?? {};
    const { _meta: _, ...wanted } = template.mappings ?? { _meta };
    // With its version, too: a writer asks for that (installed.ts).
    const isCurrent = standing(_meta) === 'ours' && Number(_meta?.version) === mappingVersion;
    if (isCurrent && isDeepStrictEqual(plain(own), plain(wanted))) return { what: 'index', name, did: 'nothing' };
    if (standing(_meta) === 'newer' && this.options.force !== true) return left('its mapping is of a newer postscope');
    if (this.options.dryRun === true) return { what: 'index', name, did: 'updated' };
    const answer = await this.patience.attempt({ method: 'PUT', path: `/${name}/_mapping`, body: template.mappings ?? {} });
    if ('body' in answer) return { what: 'index', name, did: 'updated' };
    if (answer.status !== 400) throw refusal(answer, undefined);
    return left(`its mapping cannot be changed in place (${answer.reason}): reindex it, or delete it and import its logs again`);
  }

  async roles(): Promise<SetupStep[]> {
    if (!(await this.hasSecurity())) return [];
    const steps: SetupStep[] = [];
    for (const [kind, role] of Object.entries(rolesOf(this.options.prefix))) {
      const name = `${this.options.prefix}_${kind}`;
      const path = `/_security/role/${encodeURIComponent(name)}`;
      const step = (did: SetupStep['did'], more: Pick<SetupStep, 'advice' | 'byHand'> = {}) =>
        steps.push({ what: 'role', name, did, ...more });
      const byHand = (why: Said) =>
        step('left', {
          advice: `it cannot be put in place (${why.reason}); an administrator can, by the request that is given`,
          byHand: { method: 'PUT', path, body: role },
        });
      const answer = await this.patience.attempt({ method: 'GET', path });
      const missing = !('body' in answer) && answer.status === 404;
      if (!('body' in answer) && !missing) {
        byHand(answer);
        continue;
      }
      const there = missing ? undefined : (((answer as Answer).body as Record<string, { readonly metadata?: Marked }>)[name] ?? {});
      if (there !== undefined && standing(there.metadata) === 'foreign' && this.options.force !== true) {
        step('left', { advice: "it is none of postscope's; have it replaced with --force" });
        continue;
      }
      // Elasticsearch adds to a role what it has by default.
      if (there !== undefined && Object.entries(role).every(([key, value]) => covers((there as Record<string, unknown>)[key], value))) {
        step('nothing');
        continue;
      }
      if (this.options.dryRun !== true) {
        const put = await this.patience.attempt({ method: 'PUT', path, body: role });
        if (!('body' in put)) {
          byHand(put);
          continue;
        }
      }
      step(there === undefined ? 'created' : 'updated');
    }
    return steps;
  }

  private async hasSecurity(): Promise<boolean> {
    const answer = await this.patience.attempt({ method: 'GET', path: '/_security/_authenticate' });
    return 'body' in answer || answer.status === 401 || answer.status === 403;
  }
}

interface FoundIndex {
  readonly mappings?: { readonly _meta?: Marked };
  readonly settings?: { readonly index?: Readonly<Record<string, unknown>> };
}

function standing(meta: Marked | undefined): Exclude<Compared['before'], 'none'> {
  if (meta?.managed_by !== managedBy) return 'foreign';
  return Number(meta.version) > mappingVersion ? 'newer' : 'ours';
}

/** As Elasticsearch gives things back: values of settings are texts there, and what is empty is left out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !/^(created|modified)_date/.test(name))
        .map(([name, inner]) => [name, plain(inner)]),
    );
  }
  return String(value);
}

/** Whether a value has all of another. */
function covers(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(value) && value.length === wanted.length && wanted.every((inner, i) => covers(value[i], inner));
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([name, inner]) => covers((value as Record<string, unknown>)[name], inner));
}

/** What is fixed when an index is made, and differs. An operator's own codec is theirs to choose. */
function differing(
  found: Readonly<Record<string, unknown>> | undefined,
  settings: object | undefined,
): 'order of lines' | 'analysis' | undefined {
  const wanted = (settings as { index?: Readonly<Record<string, unknown>> } | undefined)?.index;
  if (!isDeepStrictEqual(plain(found?.sort), plain(wanted?.sort))) return 'order of lines';
  return isDeepStrictEqual(plain(found?.analysis), plain(wanted?.analysis)) ? undefined : 'analysis';
}

/** Saved objects of Kibana, as a line of an importable NDJSON file has them. */

export interface Reference {
  readonly type: 'index-pattern' | 'search' | 'dashboard';
  readonly id: string;
  /** By which the attributes speak of it. */
  readonly name: string;
}

export interface SavedObject {
  readonly type: Reference['type'];
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly managed: false;
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
}

/**
 * The forms in which the objects are written: those of Kibana 8.9, which Kibana 9 brings up to its own when it imports and reads them
 * (its dashboard plugin: dashboard_saved_object/schema/v1, api/transforms/out). A newer form than its own it would refuse, so no later
 * one is claimed than is needed.
 */
const typeMigrationVersions: Readonly<Record<SavedObject['type'], string>> = {
  'index-pattern': '8.0.0',
  search: '8.0.0',
  dashboard: '8.9.0',
};

export const savedObject = (
  type: SavedObject['type'],
  id: string,
  attributes: SavedObject['attributes'],
  references: readonly Reference[] = [],
): SavedObject => ({
  type,
  id,
  attributes,
  references,
  managed: false,
  coreMigrationVersion: '8.8.0',
  typeMigrationVersion: typeMigrationVersions[type],
});

/** What stands in `searchSourceJSON` where the data view is that of a reference, or there is none. */
export const searchSource = (kql: string, more: object = {}): string =>
  JSON.stringify({ query: { query: kql, language: 'kuery' }, filter: [], ...more });

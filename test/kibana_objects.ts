/** Kibana's saved objects, taken apart again as Kibana does: out of the lines of the file, without what they were built of. */
export interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly type: string; readonly id: string; readonly name: string }[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
}

export interface LensColumn {
  readonly label: string;
  readonly dataType: string;
  readonly operationType: string;
  readonly isBucketed: boolean;
  readonly sourceField?: string;
  readonly filter?: { readonly query: string };
  readonly references?: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Lens {
  readonly visualizationType: string;
  readonly visualization: unknown;
  /** Identity of its data view. */
  readonly view: string;
  readonly columns: Readonly<Record<string, LensColumn>>;
  readonly columnOrder: readonly string[];
  /** KQL. */
  readonly query: string;
}

export interface Way {
  readonly factoryId: string;
  /** Template of a link. */
  readonly url?: string;
  /** Identity of a dashboard. */
  readonly dashboard?: string;
}

export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly panelIndex: string;
  readonly gridData: { readonly x: number; readonly y: number; readonly w: number; readonly h: number; readonly i: string };
  readonly lens?: Lens;
  /** Identity of a saved search. */
  readonly search?: string;
  readonly ways: readonly Way[];
}

export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly controls: readonly { readonly fieldName: string; readonly view: string }[];
}

export interface Search {
  readonly id: string;
  readonly title: string;
  readonly view: string;
  readonly query: string;
  readonly columns: readonly string[];
  readonly sort: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
}

export const objectsIn = (file: string): SavedObject[] =>
  file
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** What a name stands for. @throws Error where it stands for nothing */
function referred({ id, references }: SavedObject, name: string): string {
  const found = references.find((reference) => reference.name === name);
  if (found === undefined) throw new Error(`${id} has no reference ${name}`);
  return found.id;
}

interface RawPanel {
  readonly type: string;
  readonly title: string;
  readonly panelIndex: string;
  readonly gridData: Panel['gridData'];
  readonly panelRefName?: string;
  readonly embeddableConfig: {
    readonly attributes?: {
      readonly visualizationType: string;
      readonly references: readonly { readonly id: string; readonly name: string }[];
      readonly state: {
        readonly query: { readonly query: string };
        readonly visualization: unknown;
        readonly datasourceStates: {
          readonly formBased: { readonly layers: Readonly<Record<string, Pick<Lens, 'columns' | 'columnOrder'>>> };
        };
      };
    };
    readonly enhancements: {
      readonly dynamicActions?: {
        readonly events: readonly {
          readonly eventId: string;
          readonly action: { readonly factoryId: string; readonly config: { readonly url?: { readonly template: string } } };
        }[];
      };
    };
  };
}

export const dashboardsIn = (objects: readonly SavedObject[]): Dashboard[] =>
  objects
    .filter(({ type }) => type === 'dashboard')
    .map((object) => {
      const { title, panelsJSON, controlGroupInput } = object.attributes as {
        readonly title: string;
        readonly panelsJSON: string;
        readonly controlGroupInput: { readonly panelsJSON: string };
      };
      const controls = Object.entries(
        JSON.parse(controlGroupInput.panelsJSON) as Record<string, { readonly explicitInput: { readonly fieldName: string } }>,
      );
      return {
        title,
        panels: (JSON.parse(panelsJSON) as RawPanel[]).map((panel) => panelOf(object, panel)),
        controls: controls.map(([id, { explicitInput }]) => ({
          fieldName: explicitInput.fieldName,
          view: referred(object, `controlGroup_${id}:optionsListDataView`),
        })),
      };
    });

function panelOf(object: SavedObject, { type, title, panelIndex, gridData, panelRefName, embeddableConfig }: RawPanel): Panel {
  const { attributes, enhancements } = embeddableConfig;
  const ways = (enhancements.dynamicActions?.events ?? []).map(({ eventId, action: { factoryId, config } }): Way => {
    const isOnward = factoryId === 'DASHBOARD_TO_DASHBOARD_DRILLDOWN';
    return {
      factoryId,
      ...(config.url === undefined ? {} : { url: config.url.template }),
      ...(isOnward ? { dashboard: referred(object, `${panelIndex}:drilldown:${factoryId}:${eventId}:dashboardId`) } : {}),
    };
  });
  const common = { type, title, panelIndex, gridData, ways };
  if (attributes === undefined) return { ...common, search: referred(object, `${panelIndex}:${panelRefName}`) };
  const { state, references, visualizationType } = attributes;
  const [[layerId, layer] = ['', undefined]] = Object.entries(state.datasourceStates.formBased.layers);
  const name = `indexpattern-datasource-layer-${layerId}`;
  const view = references.find((reference) => reference.name === name)?.id;
  if (layer === undefined || view === undefined || view !== referred(object, `${panelIndex}:${name}`)) {
    throw new Error(`${panelIndex} has no data view`);
  }
  const { query, visualization } = state;
  const { columns, columnOrder } = layer;
  return { ...common, lens: { visualizationType, visualization, view, columns, columnOrder, query: query.query } };
}

export const searchesIn = (objects: readonly SavedObject[]): Search[] =>
  objects
    .filter(({ type }) => type === 'search')
    .map((object) => {
      const { title, columns, sort, kibanaSavedObjectMeta } = object.attributes as {
        readonly title: string;
        readonly columns: readonly string[];
        readonly sort: Search['sort'];
        readonly kibanaSavedObjectMeta: { readonly searchSourceJSON: string };
      };
      const { query, indexRefName } = JSON.parse(kibanaSavedObjectMeta.searchSourceJSON);
      return { id: object.id, title, columns, sort, query: query.query, view: referred(object, indexRefName) };
    });

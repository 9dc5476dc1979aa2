/** Dashboards: rows of panels on Kibana's grid, controls above them, and ways from each panel to the documents behind it. */
import { type View, viewReference } from './data_views.js';
import { fieldInfo } from './fields.js';
import { lensAttributes } from './lens.js';
import type { LensPanel, Panel } from './panels.js';
import { type Reference, type SavedObject, savedObject, searchSource } from './saved_object.js';
import { type SearchName, searches, searchId } from './searches.js';

export interface Row {
  /** Lines of the grid, some 20 pixels each. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export const row = (height: number, ...panels: readonly Panel[]): Row => ({ height, panels });

export interface Dashboard {
  readonly name: string;
  readonly title: string;
  readonly doc: string;
  /** The period that it opens with, as Kibana writes it: `now-30d`. */
  readonly since: string;
  /**
   * Fields that one can choose values of. They filter all panels: each has to be a field of every view that the dashboard shows, as a
   * panel without it would be empty.
   */
  readonly controls: { readonly view: View; readonly fields: readonly string[] };
  readonly rows: readonly Row[];
}

/** Kibana's grid is so many columns wide. */
const gridWidth = 48;

/** The dashboard that rows of other dashboards lead on to. */
const ofOneMessage = 'message';

export const dashboardId = (prefix: string, name: string) => `${prefix}-dashboard-${name}`;

export function dashboardObject(prefix: string, { name, title, doc, since, controls, rows }: Dashboard): SavedObject {
  const id = dashboardId(prefix, name);
  const references: Reference[] = [];
  const panels: object[] = [];
  let y = 0;
  for (const { height, panels: own } of rows) {
    let x = 0;
    for (const [panel, w] of widths(own)) {
      const built = panelOf(prefix, id, panel);
      panels.push({
        ...built.panel,
        gridData: { x, y, w, h: height, i: built.panelIndex },
        panelIndex: built.panelIndex,
        version: '8.9.0',
      });
      references.push(...built.references.map((reference) => ({ ...reference, name: `${built.panelIndex}:${reference.name}` })));
      x += w;
    }
    y += height;
  }
  const control = controlGroup(prefix, id, controls);
  return savedObject(
    'dashboard',
    id,
    {
      title: `${prefix}: ${title}`,
      description: doc,
      panelsJSON: JSON.stringify(panels),
      optionsJSON: JSON.stringify({ useMargins: true, syncColors: true, syncCursor: true, syncTooltips: false, hidePanelTitles: false }),
      controlGroupInput: control.input,
      kibanaSavedObjectMeta: { searchSourceJSON: searchSource('') },
      timeRestore: true,
      timeFrom: since,
      timeTo: 'now',
      refreshInterval: { pause: true, value: 60_000 },
      version: 1,
    },
    [...references, ...control.references],
  );
}

/** What panels do not say of their widths they share; the last takes what does not divide. */
function widths(panels: readonly Panel[]): [Panel, number][] {
  let left = gridWidth - panels.reduce((sum, { width = 0 }) => sum + width, 0);
  let sharing = panels.filter(({ width }) => width === undefined).length;
  return panels.map((panel) => {
    if (panel.width !== undefined) return [panel, panel.width];
    const w = Math.floor(left / sharing--);
    left -= w;
    return [panel, w];
  });
}

interface Built {
  readonly panelIndex: string;
  readonly panel: object;
  readonly references: readonly Reference[];
}

function panelOf(prefix: string, dashboard: string, panel: Panel): Built {
  const { title } = panel;
  const panelIndex = `${dashboard}-${slug(title)}`;
  if (panel.kind === 'documents') {
    const panelRefName = `panel_${panelIndex}`;
    return {
      panelIndex,
      panel: { type: 'search', title, embeddableConfig: { enhancements: {} }, panelRefName },
      references: [{ type: 'search', id: searchId(prefix, panel.search), name: panelRefName }],
    };
  }
  const attributes = lensAttributes(prefix, panel);
  const { enhancements, references } = waysOn(prefix, panelIndex, panel);
  return {
    panelIndex,
    panel: { type: 'lens', title, embeddableConfig: { attributes, enhancements, hidePanelTitles: false } },
    references: [...attributes.references, ...references],
  };
}

/**
 * From a value that is clicked to its documents, and, from the menu of the panel, to the saved search of them, with its period and
 * filters. The second is a link, which Kibana follows under a licence of Gold or above; the first is in every Kibana.
 */
function waysOn(prefix: string, panelIndex: string, panel: LensPanel): { readonly enhancements: object; readonly references: Reference[] } {
  const search: SearchName = panel.search ?? panel.view;
  const events: object[] = [
    {
      eventId: `${panelIndex}-documents`,
      triggers: ['FILTER_TRIGGER'],
      action: { factoryId: 'OPEN_IN_DISCOVER_DRILLDOWN', name: 'Documents behind it', config: { openInNewTab: false } },
    },
    {
      eventId: `${panelIndex}-search`,
      triggers: ['CONTEXT_MENU_TRIGGER'],
      action: {
        factoryId: 'URL_DRILLDOWN',
        name: `Search: ${searches[search].title}`,
        config: { url: { template: linkTo(searchId(prefix, search)) }, openInNewTab: false, encodeUrl: true },
      },
    },
  ];
  const references: Reference[] = [];
  if (panel.kind === 'table' && panel.leadsToMessage === true) {
    const eventId = `${panelIndex}-message`;
    events.push({
      eventId,
      triggers: ['FILTER_TRIGGER'],
      action: {
        factoryId: 'DASHBOARD_TO_DASHBOARD_DRILLDOWN',
        name: 'All about this message',
        config: { useCurrentFilters: true, useCurrentDateRange: true, openInNewTab: false },
      },
    });
    references.push({
      type: 'dashboard',
      id: dashboardId(prefix, ofOneMessage),
      name: `drilldown:DASHBOARD_TO_DASHBOARD_DRILLDOWN:${eventId}:dashboardId`,
    });
  }
  return { enhancements: { dynamicActions: { events } }, references };
}

const linkTo = (search: string) =>
  `{{kibanaUrl}}/app/discover#/view/${search}` +
  "?_g=(time:(from:'{{context.panel.timeRange.from}}',to:'{{context.panel.timeRange.to}}'))" +
  '&_a=(filters:{{rison context.panel.filters}})';

function controlGroup(prefix: string, dashboard: string, { view, fields }: Dashboard['controls']) {
  const controls = fields.map((fieldName, order) => {
    const id = `${dashboard}-${slug(fieldName)}`;
    return {
      id,
      input: {
        order,
        width: 'medium',
        grow: true,
        type: 'optionsListControl',
        explicitInput: { id, fieldName, title: fieldInfo[fieldName]?.label ?? fieldName, selectedOptions: [], enhancements: {} },
      },
    };
  });
  return {
    input: {
      controlStyle: 'oneLine',
      chainingSystem: 'HIERARCHICAL',
      panelsJSON: JSON.stringify(Object.fromEntries(controls.map(({ id, input }) => [id, input]))),
      ignoreParentSettingsJSON: JSON.stringify({
        ignoreFilters: false,
        ignoreQuery: false,
        ignoreTimerange: false,
        ignoreValidations: false,
      }),
    },
    references: controls.map(({ id }) => viewReference(prefix, view, `controlGroup_${id}:optionsListDataView`)),
  };
}

const slug = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

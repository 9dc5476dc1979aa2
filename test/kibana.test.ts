/** Kibana's saved objects: as they are checked in, and of the structure that Kibana imports. No Kibana is needed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { each, sum, top } from '../mappings/kibana/columns.js';
import { dashboardObject, row } from '../mappings/kibana/dashboard.js';
import { typeOf, type View, views } from '../mappings/kibana/data_views.js';
import { fieldInfo } from '../mappings/kibana/fields.js';
import { dashboards, kibanaFile } from '../mappings/kibana/index.js';
import { is, oneOf } from '../mappings/kibana/kql.js';
import { bars, table } from '../mappings/kibana/panels.js';
import { templatesOf } from '../mappings/templates.js';
import { fieldsOf } from './kibana_kql.js';
import { dashboardsIn, type LensColumn, objectsIn, searchesIn } from './kibana_objects.js';

const file = join(import.meta.dirname, '../mappings/kibana/postscope.ndjson');

// Made anew by `npx vitest run test/kibana.test.ts -u`.
test('postscope.ndjson is as it is checked in, and the same each time it is made', async () => {
  expect(kibanaFile('postscope')).toBe(kibanaFile('postscope'));
  await expect(kibanaFile('postscope')).toMatchFileSnapshot(file);
});

// Which is what is checked in: the test above says so.
const objects = objectsIn(kibanaFile('postscope'));
const built = dashboardsIn(objects);
const panels = built.flatMap(({ title, panels: own }) => own.map((panel) => ({ name: `${title}: ${panel.title}`, ...panel })));
const lens = panels.flatMap((panel) => (panel.lens === undefined ? [] : [{ ...panel, lens: panel.lens }]));

/** Fields and their types, out of the templates that are checked in. */
const mappings = new Map<View, ReadonlyMap<string, { readonly type: string; readonly docValues: boolean; readonly index: boolean }>>(
  views.map((view) => {
    const template = readFileSync(join(import.meta.dirname, `../mappings/templates/postscope-${view}.component.json`), 'utf8');
    const found = new Map<string, { type: string; docValues: boolean; index: boolean }>();
    const walk = (properties: Record<string, Record<string, unknown>>, path: string) => {
      for (const [name, property] of Object.entries(properties)) {
        if (property.properties === undefined)
          found.set(path + name, {
            type: String(property.type),
            docValues: property.doc_values !== false && property.type !== 'text' && property.type !== 'object',
            index: property.index !== false && property.enabled !== false,
          });
        else walk(property.properties as Record<string, Record<string, unknown>>, `${path}${name}.`);
      }
    };
    walk(JSON.parse(template).template.mappings.properties, '');
    return [view, found];
  }),
);
const viewOf = (id: string): View => {
  const view = views.find((name) => id === `postscope-${name}`);
  if (view === undefined) throw new Error(`no data view ${id}`);
  return view;
};
const fieldOf = (view: View, field: string) => {
  const found = mappings.get(view)?.get(field);
  if (found === undefined) throw new Error(`${view} have no field ${field}`);
  return found;
};

describe('the file', () => {
  test('has seven dashboards, the four data views and their searches, each with an identity of its own', () => {
    const ids = objects.map(({ type, id }) => `${type} ${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(objects.filter(({ type }) => type === 'index-pattern').map(({ attributes }) => attributes.title)).toEqual(
      ['events', 'messages', 'attempts', 'snapshots'].map((view) => `postscope-${view}-*`),
    );
    expect(built.map(({ title }) => title)).toEqual([
      'postscope: Timeouts over months',
      'postscope: Where the time goes',
      'postscope: Relays compared',
      'postscope: Queue and backlog',
      'postscope: One message',
      'postscope: Who sends, who is refused',
      'postscope: What we keep',
    ]);
  });

  test('says in which form its objects are, so that a newer Kibana brings them up to its own', () => {
    for (const { coreMigrationVersion, typeMigrationVersion, id } of objects) {
      expect(coreMigrationVersion, id).toBe('8.8.0');
      expect(typeMigrationVersion, id).toMatch(/^8\.\d+\.\d+$/);
    }
  });

  test('has nothing in a dashboard that Kibana 9 would refuse: its schema of that form knows these attributes, and forbids others', () => {
    const known = ['title', 'description', 'kibanaSavedObjectMeta', 'timeRestore', 'timeFrom', 'timeTo', 'refreshInterval']
      .concat(['controlGroupInput', 'panelsJSON', 'optionsJSON', 'hits', 'version'])
      .sort();
    for (const { type, attributes, id } of objects) {
      if (type === 'dashboard') expect(known, id).toEqual(expect.arrayContaining(Object.keys(attributes)));
    }
  });

  test('speaks of nothing that is not in it, and has no reference twice', () => {
    const there = new Set(objects.map(({ type, id }) => `${type} ${id}`));
    for (const { id, references } of objects) {
      for (const reference of references) expect(there, id).toContain(`${reference.type} ${reference.id}`);
      expect(new Set(references.map(({ name }) => name)).size, id).toBe(references.length);
    }
  });

  test('has no name or identity of the one prefix, made for another', () => {
    const other = kibanaFile('other');
    expect(/"postscope[:-]/.exec(other)).toBeNull();
    expect(other.replaceAll('other-', 'postscope-').replaceAll('"other: ', '"postscope: ') === kibanaFile('postscope')).toBe(true);
  });

  test('has JSON wherever Kibana keeps JSON in a text', () => {
    let texts = 0;
    const walk = (value: unknown, name: string): void => {
      if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) walk(inner, key);
      else if (/JSON$|^(fieldAttrs|fieldFormatMap|fields|runtimeFieldMap|sourceFilters|typeMeta)$/.test(name)) {
        JSON.parse(String(value));
        texts++;
      }
    };
    for (const { attributes } of objects) walk(attributes, '');
    expect(texts).toBeGreaterThan(50);
  });
});

describe('data views', () => {
  test('name only fields that there are, and every field that a panel, a control or a search shows', () => {
    for (const { type, id, attributes } of objects) {
      if (type !== 'index-pattern') continue;
      const named = JSON.parse(String(attributes.fieldAttrs)) as Record<string, { customLabel: string; customDescription: string }>;
      for (const [field, { customLabel, customDescription }] of Object.entries(named)) {
        fieldOf(viewOf(id), field);
        expect(customLabel.length, field).toBeGreaterThan(0);
        expect(customDescription.length, field).toBeLessThanOrEqual(300);
      }
      // Two fields of one view under one name could not be told apart in a list.
      const labels = Object.values(named).map(({ customLabel }) => customLabel);
      expect(labels.filter((label, i) => labels.indexOf(label) !== i)).toEqual([]);
      for (const field of Object.keys(JSON.parse(String(attributes.fieldFormatMap)))) expect(named).toHaveProperty([field]);
    }
    const used = [
      ...lens.flatMap(({ lens: { columns } }) => Object.values(columns).flatMap(({ sourceField }) => sourceField ?? [])),
      ...built.flatMap(({ controls }) => controls.map(({ fieldName }) => fieldName)),
      ...searchesIn(objects).flatMap(({ columns }) => columns),
    ].filter((field) => field !== '___records___');
    expect([...new Set(used)].filter((field) => fieldInfo[field] === undefined)).toEqual([]);
  });

  test('name no field that no index has', () => {
    for (const field of Object.keys(fieldInfo))
      expect(
        views.some((view) => mappings.get(view)?.has(field)),
        field,
      ).toBe(true);
  });

  test('know the types of the checked-in mappings', () => {
    for (const view of views) for (const [field, { type }] of mappings.get(view) ?? []) expect(typeOf(view, field)).toBe(type);
    expect(Object.keys(templatesOf('postscope').components)).toEqual(expect.arrayContaining(views.map((view) => `postscope-${view}`)));
  });
});

/** Types that each of Lens' operations takes: it shows no other fields for them. */
const takes: Readonly<Record<string, readonly string[]>> = {
  date_histogram: ['date'],
  terms: ['keyword', 'ip', 'long', 'byte', 'double', 'boolean'],
  unique_count: ['keyword', 'ip', 'long', 'byte', 'boolean', 'date'],
  sum: ['long', 'byte', 'double'],
  average: ['long', 'byte', 'double'],
  percentile: ['long', 'byte', 'double'],
  min: ['long', 'byte', 'double', 'date'],
  max: ['long', 'byte', 'double', 'date'],
};

describe('panels', () => {
  test.each(lens)(
    '$name is about fields that there are, of types that are grouped and counted so',
    ({ lens: { view, columns, query } }) => {
      const own = viewOf(view);
      for (const { operationType, sourceField, filter, dataType } of Object.values<LensColumn>(columns)) {
        if (filter !== undefined) for (const field of fieldsOf(filter.query)) expect(fieldOf(own, field).index, field).toBe(true);
        if (operationType === 'count') expect(sourceField).toBe('___records___');
        if (sourceField === undefined || sourceField === '___records___') continue;
        const { type, docValues } = fieldOf(own, sourceField);
        expect(takes[operationType], `${operationType} of ${sourceField}`).toContain(type);
        expect(docValues, sourceField).toBe(true);
        const shown = { keyword: 'string', long: 'number', byte: 'number', double: 'number' }[type] ?? type;
        expect(dataType).toBe(operationType === 'unique_count' ? 'number' : shown);
      }
      for (const field of fieldsOf(query)) expect(fieldOf(own, field).index, field).toBe(true);
    },
  );

  test.each(lens)(
    '$name draws the columns that it asks for, and asks for no others',
    ({ lens: { columns, columnOrder, visualization } }) => {
      expect([...columnOrder].sort()).toEqual(Object.keys(columns).sort());
      const drawn = new Set<string>();
      const walk = (value: unknown, key: string): void => {
        if (Array.isArray(value)) for (const one of value) walk(one, key);
        else if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) walk(inner, name);
        else if (/[aA]ccessors?$|^columnId$/.test(key)) drawn.add(String(value));
      };
      walk(visualization, '');
      const parts = Object.values(columns).flatMap(({ references = [] }) => references);
      for (const id of [...drawn, ...parts]) expect(columns).toHaveProperty([id]);
      for (const id of Object.keys(columns)) expect([...drawn, ...parts]).toContain(id);
      // Groups first: that is the order in which Lens nests them.
      const grouped = columnOrder.map((id) => columns[id]?.isBucketed);
      expect(grouped).toEqual([...grouped].sort((a, b) => Number(b) - Number(a)));
      for (const { params } of Object.values(columns)) {
        const { orderBy } = params as { orderBy?: { columnId?: string } };
        if (orderBy?.columnId !== undefined) expect(columns).toHaveProperty([orderBy.columnId]);
      }
    },
  );

  test('are none of the kinds that Kibana has given up', () => {
    expect([...new Set(panels.map(({ type }) => type))].sort()).toEqual(['lens', 'search']);
    expect([...new Set(lens.map((panel) => panel.lens.visualizationType))].sort()).toEqual([
      'lnsDatatable',
      'lnsHeatmap',
      'lnsMetric',
      'lnsXY',
    ]);
  });

  test.each(lens)('$name leads to its documents, and to a saved search of its data view', ({ lens: { view }, ways }) => {
    expect(ways.map(({ factoryId }) => factoryId)).toEqual(expect.arrayContaining(['OPEN_IN_DISCOVER_DRILLDOWN', 'URL_DRILLDOWN']));
    const [, id = ''] = /\/app\/discover#\/view\/([\w-]+)\?/.exec(ways.find(({ url }) => url !== undefined)?.url ?? '') ?? [];
    expect(searchesIn(objects).find((search) => search.id === id)?.view).toBe(view);
  });

  test('lead on to one message from a table of queue IDs', () => {
    const onward = panels.flatMap(({ ways }) => ways.filter(({ factoryId }) => factoryId === 'DASHBOARD_TO_DASHBOARD_DRILLDOWN'));
    expect(onward.length).toBeGreaterThan(0);
    for (const { dashboard } of onward) expect(dashboard).toBe('postscope-dashboard-message');
  });

  test('are of the vocabulary only: a field that there is not, or that cannot be so, is an error', () => {
    const of = (panel: Parameters<typeof bars>[0]) => () =>
      dashboardObject('postscope', {
        name: 'x',
        title: 'x',
        doc: '',
        since: 'now-1d',
        controls: { view: 'events', fields: [] },
        rows: [row(1, bars(panel))],
      });
    expect(of({ title: 'x', view: 'snapshots', x: top('destination.domain'), of: [] })).toThrow(
      'snapshots have no field destination.domain',
    );
    expect(of({ title: 'x', view: 'messages', x: each('postfix.state', 9), of: [sum('postfix.nothing')] })).toThrow(
      /no field postfix.nothing/,
    );
    expect(table({ title: 'x', view: 'events', by: [], of: [] }).kind).toBe('table');
  });
});

describe('dashboards', () => {
  test.each(built)('$title has its panels side by side, none over another', ({ panels: own }) => {
    const taken = new Map<string, string>();
    for (const { panelIndex, gridData } of own) {
      expect(gridData.i).toBe(panelIndex);
      expect(gridData.x + gridData.w).toBeLessThanOrEqual(48);
      for (let x = gridData.x; x < gridData.x + gridData.w; x++) {
        for (let y = gridData.y; y < gridData.y + gridData.h; y++) {
          expect(taken.get(`${x} ${y}`), panelIndex).toBeUndefined();
          taken.set(`${x} ${y}`, panelIndex);
        }
      }
    }
    // And no holes: rows are full.
    expect(taken.size).toBe(48 * Math.max(...own.map(({ gridData: { y, h } }) => y + h)));
    expect(new Set(own.map(({ panelIndex }) => panelIndex)).size).toBe(own.length);
  });

  test.each(built)('$title has controls of fields that all of its panels have', ({ controls, panels: own }) => {
    expect(controls.map(({ fieldName }) => fieldName)).toContain('host.name');
    const shown = new Set(own.map((panel) => panel.lens?.view ?? searchesIn(objects).find(({ id }) => id === panel.search)?.view ?? ''));
    for (const { fieldName, view } of controls) {
      expect(takes.terms).toContain(fieldOf(viewOf(view), fieldName).type);
      for (const other of shown) expect(fieldOf(viewOf(other), fieldName).index).toBe(true);
    }
  });

  test('have controls for host, relay, sender domain and kind between them', () => {
    const all = built.flatMap(({ controls }) => controls.map(({ fieldName }) => fieldName));
    expect(all).toEqual(expect.arrayContaining(['host.name', 'destination.domain', 'postfix.domain.sender', 'postfix.reason.kind']));
  });

  test('end with the documents behind their figures', () => {
    for (const { panels: own, title } of built) expect(own.at(-1)?.type, title).toBe('search');
    expect(dashboards.every(({ doc }) => doc.length > 0)).toBe(true);
  });
});

test('what is in a value is never syntax of the query', () => {
  expect(is('a', 'x" or b: *')).toBe('a: "x\\" or b: *"');
  expect(is('a', 'back\\slash')).toBe('a: "back\\\\slash"');
  expect(oneOf('a', ['b', 'c d'])).toBe('a: (b or "c d")');
});

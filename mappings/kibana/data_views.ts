/** The data views: which indices, and what their fields are called. */
import { indexNames } from '../../store/elasticsearch/names.js';
import { eventProperties } from '../events.js';
import { attemptProperties, messageProperties } from '../messages.js';
import type { Properties } from '../properties.js';
import { snapshotProperties } from '../snapshots.js';
import { fieldInfo } from './fields.js';
import { type Reference, type SavedObject, savedObject } from './saved_object.js';

/** Deliveries lie among the attempts, with `event.action: delivery` (store/elasticsearch/message_document.ts). */
export const views = ['events', 'messages', 'attempts', 'snapshots'] as const;
export type View = (typeof views)[number];

const titles: Readonly<Record<View, string>> = {
  events: 'lines of the log',
  messages: 'messages',
  attempts: 'tries and deliveries',
  snapshots: 'snapshots',
};

/** Types of mappings that a panel can group or count by. */
export type MappingType = 'date' | 'keyword' | 'text' | 'ip' | 'long' | 'byte' | 'double' | 'boolean' | 'flattened' | 'object';

const types: Readonly<Record<View, ReadonlyMap<string, MappingType>>> = {
  events: typesIn(eventProperties),
  messages: typesIn(messageProperties),
  attempts: typesIn(attemptProperties),
  snapshots: typesIn(snapshotProperties),
};

function typesIn(properties: Properties, path = ''): Map<string, MappingType> {
  const found = new Map<string, MappingType>();
  for (const [name, property] of Object.entries(properties)) {
    if ('properties' in property)
      for (const [inner, type] of typesIn(property.properties as Properties, `${path}${name}.`)) found.set(inner, type);
    else found.set(path + name, property.type as MappingType);
  }
  return found;
}

/** @throws Error where the indices of the view have no such field */
export function typeOf(view: View, field: string): MappingType {
  const type = types[view].get(field);
  if (type === undefined) throw new Error(`${view} have no field ${field}`);
  return type;
}

export const viewId = (prefix: string, view: View) => `${prefix}-${view}`;

export const viewReference = (prefix: string, view: View, name: string): Reference => ({
  type: 'index-pattern',
  id: viewId(prefix, view),
  name,
});

export function dataViews(prefix: string): SavedObject[] {
  const names = indexNames(prefix);
  return views.map((view) => {
    const known = Object.entries(fieldInfo).filter(([field]) => types[view].has(field));
    return savedObject('index-pattern', viewId(prefix, view), {
      title: names[view],
      name: `${prefix}: ${titles[view]}`,
      timeFieldName: '@timestamp',
      // Before the first snapshot there is no index of them.
      allowNoIndex: true,
      fieldAttrs: JSON.stringify(
        Object.fromEntries(known.map(([field, { label, doc }]) => [field, { customLabel: label, customDescription: doc }])),
      ),
      fieldFormatMap: JSON.stringify(
        Object.fromEntries(known.flatMap(([field, { format }]) => (format === undefined ? [] : [[field, format]]))),
      ),
      fields: '[]',
      runtimeFieldMap: '{}',
      sourceFilters: '[]',
      typeMeta: '{}',
    });
  });
}

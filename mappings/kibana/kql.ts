/** Conditions in KQL, Kibana's query language, of which the panels are made. */

/** A value as KQL reads it literally. */
const quoted = (value: string | number | boolean) =>
  typeof value === 'string' && !/^\w+$/.test(value) ? `"${value.replace(/[\\"]/g, '\\$&')}"` : String(value);

export const is = (field: string, value: string | number | boolean) => `${field}: ${quoted(value)}`;
export const oneOf = (field: string, values: readonly string[]) => `${field}: (${values.map(quoted).join(' or ')})`;
export const has = (field: string) => `${field}: *`;
export const above = (field: string, value: number) => `${field} > ${value}`;
export const all = (...conditions: readonly string[]) => conditions.map(inner).join(' and ');
export const any = (...conditions: readonly string[]) => conditions.map(inner).join(' or ');

const inner = (condition: string) => (/ (and|or) /.test(condition) ? `(${condition})` : condition);

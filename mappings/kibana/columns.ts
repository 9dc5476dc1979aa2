/**
 * What the panels group and count by: Lens' operations, as columns of its `formBased` data source. A column is made for a view when the
 * panel is, as Lens wants to know of what type a field is; one that the view's indices do not have is an error.
 */

import { typeOf, type View } from './data_views.js';
import { fieldInfo } from './fields.js';

/** A column as Lens keeps it. */
export interface LensColumn {
  readonly label: string;
  readonly customLabel: true;
  readonly dataType: 'date' | 'number' | 'string' | 'ip' | 'boolean';
  readonly operationType: string;
  readonly isBucketed: boolean;
  readonly scale: 'interval' | 'ordinal' | 'ratio';
  readonly sourceField?: string;
  readonly filter?: { readonly query: string; readonly language: 'kuery' };
  readonly references?: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a panel is grouped by. @param measure the column by which the top values are found */
export type Bucket = (view: View, measure: string) => LensColumn;

/** What is counted. Some take columns of their own in between, by name. @param id of the column */
export type Measure = (view: View, id: string) => { readonly column: LensColumn; readonly between?: Readonly<Record<string, LensColumn>> };

const labelOf = (field: string) => fieldInfo[field]?.label ?? field;

const dataTypes = {
  date: 'date',
  keyword: 'string',
  text: 'string',
  flattened: 'string',
  object: 'string',
  ip: 'ip',
  long: 'number',
  byte: 'number',
  double: 'number',
  boolean: 'boolean',
} as const;

/** @param interval `auto`: as fine as the period and the width of the panel allow; else `1h`, `1d`, `1M` */
export const time =
  (interval: 'auto' | '1h' | '1d' | '1w' | '1M' = 'auto'): Bucket =>
  () => ({
    label: labelOf('@timestamp'),
    customLabel: true,
    dataType: 'date',
    operationType: 'date_histogram',
    isBucketed: true,
    scale: 'interval',
    sourceField: '@timestamp',
    params: { interval, includeEmptyRows: true, dropPartials: false },
  });

/** The values with the most of what is counted. @param other what is beyond them goes together */
export const top =
  (field: string, size = 10, { other = false }: { readonly other?: boolean } = {}): Bucket =>
  (view, measure) =>
    terms(view, field, size, other, { orderBy: { type: 'column', columnId: measure }, orderDirection: 'desc' });

/** The values with the most documents: by a percentile or a share, the rarest would come first. */
export const busiest =
  (field: string, size = 10): Bucket =>
  (view) =>
    terms(view, field, size, false, { orderBy: { type: 'custom' }, orderAgg: counted('documents', undefined), orderDirection: 'desc' });

/** All values, in their own order: hours, weekdays, seconds. */
export const each =
  (field: string, size: number): Bucket =>
  (view) =>
    terms(view, field, size, false, { orderBy: { type: 'alphabetical', fallback: false }, orderDirection: 'asc' });

const terms = (view: View, field: string, size: number, otherBucket: boolean, order: object): LensColumn => ({
  label: labelOf(field),
  customLabel: true,
  dataType: dataTypes[typeOf(view, field)],
  operationType: 'terms',
  isBucketed: true,
  scale: 'ordinal',
  sourceField: field,
  params: { size, ...order, otherBucket, missingBucket: false, parentFormat: { id: 'terms' } },
});

const kuery = (query: string) => ({ query, language: 'kuery' as const });

/** How many documents. @param of which of them: KQL */
export const count =
  (label: string, of?: string): Measure =>
  () => ({ column: counted(label, of) });

const counted = (label: string, of: string | undefined): LensColumn => ({
  label,
  customLabel: true,
  dataType: 'number',
  operationType: 'count',
  isBucketed: false,
  scale: 'ratio',
  sourceField: '___records___',
  ...(of === undefined ? {} : { filter: kuery(of) }),
  params: { emptyAsNull: false },
});

type Operation = 'sum' | 'average' | 'min' | 'max' | 'unique_count' | 'percentile';

const measured =
  (operationType: Operation, field: string, label: string, params: object = {}): Measure =>
  (view) => ({
    column: {
      label,
      customLabel: true,
      dataType: operationType === 'unique_count' ? 'number' : dataTypes[typeOf(view, field)],
      operationType,
      isBucketed: false,
      scale: 'ratio',
      sourceField: field,
      params: { emptyAsNull: true, ...params },
    },
  });

export const sum = (field: string, label = labelOf(field)) => measured('sum', field, label);
export const average = (field: string, label = labelOf(field)) => measured('average', field, label);
export const most = (field: string, label = labelOf(field)) => measured('max', field, label);
export const distinct = (field: string, label = labelOf(field)) => measured('unique_count', field, label);
export const percentile = (field: string, share: number, label = labelOf(field)) =>
  measured('percentile', field, `${label}, ${share} %`, { percentile: share });
export const first = measured('min', '@timestamp', 'first seen');
export const last = measured('max', '@timestamp', 'last seen');

/** Which share of all documents is such. @param of KQL */
export const share =
  (label: string, of: string): Measure =>
  (_, id) => {
    // Lens computes a formula from columns that it makes of its parts, and keeps these with it.
    const formula = `count(kql='${of.replace(/['\\]/g, '\\$&')}') / count()`;
    const part = (column: LensColumn): LensColumn => ({ ...column, label: `Part of ${label}` });
    const args = [`${id}X0`, `${id}X1`];
    const math: LensColumn = {
      label: `Part of ${label}`,
      customLabel: true,
      dataType: 'number',
      operationType: 'math',
      isBucketed: false,
      scale: 'ratio',
      references: args,
      params: {
        tinymathAst: { type: 'function', name: 'divide', args, location: { min: 0, max: formula.length }, text: formula },
      },
    };
    return {
      between: { [`${id}X0`]: part(counted(label, of)), [`${id}X1`]: part(counted(label, undefined)), [`${id}X2`]: math },
      column: {
        label,
        customLabel: true,
        dataType: 'number',
        operationType: 'formula',
        isBucketed: false,
        scale: 'ratio',
        references: [`${id}X2`],
        params: { formula, isFormulaBroken: false, format: { id: 'percent', params: { decimals: 1 } } },
      },
    };
  };

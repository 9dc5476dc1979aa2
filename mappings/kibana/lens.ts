/** Panels as Lens keeps them: columns that are asked for, and how they are drawn. */
import type { Bucket, LensColumn, Measure } from './columns.js';
import { viewReference } from './data_views.js';
import type { Chart, HeatMap, LensPanel, Metric, Table } from './panels.js';
import type { Reference } from './saved_object.js';

/** What a Lens panel has for its attributes, by value. */
export interface LensAttributes {
  readonly title: '';
  readonly description: string;
  readonly type: 'lens';
  readonly visualizationType: 'lnsXY' | 'lnsMetric' | 'lnsHeatmap' | 'lnsDatatable';
  readonly references: readonly Reference[];
  readonly state: {
    readonly datasourceStates: {
      readonly formBased: {
        readonly layers: Readonly<
          Record<
            string,
            {
              readonly columnOrder: readonly string[];
              readonly columns: Readonly<Record<string, LensColumn>>;
              readonly incompleteColumns: object;
              readonly sampling: 1;
            }
          >
        >;
      };
    };
    readonly visualization: object;
    readonly query: { readonly query: string; readonly language: 'kuery' };
    readonly filters: readonly [];
    readonly internalReferences: readonly [];
    readonly adHocDataViews: object;
  };
}

const layerId = 'layer';

export function lensAttributes(prefix: string, panel: LensPanel): LensAttributes {
  const { view, where = '', doc = '' } = panel;
  const { buckets, measures } = columnsOf(panel);
  const firstMeasure = 'measure0';
  const columns: Record<string, LensColumn> = {};
  for (const [id, bucket] of Object.entries(buckets)) columns[id] = bucket(view, firstMeasure);
  const order = Object.keys(columns);
  for (const [i, measure] of measures.entries()) {
    const id = `measure${i}`;
    const { column, between = {} } = measure(view, id);
    Object.assign(columns, { [id]: column }, between);
    order.push(id, ...Object.keys(between));
  }
  return {
    title: '',
    description: doc,
    type: 'lens',
    visualizationType: drawn[panel.kind],
    references: [viewReference(prefix, view, `indexpattern-datasource-layer-${layerId}`)],
    state: {
      datasourceStates: { formBased: { layers: { [layerId]: { columnOrder: order, columns, incompleteColumns: {}, sampling: 1 } } } },
      visualization: visualization(panel),
      query: { query: where, language: 'kuery' },
      filters: [],
      internalReferences: [],
      adHocDataViews: {},
    },
  };
}

const drawn: Readonly<Record<LensPanel['kind'], LensAttributes['visualizationType']>> = {
  metric: 'lnsMetric',
  bar_stacked: 'lnsXY',
  bar_horizontal: 'lnsXY',
  line: 'lnsXY',
  area_stacked: 'lnsXY',
  heatmap: 'lnsHeatmap',
  table: 'lnsDatatable',
};

interface Columns {
  readonly buckets: Readonly<Record<string, Bucket>>;
  readonly measures: readonly Measure[];
}

/** In the order in which they are nested: of a chart, the top values of `by` are those of the whole period. */
function columnsOf(panel: LensPanel): Columns {
  switch (panel.kind) {
    case 'metric':
      return { buckets: {}, measures: [panel.of] };
    case 'heatmap':
      return { buckets: { x: panel.x, y: panel.y }, measures: [panel.of] };
    case 'table':
      return { buckets: Object.fromEntries(panel.by.map((bucket, i) => [rowId(i), bucket])), measures: panel.of };
    default:
      return { buckets: { ...(panel.by === undefined ? {} : { by: panel.by }), x: panel.x }, measures: panel.of };
  }
}

const rowId = (i: number) => `row${i}`;
const measureIds = (measures: readonly Measure[]) => measures.map((_, i) => `measure${i}`);

function visualization(panel: LensPanel): object {
  switch (panel.kind) {
    case 'metric':
      return oneFigure(panel);
    case 'heatmap':
      return heatMapOf(panel);
    case 'table':
      return tableOf(panel);
    default:
      return chartOf(panel);
  }
}

const oneFigure = (_: Metric) => ({ layerId, layerType: 'data', metricAccessor: 'measure0' });

const heatMapOf = (_: HeatMap) => ({
  shape: 'heatmap',
  layerId,
  layerType: 'data',
  xAccessor: 'x',
  yAccessor: 'y',
  valueAccessor: 'measure0',
  legend: { isVisible: true, position: 'right', type: 'heatmap_legend' },
  gridConfig: {
    type: 'heatmap_grid',
    isCellLabelVisible: false,
    isXAxisLabelVisible: true,
    isXAxisTitleVisible: true,
    isYAxisLabelVisible: true,
    isYAxisTitleVisible: true,
  },
});

const tableOf = ({ by, of }: Table) => ({
  layerId,
  layerType: 'data',
  columns: [...by.map((_, i) => rowId(i)), ...measureIds(of)].map((columnId) => ({ columnId, isTransposed: false })),
  sorting: { columnId: 'measure0', direction: 'desc' },
  paging: { enabled: true, size: 10 },
});

const chartOf = ({ kind, by, of }: Chart) => ({
  preferredSeriesType: kind,
  layers: [
    {
      layerId,
      layerType: 'data',
      seriesType: kind,
      xAccessor: 'x',
      accessors: measureIds(of),
      ...(by === undefined ? {} : { splitAccessor: 'by' }),
    },
  ],
  legend: { isVisible: true, position: 'right', showSingleSeries: false },
  valueLabels: 'hide',
  fittingFunction: kind === 'bar_stacked' || kind === 'bar_horizontal' ? 'None' : 'Linear',
  axisTitlesVisibilitySettings: { x: false, yLeft: true, yRight: true },
  tickLabelsVisibilitySettings: { x: true, yLeft: true, yRight: true },
  gridlinesVisibilitySettings: { x: true, yLeft: true, yRight: true },
});

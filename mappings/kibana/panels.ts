/** The vocabulary of the dashboards: what a panel shows, of which documents, and how it is drawn. */
import type { Bucket, Measure } from './columns.js';
import type { View } from './data_views.js';
import type { SearchName } from './searches.js';

interface Common {
  readonly title: string;
  readonly view: View;
  /** Which documents it is about: KQL. */
  readonly where?: string;
  /** What it says and how it is read, behind the (i) beside its title. */
  readonly doc?: string;
  /** The saved search of the documents behind it; that of the view where none is said. */
  readonly search?: SearchName;
  /** Columns of the grid, of 48; what a row leaves over is shared by those that do not say. */
  readonly width?: number;
}

/** One figure. */
export interface Metric extends Common {
  readonly kind: 'metric';
  readonly of: Measure;
}

/** Something over `x`, in a colour for each value of `by`, or for each of several measures. */
export interface Chart extends Common {
  readonly kind: 'bar_stacked' | 'bar_horizontal' | 'line' | 'area_stacked';
  readonly x: Bucket;
  readonly by?: Bucket;
  readonly of: readonly Measure[];
}

export interface HeatMap extends Common {
  readonly kind: 'heatmap';
  readonly x: Bucket;
  readonly y: Bucket;
  readonly of: Measure;
}

/** A line for each value of `by`, with its figures; `by` of several nests them. Most of the first figure comes first. */
export interface Table extends Common {
  readonly kind: 'table';
  readonly by: readonly Bucket[];
  readonly of: readonly Measure[];
  /** Its rows lead on to *One message*, by their queue ID. */
  readonly leadsToMessage?: true;
}

/** A saved search as it is: documents, a line each. */
export interface Documents {
  readonly kind: 'documents';
  readonly title: string;
  readonly search: SearchName;
  readonly width?: number;
}

export type LensPanel = Metric | Chart | HeatMap | Table;
export type Panel = LensPanel | Documents;

type Of<P extends Panel> = Omit<P, 'kind'>;

export const metric = (panel: Of<Metric>): Metric => ({ kind: 'metric', ...panel });
export const bars = (panel: Of<Chart>): Chart => ({ kind: 'bar_stacked', ...panel });
export const ranking = (panel: Of<Chart>): Chart => ({ kind: 'bar_horizontal', ...panel });
export const lines = (panel: Of<Chart>): Chart => ({ kind: 'line', ...panel });
export const areas = (panel: Of<Chart>): Chart => ({ kind: 'area_stacked', ...panel });
export const heatMap = (panel: Of<HeatMap>): HeatMap => ({ kind: 'heatmap', ...panel });
export const table = (panel: Of<Table>): Table => ({ kind: 'table', ...panel });
export const documents = (panel: Of<Documents>): Documents => ({ kind: 'documents', ...panel });

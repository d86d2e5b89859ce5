/** A run as a point of plots. */
export interface PlotRun {
  readonly id: string;
  /** `r-42` */
  readonly label: string;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A parameter or a metric over all runs; `values` are in their order. */
export type PlotColumn = NumberColumn | CategoryColumn;
interface Named {
  /** `params.C`, `metrics.auc` */
  readonly id: string;
  readonly title: string;
  readonly isMetric: boolean;
}
export interface NumberColumn extends Named {
  readonly kind: 'number';
  /** NaN: the run has none. */
  readonly values: readonly number[];
  /** All above 0, over two orders of magnitude or more: best looked at on a logarithmic axis. */
  readonly log: boolean;
}
export interface CategoryColumn extends Named {
  readonly kind: 'category';
  /** In the order of the alphabet. */
  readonly categories: readonly string[];
  /** Index into `categories`; NaN: the run has none. */
  readonly values: readonly number[];
}

/** Metrics that some run has, then the parameters in which runs differ. */
export function plotColumns(runs: readonly PlotRun[]): readonly PlotColumn[] {
  const keys = (of: (run: PlotRun) => object): string[] =>
    [...new Set(runs.flatMap(run => Object.keys(of(run))))].sort();
  const metrics = keys(run => run.metrics).flatMap(key => {
    const values = runs.map(run => finite(run.metrics[key]));
    return values.some(Number.isFinite) ? [numbers({ id: `metrics.${key}`, title: key, isMetric: true }, values)] : [];
  });
  const params = keys(run => run.params).flatMap(key => paramColumn(key, runs) ?? []);
  return [...metrics, ...params];
}

/** Undefined: every run has the same value. */
function paramColumn(key: string, runs: readonly PlotRun[]): PlotColumn | undefined {
  const texts = runs.map(({ params }) => params[key]);
  if (new Set(texts).size < 2) return undefined;
  const named = { id: `params.${key}`, title: key, isMetric: false };
  const present = texts.filter(value => value !== undefined);
  if (present.every(isNumber))
    return numbers(
      named,
      texts.map(value => (value === undefined ? NaN : Number(value))),
    );
  const categories = [...new Set(present)].sort();
  const at = new Map(categories.map((name, index) => [name, index]));
  return { ...named, kind: 'category', categories, values: texts.map(value => at.get(value ?? '') ?? NaN) };
}

function numbers(named: Named, values: readonly number[]): NumberColumn {
  const present = values.filter(Number.isFinite);
  const least = present.reduce((a, b) => Math.min(a, b), Infinity);
  const most = present.reduce((a, b) => Math.max(a, b), -Infinity);
  return { ...named, kind: 'number', values, log: !named.isMetric && least > 0 && most / least >= 100 };
}

const finite = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? value : NaN);
const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** The value as people read it. */
export function valueText(column: PlotColumn, at: number, format: (value: number) => string): string {
  const value = column.values[at] ?? NaN;
  if (Number.isNaN(value)) return '–';
  return column.kind === 'category' ? (column.categories[value] ?? '') : format(value);
}

import { t } from '../l10n';
import type { ChartSpec, Series } from '../../../engine/charts/spec';

export interface ChartRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The numbers behind a chart: a column for each curve when they share their x, else one line a point. */
export function chartRows(spec: ChartSpec): ChartRows {
  const series = spec.series.filter(({ slot, ghost }) => slot !== 'reference' && !ghost);
  return spec.categories
    ? byCategory(spec, series)
    : sharesX(series) && !series.some(({ band }) => band)
      ? wide(spec, series)
      : long(spec, series);
}

function byCategory(spec: ChartSpec, series: readonly Series[]): ChartRows {
  const hasBounds = series.some(({ points }) => points.some(({ low }) => low !== undefined));
  return {
    columns: [spec.x.label, ...series.flatMap(({ label }) => (hasBounds ? [label, t('from'), t('to')] : [label]))],
    rows: (spec.categories ?? []).map((name, index) => [
      name,
      ...series.flatMap(({ points }) => {
        const point = points[index];
        return hasBounds ? [point?.y ?? '', point?.low ?? '', point?.high ?? ''] : [point?.y ?? ''];
      }),
    ]),
  };
}

const wide = (spec: ChartSpec, series: readonly Series[]): ChartRows => ({
  columns: [spec.x.label, ...series.map(({ label }) => (series.length === 1 ? spec.y.label : label))],
  rows: (series[0]?.points ?? []).map(({ x }, index) => [x, ...series.map(({ points }) => points[index]?.y ?? '')]),
});

function long(spec: ChartSpec, series: readonly Series[]): ChartRows {
  const hasBand = series.some(({ band }) => band);
  const y = spec.y.label === '' ? spec.title : spec.y.label;
  return {
    columns: [t('Series'), spec.x.label, y, ...(hasBand ? [t('least'), t('greatest')] : [])],
    rows: series.flatMap(({ label, points }) =>
      points.map(point => [label, point.x, point.y, ...(hasBand ? [point.low ?? '', point.high ?? ''] : [])]),
    ),
  };
}

function sharesX(series: readonly Series[]): boolean {
  const [first, ...rest] = series;
  return rest.every(
    ({ points }) =>
      points.length === first?.points.length && points.every(({ x }, index) => x === first.points[index]?.x),
  );
}

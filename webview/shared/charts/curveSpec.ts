import type { MetricSeries } from '../../../engine/protocol/tracking';
import { duration, metric } from '../format';
import { t } from '../l10n';
import { smooth } from './smooth';
import type { ChartSpec, Series } from '../../../engine/charts/spec';

export interface Curve {
  readonly label: string;
  readonly slot: number;
  readonly series: MetricSeries;
  /** When the run started, ms: where its time begins. */
  readonly start: number;
}

export interface CurveLook {
  readonly byTime: boolean;
  readonly log: boolean;
  /** Weight of the moving average, in [0, 1). */
  readonly smoothing: number;
}

/** One metric, of one run or of several on top of each other. */
export function curveSpec(key: string, curves: readonly Curve[], look: CurveLook): ChartSpec {
  const summaries = curves.map(({ label, series }) => {
    const values = series.points.map(({ value }) => value).filter(Number.isFinite);
    const last = values.at(-1) ?? NaN;
    return t(
      '{0}: {1} points, last {2}, least {3}, greatest {4}.',
      label,
      series.total,
      metric(last),
      metric(least(values)),
      metric(greatest(values)),
    );
  });
  const sampled = curves.some(({ series }) => series.sampled)
    ? [t('Long series are shown by their average course.')]
    : [];
  return {
    title: key,
    summary: [...summaries, ...sampled].join(' '),
    x: { label: look.byTime ? t('time') : t('step'), ...(look.byTime && { format: duration }) },
    y: { label: '', log: look.log },
    series: curves.flatMap(curve => lines(curve, look)),
  };
}

function lines({ label, slot, series, start }: Curve, { byTime, log, smoothing }: CurveLook): Series[] {
  const points = series.points
    .map(({ value, step, time }) => ({ x: byTime ? time - start : step, y: value }))
    .filter(({ y }) => Number.isFinite(y) && (!log || y > 0));
  const raw: Series = { label, slot, points };
  if (smoothing <= 0) return [raw];
  const values = smooth(
    points.map(({ y }) => y),
    smoothing,
  );
  return [
    { ...raw, ghost: true },
    { label, slot, points: points.map(({ x }, index) => ({ x, y: values[index] ?? NaN })) },
  ];
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

import type { Range } from '../../../engine/charts/range';
import { smoothOverX } from '../../../engine/charts/smooth';
import type { ChartPoint, ChartSpec, Mark, Series } from '../../../engine/charts/spec';
import type { CurveX, RunCurve, RunCurves } from '../../../engine/protocol/curves';
import { dateTime, duration, metric } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { Compared } from './section';
import { runLabel } from './section';

export interface CurveLook {
  readonly x: CurveX;
  readonly log: boolean;
  /** In [0, 1). */
  readonly smoothing: number;
  /** Whether the least and greatest value of each part are drawn around the curve. */
  readonly band: boolean;
  /** The part of the x axis that is looked at; undefined: all of it. */
  readonly range: Range | undefined;
}

/** So many values that are no numbers are marked one by one. */
const marked = 8;

/** One metric of the compared runs as a chart; undefined: none of them has two points of it. */
export function curveSpec(
  { key, extent, curves }: RunCurves,
  compared: readonly Compared[],
  look: CurveLook,
): ChartSpec | undefined {
  if (extent === null || curves.every(({ total }) => total < 2)) return undefined;
  const shown = compared.flatMap(one => {
    const curve = curves.find(({ runId }) => runId === one.run.id);
    return curve ? [{ ...one, curve }] : [];
  });
  const whole = extent;
  const [min, max] = look.range ?? whole;
  const smoothed = shown.map(one => ({
    ...one,
    lines: lines(one.curve, { ...one, look, width: whole[1] - whole[0] }),
  }));
  return {
    title: key,
    summary: summary(shown),
    ...note(shown, look),
    x: { ...axis(look.x), min, max, whole },
    y: { label: '', log: look.log },
    series: smoothed.flatMap(one => one.lines),
    marks: shown.flatMap(({ run, curve }) => oddMarks(runLabel(run), curve)),
  };
}

function axis(x: CurveX): { label: string; format?: (value: number) => string } {
  switch (x) {
    case 'step':
      return { label: t('step') };
    case 'time':
      return { label: t('time'), format: dateTime };
    case 'relative':
      return { label: t('time since start'), format: duration };
  }
}

function lines(
  curve: RunCurve,
  { run, slot, look, width }: Compared & { readonly look: CurveLook; readonly width: number },
): Series[] {
  const label = runLabel(run);
  const kept = curve.mean.map((_, at) => at).filter(at => !look.log || (curve.mean[at] ?? 0) > 0);
  const pick = (values: readonly number[]): number[] => kept.map(at => values[at] ?? NaN);
  const [x, y] = [pick(curve.x), pick(curve.mean)];
  const [low, high] = [pick(curve.min), pick(curve.max)];
  const hasBand = look.band && curve.sampled;
  const banded = (values: readonly number[]): ChartPoint[] =>
    values.map((value, at) => ({
      x: x[at] ?? NaN,
      y: value,
      ...(hasBand && { low: low[at] ?? NaN, high: high[at] ?? NaN }),
    }));
  const band = hasBand ? { band: true } : {};
  if (look.smoothing <= 0) return [{ label, slot, ...band, points: banded(y) }];
  const ghost: Series = { label, slot, ghost: true, points: y.map((value, at) => ({ x: x[at] ?? NaN, y: value })) };
  return [ghost, { label, slot, ...band, points: banded(smoothOverX({ x, y }, look.smoothing, width)) }];
}

type Shown = Compared & { readonly curve: RunCurve };

const summary = (shown: readonly Shown[]): string =>
  shown
    .map(({ run, curve }) => {
      const [least, greatest] = [curve.min, curve.max].map((values, isMax) =>
        values.reduce((a, b) => (isMax === 1 ? Math.max(a, b) : Math.min(a, b)), isMax === 1 ? -Infinity : Infinity),
      );
      return t(
        '{0}: {1} points, last {2}, least {3}, greatest {4}.',
        runLabel(run),
        curve.inRange,
        metric(curve.mean.at(-1) ?? NaN),
        metric(least ?? NaN),
        metric(greatest ?? NaN),
      );
    })
    .join(' ');

/** What the eye cannot see: that a point stands for many, and that some values are missing. */
function note(shown: readonly Shown[], { band }: CurveLook): { note?: string } {
  const sampled = shown.filter(({ curve }) => curve.sampled);
  const perPoint = Math.round(
    sampled.reduce((most, { curve }) => Math.max(most, curve.inRange / Math.max(1, curve.x.length)), 0),
  );
  const odd = shown.filter(({ curve }) => curve.notNumbers > 0);
  const parts = [
    sampled.length > 0 &&
      (band
        ? t('A point is the mean of up to about {0}; the band is from their least to their greatest.', perPoint)
        : t('A point is the mean of up to about {0}.', perPoint)),
    odd.length > 0 &&
      t('Not numbers: {0}.', odd.map(({ run, curve }) => t('{0} in {1}', curve.notNumbers, runLabel(run))).join(', ')),
  ].filter(part => part !== false);
  return parts.length > 0 ? { note: parts.join(' ') } : {};
}

const oddMarks = (label: string, { notNumbersAt }: RunCurve): Mark[] =>
  notNumbersAt.length > marked ? [] : notNumbersAt.map(x => ({ x, label: t('{0}: not a number', label) }));

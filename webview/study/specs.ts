import type { ChartPoint, ChartSpec } from '../../engine/charts/spec';
import type { Objective, Study, Trial } from '../../engine/protocol/tuning';
import { count, metric } from '../shared/format';
import { t } from '../shared/l10n';

/** Whether the first value is better. */
export const isBetter = ({ maximize }: Objective, a: number, b: number): boolean => (maximize ? a > b : a < b);

const complete = ({ trials }: Study): readonly Trial[] =>
  trials.filter(({ state, values }) => state === 'complete' && !values.some(Number.isNaN));

/** Each trial's value, and the best so far. */
export function historySpec(study: Study, at: number): ChartSpec {
  const objective = study.objectives[at] ?? { metric: '', maximize: true };
  const done = complete(study).toSorted((a, b) => a.number - b.number);
  const points = done.map(({ number: x, values }) => ({ x, y: values[at] ?? Number.NaN }));
  let best = Number.NaN;
  const line = points.map(({ x, y }) => {
    if (Number.isNaN(best) || isBetter(objective, y, best)) best = y;
    return { x, y: best };
  });
  return {
    title: t('History'),
    summary:
      points.length === 1
        ? t('1 trial; its {0} is {1}.', objective.metric, metric(best))
        : t('{0} trials; the best {1} is {2}.', count(points.length), objective.metric, metric(best)),
    x: { label: t('Trial'), format: count },
    y: { label: objective.metric },
    series: [
      { label: t('trials'), slot: 0, points, dots: true, noLine: true },
      { label: t('best so far'), slot: 1, points: line, stepped: true },
    ],
  };
}

/** The share of trials that are as good as a value, or worse. */
export function edfSpec(study: Study, at: number): ChartSpec {
  const objective = study.objectives[at] ?? { metric: '', maximize: true };
  const values = complete(study)
    .map(trial => trial.values[at] ?? Number.NaN)
    .sort((a, b) => a - b);
  const points = values.map((x, i): ChartPoint => ({ x, y: (i + 1) / values.length }));
  const middle = values[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
  return {
    title: t('Distribution of values'),
    summary: t('Half of {0} trials have a {1} of {2} or less.', count(values.length), objective.metric, metric(middle)),
    x: { label: objective.metric },
    y: { label: t('Share of trials at or below'), min: 0, max: 1 },
    series: [{ label: t('trials'), slot: 0, points, stepped: true }],
  };
}

/** The first two objectives of all trials, with the front; undefined for one objective. */
export function paretoSpec(study: Study): ChartSpec | undefined {
  const [first, second] = study.objectives;
  if (first === undefined || second === undefined) return undefined;
  const place = ({ values: [x = Number.NaN, y = Number.NaN] }: Trial): ChartPoint => ({ x, y });
  const onFront = new Set(study.front);
  const done = complete(study);
  const front = done
    .filter(({ number }) => onFront.has(number))
    .map(place)
    .sort((a, b) => a.x - b.x);
  return {
    title: t('Pareto front'),
    summary:
      done.length === 1
        ? t('1 trial.')
        : t('{0} of {1} trials are not worse than any other in both.', count(front.length), count(done.length)),
    ...(study.objectives.length > 2 && { note: t('There are further objectives; of those the first two are drawn.') }),
    x: { label: wanted(first) },
    y: { label: wanted(second) },
    series: [
      {
        label: t('other trials'),
        slot: 0,
        points: done.filter(({ number }) => !onFront.has(number)).map(place),
        dots: true,
        noLine: true,
      },
      { label: t('front'), slot: 1, points: front, dots: true, ...(study.objectives.length > 2 && { noLine: true }) },
    ],
  };
}

const wanted = ({ metric: name, maximize }: Objective): string =>
  maximize ? t('{0} (more is better)', name) : t('{0} (less is better)', name);

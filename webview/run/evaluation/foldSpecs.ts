import type { ChartSpec } from '../../../engine/charts/spec';
import type { CrossValidation, LearnerComparison } from '../../../engine/protocol/crossValidation';
import type { CurveStatistic, LearningCurve } from '../../../engine/protocol/learningCurve';
import { count, metric, signed } from '../../shared/format';
import { t } from '../../shared/l10n';

/** More folds, pairs or learners than these are in the tables and the file alone. */
const mostFolds = 200;
const mostBars = 30;
const mostCurves = 8;

/** A metric in each fold, a series a learner. */
export function foldsSpec({ learners, folds }: CrossValidation, key: string): ChartSpec {
  const shown = learners.slice(0, mostCurves);
  return {
    title: t('Folds'),
    summary: t('{0} of each learner in each of {1} folds.', key, count(folds.length)),
    ...(folds.length > mostFolds && { note: t('The first {0} folds.', mostFolds) }),
    x: { label: t('Fold') },
    y: { label: key },
    series: shown.map(({ name, values }, slot) => ({
      label: name,
      slot,
      dots: true,
      points: (values[key] ?? []).slice(0, mostFolds).flatMap((y, at) => (y === null ? [] : [{ x: at + 1, y }])),
    })),
  };
}

export const pairName = ({ first, second }: Pick<LearnerComparison, 'first' | 'second'>): string =>
  `${first} − ${second}`;

/** How far learners lie apart, with the interval of the corrected test; undefined for one learner. */
export function differencesSpec({ comparisons }: CrossValidation, key: string): ChartSpec | undefined {
  const pairs = comparisons.filter(({ metric: one }) => one === key).slice(0, mostBars);
  if (pairs.length === 0) return undefined;
  const [first] = pairs;
  return {
    title: t('Differences'),
    summary: t(
      '{0}: {1} in {2}, 95 % between {3} and {4}. What crosses 0 may be chance.',
      first ? pairName(first) : '',
      signed(first?.difference ?? NaN),
      key,
      signed(first?.interval[0] ?? NaN),
      signed(first?.interval[1] ?? NaN),
    ),
    x: { label: t('Learners') },
    y: {
      label: t('Mean difference in {0}, with its 95 % interval', key),
      covers: [0, ...pairs.flatMap(({ interval }) => interval)],
    },
    categories: pairs.map(pairName),
    height: 90 + pairs.length * 24,
    series: [
      {
        label: t('Difference'),
        slot: 0,
        points: pairs.map(({ difference: y, interval: [low, high] }, x) => ({ x, y, low, high })),
      },
    ],
  };
}

/** A metric by the number of training rows: held-out rows with a band, rows learnt from as the faint line. */
export function learningCurveSpec(curve: LearningCurve, key: string): ChartSpec {
  const { learners, sizes, repeats, judged } = curve;
  const shown = learners.slice(0, mostCurves);
  const points = (list: readonly CurveStatistic[] = []) =>
    list.flatMap(({ mean: y, sd }, at) => {
      const x = sizes[at];
      if (y === null || x === undefined) return [];
      return [{ x, y, ...(sd !== null && { low: y - sd, high: y + sd }) }];
    });
  const last = shown.map(({ name, validation }) => {
    const [before, end] = (validation[key] ?? []).slice(-2).map(({ mean }) => mean ?? NaN);
    return t('{0}: {1}, {2} by the last rows', name, metric(end ?? NaN), signed((end ?? NaN) - (before ?? NaN)));
  });
  return {
    title: t('Learning curve'),
    summary: `${key}. ${last.join('; ')}.`,
    note: t(
      'Held-out rows with ± standard deviation over {0} repeats of {1} rows each; faint: the rows learnt from.',
      count(repeats),
      count(judged),
    ),
    x: { label: t('Training rows'), log: true, format: count },
    y: { label: key },
    series: shown.flatMap(({ name, training, validation }, slot) => [
      { label: name, slot, dots: true, band: repeats > 1, points: points(validation[key]) },
      {
        label: t('{0}, rows learnt from', name),
        slot,
        ghost: true,
        points: points(training[key]).map(({ x, y }) => ({ x, y })),
      },
    ]),
  };
}

import { quantile } from '../statistics/quantiles';
import type { Footprint, ModelTests, Ratios } from '../../protocol/modelTests';

/** Earlier trainings that it takes to know how much they differ by themselves. */
export const leastEarlier = 5;
/** Median absolute deviations of a normal distribution in a standard one, and how many of those are no chance any more. */
const [madScale, farOut] = [1.4826, 3];

export interface Change {
  readonly worse: boolean;
  /** Share by which it is worse; negative: better. */
  readonly by: number;
  /** Share by which two measurements of the same differ. */
  readonly noise: number;
}

/**
 * How a measure stands beside the registered version that it was taken in turns with: worse when even the better end of
 * the 95 % interval of the ratio is worse than `bound` (a share) and the noise together. Undefined: nothing was beside it.
 */
export function footprintChange(
  { beside }: Pick<ModelTests, 'beside'>,
  measure: Footprint,
  bound: number,
): (Change & { readonly version: number }) | undefined {
  const found = beside?.ratios[measure];
  if (beside === undefined || found === undefined) return undefined;
  const { ratio, noise, best } = turned(measure, found);
  return { worse: best > (1 + bound) * (1 + noise), by: ratio - 1, noise, version: beside.version };
}

/** So that more is worse; `best`: the end of the interval that speaks for the model. */
function turned(measure: Footprint, { ratio, interval: [low, high], noise }: Ratios) {
  return measure === 'rows_per_second' ? { ratio: 1 / ratio, best: 1 / high, noise } : { ratio, best: low, noise };
}

/**
 * How long the training took beside earlier ones of the pipeline: worse when it is beyond the usual time by `bound` (a
 * share) and by three deviations of the earlier ones, told by their median absolute deviation. Undefined: there are too few.
 */
export function trainingChange(
  { training: times }: Pick<ModelTests, 'training'>,
  bound: number,
): (Change & { readonly seconds: number; readonly usual: number; readonly earlier: number }) | undefined {
  if (times === undefined || times.earlier.length < leastEarlier) return undefined;
  const { seconds, earlier } = times;
  const usual = median(earlier);
  const noise = (farOut * madScale * median(earlier.map(time => Math.abs(time - usual)))) / usual;
  const worse = seconds > usual * (1 + bound) * (1 + noise);
  return { worse, by: seconds / usual - 1, noise, seconds, usual, earlier: earlier.length };
}

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

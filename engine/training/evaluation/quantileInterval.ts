import { normalCdf, normalQuantile } from '../../statistics/normal';

export type Interval = readonly [number, number];

/** The middle of the draws, in any order. */
export function percentileInterval(draws: readonly number[], confidence = 0.95): Interval {
  const sorted = Float64Array.from(draws).sort();
  return [quantile(sorted, (1 - confidence) / 2), quantile(sorted, (1 + confidence) / 2)];
}

/**
 * Bias-corrected and accelerated (Efron 1987): the quantiles are moved by how the draws lie about the estimate, and by how
 * its spread changes with it. As the percentile interval where that cannot be said: all draws on one side, or equal.
 * @param estimate of the rows themselves
 * @param jackknife estimates each with some of the rows left out
 */
export function bcaInterval(
  draws: readonly number[],
  { estimate, jackknife }: { readonly estimate: number; readonly jackknife: readonly number[] },
  confidence = 0.95,
): Interval {
  const below = draws.reduce((sum, draw) => sum + (draw < estimate ? 1 : draw === estimate ? 0.5 : 0), 0);
  const bias = normalQuantile(below / draws.length);
  const acceleration = accelerationOf(jackknife);
  if (!Number.isFinite(bias) || !Number.isFinite(acceleration)) return percentileInterval(draws, confidence);
  const sorted = Float64Array.from(draws).sort();
  const at = (share: number): number => {
    const z = bias + normalQuantile(share);
    return quantile(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  };
  return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
}

function accelerationOf(jackknife: readonly number[]): number {
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Linear between neighbours, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)]!;
  return low + ((sorted[Math.floor(at) + 1] ?? low) - low) * (at - Math.floor(at));
}

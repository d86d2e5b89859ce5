import { Random } from '../../random';
import { quantile } from '../../charts/statistics/quantiles';
import type { Ratios } from '../../protocol/modelTests';

const draws = 1000;

/**
 * Own and other measurements that were made in turns: their ratio with an interval, and what two measurements of the
 * same model differ by, which is the noise of this machine at this time.
 * @param own two measurements a round
 * @param theirs one a round
 */
export function ratiosOf(
  { own, theirs }: { readonly own: readonly (readonly [number, number])[]; readonly theirs: readonly number[] },
  seed: number,
): Ratios {
  const logs = own.map(([first, second], i) => (Math.log(first) + Math.log(second)) / 2 - Math.log(theirs[i]!));
  const noise = own.map(([first, second]) => Math.abs(Math.log(first) - Math.log(second)));
  const random = new Random(seed);
  const medians = Array.from({ length: draws }, () => median(logs.map(() => logs[random.below(logs.length)]!))).sort(
    (a, b) => a - b,
  );
  return {
    ratio: Math.exp(median(logs)),
    interval: [Math.exp(medians[Math.floor(0.025 * draws)]!), Math.exp(medians[Math.ceil(0.975 * draws) - 1]!)],
    noise: Math.exp(quantile(sorted(noise), 0.95)) - 1,
  };
}

export const median = (values: readonly number[]): number => quantile(sorted(values), 0.5);

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

import { expect, it } from 'vitest';
import { counted, type NumberDistribution } from '../../../../../engine/data/profile/distribution';
import { centralHistogram } from '../../../../../engine/process/features/statistics/centralHistogram';

const numbers = (values: readonly number[]): NumberDistribution => ({
  ...{ kind: 'numbers', name: 'x', of: values.length, complete: true },
  ...counted(Float64Array.from(values).sort()),
});
const shown = (values: readonly number[]) =>
  centralHistogram(numbers(values), { min: Math.min(...values), max: Math.max(...values) });
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

it('gives each of a few whole numbers a bin of its own', () => {
  expect(shown([-1, 0, 0, 2])).toEqual({
    edges: [-1.5, -0.5, 0.5, 1.5, 2.5],
    counts: [1, 2, 0, 1],
    below: 0,
    above: 0,
  });
  expect(shown([3, 3])).toEqual({ edges: [2.5, 3.5], counts: [2], below: 0, above: 0 });
  expect(shown([0.5, 1, 2])).toBeUndefined(); // they are not whole
});

it('cuts what is far from all others, and counts it', () => {
  // numpy.percentile(list(range(1000)) + [-1e6, 1e9, 2e9], [1, 99]) is 9.02, 990.98
  const found = shown([...upTo(1000), -1e6, 1e9, 2e9]);
  expect([found?.edges[0], found?.edges.at(-1)].map(edge => edge?.toFixed(2))).toEqual(['9.02', '990.98']);
  expect(found?.edges).toHaveLength(21);
  expect([found?.below, found?.above]).toEqual([11, 11]);
  expect(found?.counts.reduce((a, b) => a + b, 0)).toBe(1003 - 22);
  // the first bin goes from 9.02 to 58.118: 10 to 58
  expect(found?.counts[0]).toBe(49);
});

it('leaves alone what lies together, and what is nearly all one value', () => {
  expect(shown(upTo(1000).map(value => value / 7))).toBeUndefined();
  expect(shown([...new Array<number>(1000).fill(0.5), 1e6])).toBeUndefined();
});

import { expect, test } from 'vitest';
import { Random } from '../../../../engine/random';
import { median, ratiosOf } from '../../../../engine/training/modelTests/sideBySide';
import { heldMemory } from '../../../../engine/training/modelTests/heldMemory';

test('the ratio of two models, its interval, and what one model differs from itself by', () => {
  const own = [2, 2.2, 1.8, 2, 2.1, 1.9].map(value => [value, value * 1.05] as const);
  const { ratio, interval, noise } = ratiosOf({ own, theirs: [1, 1.1, 0.9, 1, 1.05, 0.95] }, 1);
  expect(ratio).toBeCloseTo(2 * Math.sqrt(1.05), 6);
  expect(interval[0]).toBeLessThanOrEqual(ratio);
  expect(interval[1]).toBeGreaterThanOrEqual(ratio);
  expect(noise).toBeCloseTo(0.05, 6);
});

test('the interval covers the true ratio of noisy measurements in about 95 of 100 cases', () => {
  const random = new Random(3);
  const measured = (base: number): number => base * Math.exp(0.1 * random.normal());
  let covered = 0;
  for (let i = 0; i < 200; i++) {
    const own = Array.from({ length: 12 }, () => [measured(1.5), measured(1.5)] as const);
    const { interval } = ratiosOf({ own, theirs: Array.from({ length: 12 }, () => measured(1)) }, i);
    if (interval[0] <= 1.5 && interval[1] >= 1.5) covered++;
  }
  expect(covered).toBeGreaterThan(176);
});

test('medians', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([1, 2, 3, 4])).toBe(2.5);
});

test('memory is what a thing holds, not what was needed to make it', async () => {
  const { made, memory } = await heldMemory(async () => {
    const waste = Array.from({ length: 20 }, () => new Float64Array(125_000)); // 20 MB
    return new Float64Array(1_000_000).fill(waste.length); // 8 MB: what others give back meanwhile is little beside it
  });
  expect(made).toHaveLength(1_000_000);
  expect(memory).toBeGreaterThan(7.2);
  expect(memory).toBeLessThan(15);
});

import { expect, test } from 'vitest';
import { nearestIndex, panned, within, zoomed } from '../../../engine/charts/range';

test('zooms around a place that stays, and comes back to all of it', () => {
  expect(zoomed([0, 100], [0, 100], { factor: 0.5, around: 20 })).toEqual([10, 60]);
  expect(zoomed([10, 60], [0, 100], { factor: 2, around: 20 })).toBeUndefined();
  expect(zoomed([90, 100], [0, 100], { factor: 2, around: 95 })).toEqual([85, 100]);
  const narrow = [50, 50 + 5e-8] as const;
  expect(zoomed(narrow, [0, 100], { factor: 0.5, around: 50 })).toEqual(narrow);
});

test('moves along as far as the axis goes', () => {
  expect(panned([20, 40], [0, 100], 0.5)).toEqual([30, 50]);
  expect(panned([70, 90], [0, 100], 5)).toEqual([80, 100]);
  expect(panned([10, 30], [0, 100], -5)).toEqual([0, 20]);
  expect(panned([0, 100], [0, 100], 1)).toBeUndefined();
  expect(within([-5, 50], [0, 100])).toEqual([0, 50]);
  expect(within([120, 150], [0, 100])).toBeUndefined();
});

test('finds the nearest of growing numbers', () => {
  const numbers = [-2, 0, 0, 5];
  expect([-9, -1.1, -0.9, 2, 2.6, 99].map(x => numbers[nearestIndex(numbers, x)])).toEqual([-2, -2, 0, 0, 5, 5]);
  expect(nearestIndex([], 3)).toBe(-1);
});

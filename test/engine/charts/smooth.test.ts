import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { smoothOverX } from '../../../engine/charts/smooth';

interface Reference {
  readonly width: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly cases: readonly { readonly weight: number; readonly smoothed: readonly number[] }[];
}
const file = path.resolve(import.meta.dirname, '../../fixtures/charts/smoothing.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;

test.each(reference.cases)('smooths unevenly spaced values as pandas does, with a weight of $weight', one => {
  const smoothed = smoothOverX(reference, one.weight, reference.width);
  expect(smoothed).toHaveLength(one.smoothed.length);
  smoothed.forEach((value, at) => expect(value).toBeCloseTo(one.smoothed[at]!, 9));
});

test('leaves values as they are without a weight, and those of one place as their mean', () => {
  expect(smoothOverX({ x: [0, 1], y: [3, 5] }, 0, 1)).toEqual([3, 5]);
  expect(smoothOverX({ x: [4, 4, 4], y: [3, 5, 7] }, 0.5, 0)).toEqual([3, 4, 5]);
});

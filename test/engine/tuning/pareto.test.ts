import { expect, test } from 'vitest';
import {
  contributions,
  hypervolume,
  nonDominatedRanks,
  paretoFront,
  spreadSubset,
} from '../../../engine/tuning/pareto';

const two = [[0.3, 0.42], [0.03, 0.12], [0.67, 0.65], [0.62, 0.38], [1, 0.98], [0.69, 0.65]]; // prettier-ignore
const three = [
  [0.64, 0.27, 0.04],
  [0.02, 0.81, 0.91],
  [0.61, 0.73, 0.54],
  [0.94, 0.82, 0],
  [0.86, 0.03, 0.73],
  [0.18, 0.86, 0.54],
];

test("fronts and volumes are Optuna's", () => {
  expect(nonDominatedRanks(two)).toEqual([1, 0, 2, 1, 4, 3]);
  expect(nonDominatedRanks(three)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(hypervolume(two, [1.1, 1.1])).toBeCloseTo(1.0486, 10);
  expect(hypervolume(three, [1.1, 1.1, 1.1])).toBeCloseTo(0.504721, 10);
});

test('the front has the points that none dominates, equal ones too', () => {
  expect(paretoFront([[1, 3], [2, 2], [3, 3], [2, 2], [3, 1]])).toEqual([0, 1, 3, 4]); // prettier-ignore
});

test('what a point adds is the volume that would be lost without it', () => {
  // a staircase: each step is a rectangle of its own
  expect(contributions([[1, 3], [2, 2], [3, 1]], [4, 4])).toEqual([1, 1, 1]); // prettier-ignore
  expect(contributions([[1, 1], [2, 2]], [4, 4])).toEqual([5, 0]); // prettier-ignore
});

test('a subset that dominates much is spread', () => {
  const crowded = [[0, 1], [0.01, 0.99], [0.02, 0.98], [0.5, 0.5], [1, 0]]; // prettier-ignore
  expect([...spreadSubset(crowded, 3)].sort()).not.toEqual([0, 1, 2]);
  expect(spreadSubset(crowded, 3)).toContain(3);
});

import { expect, test } from 'vitest';
import { AshaPruner } from '../../../engine/tuning/pruners/ashaPruner';
import { HyperbandPruner } from '../../../engine/tuning/pruners/hyperbandPruner';
import { MedianPruner } from '../../../engine/tuning/pruners/medianPruner';
import type { Course } from '../../../engine/tuning/pruners/pruner';
import { WilcoxonPruner } from '../../../engine/tuning/pruners/wilcoxonPruner';

/** A trial whose folds measured these. */
function course(number: number, folds: readonly number[], isComplete = true): Course {
  const means = folds.map((_, i) => folds.slice(0, i + 1).reduce((sum, loss) => sum + loss, 0) / (i + 1));
  const points = (losses: readonly number[]) => losses.map((loss, i) => ({ step: i + 1, loss }));
  return { number, isComplete, folds: points(folds), means: points(means) };
}
const flat = (number: number, loss: number, folds: number): Course => course(number, Array<number>(folds).fill(loss));

test('the median pruner waits for five trials, and compares after as many folds', () => {
  const others = [1, 2, 3, 4, 5].map(loss => course(loss, [loss, loss + 10]));
  const pruner = new MedianPruner();
  expect(pruner.shouldPrune(course(9, [3.1], false), others)).toBe(true);
  expect(pruner.shouldPrune(course(9, [3], false), others)).toBe(false);
  expect(pruner.shouldPrune(course(9, [3.1], false), others.slice(1))).toBe(false);
  // after two folds the median of means is 8
  expect(pruner.shouldPrune(course(9, [3.1, 3.1], false), others)).toBe(false);
  expect(pruner.shouldPrune(course(9, [NaN], false), others)).toBe(true);
});

test('successive halving lets a quarter pass each rung', () => {
  const pruner = new AshaPruner();
  const others = [1, 2, 3, 4, 5, 6, 7].map(loss => flat(loss, loss, 1));
  // with itself eight at the first rung: two go on
  expect(pruner.shouldPrune(course(9, [1.5], false), others)).toBe(false);
  expect(pruner.shouldPrune(course(9, [2.5], false), others)).toBe(true);
  // among fewer than four only the best goes on
  expect(pruner.shouldPrune(course(9, [0.5], false), others.slice(0, 2))).toBe(false);
  expect(pruner.shouldPrune(course(9, [1.5], false), others.slice(0, 2))).toBe(true);
  // between rungs nothing is decided; at the second, after four folds, only those count that came there
  const there = [flat(20, 1, 4), flat(21, 2, 4)];
  expect(pruner.shouldPrune(course(9, [0.5, 9, 9], false), [...others, ...there])).toBe(false);
  expect(pruner.shouldPrune(course(9, [0.5, 9, 9, 9], false), [...others, ...there])).toBe(true);
});

test('Hyperband gives each halving its share, and compares within it', () => {
  const pruner = new HyperbandPruner(9, 4);
  const brackets = Array.from({ length: 3000 }, (_, number) => pruner.bracket(number));
  // three halvings with shares of 9, 5 and 3 of 17
  for (const [bracket, share] of [9 / 17, 5 / 17, 3 / 17].entries())
    expect(brackets.filter(one => one === bracket).length / 3000).toBeCloseTo(share, 1);
  const last = brackets.indexOf(2);
  const first = brackets.indexOf(0);
  const good = Array.from({ length: 9 }, (_, i) => flat(i, 0, 9));
  expect(pruner.shouldPrune(course(first, [1], false), good)).toBe(true);
  expect(pruner.shouldPrune(course(last, [1, 1, 1], false), good)).toBe(false);
});

test('the Wilcoxon pruner looks at the same folds of the best trial, however hard they are', () => {
  const best = course(0, [1, 5, 2, 7, 3]);
  const other = course(1, [9, 9, 9, 9, 9]);
  const pruner = new WilcoxonPruner();
  expect(pruner.shouldPrune(course(2, [1.1, 5.2, 2.3, 7.4], false), [other, best])).toBe(true);
  expect(pruner.shouldPrune(course(2, [1.1, 5.2, 2.3], false), [other, best])).toBe(false);
  expect(pruner.shouldPrune(course(2, [0.9, 5.2, 1.9, 7.4], false), [other, best])).toBe(false);
  expect(pruner.shouldPrune(course(2, [0.9, 4.2, 1.9, 6.4], false), [other, best])).toBe(false);
});

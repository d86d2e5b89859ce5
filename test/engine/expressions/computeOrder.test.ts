import { expect, it } from 'vitest';
import { computeOrder } from '../../../engine/expressions/computeOrder';

const order = (needs: Readonly<Record<string, readonly string[]>>) => computeOrder(new Map(Object.entries(needs)));

it('puts each after what it needs, else as they stand', () => {
  expect(order({ c: ['b', 'income'], a: ['income'], b: ['a', 'a'], d: [] })).toEqual({ order: ['a', 'b', 'c', 'd'] });
});

it.each<[Readonly<Record<string, readonly string[]>>, readonly string[]]>([
  [{ a: ['a'] }, ['a', 'a']],
  [{ a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
  [{ x: ['a'], a: ['y', 'b'], y: [], b: ['c'], c: ['x1', 'a'], x1: [] }, ['a', 'b', 'c', 'a']],
])('names the circle of %o', (needs, cycle) => {
  expect(order(needs)).toEqual({ cycle });
});

it('takes a chain of any length', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `f${index}`);
  const needs = new Map(names.map((name, index) => [name, index + 1 < names.length ? [`f${index + 1}`] : []]));
  expect(computeOrder(needs)).toEqual({ order: names.toReversed() });
});

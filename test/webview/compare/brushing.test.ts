import { expect, test } from 'vitest';
import { columnScale } from '../../../engine/charts/plots/axis';
import type { Brush } from '../../../engine/charts/plots/parallel';
import { pressed } from '../../../webview/shared/charts/brushing';

const named = { id: 'params.a', title: 'a', isMetric: false };
const numeric = { ...named, kind: 'number', log: false, values: [0, 100] } as const;
const category = { ...named, kind: 'category', categories: ['a', 'b', 'c', 'd'], values: [0, 1, 2, 3] } as const;
const press = (column: typeof numeric | typeof category, brush: Brush | undefined, key: string, shiftKey = false) =>
  pressed({ key, shiftKey }, brush, { column, scale: columnScale(column, [300, 20]) });
const close = (from: number, to: number) => [expect.closeTo(from, 9), expect.closeTo(to, 9)];

test('an arrow takes half of an axis, then moves it, and stays within', () => {
  expect(press(numeric, undefined, 'ArrowUp')).toEqual(close(50, 100));
  expect(press(numeric, undefined, 'ArrowDown')).toEqual(close(0, 50));
  expect(press(numeric, [20, 40], 'ArrowUp')).toEqual(close(25, 45));
  expect(press(numeric, [2, 40], 'ArrowDown')).toEqual(close(0, 38));
});

test('with Shift its upper end moves, not below the lower one', () => {
  expect(press(numeric, [20, 40], 'ArrowUp', true)).toEqual(close(20, 45));
  expect(press(numeric, [20, 22], 'ArrowDown', true)).toEqual(close(20, 20));
});

test('categories are moved one by one', () => {
  expect(press(category, [-0.5, 0.5], 'ArrowUp')).toEqual(close(0.5, 1.5));
});

test('Escape takes it away; other keys are left alone', () => {
  expect(press(numeric, [20, 40], 'Escape')).toBeUndefined();
  expect(press(numeric, undefined, 'Escape')).toBe('other');
  expect(press(numeric, [20, 40], 'Tab')).toBe('other');
});

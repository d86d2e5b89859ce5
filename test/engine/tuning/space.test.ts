import { expect, test } from 'vitest';
import type {
  FloatParameter,
  IntParameter,
  Parameter,
  ParameterCondition,
  ParamValue,
} from '../../../engine/protocol/tuning';
import { axisOf, fromShare, gridValues, toShare } from '../../../engine/tuning/axis';
import { SearchSpace } from '../../../engine/tuning/space';

const number = (name: string, more: Partial<FloatParameter> = {}): FloatParameter => ({
  kind: 'float', name, low: 0, high: 1, log: false, when: [], ...more,
}); // prettier-ignore
const whole = (name: string, low: number, high: number, more: Partial<IntParameter> = {}): IntParameter => ({
  kind: 'int', name, low, high, log: false, step: 1, when: [], ...more,
}); // prettier-ignore
const choice = (name: string, choices: readonly ParamValue[], when: readonly ParameterCondition[] = []): Parameter => ({
  kind: 'choice',
  name,
  choices,
  when,
});
const only = (parameter: string, ...values: (string | boolean)[]): readonly ParameterCondition[] => [
  { parameter, values },
];

const space = new SearchSpace([
  number('rate', { when: only('penalty', true), low: 1, high: 2 }),
  choice('learner', ['a', 'b']),
  choice('penalty', [true, false], only('learner', 'b')),
  whole('trees', 1, 3, { when: only('learner', 'b') }),
]);

test('what hangs on a parameter is filled after it, and only where it exists', () => {
  expect(space.groups.map(({ parameters }) => parameters.map(({ name }) => name))).toEqual([
    ['learner'],
    ['penalty', 'trees'],
    ['rate'],
  ]);
  const drawn = { learner: 'b', penalty: true, trees: 2, rate: 1.5 };
  expect(space.fill({}, () => drawn)).toEqual(drawn);
  expect(space.fill({ penalty: false }, () => drawn)).toEqual({ learner: 'b', penalty: false, trees: 2 });
  expect(space.fill({ learner: 'a', trees: 3 }, () => drawn)).toEqual({ learner: 'a' });
});

test('parameters outside of their bounds, missing ones and those without a place are no point of the space', () => {
  expect(space.holds({ learner: 'b', penalty: true, trees: 2, rate: 1.5 })).toBe(true);
  expect(space.holds({ learner: 'b', penalty: true, trees: 2, rate: 2.5 })).toBe(false);
  expect(space.holds({ learner: 'b', penalty: true, trees: 2.5, rate: 1.5 })).toBe(false);
  expect(space.holds({ learner: 'b', penalty: false, trees: 2, rate: 1.5 })).toBe(false);
  expect(space.holds({ learner: 'b', trees: 2 })).toBe(false);
  expect(space.holds({ learner: 'c' })).toBe(false);
});

test('a condition on what is not there, or on itself, is said', () => {
  expect(() => new SearchSpace([number('x', { when: only('y', true) })])).toThrow('depends on y');
  expect(() => new SearchSpace([choice('x', [true], only('y', true)), choice('y', [true], only('x', true))])).toThrow(
    'round in a circle',
  );
});

test('an axis is even in its logarithm, and a stepped one gives its ends as much room as the others', () => {
  const log = axisOf(number('x', { low: 0.01, high: 100, log: true }));
  expect(fromShare(log, 0.5)).toBeCloseTo(1, 12);
  expect(toShare(log, 10)).toBeCloseTo(0.75, 12);
  const stepped = axisOf(whole('x', 1, 3));
  expect([0, 0.32, 0.34, 0.66, 0.68, 1].map(share => fromShare(stepped, share))).toEqual([1, 1, 2, 2, 3, 3]);
  const rough = axisOf(number('x', { low: 0, high: 1, step: 0.3 }));
  expect([0, 0.3, 0.6, 0.99].map(share => fromShare(rough, share))).toEqual([0, 0.3, 0.6, 0.9]);
});

test('a grid has all values of a short axis, and five of a long one', () => {
  expect(gridValues(whole('x', 2, 5), 5)).toEqual([2, 3, 4, 5]);
  expect(gridValues(number('x', { low: 0, high: 1 }), 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  const log = gridValues(number('x', { low: 0.01, high: 100, log: true }), 5);
  expect(log.map(value => Number(value.toFixed(9)))).toEqual([0.01, 0.1, 1, 10, 100]);
  expect(gridValues(whole('x', 1, 1000, { log: true }), 4)).toEqual([1, 10, 100, 1000]);
});

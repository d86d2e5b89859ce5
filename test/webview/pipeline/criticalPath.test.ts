import { expect, test } from 'vitest';
import { plannedPath, timeLeft, totalTime, waitedPath } from '../../../webview/pipeline/criticalPath';
import { inOrder } from '../../../webview/shared/graph/inOrder';
import { aStep } from './steps';

const ran = (startedAt: number, endedAt: number) => ({ state: 'succeeded', startedAt, endedAt }) as const;

test('of a plan it is the longest chain by what steps usually take; what is taken from earlier counts nothing', () => {
  const will = (usually?: number) => ({ state: 'will-run', ...(usually !== undefined && { usually }) }) as const;
  const steps = [
    aStep('a', '', will(1000)),
    aStep('b', 'a', will(2000)),
    aStep('c', 'a', { state: 'will-cache', usually: 9000 }),
    aStep('d', 'b c', will(500)),
    aStep('e', 'c', will(2400)),
  ];
  expect(plannedPath(steps)).toEqual({ steps: ['a', 'b', 'd'], time: 3500 });
  expect(totalTime(steps, 0)).toBe(5900);
  expect(plannedPath([aStep('a', '', will())])).toBeUndefined();
});

test('of a run it leads back over what each step waited for, in whatever order the steps stand', () => {
  const steps = [
    aStep('d', 'b c', ran(40, 60)),
    aStep('c', 'a', ran(10, 40)),
    aStep('b', 'a', ran(10, 20)),
    aStep('a', '', ran(0, 10)),
    aStep('e', 'd', { state: 'skipped' }),
  ];
  expect(waitedPath(steps, 100)).toEqual({ steps: ['a', 'c', 'd'], time: 60 });
});

test('of a run that is under way it ends at what runs', () => {
  const steps = [aStep('a', '', ran(0, 10)), aStep('b', 'a', { state: 'running', startedAt: 10 }), aStep('c', 'a')];
  expect(waitedPath(steps, 100)).toEqual({ steps: ['a', 'b'], time: 100 });
  expect(waitedPath([aStep('a')], 100)).toBeUndefined();
});

test('the time that is left is that of the longest chain of what is not over', () => {
  const steps = [
    aStep('a', '', { ...ran(0, 10), usually: 10 }),
    aStep('b', 'a', { state: 'running', startedAt: 10, usually: 100 }),
    aStep('c', 'b', { usually: 30 }),
    aStep('d', 'a', { usually: 90 }),
  ];
  expect(timeLeft(steps, 50)).toBe(90);
  expect(timeLeft(steps, 30)).toBe(110);
  expect(timeLeft(steps, 900)).toBe(90);
});

test('each step stands behind what it needs', () => {
  expect(inOrder([aStep('c', 'b'), aStep('b', 'a x'), aStep('a')]).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

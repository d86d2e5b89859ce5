import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pulse } from '../../../engine/client/pulse';

let bytes = 0;
let asked = 0;
let told: boolean[] = [];
const make = (answers: () => boolean): Pulse =>
  new Pulse({
    patience: 10_000,
    received: () => bytes,
    ask: () => {
      asked++;
      if (answers()) bytes += 10;
    },
    tell: isSilent => void told.push(isSilent),
  });
beforeEach(() => {
  vi.useFakeTimers();
  bytes = asked = 0;
  told = [];
});
afterEach(() => void vi.useRealTimers());

test('whoever answers is never silent, however long a call takes', () => {
  make(() => true).watch();
  vi.advanceTimersByTime(3_600_000);
  expect(told).toEqual([]);
  expect(asked).toBeGreaterThan(500);
});

test('whoever says things by itself is not asked', () => {
  make(() => false).watch();
  for (let second = 0; second < 60; second++) {
    bytes++;
    vi.advanceTimersByTime(1000);
  }
  expect(asked).toBe(0);
  expect(told).toEqual([]);
});

test('nothing for the whole patience: silent, said at every look, and once when it speaks again', () => {
  let isAlive = false;
  const pulse = make(() => isAlive);
  const end = pulse.watch();
  vi.advanceTimersByTime(9999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([true]);
  end();
  vi.advanceTimersByTime(2000);
  expect(told).toEqual([true, true, true]);
  isAlive = true;
  bytes += 10;
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([true, true, true, false]);
  expect(vi.getTimerCount()).toBe(0);
});

test('nobody waits: nothing is asked or said, and no timer runs', () => {
  const pulse = make(() => false);
  const [one, two] = [pulse.watch(), pulse.watch()];
  one();
  one();
  vi.advanceTimersByTime(2000);
  expect(vi.getTimerCount()).toBe(1);
  two();
  vi.advanceTimersByTime(60_000);
  expect([asked, told, vi.getTimerCount()]).toEqual([0, [], 0]);
});

test('a machine that slept for an hour does not call the engine silent', () => {
  make(() => true).watch();
  vi.advanceTimersByTime(2000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
});

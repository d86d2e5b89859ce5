import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lifetime } from '../../../engine/process/lifetime';

let ended = 0;
const make = (): Lifetime => new Lifetime({ grace: 3000, firstGrace: 15_000, onEnd: () => void ended++ });
beforeEach(() => {
  vi.useFakeTimers();
  ended = 0;
});
afterEach(() => void vi.useRealTimers());

test('ends when nobody ever comes', () => {
  make();
  vi.advanceTimersByTime(14_999);
  expect(ended).toBe(0);
  vi.advanceTimersByTime(1);
  expect(ended).toBe(1);
});

test('ends the grace time after the last client has left, not before', () => {
  const lifetime = make();
  const [first, second] = [lifetime.client(), lifetime.client()];
  first.release();
  vi.advanceTimersByTime(60_000);
  expect(ended).toBe(0);
  second.release();
  vi.advanceTimersByTime(2999);
  expect(ended).toBe(0);
  vi.advanceTimersByTime(1);
  expect(ended).toBe(1);
});

test('a client within the grace time keeps it', () => {
  const lifetime = make();
  lifetime.client().release();
  vi.advanceTimersByTime(2000);
  lifetime.client();
  vi.advanceTimersByTime(60_000);
  expect(ended).toBe(0);
});

test('work goes on without clients', () => {
  const lifetime = make();
  const work = lifetime.busy();
  lifetime.client().release();
  vi.advanceTimersByTime(60_000);
  expect(ended).toBe(0);
  work.release();
  vi.advanceTimersByTime(3000);
  expect(ended).toBe(1);
});

test('a polite stop waits for work, not for clients', () => {
  const lifetime = make();
  lifetime.client();
  const work = lifetime.busy();
  lifetime.stopWhenIdle();
  vi.advanceTimersByTime(60_000);
  expect(ended).toBe(0);
  work.release();
  vi.advanceTimersByTime(0);
  expect(ended).toBe(1);
});

test('a hold that is released twice counts once', () => {
  const lifetime = make();
  const hold = lifetime.client();
  lifetime.client();
  hold.release();
  hold.release();
  expect(lifetime.clientCount).toBe(1);
});

test('ends once', () => {
  const lifetime = make();
  lifetime.stopWhenIdle();
  vi.advanceTimersByTime(0);
  lifetime.stopWhenIdle();
  vi.advanceTimersByTime(60_000);
  expect(ended).toBe(1);
});

import { describe, expect, test } from 'vitest';
import type { TriggerState } from '../../engine/protocol/triggers';
import { nextText, skipText, timeOf, triggersText } from '../../src/views/triggerText';

const aTrigger = (change: Partial<TriggerState> = {}): TriggerState => ({
  ...{ pipeline: 'train', kind: 'schedule', watches: '0 3 * * 1', paused: false, fired: 0, skipped: 0, queued: 0 },
  ...change,
});
const data = aTrigger({ kind: 'change', watches: 'applications' });
const soon = new Date();
soon.setDate(soon.getDate() + 2);
soon.setHours(3, 0, 0, 0);
const weekday = soon.toLocaleDateString('en', { weekday: 'short' });

test('a time of this week has its weekday, a later one its date', () => {
  expect(timeOf(soon.getTime())).toBe(`${weekday} 03:00 AM`);
  expect(timeOf(new Date(2026, 2, 9, 3).getTime(), new Date(2026, 1, 1).getTime())).toBe('Mar 9 03:00 AM');
});

describe('what comes next', () => {
  test.each([
    [aTrigger({ next: soon.getTime() }), `next ${weekday} 03:00 AM`],
    [aTrigger({ problem: 'It never comes.' }), 'never comes'],
    [aTrigger({ next: soon.getTime(), paused: true }), 'paused'],
    [aTrigger({ next: soon.getTime(), queued: 1 }), 'about to start'],
    [data, 'waits for applications'],
  ])('%#', (trigger, text) => expect(nextText(trigger)).toBe(text));
});

test('a skip is told until the trigger has fired again', () => {
  const lastSkip = { at: Date.now() - 12_000, reason: 'cool-down', message: '' } as const;
  expect(skipText(aTrigger({ lastSkip }))).toBe('skipped 12 s ago: it cooled down');
  expect(skipText(aTrigger({ lastSkip, lastFired: { at: Date.now() - 20_000, cause: '' } }))).not.toBe('');
  expect(skipText(aTrigger({ lastSkip, lastFired: { at: Date.now() - 2000, cause: '' } }))).toBe('');
});

describe('the lens above `on`', () => {
  const next = aTrigger({ next: soon.getTime() });
  const lastSkip = { at: Date.now() - 12_000, reason: 'budget', message: '' } as const;
  test.each([
    [undefined, 'not looked at yet'],
    [[], 'starts by hand only'],
    [[next, data], `next ${weekday} 03:00 AM · waits for applications`],
    [[next, { ...data, paused: true }], `next ${weekday} 03:00 AM`],
    [[{ ...next, paused: true }], 'paused'],
    [
      [next, { ...data, lastSkip }],
      `next ${weekday} 03:00 AM · waits for applications · skipped 12 s ago: its budget was spent`,
    ],
  ])('%#', (triggers, text) => expect(triggersText(triggers)).toBe(text));
});

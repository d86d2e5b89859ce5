import { expect, test } from 'vitest';
import { ZoneClock } from '../../../../engine/features/join/zoneClock';

// What Python's zoneinfo says of these clocks (fold=0; in gaps by the offset before).
test.each([
  ['UTC', '2024-03-31T02:30:00', '2024-03-31T02:30:00.000Z'],
  ['Europe/Berlin', '2024-03-31T01:59:59', '2024-03-31T00:59:59.000Z'],
  ['Europe/Berlin', '2024-03-31T02:30:00', '2024-03-31T01:30:00.000Z'], // passed over
  ['Europe/Berlin', '2024-03-31T03:00:00', '2024-03-31T01:00:00.000Z'],
  ['Europe/Berlin', '2024-10-27T01:59:59', '2024-10-26T23:59:59.000Z'],
  ['Europe/Berlin', '2024-10-27T02:30:00', '2024-10-27T00:30:00.000Z'], // shown twice
  ['Europe/Berlin', '2024-10-27T03:00:00', '2024-10-27T02:00:00.000Z'],
  ['America/New_York', '2024-03-10T02:30:00', '2024-03-10T07:30:00.000Z'],
  ['Australia/Lord_Howe', '2024-04-07T01:45:00', '2024-04-06T14:45:00.000Z'], // half an hour of summer time
  ['Asia/Kathmandu', '2024-03-10T02:30:00', '2024-03-09T20:45:00.000Z'],
  ['Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T22:00:00.000Z'], // a day that was left out
  ['Europe/Berlin', '1890-01-01T00:00:00', '1889-12-31T23:06:32.000Z'], // the sun's own time
])('%s, %s', (zone, shown, instant) => {
  expect(new Date(new ZoneClock(zone).instant(Date.parse(`${shown}Z`))).toISOString()).toBe(instant);
});

test('times out of the calendar are none', () => {
  expect(new ZoneClock('Europe/Berlin').instant(9e15)).toBeNaN();
  expect(new ZoneClock('Europe/Berlin').instant(Number.NaN)).toBeNaN();
});

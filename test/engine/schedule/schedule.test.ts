import { describe, expect, test } from 'vitest';
import { Schedule, isSchedule } from '../../../engine/schedule/schedule';
import { matcher } from '../../../engine/schedule/patterns';

function times(cron: string, zone: string, [from, until]: readonly [string, string]): readonly string[] {
  const read = Schedule.read(cron, zone);
  if (!isSchedule(read)) throw new Error(read.message);
  const found: string[] = [];
  let at = read.next(Date.parse(from));
  while (at !== undefined && at <= Date.parse(until)) {
    found.push(new Date(at).toISOString().slice(0, 16));
    at = read.next(at);
  }
  const back = read
    .between(Date.parse(from), Date.parse(until), 1000)
    .map(time => new Date(time).toISOString().slice(0, 16));
  expect(back, 'looked at from the end').toEqual(found);
  return found;
}

// The days on which Central European time changes in 2026: 29 March at 1:00 UTC, 25 October at 1:00 UTC.
describe('summer time', () => {
  test('a fixed time keeps to the clock on the wall', () => {
    expect(times('0 3 * * *', 'Europe/Berlin', ['2026-03-28T00:00Z', '2026-03-30T12:00Z'])).toEqual([
      '2026-03-28T02:00',
      '2026-03-29T01:00',
      '2026-03-30T01:00',
    ]);
  });

  test('a fixed time that is left out comes when there is a time again', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', ['2026-03-28T12:00Z', '2026-03-30T12:00Z'])).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ]);
  });

  test('a fixed time that comes twice comes once, of several too', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', ['2026-10-24T12:00Z', '2026-10-26T12:00Z'])).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(times('30 2,14 * * *', 'Europe/Berlin', ['2026-10-24T20:00Z', '2026-10-25T20:00Z'])).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T13:30',
    ]);
  });

  test('what repeats follows the real hours', () => {
    expect(times('*/30 * * * *', 'Europe/Berlin', ['2026-10-24T23:45Z', '2026-10-25T01:35Z'])).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T00:30',
      '2026-10-25T01:00',
      '2026-10-25T01:30',
    ]);
    expect(times('*/30 * * * *', 'Europe/Berlin', ['2026-03-29T00:10Z', '2026-03-29T01:35Z'])).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ]);
  });

  test('another half of the world changes on other days', () => {
    expect(times('0 9 * * MON', 'America/New_York', ['2026-03-01T00:00Z', '2026-03-16T20:00Z'])).toEqual([
      '2026-03-02T14:00',
      '2026-03-09T13:00',
      '2026-03-16T13:00',
    ]);
  });
});

test('a day that no month has never comes, a leap day does', () => {
  expect(times('0 0 30 2 *', 'UTC', ['2026-01-01T00:00Z', '2036-01-01T00:00Z'])).toEqual([]);
  expect(times('0 0 29 2 *', 'UTC', ['2026-01-01T00:00Z', '2033-01-01T00:00Z'])).toEqual([
    '2028-02-29T00:00',
    '2032-02-29T00:00',
  ]);
});

test('only so many of the newest times are given', () => {
  const read = Schedule.read('@hourly', 'UTC');
  if (!isSchedule(read)) throw new Error(read.message);
  const found = read.between(Date.parse('2026-01-01T00:00Z'), Date.parse('2026-01-02T00:00Z'), 3);
  expect(found.map(time => new Date(time).getUTCHours())).toEqual([22, 23, 0]);
});

test.each([
  ['0 3 * *', 'UTC', 'bad-cron', 'has 4'],
  ['0 0 3 * * 1', 'UTC', 'bad-cron', 'has 6'],
  ['61 3 * * 1', 'UTC', 'bad-cron', 'minute: 61'],
  ['@reboot', 'UTC', 'bad-cron', '@hourly'],
  ['2026-01-02T00:00:00', 'UTC', 'bad-cron', 'five fields'],
  ['0 3 * * 1', 'Europe/Berln', 'unknown-zone', 'Europe/Berlin'],
  ['0 3 * * 1', '+02:00', 'unknown-zone', 'Europe/Berlin'],
])('%s in %s cannot be read', (cron, zone, code, says) => {
  const read = Schedule.read(cron, zone);
  expect(read).toMatchObject({ code, message: expect.stringContaining(says) });
});

test('patterns take in and leave out', () => {
  const fits = matcher(['in/**/*.csv', '!in/old/**']);
  expect(['in/a.csv', 'in/x/y/a.csv', 'in/old/a.csv', 'in/a.txt', 'a.csv'].filter(fits)).toEqual([
    'in/a.csv',
    'in/x/y/a.csv',
  ]);
});

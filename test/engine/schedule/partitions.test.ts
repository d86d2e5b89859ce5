import { describe, expect, test } from 'vitest';
import {
  completeCount,
  dayOf,
  indexOfDay,
  momentText,
  partitionAt,
  type Calendar,
} from '../../../engine/schedule/partitions';

const days: Calendar = { every: 'day', start: '2024-01-01', timezone: 'UTC' };
const keys = (calendar: Calendar, count: number): string[] =>
  Array.from({ length: count }, (_, i) => partitionAt(calendar, i).key);

describe('partitions of time', () => {
  test('are days, weeks from the weekday of the first, or months', () => {
    expect(keys({ ...days, start: '2024-02-28' }, 3)).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
    expect(keys({ ...days, every: 'week', start: '2023-12-27' }, 2)).toEqual(['2023-12-27', '2024-01-03']);
    expect(keys({ ...days, every: 'month', start: '2023-12-01' }, 3)).toEqual(['2023-12', '2024-01', '2024-02']);
    expect(partitionAt({ ...days, every: 'month', start: '2024-01-01' }, 1)).toMatchObject({
      start: '2024-02-01',
      end: '2024-03-01',
    });
  });

  test('begin and end at midnight of their zone, also over summer time', () => {
    const berlin: Calendar = { every: 'day', start: '2024-03-30', timezone: 'Europe/Berlin' };
    const times = [0, 1, 2].map(i => partitionAt(berlin, i));
    expect(times.map(({ startsAt }) => new Date(startsAt).toISOString())).toEqual([
      '2024-03-29T23:00:00.000Z',
      '2024-03-30T23:00:00.000Z',
      '2024-03-31T22:00:00.000Z',
    ]);
    expect(times.map(({ startsAt, endsAt }) => (endsAt - startsAt) / 3_600_000)).toEqual([24, 23, 24]);
    expect(momentText(times[2]!.startsAt, 'Europe/Berlin')).toBe('2024-04-01T00:00:00+02:00');
    expect(momentText(0, 'UTC')).toBe('1970-01-01T00:00:00Z');
    expect(momentText(0, 'America/St_Johns')).toBe('1969-12-31T20:30:00-03:30');
    // In Santiago this day begins at 1:00: at midnight clocks are put forward.
    const santiago = partitionAt({ every: 'day', start: '2024-09-08', timezone: 'America/Santiago' }, 0);
    expect(momentText(santiago.startsAt, 'America/Santiago')).toBe('2024-09-08T01:00:00-03:00');
  });

  test('are complete once they are over in their zone', () => {
    const at = (text: string, calendar = days): number => completeCount(calendar, Date.parse(text));
    expect(at('2024-01-03T23:59:59.999Z')).toBe(2);
    expect(at('2024-01-04T00:00:00Z')).toBe(3);
    expect(at('2023-06-01T00:00:00Z')).toBe(0);
    expect(at('2024-01-03T12:00:00Z', { ...days, timezone: 'Pacific/Kiritimati' })).toBe(3);
    expect(at('2024-01-03T10:00:00Z', { ...days, timezone: 'Pacific/Pago_Pago' })).toBe(1);
    expect(at('2024-03-05T00:00:00Z', { ...days, every: 'month' })).toBe(2);
    expect(at('2030-01-01T00:00:00Z', { ...days, end: '2024-01-11' })).toBe(10);
  });

  test('are found by a day in them', () => {
    expect(indexOfDay(days, '2024-01-03')).toBe(2);
    expect(indexOfDay({ ...days, every: 'week' }, '2024-01-10')).toBe(1);
    expect(indexOfDay({ ...days, every: 'month' }, '2024-02')).toBe(1);
    expect(indexOfDay({ ...days, every: 'month' }, '2024-02-29')).toBe(1);
    for (const wrong of ['2023-12-31', '2024-02-30', '2024-1-1', 'yesterday', ''])
      expect(indexOfDay(days, wrong), wrong).toBeUndefined();
    expect(dayOf('2023-02-29')).toBeUndefined();
  });

  test('are counted over twenty years', () => {
    const berlin: Calendar = { every: 'day', start: '2004-01-01', timezone: 'Europe/Berlin' };
    expect(completeCount(berlin, Date.parse('2024-01-01T12:00:00Z'))).toBe(7305);
  });
});

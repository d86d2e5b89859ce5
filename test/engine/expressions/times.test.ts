import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, civilOf, daysOf, msPerDay, textOfTime, timeOfText } from '../../../engine/expressions/times/times';
import { timeOfText as timeOfData } from '../../../engine/data/read/timeText';
import { zoneOffset } from '../../../engine/expressions/times/zone';
import { constant } from './batch';

const times = fc.integer({ min: -8e15, max: 8e15 });

describe('days of the calendar', () => {
  it('are those that Date has, over all years', () => {
    fc.assert(
      fc.property(times, ms => {
        const date = new Date(ms);
        const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        expect(civilOf(ms)).toEqual(civil);
        expect(daysOf(civil) * msPerDay).toBe(Math.floor(ms / msPerDay) * msPerDay);
      }),
    );
  });

  it('are written as they are read', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(0, 0), max: Date.UTC(9999, 11) }), ms => {
        expect(timeOfText(textOfTime(ms, true))).toBe(ms);
      }),
    );
  });

  it.each([
    '2024-02-29',
    '2023-02-29',
    '2024-02-29T12:30:05.25+01:00',
    '2024-02-29 12:30',
    '2024-02-29T24:00',
    '29.2.2024',
    '2024-1-1',
    '2024-02-29T12:30:05Z',
    '2024-02-29T12:30:05-0530',
    '2024-02-29 12:30+02',
    '2024-13-01',
    '2024-02-29T12:30:05.123456789+01:00',
    '1969-12-31T23:59:59.9999999Z',
    '2024-02-29T12:30:05,000001',
  ])('%s is what it is in data', text => {
    expect(timeOfText(text)).toBe(timeOfData(text) ?? Number.NaN);
  });

  it('end with their month', () => {
    expect(addMonths(Date.UTC(2024, 0, 31, 7), 1)).toBe(Date.UTC(2024, 1, 29, 7));
    expect(addMonths(Date.UTC(2024, 0, 31), -2)).toBe(Date.UTC(2023, 10, 30));
    expect(addMonths(Date.UTC(2024, 0, 1), 0.5)).toBe(Number.NaN);
  });
});

describe('clocks of a zone', () => {
  it.each([
    ['Europe/Berlin', '2024-03-31T00:59:59Z', 1],
    ['Europe/Berlin', '2024-03-31T01:00:00Z', 2],
    ['Europe/Berlin', '2024-10-27T00:59:59Z', 2],
    ['Europe/Berlin', '2024-10-27T01:00:00Z', 1],
    ['America/St_Johns', '2024-01-15T00:00:00Z', -3.5],
    ['Asia/Kathmandu', '2024-01-15T00:00:00Z', 5.75],
    ['UTC', '2024-01-15T00:00:00Z', 0],
  ])('of %s at %s are %d hours ahead', (zone, text, hours) => {
    expect(zoneOffset(zone)?.(Date.parse(text))).toBe(hours * 3_600_000);
  });

  it('are what parts are of', () => {
    expect(constant("hour(in_zone(timestamp '2024-07-01 22:30:00', 'Europe/Berlin'))")).toBe(0);
    expect(constant("day(in_zone(timestamp '2024-07-01 22:30:00', 'Europe/Berlin'))")).toBe(2);
  });
});

describe('texts that are dates', () => {
  it.each<[string, unknown]>([
    ["to_date('31.12.2024', 'DD.MM.YYYY')", Date.UTC(2024, 11, 31)],
    ["to_date('1.2.2024', '%d.%m.%Y')", Date.UTC(2024, 1, 1)],
    ["to_date('2024-12-31 23:00')", Date.UTC(2024, 11, 31)],
    ["to_date('31.02.2024', 'DD.MM.YYYY')", null],
    ["strptime('17 May 2024 08:05:09', '%d %b %Y %H:%M:%S')", Date.UTC(2024, 4, 17, 8, 5, 9)],
    ["strptime('may 2024', '%B %Y')", Date.UTC(2024, 4, 1)],
    ["strptime('17.05.2024 x', '%d.%m.%Y')", null],
    ["strptime('17.05.24', '%d.%m.%Y')", null],
    ["strftime(date '2024-05-07', '100%% %d')", '100% 07'],
    ["upper('Größe')", 'GRÖSSE'],
    ['to_timestamp(1.5)', 1500],
    ['to_timestamp(1e15)', null],
  ])('%s is %s', (text, value) => {
    expect(constant(text)).toBe(value);
  });
});

import { describe, expect, test } from 'vitest';
import { timeOfText } from '../../../engine/data/read/timeText';
import { frameOf, plain } from './support';

const column = async (cells: readonly string[], missing: readonly string[] = [], other = 't') =>
  plain(await frameOf(`x,y\n${cells.map(cell => `${cell},${other}\n`).join('')}`, { missing }))['x']!;

describe('types inferred from the texts of a column', () => {
  test.each([
    [['1', '-2', '0', '9007199254740991'], 'integer', [1, -2, 0, 9007199254740991]],
    [['1', '2.50', '-.5', '5.', '1e3', '-2E-2'], 'number', [1, 2.5, -0.5, 5, 1000, -0.02]],
    [['1', 'NaN', '3'], 'integer', [1, null, 3]],
    [['1.5', 'inf', '-Infinity'], 'number', [1.5, Infinity, -Infinity]],
    [['NaN', 'nan'], 'number', [null, null]],
    [['007', '1'], 'string', ['007', '1']],
    [['1', '00.5'], 'string', ['1', '00.5']],
    [['+49123', '1'], 'string', ['+49123', '1']],
    [['1 000', '2'], 'string', ['1 000', '2']],
    [['9007199254740993', '1'], 'string', ['9007199254740993', '1']],
    [['9007199254740993', '1.5'], 'number', [9007199254740992, 1.5]],
    [['123456789012345678901', '-1'], 'string', ['123456789012345678901', '-1']],
    [['true', 'False', 'TRUE', ''], 'boolean', ['true', 'false', 'true', null]],
    [['true', '1'], 'string', ['true', '1']],
    [['2024-02-29', ''], 'date', [Date.UTC(2024, 1, 29), null]],
    [['2023-02-29', '2024-01-01'], 'string', ['2023-02-29', '2024-01-01']],
    [
      ['2024-01-01', '2024-01-01T12:30:05.25Z'],
      'datetime',
      [Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 12, 30, 5, 250)],
    ],
    [
      ['2024-01-01 12:30', '2024-01-01T12:30+02:00'],
      'datetime',
      [Date.UTC(2024, 0, 1, 12, 30), Date.UTC(2024, 0, 1, 10, 30)],
    ],
    [['2024-01-01', '5'], 'string', ['2024-01-01', '5']],
    [['', '', ''], 'string', [null, null, null]],
    [['-', '.'], 'string', ['-', '.']],
    [['0x10', '1'], 'string', ['0x10', '1']],
    [['1_000', '1'], 'string', ['1_000', '1']],
  ])('%j is %s', async (cells, type, expected) => {
    expect(await column(cells)).toEqual([type, ...expected]);
  });

  test('texts that the config calls missing', async () => {
    expect(await column(['1', 'NA', ' n/a ', '?'], ['NA', 'n/a', '?'])).toEqual(['integer', 1, null, null, null]);
    expect(await column(['1', 'NA'])).toEqual(['string', '1', 'NA']);
  });

  test('decimals are the nearest double, as JavaScript reads them', async () => {
    const cells = [
      '0.1',
      '123456789.12345',
      '0.30000000000000004',
      '1.7976931348623157e308',
      '5e-324',
      '0.000001',
      '99999.99999999999',
    ];
    expect(await column(cells)).toEqual(['number', ...cells.map(Number)]);
  });

  test.each([
    ['numbers, then a text far below', '1', 'x', 'string', '1', 'x'],
    ['integers, then a decimal far below', '1', '2.5', 'number', 1, 2.5],
    [
      'dates, then a time far below',
      '2024-01-01',
      '2024-01-02T03:00',
      'datetime',
      Date.UTC(2024, 0, 1),
      Date.UTC(2024, 0, 2, 3),
    ],
    ['booleans, then a number far below', 'true', '2', 'string', 'true', '2'],
    ['nothing, then numbers far below', '', '7', 'integer', null, 7],
    ['long integers after short ones', '5', '9007199254740993', 'string', '5', '9007199254740993'],
    ['texts as they stand: 5.0 stays 5.0', '5.0', 'x', 'string', '5.0', 'x'],
  ])('%s', async (_, first, last, type, firstValue, lastValue) => {
    const read = await column([...Array.from({ length: 15_000 }, () => first), last], [], 't'.repeat(100));
    expect([read[0], read[1], read.at(-1), read.length]).toEqual([type, firstValue, lastValue, 15_002]);
  });

  test('a column declared a string is read as texts', async () => {
    const frame = await frameOf('plz,n\n10115,1\n80331,2\n', { expect: [{ column: 'plz', type: 'string' }] });
    expect(plain(frame)).toEqual({ plz: ['string', '10115', '80331'], n: ['integer', 1, 2] });
  });
});

test('ISO times agree with Date.parse', () => {
  for (const text of [
    '1970-01-01',
    '1969-12-31',
    '2000-02-29',
    '1900-03-01',
    '0001-01-01',
    '9999-12-31',
    '2024-06-30T23:59:59.999Z',
    '2024-06-30T23:59:59.9Z',
    '2024-01-01T00:00:00-11:30',
    '2024-01-01T00:00:00+05:45',
  ])
    expect(timeOfText(text), text).toBe(Date.parse(text));
  for (const text of [
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '1900-02-29',
    '2024-1-1',
    '2024-01-01T',
    '2024-01-01T24:00',
    '2024-01-01T12:60',
    '2024-01-01T12:00:60',
    '2024-01-01T12:00:00.',
    '2024-01-01T12:00+25:00',
    '2024-01-01T12:00 ',
    '2024-01-01x12:00',
    '20240101',
  ])
    expect(timeOfText(text), text).toBeUndefined();
});

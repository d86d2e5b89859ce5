import { describe, expect, test } from 'vitest';
import { proposeExpectations } from '../../../engine/data/propose/proposeStep';
import { roundedBounds } from '../../../engine/data/propose/roundedBounds';
import { shapeOf } from '../../../engine/data/propose/textShape';
import type { Expectation } from '../../../engine/protocol/expectations';
import type { DatasetSource } from '../../../engine/protocol/jobs';
import { dataset, fixture, never, scan, sourceOf } from './support';

const context = { signal: never, progress: () => undefined };
const propose = (source: DatasetSource) => proposeExpectations(source, context);
const rulesOf = async (source: DatasetSource) => (await propose(source)).map(({ rule }) => rule);

const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
const german = (i: number): string => `${String(1 + (i % 28)).padStart(2, '0')}.0${1 + (i % 9)}.2024`;
const kinds = ['car', 'radio', 'yes'];
/** Line 2 is row 0. */
const row = (i: number): string[] => [
  String(1000 + i),
  String(20 + ((i * 7) % 50)),
  kinds[i % 3]!,
  day(i),
  day(i + (i % 5)),
  `A${i % 10}${(i * 3) % 10}-${String.fromCharCode(97 + (i % 26))}`,
  german(i),
  i % 25 === 0 ? '' : String(i * 1.5),
  String((i % 97) / 97),
];
const head = 'id,age,kind,opened,closed,code,signed,income,share';
const rows = Array.from({ length: 200 }, (_, i) => row(i));
const text = (content: readonly (readonly string[])[], names = head): string =>
  `${[names, ...content.map(cells => cells.join(','))].join('\n')}\n`;

describe('what is proposed', () => {
  test('of each kind of column, with reasons', async () => {
    const found = await propose(dataset(text(rows)));
    expect(found.map(({ rule }) => rule)).toEqual([
      { row_count: [100, null] },
      { has_columns: head.split(',') },
      { column: 'id', type: 'integer', not_null: true, unique: true, between: [0, null] },
      { column: 'age', type: 'integer', not_null: true, between: [0, 94] },
      { column: 'kind', not_null: true, in_set: ['car', 'radio', 'yes'] },
      { column: 'opened', type: 'date', not_null: true, increasing: true },
      { column: 'closed', type: 'date', not_null: true },
      { column: 'code', not_null: true, regex: String.raw`[A-Z]\d{2}-[a-z]` },
      { column: 'signed', not_null: true, date_format: '%d.%m.%Y' },
      { column: 'income', type: 'number', between: [0, 450] },
      { column: 'income', not_null: true, mostly: 0.92 },
      { column: 'share', type: 'number', not_null: true, between: [0, 1] },
      { greater_or_equal: ['closed', 'opened'] },
    ]);
    expect(found[3]?.reasons).toEqual([
      'all 200 values are of this type',
      'each of 200 rows has a value',
      'from 20 to 69, with half of that range as room',
    ]);
    expect(found.every(({ reasons }) => reasons.length > 0)).toBe(true);
  });

  test('holds on the data it was made from', async () => {
    for (const source of [
      dataset(text(rows)),
      sourceOf(fixture('applications.csv')),
      sourceOf(fixture('expectations.csv')),
    ]) {
      const rules = await rulesOf(source);
      expect(rules.length).toBeGreaterThan(3);
      const expecting = rules.map((rule): Expectation => ({ ...rule, severity: 'error' }));
      const { checks } = await scan({ ...source, expect: expecting });
      expect(checks.filter(({ passed }) => !passed)).toEqual([]);
      // Once written down there is nothing more to say.
      expect(await propose({ ...source, expect: expecting })).toEqual([]);
    }
  });

  test('what is there already is not said again, in whatever words', async () => {
    const there = [
      ...[{ row_count: 200 }, { columns: ['id'] }, { unique: 'id' }, { column: 'age', above: 0 }],
      ...[{ column: 'kind', not_null: true, mostly: 0.5 }, { greater: ['closed', 'opened'] as const }],
    ];
    const rules = await rulesOf(dataset(text(rows), { expect: there }));
    const keys = (name: string) => rules.filter(({ column }) => column === name).flatMap(rule => Object.keys(rule));
    expect(rules.filter(({ column }) => column === undefined)).toEqual([]);
    expect([keys('id').includes('unique'), keys('age'), keys('kind')]).toEqual([
      false,
      ['column', 'type', 'not_null'],
      ['column', 'in_set'],
    ]);
  });

  test('few rows say nothing of their columns', async () => {
    expect(await rulesOf(dataset(text(rows.slice(0, 10))))).toEqual([{ has_columns: head.split(',') }]);
  });
});

describe('defects that are planted later are found', () => {
  const planted: readonly (readonly [string, (cells: string[][]) => string[][], string])[] = [
    ['a repeated id', cells => change(cells, 50, 0, '1000'), 'id unique'],
    ['an age of 250', cells => change(cells, 50, 1, '250'), 'age between 0 and 94'],
    ['a negative age', cells => change(cells, 50, 1, '-1'), 'age between 0 and 94'],
    ['a text among numbers', cells => change(cells, 50, 1, 'old'), 'age is integer'],
    ['a new category', cells => change(cells, 50, 2, 'boat'), 'kind in {car, radio, yes}'],
    ['a missing value', cells => change(cells, 50, 2, ''), 'kind not null'],
    ['many missing values', cells => cells.map((one, i) => (i % 3 === 0 ? one.with(7, '') : one)), 'income not null'],
    ['a day of another year', cells => change(cells, 50, 3, '2023-01-01'), 'opened increasing'],
    ['an end before its beginning', cells => change(cells, 50, 4, '2020-01-01'), 'closed ≥ opened'],
    [
      'a code that is made otherwise',
      cells => change(cells, 50, 5, 'A1-x'),
      String.raw`code matches /[A-Z]\d{2}-[a-z]/`,
    ],
    ['a date written otherwise', cells => change(cells, 50, 6, '2024-02-01'), 'signed written as %d.%m.%Y'],
    ['a share in per cent', cells => change(cells, 50, 8, '35'), 'share between 0 and 1'],
    ['a file that is cut off', cells => cells.slice(0, 60), 'row count at least 100'],
  ];
  test.each(planted)('%s', async (_, plant, rule) => {
    const expecting = (await rulesOf(dataset(text(rows)))).map((one): Expectation => ({ ...one, severity: 'error' }));
    const { checks } = await scan({ ...dataset(text(plant(rows))), expect: expecting });
    expect(checks.filter(({ passed }) => !passed).map(one => one.rule)).toContain(rule);
  });

  test('a column that is gone is an error that names it', async () => {
    const expecting = (await rulesOf(dataset(text(rows)))).filter(
      ({ column, greater_or_equal: pair }) => column === undefined && !pair,
    );
    const cut = text(
      rows.map(cells => cells.slice(0, 8)),
      head.replace(',share', ''),
    );
    const { checks } = await scan({
      ...dataset(cut),
      expect: expecting.map(one => ({ ...one, severity: 'error' as const })),
    });
    expect(checks.find(({ passed }) => !passed)?.message).toContain('`share` is not there');
  });
});

const change = (cells: string[][], at: number, column: number, value: string): string[][] =>
  cells.map((one, i) => (i === at ? one.with(column, value) : one));

test('bounds leave room and are round', () => {
  expect(roundedBounds({ min: 19, max: 75 }, false)).toEqual([0, 110]);
  expect(roundedBounds({ min: -2, max: 8 }, false)).toEqual([-7, 13]);
  expect(roundedBounds({ min: -30, max: -10 }, false)).toEqual([-40, 0]);
  expect(roundedBounds({ min: 0.2, max: 0.9 }, true)).toEqual([0, 1]);
  expect(roundedBounds({ min: 5, max: 5 }, false)).toEqual([0, 7.5]);
});

test('the make of texts', () => {
  expect(shapeOf(['A91', 'B07'])).toBe(String.raw`[A-Z]\d{2}`);
  expect(shapeOf(['1.5', '2.7'])).toBe(String.raw`\d\.\d`);
  expect(shapeOf(['A91', 'B0'])).toBeUndefined();
  expect(shapeOf(['own', 'car'])).toBeUndefined();
});

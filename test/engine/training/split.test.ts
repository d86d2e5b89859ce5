import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../engine/protocol/frame';
import type { SplitOptions } from '../../../engine/protocol/steps';
import { splitRows } from '../../../engine/training/split';
import { column, csvFrame, germanPath, readCsvFrame } from './csvFrame';

const split = (frame: Frame, options: Partial<SplitOptions> = {}) =>
  splitRows(frame, { test: 0.2, seed: 7, ...options });
const german = readCsvFrame(germanPath);
const frameOf = (name: string, values: readonly string[]): Frame => ({
  rows: values.length,
  columns: [column(name, values)],
});

/** Every row once, both lists ascending. */
function expectPartition(
  { train, test: part }: { train: readonly number[]; test: readonly number[] },
  rows: number,
): void {
  expect([...train, ...part].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
  for (const list of [train, part]) expect([...list].sort((a, b) => a - b)).toEqual(list);
}

describe('random', () => {
  test('has the size asked for and other rows with another seed', () => {
    const made = split(german);
    expectPartition(made, 1000);
    expect(made.test).toHaveLength(200);
    expect(split(german)).toEqual(made);
    expect(split(german, { seed: 8 }).test).not.toEqual(made.test);
  });
  test.each([
    [10, 0.25, 3],
    [100, 0.07, 7],
    [3, 0.01, 1],
    [2, 0.99, 1],
  ])('%d rows, share %d: %d test rows, as scikit-learn rounds, and never an empty part', (rows, share, expected) => {
    const values = Array.from({ length: rows }, (_, i) => `v${i}`);
    expect(split(frameOf('a', values), { test: share }).test).toHaveLength(expected);
  });
});

describe('stratified', () => {
  test('keeps the shares exactly where they divide', () => {
    const made = split(german, { stratify: 'creditability' });
    expectPartition(made, 1000);
    const label = german.columns.find(each => each.name === 'creditability');
    const bads = made.test.filter(row => label?.kind === 'text' && label.categories[label.codes[row]!] === 'bad');
    expect([made.test.length, bads.length]).toEqual([200, 60]);
    expect(made).toMatchObject({ method: 'stratified', by: 'creditability' });
  });
  test.each([
    [[33, 45, 22], 0.25, [8, 11, 6]],
    [[7, 5, 3], 0.2, [1, 1, 1]],
    [[101, 50, 49], 0.33, [33, 17, 16]],
  ])('%j with share %d gives %j, as StratifiedShuffleSplit', (counts, share, expected) => {
    const values = counts.flatMap((count, k) => new Array<string>(count).fill(`c${k}`));
    const made = split(frameOf('y', values), { test: share, stratify: 'y' });
    expect(counts.map((_, k) => made.test.filter(row => values[row] === `c${k}`).length)).toEqual(expected);
  });
  test('missing values are a class of their own', () => {
    const values = ['', '', '', '', '', 'a', 'a', 'a', 'a', 'a'];
    const made = split(frameOf('y', values), { stratify: 'y' });
    expect(made.test.map(row => values[row]).sort()).toEqual(['', 'a']);
  });
  test('300,000 rows of one class are no problem', () => {
    const codes = Int32Array.from({ length: 300_000 }, (_, i) => Number(i % 6 === 0));
    const categories = ['good', 'bad'];
    const frame: Frame = {
      rows: codes.length,
      columns: [{ kind: 'text', name: 'y', type: 'string', codes, categories }],
    };
    const made = split(frame, { stratify: 'y' });
    expect([made.train.length, made.test.length]).toEqual([240_000, 60_000]);
    expect(made.test.filter(row => codes[row] === 1)).toHaveLength(10_000);
  });
  test('a class with one row is named', () => {
    expect(() => split(frameOf('y', ['a', 'a', 'b', 'a']), { test: 0.5, stratify: 'y' })).toThrow(
      'The value b of y has only one row; it cannot be in both parts.',
    );
  });
  test('more classes than test rows are refused', () => {
    const values = Array.from({ length: 20 }, (_, i) => `c${i % 10}`);
    expect(() => split(frameOf('y', values), { stratify: 'y' })).toThrow(
      'y has 10 distinct values, more than fit into a part of 4 rows.',
    );
  });
});

describe('group', () => {
  test('keeps groups together and comes near the share', () => {
    const values = Array.from({ length: 400 }, (_, i) => `g${(i * 7) % 61}`);
    const made = split(frameOf('g', values), { group: 'g' });
    expectPartition(made, 400);
    const inTest = new Set(made.test.map(row => values[row]));
    expect(made.train.some(row => inTest.has(values[row]))).toBe(false);
    expect(Math.abs(made.test.length - 80)).toBeLessThanOrEqual(4);
  });
  test('with two groups each part gets one', () => {
    const made = split(frameOf('g', ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'b']), { group: 'g' });
    expect([made.train.length, made.test.length].sort()).toEqual([1, 7]);
  });
  test('one group cannot be divided', () => {
    expect(() => split(frameOf('g', ['a', 'a']), { group: 'g' })).toThrow(
      'g has one value only; groups cannot be divided.',
    );
  });
});

describe('time', () => {
  test('the newest rows are the test part; rows of one time stay together', () => {
    const made = split(frameOf('t', ['5', '1', '3', '4', '2', '4', '4', '0', '0', '0']), { test: 0.3, time: 't' });
    expect(made).toEqual({ method: 'time', by: 't', test: [0], train: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
    expect(split(frameOf('t', ['5', '4', '5', '3', '2']), { test: 0.4, time: 't' }).test).toEqual([0, 2]);
  });
  test('when the newest time alone is too many rows it is taken whole', () => {
    expect(split(frameOf('t', ['1', '2', '2', '2', '2']), { time: 't' }).test).toEqual([1, 2, 3, 4]);
  });
  test.each([
    [['x', 'y'], 't is text; a split by time needs dates or numbers.'],
    [['1', '', '2'], 't has no value in data row 2; a split by time needs all.'],
    [['1', '1'], 'All rows have the same t; none is newer than another.'],
  ])('%j is refused', (values, message) => {
    expect(() => split(frameOf('t', values), { time: 't' })).toThrow(message);
  });
});

describe('bad input', () => {
  test('a misspelt column is named with the nearest one', () => {
    expect(() => split(german, { stratify: 'credibility' })).toThrow(
      expect.objectContaining({
        code: 'data.column',
        message: 'The data has no column credibility, which is named as `stratify`.',
        fix: 'Did you mean creditability?',
      }),
    );
  });
  test('two ways at once are refused', () => {
    expect(() => split(german, { stratify: 'creditability', time: 'age_in_years' })).toThrow(
      'A split goes by one of `stratify`, `group` and `time`, not by several.',
    );
  });
  test.each([0, 1, NaN, -0.2])('a share of %d is refused', share => {
    expect(() => split(german, { test: share })).toThrow(`The test share must be between 0 and 1, not ${share}.`);
  });
  test('one row cannot be split', () => {
    expect(() => split(csvFrame('a,b\n1,2\n'))).toThrow('The data has 1 row; a split needs at least two.');
  });
});

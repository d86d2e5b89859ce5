import { describe, expect, test } from 'vitest';
import type { PrepareOptions } from '../../../engine/protocol/steps/preparation';
import { learnPreparation } from '../../../engine/training/learnPreparation';
import { targetValues, transformRows } from '../../../engine/training/transform';
import { allRows, csvFrame, germanPath, readCsvFrame } from './csvFrame';
import { prepareOptions } from './options';

const { signal } = new AbortController();
type Given = Partial<PrepareOptions>;
const learn = (csv: string, given: Given = {}, rows?: readonly number[]) => {
  const frame = csvFrame(csv);
  const learnt = learnPreparation(
    { frame, rows: rows ?? allRows(frame), options: prepareOptions({ label: 'y', ...given }) },
    signal,
  );
  const matrix = (other = frame) => {
    const { values, columns } = transformRows(learnt.preparation, other, allRows(other));
    return allRows(other).map(row => [...values.subarray(row * columns, (row + 1) * columns)]);
  };
  return { ...learnt.preparation, preparation: learnt.preparation, woe: learnt.woe, matrix };
};
const failure = (csv: string, given: Given = {}): unknown => {
  try {
    learn(csv, given);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('numbers', () => {
  const csv = 'x,y\n1,a\n2,b\n,a\n4,b\n8,a\n';
  test('median and standard scale, as SimpleImputer and StandardScaler', () => {
    const { columns, matrix } = learn(csv);
    expect(columns[0]!.op).toMatchObject({ op: 'scale', missing: 3, offset: 3.6 });
    const deviation = Math.sqrt((2.6 ** 2 + 1.6 ** 2 + 0.6 ** 2 + 0.4 ** 2 + 4.4 ** 2) / 5);
    matrix().forEach(([value], i) => expect(value).toBeCloseTo(([1, 2, 3, 4, 8][i]! - 3.6) / deviation, 14));
  });
  test.each([
    ['mean', 'min-max', [0, 1 / 7, 2.75 / 7, 3 / 7, 1]],
    ['zero', 'none', [1, 2, 0, 4, 8]],
  ] as const)('impute %s, scale %s', (impute, scale, expected) => {
    const { matrix } = learn(csv, { numeric: { impute, scale, encode: 'numeric' } });
    matrix().forEach(([value], i) => expect(value).toBeCloseTo(expected[i]!, 14));
  });
  test('impute none refuses missing values, by column and row', () => {
    expect(failure(csv, { numeric: { impute: 'none', scale: 'standard', encode: 'numeric' } })).toMatchObject({
      code: 'training.numeric',
      message: 'x has missing values, the first in data row 3, and `impute: none` refuses them.',
    });
  });
  test('impute none leaves a missing value of later rows missing', () => {
    const numeric = { impute: 'none', scale: 'none', encode: 'numeric' } as const;
    const { matrix } = learn('x,y\n1,a\n2,b\n', { numeric });
    expect(matrix(csvFrame('x,y\n7,a\n,b\n'))).toEqual([[7], [NaN]]);
  });
  test('a constant column is noted and becomes zeros', () => {
    const { notes, matrix } = learn('x,z,y\n1000000.1,1,a\n1000000.1,2,b\n1000000.1,3,a\n');
    expect(notes).toEqual(['x has the same value in every row of the training part.']);
    expect(matrix().map(([x]) => x)).toEqual([0, 0, 0]);
  });
  test('a column without any value is left out and noted', () => {
    const { notes, features } = learn('x,e,y\n1,,a\n2,,b\n');
    expect(features).toEqual(['x']);
    expect(notes).toEqual(['e has no value in the training part and is left out.']);
  });
  test('an infinite value is named', () => {
    expect(failure('x,y\n1,a\nInfinity,b\n')).toMatchObject({
      code: 'training.numeric',
      message: 'x is infinite in data row 2.',
    });
  });
  test('a date is a number, and the note says what that means', () => {
    const frame = csvFrame('x,y\n1,a\n2,b\n');
    const [x, y] = frame.columns;
    const dated = { ...frame, columns: [{ ...x!, type: 'date' as const }, y!] };
    const { preparation } = learnPreparation(
      { frame: dated, rows: [0, 1], options: prepareOptions({ label: 'y' }) },
      signal,
    );
    expect(preparation.columns[0]).toMatchObject({ kind: 'number', type: 'date', op: { op: 'scale', offset: 1.5 } });
    expect(preparation.notes).toEqual([
      'x is a date and is used as a number that keeps growing; rows to come lie outside of what was learnt.',
    ]);
  });
  test('exceptions by column win', () => {
    const { matrix } = learn('x,z,y\n1,5,a\n2,7,b\n', { columns: { z: { scale: 'none' } } });
    expect(matrix()).toEqual([
      [-1, 5],
      [1, 7],
    ]);
  });
});

describe('categories', () => {
  const csv = 'c,y\nred,a\nblue,b\n,a\nred,b\n';
  test('one-hot is sorted, a missing value is a category, an unknown one is all zeros', () => {
    const { features, matrix } = learn(csv);
    expect(features).toEqual(['c=blue', 'c=red', 'c=(missing)']);
    expect(matrix(csvFrame('c,y\nred,a\ngreen,a\n,a\nblue,a\n'))).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });
  test('a missing value that was not learnt is all zeros', () => {
    const { matrix } = learn('c,y\nred,a\nblue,b\n');
    expect(matrix(csvFrame('c,y\nred,a\n,a\n'))).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });
  test('ordinal counts in sorted order, −1 for unknown and missing', () => {
    const { matrix } = learn(csv, { categorical: { encode: 'ordinal', min_count: 1 } });
    expect(matrix(csvFrame('c,y\nred,a\nblue,a\n,a\ngreen,a\n'))).toEqual([[1], [0], [-1], [-1]]);
  });
  test('categories below min_count are unknown and noted', () => {
    const { features, notes } = learn('c,y\nr,a\nr,b\ng,a\nb,b\n', {
      categorical: { encode: 'one-hot', min_count: 2 },
    });
    expect(features).toEqual(['c=r']);
    expect(notes).toEqual(['c: 2 categories with fewer than 2 rows count as unknown.']);
  });
  test('a number can be a category', () => {
    const { features, matrix } = learn('n,y\n10,a\n9,b\n,b\n', { columns: { n: { type: 'categorical' } } });
    expect(features).toEqual(['n=9', 'n=10', 'n=(missing)']);
    expect(matrix(csvFrame('n,y\n10,a\n11,a\n,a\n'))).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
  });
  test('booleans have two features', () => {
    expect(learn('b,y\ntrue,a\nfalse,b\n').features).toEqual(['b=false', 'b=true']);
  });
  test('text cannot be a number', () => {
    expect(failure(csv, { columns: { c: { type: 'numeric' } } })).toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/^c is text and cannot be used as a number: "\w+" in data row 1 is none\.$/),
    });
  });
  test('a text that never repeats is noted as a likely id', () => {
    const rows = Array.from({ length: 60 }, (_, i) => `id${i},${i % 2 ? 'a' : 'b'}`);
    const note = 'c has 60 categories in 60 rows; if it is an id, put it under `drop`.';
    expect(learn(`c,y\n${rows.join('\n')}\n`).notes).toEqual([note]);
    expect(learn(`c,y\n${[...rows, rows[0]].join('\n')}\n`).notes).toEqual([]);
  });
  test('more than 1,000 categories are noted', () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `id${i},${i % 2 ? 'a' : 'b'}`).join('\n');
    expect(learn(`c,y\n${rows}\n`).notes).toEqual([
      'c has 1,200 categories in 1,200 rows; if it is an id, put it under `drop`.',
    ]);
  });
});

describe('weight of evidence', () => {
  const woe = { encode: 'woe', min_count: 1 } as const;
  test('a category weighs ln(share of positives ÷ share of negatives); unknown weighs nothing', () => {
    const rows = [...Array.from({ length: 30 }, () => 'r,1'), ...Array.from({ length: 20 }, () => 'r,0')];
    rows.push(...Array.from({ length: 10 }, () => 'g,1'), ...Array.from({ length: 60 }, () => 'g,0'));
    const { matrix, woe: tables } = learn(`c,y\n${rows.join('\n')}\n`, { positive: '1', categorical: woe });
    const [red, green, unknown] = matrix(csvFrame('c,y\nr,1\ng,1\nb,1\n')).map(([value]) => value);
    expect(red).toBeCloseTo(Math.log(30 / 40 / (20 / 80)), 12);
    expect(green).toBeCloseTo(Math.log(10 / 40 / (60 / 80)), 12);
    expect(unknown).toBe(0);
    expect(tables['c']!.iv).toBeCloseTo(0.5 * Math.log(3) + 0.5 * Math.log(3), 12);
  });
  test('missing numbers are a bin of their own', () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i < 20 ? '' : i},${i < 15 || i >= 80 ? 1 : 0}`);
    const { columns } = learn(`x,y\n${rows.join('\n')}\n`, {
      positive: '1',
      numeric: { impute: 'median', scale: 'standard', encode: 'woe' },
    });
    const { op } = columns[0]!;
    expect(op).toMatchObject({ op: 'bins', missing: expect.closeTo(Math.log(15 / 35 / (5 / 65)), 12) });
    if (op.op === 'bins') expect(op.values).toHaveLength(op.edges.length + 1);
  });
  test('needs two classes', () => {
    expect(failure('c,y\nr,1\ng,2\nb,3\n', { categorical: woe })).toMatchObject({
      message: 'Weight of evidence (`encode: woe` of c) needs a label with two classes.',
    });
  });
});

describe('label', () => {
  test('the rarer class is positive, of equals the last', () => {
    expect(learn('x,y\n1,no\n2,no\n3,yes\n')).toMatchObject({
      task: 'binary',
      classes: ['no', 'yes'],
      positive: 'yes',
    });
    expect(learn('x,y\n1,yes\n2,no\n')).toMatchObject({ classes: ['no', 'yes'] });
    expect(learn('x,y\n1,no\n2,yes\n3,yes\n', { positive: 'yes' })).toMatchObject({ classes: ['no', 'yes'] });
  });
  test('numbers: few are classes in order of value, many are a regression', () => {
    expect(learn('x,y\n1,10\n2,9\n3,2\n')).toMatchObject({ task: 'multiclass', classes: ['2', '9', '10'] });
    const rows = Array.from({ length: 21 }, (_, i) => `${i},${i * 1.5}`).join('\n');
    const { preparation } = learn(`x,y\n${rows}\n`);
    expect(preparation).toMatchObject({ task: 'regression', classes: [] });
    expect([...targetValues(preparation, csvFrame('x,y\n1,2.5\n'), [0])]).toEqual([2.5]);
  });
  test('a binary target is 1 for the positive class', () => {
    const { preparation } = learn('x,y\n1,no\n2,no\n3,yes\n');
    expect([...targetValues(preparation, csvFrame('x,y\n1,yes\n1,no\n'), [0, 1, 0])]).toEqual([1, 0, 1]);
  });
  test('a class the training part lacks is named', () => {
    const { preparation } = learn('x,y\n1,no\n2,no\n3,yes\n');
    expect(() => targetValues(preparation, csvFrame('x,y\n1,maybe\n'), [0])).toThrow(
      'The class maybe of y (data row 1) does not occur in the training part.',
    );
  });
  test.each<[string, string, Given, string]>([
    ['missing values', 'x,y\n1,a\n2,\n3,b\n4,\n', {}, 'The label y has 2 missing values, the first in data row 2.'],
    [
      'one class',
      'x,y\n1,a\n2,a\n',
      {},
      'The label y has one class only (a) in the training part; nothing can be learnt.',
    ],
    [
      'a regression of text',
      'x,y\n1,a\n2,b\n',
      { task: 'regression' },
      'The label y is text (a, b, …); a regression predicts a number.',
    ],
    [
      'three classes as binary',
      'x,y\n1,a\n2,b\n3,c\n',
      { task: 'binary' },
      'The label y has 3 classes (a, b, c); `task: binary` needs two.',
    ],
    [
      'an unknown positive',
      'x,y\n1,a\n2,b\n',
      { positive: 'c' },
      '`positive: c` is not a class of the label y; its classes are a and b.',
    ],
    [
      'positive of three',
      'x,y\n1,a\n2,b\n3,c\n',
      { positive: 'c' },
      '`positive: c` is for two classes; the label y is learnt as 3 classes.',
    ],
  ])('%s', (_, csv, given, message) => {
    expect(failure(csv, given)).toMatchObject({ code: 'training.label', message });
  });
  test.each<[Given, string]>([
    [{ label: 'z' }, 'The data has no column z, which is named as `label`.'],
    [{ drop: ['w'] }, 'The data has no column w, which is named as one to `drop`.'],
    [{ columns: { w: {} } }, 'The data has no column w, which is named as an exception under `columns`.'],
  ])('%j names a column the data lacks', (given, message) => {
    expect(failure('x,y\n1,a\n2,b\n', given)).toMatchObject({ code: 'data.column', message });
  });
  test('no column left', () => {
    expect(failure('x,y\n1,a\n2,b\n', { drop: ['x'] })).toMatchObject({ message: 'No column is left to learn from.' });
  });
});

test('only the given rows are learnt from', () => {
  const csv = 'x,c,y\n1,r,a\n3,g,b\n1000,z,a\n';
  const { columns, features } = learn(csv, {}, [0, 1]);
  expect(columns[0]!.op).toMatchObject({ offset: 2, scale: 1, missing: 2 });
  expect(features).toEqual(['x', 'c=g', 'c=r']);
});

test('a column that turned to text since is named', () => {
  const { matrix } = learn('x,y\n1,a\n2,b\n');
  expect(() => matrix(csvFrame('x,y\nfoo,a\n'))).toThrow(
    'x held numbers when the model was trained and holds text here.',
  );
  expect(() => matrix(csvFrame('z,y\n1,a\n'))).toThrow(
    'The data has no column x, which is named as an input of the model.',
  );
});

test('German Credit: 20 columns become 61 features', () => {
  const frame = readCsvFrame(germanPath);
  const { preparation } = learnPreparation(
    { frame, rows: allRows(frame), options: prepareOptions({ label: 'creditability' }) },
    signal,
  );
  expect(preparation).toMatchObject({ task: 'binary', positive: 'bad', classes: ['good', 'bad'], notes: [] });
  expect([preparation.columns.length, preparation.features.length]).toEqual([20, 61]);
});

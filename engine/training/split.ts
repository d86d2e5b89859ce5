import type { Frame, FrameColumn } from '../protocol/frame';
import type { SplitOptions } from '../protocol/steps';
import { ModelyardError } from '../errors';
import { cellText, findColumn, isMissing, plural } from './columns';
import type { SplitFile } from './files';
import { Random } from './random';

export type Split = Pick<SplitFile, 'method' | 'by' | 'train' | 'test'>;

/**
 * Divides the rows of a frame. Both lists ascend.
 * @throws ModelyardError `config.invalid` for options that exclude each other; `data.column`, `data.empty`.
 */
export function splitRows(frame: Frame, options: SplitOptions): Split {
  const { stratify, group, time } = options;
  if ([stratify, group, time].filter(column => column !== undefined).length > 1)
    throw new ModelyardError(
      'config.invalid',
      'A split goes by one of `stratify`, `group` and `time`, not by several.',
      {
        fix: 'Keep the one that matters most: `group` when rows belong together, `time` when the newest rows are predicted.',
      },
    );
  if (frame.rows < 2)
    throw new ModelyardError('data.empty', `The data has ${plural(frame.rows, 'row')}; a split needs at least two.`);
  const share = options.test;
  if (!(share > 0 && share < 1))
    throw new ModelyardError('config.invalid', `The test share must be between 0 and 1, not ${share}.`);
  const random = new Random(options.seed);
  if (stratify !== undefined) return stratified(findColumn(frame, stratify, '`stratify`'), share, random);
  if (group !== undefined) return grouped(findColumn(frame, group, '`group`'), share, random);
  if (time !== undefined) return newest(findColumn(frame, time, '`time`'), share);
  const order = random.permutation(frame.rows);
  return { method: 'random', ...parts(order, testSize(frame.rows, share)) };
}

/** At least one row on each side; rounded up, as scikit-learn does. */
const testSize = (rows: number, share: number): number =>
  Math.min(rows - 1, Math.max(1, Math.ceil(rows * share - 1e-9)));

/** The first `size` of `order` are the test part. */
function parts(order: Int32Array, size: number): Pick<Split, 'train' | 'test'> {
  return { train: [...order.subarray(size).sort()], test: [...order.subarray(0, size).sort()] };
}

/**
 * Each class gives its share to the test part; what rounding leaves goes to the classes with the largest remainders,
 * drawn at random among equals, so that the size is that of an unstratified split (scikit-learn's StratifiedShuffleSplit).
 */
function stratified(column: FrameColumn, share: number, random: Random): Split {
  const byClass = [...rowsByValue(column)].sort(([a], [b]) => (a < b ? -1 : 1));
  const distinct = byClass.length;
  for (const [value, rows] of byClass) {
    if (rows.length > 1) continue;
    const named = value === missingKey ? 'The missing value' : `The value ${value.slice(1)}`;
    throw new ModelyardError(
      'data.column',
      `${named} of ${column.name} has only one row; it cannot be in both parts.`,
      {
        fix:
          distinct > 50
            ? 'Stratify by a column with few distinct values.'
            : 'Split without `stratify`, or drop that row.',
      },
    );
  }
  const rows = column.kind === 'text' ? column.codes.length : column.values.length;
  const size = testSize(rows, share);
  if (size < distinct || rows - size < distinct)
    throw new ModelyardError(
      'data.column',
      `${column.name} has ${plural(distinct, 'distinct value')}, more than fit into a part of ${plural(Math.min(size, rows - size), 'row')}.`,
      { fix: 'Stratify by a column with fewer distinct values, or change the test share.' },
    );
  const quotas = allocate(
    byClass.map(([, members]) => members.length),
    size,
    random,
  );
  const test: number[] = [];
  const train: number[] = [];
  byClass.forEach(([, members], i) => {
    random.shuffle(members);
    test.push(...members.slice(0, quotas[i]));
    train.push(...members.slice(quotas[i]));
  });
  return { method: 'stratified', by: column.name, train: train.sort(byNumber), test: test.sort(byNumber) };
}

/** How many of each class: proportional, whole, summing up to `size`. */
function allocate(counts: readonly number[], size: number, random: Random): number[] {
  const total = counts.reduce((sum, each) => sum + each, 0);
  const exact = counts.map(each => (each * size) / total);
  const quotas = exact.map(Math.floor);
  const left = size - quotas.reduce((sum, each) => sum + each, 0);
  const order = [...random.permutation(counts.length)].sort(
    (a, b) => exact[b]! - quotas[b]! - (exact[a]! - quotas[a]!),
  );
  for (const i of order.slice(0, left)) quotas[i]!++;
  return quotas;
}

/** Whole groups, in random order, until the test part has its share of the rows; the nearest to it is taken. */
function grouped(column: FrameColumn, share: number, random: Random): Split {
  const groups = [...rowsByValue(column).values()];
  if (groups.length < 2)
    throw new ModelyardError('data.column', `${column.name} has one value only; groups cannot be divided.`, {
      fix: 'Name a column that tells the groups apart, or split without `group`.',
    });
  random.shuffle(groups);
  const rows = groups.reduce((sum, members) => sum + members.length, 0);
  const wanted = rows * share;
  const test: number[] = [];
  const train: number[] = [];
  groups.forEach((members, i) => {
    const after = test.length + members.length;
    const nearer = Math.abs(after - wanted) < Math.abs(test.length - wanted);
    const mustTake = test.length === 0 && i === groups.length - 1;
    const mustLeave = train.length === 0 && i === groups.length - 1;
    const side = mustTake || (nearer && !mustLeave) ? test : train;
    for (const row of members) side.push(row);
  });
  return { method: 'group', by: column.name, train: train.sort(byNumber), test: test.sort(byNumber) };
}

/** The newest rows are the test part; rows with the time of the oldest test row stay with the training part. */
function newest(column: FrameColumn, share: number): Split {
  if (column.kind === 'text')
    throw new ModelyardError('data.column', `${column.name} is text; a split by time needs dates or numbers.`, {
      fix: 'Write the dates as ISO 8601 (2024-05-31), or split by another column.',
    });
  const missing = column.values.findIndex(value => Number.isNaN(value));
  if (missing >= 0)
    throw new ModelyardError(
      'data.column',
      `${column.name} has no value in data row ${missing + 1}; a split by time needs all.`,
    );
  const order = Int32Array.from(column.values.keys()).sort((a, b) => column.values[b]! - column.values[a]! || a - b);
  const times = column.values;
  let size = testSize(order.length, share);
  while (size > 0 && times[order[size - 1]!] === times[order[size]!]) size--;
  if (size === 0) {
    while (size < order.length && times[order[size]!] === times[order[0]!]) size++;
    if (size === order.length)
      throw new ModelyardError('data.column', `All rows have the same ${column.name}; none is newer than another.`);
  }
  return { method: 'time', by: column.name, ...parts(order, size) };
}

const byNumber = (a: number, b: number): number => a - b;
const missingKey = '';

/** Missing values are a group of their own. */
function rowsByValue(column: FrameColumn): Map<string, number[]> {
  const rows = column.kind === 'text' ? column.codes.length : column.values.length;
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const key = isMissing(column, row) ? missingKey : `=${cellText(column, row) ?? ''}`;
    const members = groups.get(key);
    if (members) members.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

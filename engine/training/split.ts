import type { Frame, FrameColumn } from '../protocol/frame';
import type { SplitOptions } from '../protocol/steps';
import { ModelyardError } from '../errors';
import { ascending, cellText, findColumn, optionPlace } from './columns';
import { plural } from '../plural';
import type { SplitFile } from './files';
import { Random } from '../random';

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
        place: { file: 'modelyard.yaml', key: 'with' },
        fix: 'Keep the one that matters most: `group` when rows belong together, `time` when the newest rows are predicted.',
      },
    );
  if (frame.rows < 2)
    throw new ModelyardError('data.empty', `The data has ${plural(frame.rows, 'row')}; a split needs at least two.`, {
      fix: 'Add rows, or point `path` of the dataset to another file.',
    });
  const share = options.test;
  if (!(share > 0 && share < 1))
    throw new ModelyardError('config.invalid', `The test share must be between 0 and 1, not ${share}.`, {
      place: optionPlace('test'),
    });
  const random = new Random(options.seed);
  if (stratify !== undefined)
    return stratified(findColumn(frame, stratify, { role: '`stratify`', option: 'stratify' }), share, random);
  if (group !== undefined)
    return grouped(findColumn(frame, group, { role: '`group`', option: 'group' }), share, random);
  if (time !== undefined) return newest(findColumn(frame, time, { role: '`time`', option: 'time' }), share);
  const order = random.permutation(frame.rows);
  return { method: 'random', ...parts(frame.rows, order.subarray(0, testSize(frame.rows, share))) };
}

/** At least one row on each side; rounded up, as scikit-learn does. */
const testSize = (rows: number, share: number): number =>
  Math.min(rows - 1, Math.max(1, Math.ceil(rows * share - 1e-9)));

/** Both lists ascend. */
function parts(rows: number, testRows: Iterable<number>): Pick<Split, 'train' | 'test'> {
  const inTest = new Uint8Array(rows);
  for (const row of testRows) inTest[row] = 1;
  const [train, test]: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) (inTest[row] ? test : train).push(row);
  return { train, test };
}

/**
 * Each class gives its share to the test part; what rounding leaves goes to the classes with the largest remainders,
 * drawn at random among equals, so that the size is that of an unstratified split (scikit-learn's StratifiedShuffleSplit).
 */
function stratified(column: FrameColumn, share: number, random: Random): Split {
  const classes = rowsByValue(column).sort((a, b) => ascending(a.value, b.value));
  for (const { value, rows } of classes) if (rows.length === 1) throw single(column.name, value, classes.length);
  const counts = classes.map(({ rows }) => rows.length);
  const all = counts.reduce((sum, each) => sum + each, 0);
  const size = testSize(all, share);
  const smaller = Math.min(size, all - size);
  if (smaller < classes.length)
    throw new ModelyardError(
      'data.column',
      `${column.name} has ${plural(classes.length, 'distinct value')}, more than fit into a part of ${plural(smaller, 'row')}.`,
      {
        place: optionPlace('stratify'),
        fix: 'Stratify by a column with fewer distinct values, or change the test share.',
      },
    );
  const quotas = allocate(counts, size, random);
  const test = classes.flatMap(({ rows }, i) => {
    random.shuffle(rows);
    return rows.slice(0, quotas[i]);
  });
  return { method: 'stratified', by: column.name, ...parts(all, test) };
}

function single(column: string, value: string, distinct: number): ModelyardError {
  const named = value === '' ? 'The missing value' : `The value ${value}`;
  return new ModelyardError('data.column', `${named} of ${column} has only one row; it cannot be in both parts.`, {
    place: optionPlace('stratify'),
    fix:
      distinct > 50 ? 'Stratify by a column with few distinct values.' : 'Split without `stratify`, or drop that row.',
  });
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
  const groups = rowsByValue(column);
  if (groups.length < 2)
    throw new ModelyardError('data.column', `${column.name} has one value only; groups cannot be divided.`, {
      place: optionPlace('group'),
      fix: 'Name a column that tells the groups apart, or split without `group`.',
    });
  random.shuffle(groups);
  const all = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const wanted = all * share;
  const test: number[][] = [];
  let taken = 0;
  groups.forEach(({ rows }, i) => {
    const nearer = Math.abs(taken + rows.length - wanted) < Math.abs(taken - wanted);
    const last = i === groups.length - 1;
    if (last ? taken > 0 && (!nearer || test.length === i) : !nearer) return;
    test.push(rows);
    taken += rows.length;
  });
  return { method: 'group', by: column.name, ...parts(all, test.flat()) };
}

/** The newest rows are the test part; rows with the time of the oldest test row stay with the training part. */
function newest(column: FrameColumn, share: number): Split {
  if (column.kind === 'text')
    throw new ModelyardError('data.column', `${column.name} is text; a split by time needs dates or numbers.`, {
      place: optionPlace('time'),
      fix: 'Write the dates as ISO 8601 (2024-05-31), or split by another column.',
    });
  const missing = column.values.findIndex(value => Number.isNaN(value));
  if (missing >= 0)
    throw new ModelyardError(
      'data.column',
      `${column.name} has no value in data row ${missing + 1}; a split by time needs all.`,
      {
        place: optionPlace('time'),
        fix: 'Fill it in, or leave the row out.',
        data: { row: missing + 1, column: column.name },
      },
    );
  const order = Int32Array.from(column.values.keys()).sort((a, b) => column.values[b]! - column.values[a]! || a - b);
  const times = column.values;
  let size = testSize(order.length, share);
  while (size > 0 && times[order[size - 1]!] === times[order[size]!]) size--;
  if (size === 0) {
    while (size < order.length && times[order[size]!] === times[order[0]!]) size++;
    if (size === order.length)
      throw new ModelyardError('data.column', `All rows have the same ${column.name}; none is newer than another.`, {
        place: optionPlace('time'),
        fix: 'Name a column with the time of each row, or split without `time`.',
      });
  }
  return { method: 'time', by: column.name, ...parts(order.length, order.subarray(0, size)) };
}

interface ValueRows {
  /** Empty: missing. */
  readonly value: string;
  readonly rows: number[];
}

/** Missing values are a group of their own. */
function rowsByValue(column: FrameColumn): ValueRows[] {
  const cells: ArrayLike<number> = column.kind === 'text' ? column.codes : column.values;
  const groups = new Map<number, ValueRows>();
  for (let row = 0; row < cells.length; row++) {
    const group = groups.get(cells[row]!);
    if (group) group.rows.push(row);
    else groups.set(cells[row]!, { value: cellText(column, row) ?? '', rows: [row] });
  }
  return [...groups.values()];
}

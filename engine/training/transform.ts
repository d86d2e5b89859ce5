import type { Frame, FrameColumn } from '../protocol/frame';
import { ModelyardError } from '../errors';
import { cellText, findColumn, modelInput, optionPlace } from './columns';
import type { Matrix } from './learner';
import { zeroSize, type BinsOp, type MapOp, type PreparedColumn, type Preparation, type ScaleOp } from './preparation';

/** Where one column's features go: `values[i * columns + first …]` for the i-th of `rows`. */
interface Target {
  readonly values: Float64Array;
  readonly columns: number;
  readonly first: number;
  readonly rows: ArrayLike<number>;
}

/**
 * The prepared numbers of some rows of a frame, in the order of `rows`: rows.length × preparation.features.length.
 * @throws ModelyardError `data.column` when a column is not there or is text where numbers were learnt.
 */
export function transformRows(preparation: Preparation, frame: Frame, rows: ArrayLike<number>): Matrix {
  const columns = preparation.features.length;
  const values = new Float64Array(rows.length * columns);
  let first = 0;
  for (const column of preparation.columns) {
    writeColumn(column, findColumn(frame, column.name, modelInput), { values, columns, first, rows });
    first += column.features.length;
  }
  return { rows: rows.length, columns, values };
}

/**
 * The label of some rows: index into `classes` (binary: 1 = positive), or the value for a regression.
 * @throws ModelyardError `training.label` for a missing value or a class the training part does not have.
 */
export function targetValues(preparation: Preparation, frame: Frame, rows: ArrayLike<number>): Float64Array {
  const label = findColumn(frame, preparation.label.name, { role: '`label`', option: 'label' });
  const target = new Float64Array(rows.length);
  const index = new Map(preparation.classes.map((name, i) => [name, i]));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const text = cellText(label, row);
    if (text === undefined)
      throw new ModelyardError('training.label', `The label ${label.name} is missing in data row ${row + 1}.`, {
        place: optionPlace('label'),
        fix: 'Leave out the rows without an outcome, or name another label.',
        data: { row: row + 1, column: label.name },
      });
    const value = preparation.task === 'regression' ? Number(text) : index.get(text);
    if (value === undefined)
      throw new ModelyardError(
        'training.label',
        `The class ${text} of ${label.name} (data row ${row + 1}) does not occur in the training part.`,
        { fix: `Split with \`stratify: ${label.name}\`.`, data: { row: row + 1, column: label.name } },
      );
    target[i] = value;
  }
  return target;
}

function writeColumn(column: PreparedColumn, source: FrameColumn, target: Target): void {
  if (column.kind !== source.kind) {
    const [learnt, found] = column.kind === 'number' ? ['numbers', 'text'] : ['text', 'numbers'];
    throw new ModelyardError(
      'data.column',
      `${column.name} held ${learnt} when the model was trained and holds ${found} here.`,
    );
  }
  if (column.op.op === 'one-hot') mark(target, hotFeature(column, source));
  else fill(target, featureValue(column, source));
}

/** The value of the one feature of a row. */
function featureValue(column: PreparedColumn, source: FrameColumn): (row: number) => number {
  if (column.kind === 'text' && source.kind === 'text' && column.op.op === 'map') {
    const { op } = column;
    const byCode = source.categories.map(lookup(op.categories, op.values, op.unknown));
    return row => byCode[source.codes[row]!] ?? op.missing;
  }
  if (column.kind === 'number' && source.kind === 'number' && column.op.op !== 'one-hot') {
    const value = numberFeature(column.op);
    return row => value(source.values[row]!);
  }
  throw new ModelyardError('internal', `No way to compute ${column.name}.`);
}

function numberFeature(op: ScaleOp | BinsOp | MapOp<number>): (value: number) => number {
  if (op.op === 'scale') return value => scaled(op, value);
  if (op.op === 'bins') return value => binned(op, value);
  const mapped = lookup(op.categories, op.values, op.unknown);
  return value => (Number.isNaN(value) ? op.missing : mapped(value));
}

/** Which feature of a one-hot column is 1 in a row; −1: none. */
function hotFeature(column: PreparedColumn, source: FrameColumn): (row: number) => number {
  if (column.op.op !== 'one-hot') throw new ModelyardError('internal', `${column.name} is not one-hot.`);
  const missing = column.op.missing ? column.op.categories.length : -1;
  const at = lookup(column.op.categories, undefined, -1);
  if (source.kind === 'text') {
    const byCode = source.categories.map(at);
    return row => byCode[source.codes[row]!] ?? missing;
  }
  return row => (Number.isNaN(source.values[row]!) ? missing : at(source.values[row]!));
}

/** From a category to its value (to its position where there are no values). */
function lookup(
  categories: readonly (string | number)[],
  values: readonly number[] | undefined,
  unknown: number,
): (category: string | number) => number {
  const table = new Map(categories.map((category, i) => [category, values ? values[i]! : i]));
  return category => table.get(category) ?? unknown;
}

function scaled(op: ScaleOp, value: number): number {
  const isMissing = Number.isNaN(value) || (op.zero === 'missing' && Math.abs(value) <= zeroSize);
  return ((isMissing ? (op.missing ?? NaN) : value) - op.offset) * op.scale;
}

function binned(op: BinsOp, value: number): number {
  if (Number.isNaN(value)) return op.missing;
  let bin = 0;
  while (bin < op.edges.length && value >= op.edges[bin]!) bin++;
  return op.values[bin]!;
}

function fill({ values, columns, first, rows }: Target, value: (row: number) => number): void {
  for (let i = 0; i < rows.length; i++) values[i * columns + first] = value(rows[i]!);
}

/** Sets the one feature that `index` names; −1: none. */
function mark({ values, columns, first, rows }: Target, index: (row: number) => number): void {
  for (let i = 0; i < rows.length; i++) {
    const hot = index(rows[i]!);
    if (hot >= 0) values[i * columns + first + hot] = 1;
  }
}

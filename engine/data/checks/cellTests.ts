import { ModelyardError } from '../../errors';
import type { Cell, ColumnType } from '../../protocol/data';
import type { ColumnBatch } from '../read/batch';
import { Kind, kindsOfType, timeKinds } from '../read/cellKind';
import { timeOfText } from '../read/timeText';
import { TextDictionary } from '../textDictionary';
import type { CellTest } from './columnCheck';
import { shown } from './sentences';

const numbers = Kind.integer | Kind.decimal | Kind.bigInteger;

/** A cell fits its column's type. */
export function typeTest(type: ColumnType): CellTest {
  const kinds = kindsOfType(type);
  return (column, row) => (column.kinds[row]! & kinds) !== 0;
}

type Bound = number | string | null;

/**
 * Numbers, or dates when a bound is an ISO date, between two inclusive bounds; what is neither fails.
 * @throws ModelyardError `config.invalid` for a bound that is no number and no date
 */
export function betweenTest(bounds: readonly [Bound, Bound]): CellTest {
  const times = bounds.some(bound => typeof bound === 'string');
  const [low, high] = bounds.map((bound, side) => boundValue(bound, times, side));
  const kinds = times ? timeKinds : numbers;
  return ({ kinds: cells, numbers: values }, row) =>
    (cells[row]! & kinds) !== 0 && values[row]! >= low! && values[row]! <= high!;
}

function boundValue(bound: Bound, times: boolean, side: number): number {
  if (bound === null) return side === 0 ? -Infinity : Infinity;
  const value = typeof bound === 'number' && !times ? bound : typeof bound === 'string' ? timeOfText(bound) : undefined;
  if (value !== undefined) return value;
  throw new ModelyardError('config.invalid', `between: ${shown(bound)} is no number and no ISO date.`, {
    fix: 'Give two numbers, or two dates like "2024-12-31"; null leaves a side open.',
  });
}

/** `age between 18 and 100`, `age at least 18` */
export function betweenRule(column: string, [low, high]: readonly [Bound, Bound]): string {
  if (low === null && high === null) return `${column} is a number`;
  if (high === null) return `${column} at least ${low}`;
  return low === null ? `${column} at most ${high}` : `${column} between ${low} and ${high}`;
}

/** The cell is one of the values: as a number, as a boolean, or as the text that stands there. */
export function inSetTest(values: readonly Cell[]): CellTest {
  const numeric = new Set(values.filter(value => typeof value === 'number'));
  const booleans = new Set(values.filter(value => typeof value === 'boolean'));
  const texts = new TextDictionary();
  for (const value of values) {
    const bytes = Buffer.from(String(value));
    texts.code(bytes, 0, bytes.length);
  }
  return (column, row) => {
    const kind = column.kinds[row]!;
    if ((kind & numbers) !== 0 && numeric.has(column.numbers[row]!)) return true;
    if (kind === Kind.boolean && booleans.has(column.numbers[row] === 1)) return true;
    return isText(texts, column, row);
  };
}

function isText(texts: TextDictionary, column: ColumnBatch, row: number): boolean {
  const { bytes, starts, ends, stride, offset } = column.texts();
  const at = row * stride + offset;
  return texts.find(bytes, starts[at]!, ends[at]!) >= 0;
}

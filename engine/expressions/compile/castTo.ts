import type { ColumnType } from '../../protocol/data';
import { nearest } from '../../nearest';
import { ExpressionFlaw, type Span } from '../flaw';
import { dayOf, textOfTime, timeOfText } from '../times/times';
import { numbersOf, type ValueType } from '../vectors';
import { booleanOfText, isNumeric, isTime, numberOfText, typeWord, withArticle } from './coerce';
import { over, type Compiled } from './compiled';
import { finite, map1, mapScalars, safeInteger, type Scalar } from './kernels';

/** Names that SQL dialects have for our types. */
export const typeNames: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ...(['integer', 'int', 'bigint', 'smallint', 'tinyint', 'int4', 'int8', 'int64'] as const).map(
    name => [name, 'integer'] as const,
  ),
  ...(['number', 'double', 'double precision', 'float', 'real', 'numeric', 'decimal', 'float8'] as const).map(
    name => [name, 'number'] as const,
  ),
  ...(['string', 'text', 'varchar', 'char'] as const).map(name => [name, 'string'] as const),
  ...(['boolean', 'bool'] as const).map(name => [name, 'boolean'] as const),
  ['date', 'date'],
  ...(['datetime', 'timestamp', 'timestamptz'] as const).map(name => [name, 'datetime'] as const),
]);

export interface CastTarget {
  /** As written. */
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
}

/**
 * What cannot be converted becomes null.
 * @throws ExpressionFlaw for a name that is no type, and for types that do not go together
 */
export function castTo(part: Compiled, { name, nameSpan, span }: CastTarget): Compiled {
  const type = typeNames.get(name);
  if (type === undefined) throw unknownType(name, nameSpan);
  const made = { type, span };
  if (part.type === type || part.type === 'null') return over([part], made, batch => part.run(batch));
  if (type === 'string') return toText(part, span);
  if (part.literal !== undefined && Number.isNaN(textConversions[type](part.literal)))
    throw new ExpressionFlaw(`'${part.literal}' is no ${typeWord(type)}`, part.span);
  const ofText = part.type === 'string' ? fromText(type) : undefined;
  if (ofText)
    return over([part], made, batch =>
      mapScalars([part.run(batch)], { rows: batch.rows, texts: false, textArgs: [true], nulls: false, of: ofText }),
    );
  const of = fromNumber(part.type, type);
  if (of) return over([part], made, batch => map1(numbersOf(part.run(batch)), batch.rows, of));
  throw new ExpressionFlaw(`${withArticle(part.type)} cannot become ${withArticle(type)}`, span);
}

/** Any value as a text. */
export function toText(part: Compiled, span = part.span): Compiled {
  const { type } = part;
  if (type === 'string' || type === 'null') return { ...part, type: 'string', span };
  if (type === 'interval' || type === 'months') throw new ExpressionFlaw('an interval cannot become a text', span);
  const of = ([value]: readonly Scalar[]): Scalar => (typeof value === 'number' ? textOfNumber(value, type) : null);
  return over([part], { type: 'string', span }, batch =>
    mapScalars([part.run(batch)], { rows: batch.rows, texts: true, textArgs: [false], nulls: false, of }),
  );
}

function textOfNumber(value: number, type: ValueType): string {
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  return isTime(type) ? textOfTime(value, type === 'datetime') : String(value);
}

function fromText(type: ColumnType): (args: readonly Scalar[]) => Scalar {
  const convert = textConversions[type];
  return ([text]) => (typeof text === 'string' ? convert(text) : null);
}

const textConversions: Readonly<Record<ColumnType, (text: string) => number>> = {
  integer: text => safeInteger(halfToEven(numberOfText(text))),
  number: text => finite(numberOfText(text)),
  boolean: booleanOfText,
  date: text => dayOf(timeOfText(text)),
  datetime: timeOfText,
  string: () => Number.NaN,
};

/** A function of numbers; undefined where the types do not go together. */
function fromNumber(from: ValueType, to: ColumnType): ((value: number) => number) | undefined {
  if (to === 'number' && (from === 'integer' || from === 'boolean')) return value => value;
  if (to === 'integer' && from === 'boolean') return value => value;
  if (to === 'integer' && from === 'number') return value => safeInteger(halfToEven(value));
  if (to === 'boolean' && isNumeric(from)) return value => (value === 0 ? 0 : 1);
  if (to === 'date' && from === 'datetime') return dayOf;
  return to === 'datetime' && from === 'date' ? value => value : undefined;
}

/** 2.5 becomes 2 and 3.5 becomes 4, as a cast does in SQL. */
function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function unknownType(name: string, span: Span): ExpressionFlaw {
  const meant = nearest(name, [...typeNames.keys()]);
  return new ExpressionFlaw(`there is no type \`${name}\``, span, {
    fix: `${meant === undefined ? '' : `Did you mean \`${meant}\`? `}There are integer, number, boolean, date, datetime and string.`,
    ...(meant !== undefined && { nearest: meant }),
  });
}

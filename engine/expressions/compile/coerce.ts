import type { ColumnType } from '../../protocol/data';
import { ExpressionFlaw, type Span } from '../flaw';
import { timeOfText, dayOf } from '../times/times';
import type { ValueType } from '../vectors';
import type { Compiled } from './compiled';
import { constantNumber } from './kernels';

const numeric = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** The number of a text, or NaN. */
export const numberOfText = (text: string): number => (numeric.test(text) ? Number(text) : Number.NaN);

const yes = new Set(['true', 't', 'yes', 'y', '1']);
const no = new Set(['false', 'f', 'no', 'n', '0']);

/** 1, 0, or NaN for what is neither. */
export function booleanOfText(text: string): number {
  const word = text.trim().toLowerCase();
  return yes.has(word) ? 1 : no.has(word) ? 0 : Number.NaN;
}

export const isTime = (type: ValueType): boolean => type === 'date' || type === 'datetime';
export const isNumeric = (type: ValueType): boolean => type === 'integer' || type === 'number';

/**
 * The part as a value of a type, where that loses nothing: integers are numbers, dates are datetimes, a text that is written
 * there is what it says. Undefined where there is no such way.
 * @throws ExpressionFlaw for a written text that is no date or number
 */
export function coerce(part: Compiled, type: ValueType): Compiled | undefined {
  if (part.type === type) return part;
  if (part.type === 'null') return { ...part, type };
  if (part.type === 'integer' && type === 'number') return { ...part, type };
  if (part.type === 'date' && type === 'datetime') return { ...part, type };
  if (part.literal === undefined || type === 'string') return undefined;
  return fromLiteral(part.literal, part.span, type);
}

function fromLiteral(text: string, span: Span, type: ValueType): Compiled | undefined {
  const value = literalValue(text, type);
  if (value === undefined) return undefined;
  if (Number.isNaN(value))
    throw new ExpressionFlaw(`'${text}' is no ${typeWord(type)}`, span, {
      ...(isTime(type) && { fix: "Write one like '2024-12-31'." }),
    });
  const constant = constantNumber(value);
  return { type, span, isConstant: true, run: () => constant };
}

function literalValue(text: string, type: ValueType): number | undefined {
  switch (type) {
    case 'number':
      return numberOfText(text);
    case 'integer': {
      const value = numberOfText(text);
      return Number.isSafeInteger(value) ? value : Number.NaN;
    }
    case 'boolean':
      return booleanOfText(text);
    case 'datetime':
      return timeOfText(text);
    case 'date': {
      const time = timeOfText(text);
      return dayOf(time) === time ? time : Number.NaN;
    }
    default:
      return undefined;
  }
}

/** The type that all parts can have; undefined when all are null, or when there is none. */
function commonType(parts: readonly Compiled[]): ValueType | undefined {
  const typed = parts.filter(({ type, literal }) => type !== 'null' && literal === undefined);
  const rest = typed.length > 0 ? typed : parts.filter(({ type }) => type !== 'null');
  let common: ValueType | undefined;
  for (const { type } of rest) {
    if (common === undefined || common === type) common = type;
    else if (isNumeric(common) && isNumeric(type)) common = 'number';
    else if (isTime(common) && isTime(type)) common = 'datetime';
    else return undefined;
  }
  return common === 'date' && parts.some(({ literal }) => literal !== undefined && !isDay(literal))
    ? 'datetime'
    : wider(common, parts);
}

/** A text that is written with a point makes numbers of integers. */
function wider(type: ValueType | undefined, parts: readonly Compiled[]): ValueType | undefined {
  if (type !== 'integer') return type;
  const fits = ({ literal }: Compiled) => literal === undefined || Number.isSafeInteger(numberOfText(literal));
  return parts.every(fits) ? type : 'number';
}

const isDay = (text: string): boolean => /^\s*[-\d]+\s*$/.test(text);

/**
 * All parts as values of the type that they can have in common; `undefined` as type when all are null.
 * @throws ExpressionFlaw at the first part that does not go with those before it
 */
export function unify(
  parts: readonly Compiled[],
  what: (first: string, second: string) => string,
): { readonly type: ValueType; readonly parts: readonly Compiled[] } {
  if (parts.every(({ type }) => type === 'null')) return { type: 'null', parts };
  const type = commonType(parts);
  const unified = type === undefined ? [] : parts.map(part => coerce(part, type));
  const complete = unified.filter(part => part !== undefined);
  if (type !== undefined && complete.length === parts.length) return { type, parts: complete };
  const typed = parts.filter(part => part.type !== 'null');
  const [first] = typed;
  const second = typed.find(part => !goTogether(first!.type, part.type)) ?? typed[1]!;
  throw new ExpressionFlaw(what(withArticle(first!.type), withArticle(second.type)), second.span, {
    fix: castFix(first!.type, second.type),
  });
}

const goTogether = (a: ValueType, b: ValueType): boolean =>
  a === b || (isNumeric(a) && isNumeric(b)) || (isTime(a) && isTime(b));

function castFix(first: ValueType, second: ValueType): string {
  const wanted = first === 'string' ? second : first;
  if (isTime(wanted)) return 'Make a date of a text with `cast(… as date)` or `strptime(…)`.';
  if (wanted === 'boolean') return "Write `x <> 0` or `x = 'yes'` to make a condition of a value.";
  return `Convert one of them, such as with \`cast(… as ${wanted})\`.`;
}

const words: Readonly<Record<ValueType, string>> = {
  integer: 'integer',
  number: 'number',
  boolean: 'condition (true or false)',
  date: 'date',
  datetime: 'date with time',
  string: 'text',
  interval: 'interval',
  months: 'interval of months',
  null: 'null',
};

export const typeWord = (type: ValueType): string => words[type];
export const withArticle = (type: ValueType): string =>
  type === 'null' ? 'null' : `${/^[aeiou]/.test(words[type]) ? 'an' : 'a'} ${words[type]}`;

/** Whether an expression may have it as its type. */
export const isColumnType = (type: ValueType): type is ColumnType =>
  type !== 'interval' && type !== 'months' && type !== 'null';

import type { Cell, ColumnProfile } from '../../protocol/data';
import type { Expectation } from '../../protocol/expectations';
import { dateReader } from '../checks/dateFormat';
import { number, percent, shown } from '../checks/sentences';
import type { Distribution } from '../profile/distribution';
import { timeText } from '../read/timeText';
import { firstDigit, roundedBounds } from './roundedBounds';
import { shapeOf } from './textShape';
import { counted, nounOf } from '../../plural';

/** One rule that might be written down, and why. */
export interface Candidate {
  readonly rule: Omit<Expectation, 'severity'>;
  readonly reason: string;
}

export interface Profiled {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  readonly distributions: ReadonlyMap<string, Distribution>;
}

/** Below so many values nothing is concluded from what was not seen. */
const enough = 20;
const mostNamed = 60;

/** Rules on the table, then on each column, that what was seen suggests. They are still to be tried. */
export function candidatesOf(profiled: Profiled): readonly Candidate[] {
  return [
    ...tableCandidates(profiled),
    ...profiled.columns.flatMap(column => [...columnCandidates(column, profiled)]),
    ...pairCandidates(profiled),
  ];
}

function* tableCandidates({ rows, columns }: Profiled): Generator<Candidate> {
  if (rows >= enough)
    yield {
      rule: { row_count: [firstDigit(rows / 2), null] },
      reason: `there are ${number(rows)} rows; less than half would be a cut file`,
    };
  const names = columns.map(({ name }) => name);
  if (names.length <= mostNamed)
    yield {
      rule: { has_columns: names },
      reason: `the file has ${nounOf(names.length, 'this', 'these')} ${counted(names.length, 'column')}`,
    };
  else
    yield { rule: { column_count: [names.length, null] }, reason: `the file has ${counted(names.length, 'column')}` };
}

function* columnCandidates(column: ColumnProfile, profiled: Profiled): Generator<Candidate> {
  const { name, type, count } = column;
  if (count < enough) return;
  if (type !== 'string') yield { rule: { column: name, type }, reason: `all ${number(count)} values are of this type` };
  yield* missingCandidates(column);
  const isId = isIdentifier(column, profiled.distributions.get(name));
  if (isId)
    yield {
      rule: { column: name, unique: true },
      reason: `no value comes twice in ${number(count)} ${nounOf(count, 'row')}`,
    };
  const set = isId ? undefined : closedSet(column, profiled.distributions.get(name));
  if (set !== undefined) {
    const reason = `only ${counted(set.length, 'value')} in ${number(count)} ${nounOf(count, 'row')}`;
    yield { rule: { column: name, in_set: set }, reason };
    return;
  }
  if (type === 'integer' || type === 'number') yield* numberCandidates(column, isId);
  else if (type === 'string') yield* textCandidates(column, profiled.distributions.get(name));
  else if (type === 'date' || type === 'datetime')
    yield { rule: { column: name, increasing: true }, reason: 'the rows are in the order of it' };
}

function* missingCandidates({ name, count, nulls }: ColumnProfile): Generator<Candidate> {
  const rows = count + nulls;
  if (nulls === 0)
    yield {
      rule: { column: name, not_null: true },
      reason: `each of ${number(rows)} ${nounOf(rows, 'row')} has a value`,
    };
  else if (nulls / rows <= 0.2) {
    // Twice as many, and a whole per cent.
    const mostly = (100 - Math.ceil((nulls / rows) * 200)) / 100;
    yield {
      rule: { column: name, not_null: true, mostly },
      reason: `${percent(nulls / rows)} of the rows have no value; twice as many may`,
    };
  }
}

/** A longer text is no identifier, nor is one with blanks. */
const longestId = 64;

/** Nearly all values are different, of a type that identifies. Whether all are, the trial says. */
function isIdentifier(
  { type, count, distinct, distinctEstimated, maxLength = 0 }: ColumnProfile,
  found: Distribution | undefined,
): boolean {
  if (distinctEstimated ? distinct < count * 0.95 : distinct !== count) return false;
  if (type !== 'string') return type === 'integer';
  const texts = found?.kind === 'texts' ? found.values : [];
  return maxLength <= longestId && !texts.some(text => /\s/.test(text)) && dateFormatOf(texts) === undefined;
}

const mostValues = 20;
/** Numbers of more values are measured rather than chosen from. */
const mostNumbers = 8;
/** Each value comes so often, on average, that a further one would have been seen. */
const often = 20;

function closedSet(
  { type, distinct, distinctEstimated, count }: ColumnProfile,
  found: Distribution | undefined,
): readonly Cell[] | undefined {
  if (distinctEstimated || distinct < 2 || distinct * often > count || found?.complete !== true) return undefined;
  if (type === 'string' && found.kind === 'texts' && distinct <= mostValues) return [...found.values].sort();
  return type === 'integer' && found.kind === 'numbers' && distinct <= mostNumbers ? found.values : undefined;
}

function* numberCandidates({ name, type, min, max }: ColumnProfile, isId: boolean): Generator<Candidate> {
  if (min === undefined || max === undefined || min === max) return;
  if (isId) {
    // New rows get new numbers.
    if (min >= 0) yield { rule: { column: name, between: [0, null] }, reason: `the least is ${number(min)}` };
    return;
  }
  const bounds = roundedBounds({ min, max }, type === 'number');
  const reason = `from ${number(min)} to ${number(max)}, with half of that range as room`;
  yield { rule: { column: name, between: bounds }, reason };
}

function* textCandidates(
  { name, minLength, maxLength, distinct }: ColumnProfile,
  found: Distribution | undefined,
): Generator<Candidate> {
  const texts = found?.kind === 'texts' ? found.values : [];
  const format = dateFormatOf(texts);
  if (format !== undefined) {
    yield { rule: { column: name, date_format: format }, reason: `each is a date such as ${shown(texts[0] ?? '')}` };
    return;
  }
  if (distinct < enough) return;
  const shape = shapeOf(texts);
  if (shape !== undefined)
    yield { rule: { column: name, regex: shape }, reason: `all are made like ${shown(texts[0] ?? '')}` };
  else if (minLength !== undefined && minLength === maxLength)
    yield { rule: { column: name, length: minLength }, reason: `all have ${number(minLength)} characters` };
}

const formats = [
  '%d.%m.%Y',
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%Y/%m/%d',
  '%d-%m-%Y',
  '%d %b %Y',
  '%d.%m.%Y %H:%M',
  '%H:%M:%S',
  '%H:%M',
];

/** The one format that fits all; of two, such as days and months below 13, none is chosen. */
function dateFormatOf(texts: readonly string[]): string | undefined {
  if (texts.length < enough) return undefined;
  const [only, another] = formats.filter(format => texts.every(dateReader(format)));
  return another === undefined ? only : undefined;
}

const mostDates = 6;

/** Of two columns of dates one may never be before the other. */
function* pairCandidates({ columns, rows }: Profiled): Generator<Candidate> {
  const dates = columns.filter(({ type, count }) => (type === 'date' || type === 'datetime') && count >= enough);
  if (dates.length > mostDates || rows < enough) return;
  for (const earlier of dates)
    for (const later of dates) {
      if (earlier === later || (earlier.mean ?? 0) >= (later.mean ?? 0)) continue;
      const reason = `${later.name} (${timeText(later.mean ?? 0, false)} on average) is never before ${earlier.name}`;
      yield { rule: { greater_or_equal: [later.name, earlier.name] }, reason };
    }
}

import { ModelyardError } from '../../errors';
import type { Bound, CountRange, Range } from '../../protocol/expectations';
import { timeOfText, timeText } from '../read/timeText';
import { figure, number, shown } from './sentences';

/** Bounds as numbers (dates as ms since 1970), and how their values are written. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
  /** Whether dates are meant. */
  readonly times: boolean;
}

/** @throws ModelyardError `config.invalid` for a bound that is no number and no ISO date */
export function boundsOf(range: Range, key = 'between'): Bounds {
  const times = range.some(bound => typeof bound === 'string');
  const side = (bound: Bound, open: number): number => (bound === null ? open : boundValue(bound, times, key));
  return { low: side(range[0], -Infinity), high: side(range[1], Infinity), times };
}

/** @throws ModelyardError `config.invalid` */
export function boundValue(bound: number | string, times: boolean, key: string): number {
  const value = typeof bound === 'number' && !times ? bound : typeof bound === 'string' ? timeOfText(bound) : undefined;
  if (value !== undefined) return value;
  throw new ModelyardError('config.invalid', `${key}: ${shown(bound)} is no number and no ISO date.`, {
    fix: 'Give two numbers, or two dates like "2024-12-31"; null leaves a side open.',
  });
}

export const isWithin = (value: number, { low, high }: Bounds): boolean => value >= low && value <= high;

/** `between 18 and 100`, `at least 18` */
export function rangeText([low, high]: Range): string {
  if (low === null) return high === null ? 'any' : `at most ${high}`;
  return high === null ? `at least ${low}` : `between ${low} and ${high}`;
}

/** A measured value: a number, or a date. */
export const measured = (value: number, times: boolean): string =>
  times && Number.isFinite(value) ? timeText(value, value % 86_400_000 !== 0) : figure(value);

export function isCount(value: number, wanted: CountRange): boolean {
  const [low, high] = typeof wanted === 'number' ? [wanted, wanted] : wanted;
  return value >= (low ?? 0) && value <= (high ?? Infinity);
}

/** `5`, `between 5 and 10` */
export function countText(wanted: CountRange): string {
  const [low, high] = typeof wanted === 'number' ? [wanted, wanted] : wanted;
  if (low !== null && low === high) return number(low);
  if (low === null) return high === null ? 'any' : `at most ${number(high)}`;
  return high === null ? `at least ${number(low)}` : `between ${number(low)} and ${number(high)}`;
}

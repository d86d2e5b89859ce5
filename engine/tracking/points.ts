import type { Row } from '../store/database';
import { realOrNaN } from '../store/row';
import { addExact, int64 } from './records';
import type { ExactPoint } from './records';

/** A row of `point`, whose time counts from the start of its run. */
export const exactPoint = (row: Row, startedAt: number): ExactPoint => ({
  value: realOrNaN(row, 'value'),
  step: int64(row, 'step'),
  time: addExact(int64(row, 'time'), startedAt),
});

/** MLflow's order of a history: time, step, value, where NaN counts as 0 and comes behind it. */
export const byTime = (a: ExactPoint, b: ExactPoint): number =>
  order(a.time, b.time) || order(a.step, b.step) || byValue(a.value, b.value);

/** MLflow's order of a chart: step, time, value. */
export const byStep = (a: ExactPoint, b: ExactPoint): number =>
  order(a.step, b.step) || order(a.time, b.time) || byValue(a.value, b.value);

const order = (a: number | bigint, b: number | bigint): number => (a === b ? 0 : a < b ? -1 : 1);

const byValue = (a: number, b: number): number =>
  order(Number.isNaN(a) ? 0 : a, Number.isNaN(b) ? 0 : b) || Number(Number.isNaN(a)) - Number(Number.isNaN(b));

import type { Int64 } from './records';

/** Steps beyond it, either way, leave no room for a difference. */
const FAR = 2 ** 52;

/**
 * What the table `point` keeps of the seq of a point: how far it is ahead of the step. Where each step has a point that
 * is 0, which takes no room in the file; among the points of one step it grows as the seq does.
 */
export function leadOf(step: Int64, seq: number): number {
  const near = Number(step);
  return Math.abs(near) <= FAR ? seq - near : seq;
}

/** The seq of a row of `point`, in SQL. */
export const SEQ = `(CASE WHEN step BETWEEN -${FAR} AND ${FAR} THEN step + lead ELSE lead END)`;

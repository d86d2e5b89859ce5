import type { TrainingData } from './learner';
import type { Random } from '../random';

export interface HeldOut {
  readonly fit: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Takes a share of the rows away to stop early by: of each class the same share (at least one row stays to learn
 * from), for regression of all rows. Both parts ascending. A share too small for one row gives an empty part.
 */
export function holdOut(data: TrainingData, share: number, random: Random): HeldOut {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < data.x.rows; row++) {
    const key = data.task === 'regression' ? 0 : data.y[row]!;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const fit: number[] = [];
  const validation: number[] = [];
  for (const key of [...groups.keys()].sort((a, b) => a - b)) {
    const rows = groups.get(key) ?? [];
    random.shuffle(rows);
    const taken = Math.min(Math.round(rows.length * share), rows.length - 1);
    for (const [at, row] of rows.entries()) (at < taken ? validation : fit).push(row); // spread, many rows are too many arguments
  }
  return { fit: Int32Array.from(fit).sort(), validation: Int32Array.from(validation).sort() };
}

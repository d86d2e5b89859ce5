import type { Row } from '../store/database';
import { integer } from '../store/row';

/** What hangs on each of several owners, by the number of the owner. */
export function groupRows<T>(
  rows: readonly Row[],
  owner: string,
  read: (row: Row) => T,
): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const number = integer(row, owner);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [read(row)]);
    else group.push(read(row));
  }
  return groups;
}

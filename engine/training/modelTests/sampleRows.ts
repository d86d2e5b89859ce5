import { Random } from '../../random';

/** At most so many of the rows, drawn without replacement, in their order. */
export function sampleRows(rows: readonly number[], most: number, seed: number): readonly number[] {
  if (rows.length <= most) return rows;
  const random = new Random(seed);
  const left = Array.from(rows);
  for (let i = 0; i < most; i++) {
    const other = i + random.below(left.length - i);
    [left[i], left[other]] = [left[other]!, left[i]!];
  }
  return left.slice(0, most).sort((a, b) => a - b);
}

import type { ColumnProfile } from '../../protocol/data';
import type { ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import type { TextDistribution } from './distribution';

/** Sums up a column of booleans, however they are written. */
export class BooleanProfile {
  nulls = 0;
  readonly #counts = { true: 0, false: 0 };

  add(column: ColumnBatch): void {
    for (let row = 0; row < column.rows; row++) {
      if (isMissing(column.kinds[row]!)) this.nulls++;
      else if (column.numbers[row] === 1) this.#counts.true++;
      else this.#counts.false++;
    }
  }

  distribution(): Omit<TextDistribution, 'name'> {
    const counts = [this.#counts.false, this.#counts.true];
    return { kind: 'texts', values: ['false', 'true'], counts, of: counts[0]! + counts[1]!, complete: true };
  }

  finish(): Partial<ColumnProfile> {
    const top = Object.entries(this.#counts)
      .map(([value, count]) => ({ value, count }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return { nulls: this.nulls, distinct: top.length, distinctEstimated: false, top };
  }
}

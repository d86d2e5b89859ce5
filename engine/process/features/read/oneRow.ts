import { ModelyardError } from '../../../errors';
import type { KeyTable } from '../../../features/join/keyTable';
import { placeText, rowPlace } from './cellProblem';
import type { SourceBatch } from './sourceRows';

/** Where rows hold at all times, sees to it that no key has two. */
export class OneRow {
  readonly #table: KeyTable;
  /** By key the number of its row + 1; 0: none. */
  #rows = new Float64Array(1 << 10);

  constructor(table: KeyTable) {
    this.#table = table;
  }

  /** @throws ModelyardError `data.unreadable` with the key and the line of its second row */
  add(batch: SourceBatch): void {
    for (let row = 0; row < batch.rows; row++) {
      const key = batch.keys[row]!;
      if (key < 0 || batch.keep?.[row] === 0) continue;
      if (key >= this.#rows.length) {
        const larger = new Float64Array(Math.max(this.#rows.length * 2, key + 1));
        larger.set(this.#rows);
        this.#rows = larger;
      }
      if (this.#rows[key]! > 0) throw this.#twice(batch, row);
      this.#rows[key] = batch.firstRow + row + 1;
    }
  }

  #twice(batch: SourceBatch, row: number): ModelyardError {
    const key = this.#table.key(batch.keys[row]!).join(', ');
    const place = rowPlace(batch, row);
    return new ModelyardError(
      'data.unreadable',
      `${placeText(batch.source, place)}: ${key} has a second row here, and nothing says which one holds when.`,
      {
        place,
        fix: 'Name the column with the time of each row under `event_time:`, or leave one row for each key.',
        data: { dataset: batch.source.name, key },
      },
    );
  }
}

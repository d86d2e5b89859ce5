import type { CheckResult } from '../../protocol/data';
import type { Pair } from '../../protocol/expectations';
import type { Batch, ColumnBatch } from '../read/batch';
import { isMissing } from '../read/cellKind';
import { TextDictionary } from '../textDictionary';
import { verdict, type Check, type CheckOptions } from './check';
import { HeldColumns } from './heldColumns';
import { figure, number } from './sentences';

/** A column of more values is no category. */
const mostValues = 1000;

type Options = CheckOptions & { readonly pair: Pair; readonly limit: number };

/** Cramér's V of two columns of categories, without a correction, as scipy.stats.contingency.association. */
export class CramersCheck implements Check {
  readonly columns: Pair;
  readonly #options: Options;
  readonly #held: HeldColumns;
  readonly #labels = [new TextDictionary(), new TextDictionary()] as const;
  readonly #counts = new Map<number, number>();
  #total = 0;
  #overflow = false;

  constructor(options: Options) {
    this.columns = options.pair;
    this.#options = options;
    this.#held = new HeldColumns(options.pair);
  }

  add(column: ColumnBatch, batch: Batch, name: string): void {
    const cells = this.#held.add(name, column);
    if (cells === undefined || this.#overflow) return;
    const [a, b] = [cells.get(this.columns[0])!, cells.get(this.columns[1])!];
    for (let row = 0; row < batch.rows; row++) {
      if (isMissing(a.kinds[row]!) || isMissing(b.kinds[row]!)) continue;
      const key = codeOf(this.#labels[0], a, row) * (mostValues + 1) + codeOf(this.#labels[1], b, row);
      if (this.#labels.some(({ size }) => size > mostValues)) {
        this.#overflow = true;
        return;
      }
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      this.#total++;
    }
  }

  finish(): CheckResult {
    const { limit } = this.#options;
    const rule = `Cramér's V of ${this.columns.join(' and ')} at most ${figure(limit)}`;
    const value = this.#overflow ? Number.NaN : this.#association();
    const what = this.#overflow
      ? `a column has more than ${number(mostValues)} different values, and is no category`
      : Number.isNaN(value)
        ? 'there is none: one of the columns has fewer than two different values'
        : `it is ${figure(value)}`;
    return verdict(this.#options, { rule, passed: value <= limit, what, checked: this.#total });
  }

  #association(): number {
    const [rows, columns] = [new Float64Array(this.#labels[0].size), new Float64Array(this.#labels[1].size)];
    for (const [key, count] of this.#counts) {
      rows[Math.floor(key / (mostValues + 1))]! += count;
      columns[key % (mostValues + 1)]! += count;
    }
    const least = Math.min(rows.length, columns.length) - 1;
    if (least < 1) return Number.NaN;
    // χ² / n = Σ observed² / (row · column) − 1
    let sum = -1;
    for (const [key, count] of this.#counts)
      sum += (count / rows[Math.floor(key / (mostValues + 1))]!) * (count / columns[key % (mostValues + 1)]!);
    return Math.sqrt(Math.max(0, sum) / least);
  }
}

function codeOf(labels: TextDictionary, column: ColumnBatch, row: number): number {
  const { bytes, starts, ends, stride, offset } = column.texts();
  const at = row * stride + offset;
  return labels.code(bytes, starts[at]!, ends[at]!);
}

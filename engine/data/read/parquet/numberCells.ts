import type { CellTexts, ColumnBatch } from '../batch';
import { Kind, timeKinds } from '../cellKind';
import { exactTimeText, timeText } from '../timeText';
import type { Leaf } from './leaf';
import type { Numbers } from './plainNumbers';

/** Cells that are numbers. Their texts are made when somebody asks, as are the ms of times. */
export class NumberCells implements ColumnBatch {
  readonly rows: number;
  readonly kinds: Uint8Array;
  readonly stays = true;
  readonly clocks?: 'utc' | 'local';
  readonly micros?: Float64Array;
  #numbers: Float64Array | undefined;
  #texts: CellTexts | undefined;

  constructor({ numbers, kinds }: Numbers, { clocks }: Pick<Leaf, 'clocks'>) {
    this.rows = kinds.length;
    this.kinds = kinds;
    if (clocks === undefined) this.#numbers = numbers;
    else {
      this.clocks = clocks;
      this.micros = numbers;
    }
  }

  get numbers(): Float64Array {
    return (this.#numbers ??= this.micros!.map(micros => micros / 1000));
  }

  texts(): CellTexts {
    return (this.#texts ??= this.#encode());
  }

  #encode(): CellTexts {
    const { rows } = this;
    const [starts, ends] = [new Int32Array(rows), new Int32Array(rows)];
    const bytes = Buffer.allocUnsafe(rows * 28 + 64); // the longest text of a number or time has 27 characters
    let at = 0;
    for (let row = 0; row < rows; row++) {
      starts[row] = at;
      at += bytes.write(this.#text(row), at, 'latin1');
      ends[row] = at;
    }
    return { bytes, starts, ends, stride: 1, offset: 0 };
  }

  #text(row: number): string {
    const kind = this.kinds[row]!;
    const value = this.numbers[row]!;
    if (kind === Kind.missing) return '';
    if (kind === Kind.boolean) return value === 1 ? 'true' : 'false';
    if ((kind & timeKinds) === 0) return String(value);
    return kind === Kind.date ? timeText(value, false) : exactTimeText(value);
  }
}

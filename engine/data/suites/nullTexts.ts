import { cellText, type ColumnBatch } from '../read/batch';
import { Kind, isMissing } from '../read/cellKind';
import { baseForm } from './baseForm';

/** Words for what is missing, in their base form (as Deepchecks has them). */
const words: ReadonlySet<string> = new Set(['none', 'null', 'nan', 'na']);
/** Longer texts are no such word. */
const longest = 12;
const mostKinds = 50;

/** How what is missing is written in one column: an empty cell, `NA`, `None`, …, whether or not it counts as missing. */
export class NullTexts {
  readonly counts = new Map<string, number>();

  /** @param before rows in which the column did not exist */
  constructor(before: number) {
    if (before > 0) this.counts.set('', before);
  }

  add(column: ColumnBatch): void {
    for (let row = 0; row < column.rows; row++) {
      const kind = column.kinds[row]!;
      if (isMissing(kind)) this.#count(cellText(column, row).trim());
      else if (kind === Kind.text) this.#look(column, row);
    }
  }

  #look(column: ColumnBatch, row: number): void {
    const { starts, ends, stride, offset } = column.texts();
    const at = row * stride + offset;
    if (ends[at]! - starts[at]! > longest) return;
    const text = cellText(column, row).trim();
    if (words.has(baseForm(text))) this.#count(text);
  }

  #count(text: string): void {
    const known = this.counts.get(text);
    if (known !== undefined || this.counts.size < mostKinds) this.counts.set(text, (known ?? 0) + 1);
  }
}

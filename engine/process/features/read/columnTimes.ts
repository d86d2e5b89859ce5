import type { ColumnBatch } from '../../../data/read/batch';
import { isMissing, timeKinds } from '../../../data/read/cellKind';
import { TimeText } from '../../../data/read/timeText';
import { ZoneClock } from '../../../features/join/zoneClock';
import { cellProblem, type ColumnPlace } from './cellProblem';

/** Reads columns of times as µs since 1970; those without a zone are read on the clocks of one. */
export class TimeReader {
  readonly #clock: ZoneClock | undefined;
  readonly #text = new TimeText();

  constructor(zone: string) {
    this.#clock = /^utc$/i.test(zone) ? undefined : new ZoneClock(zone);
  }

  /** NaN: missing. Nanoseconds below a microsecond are cut off. @throws ModelyardError `data.column` with the line */
  read(column: ColumnBatch, rows: number, place: ColumnPlace): Float64Array {
    if (column.micros && (!this.#clock || column.clocks === 'utc')) return column.micros;
    const { kinds, numbers } = column;
    const times = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const kind = kinds[row]!;
      if ((kind & timeKinds) !== 0) times[row] = this.#micros(numbers[row]!, column, row);
      else if (isMissing(kind)) times[row] = Number.NaN;
      else times[row] = this.#ofText(column, row, place);
    }
    return times;
  }

  #micros(ms: number, column: ColumnBatch, row: number): number {
    const whole = Math.floor(ms);
    const rest = Math.round((ms - whole) * 1000);
    if (!this.#clock || hasZone(column, row)) return whole * 1000 + rest;
    return this.#clock.instant(whole) * 1000 + rest;
  }

  /** Texts in files whose readers make none of them times. */
  #ofText(column: ColumnBatch, row: number, place: ColumnPlace): number {
    const { bytes, starts, ends, stride, offset } = column.texts();
    const at = row * stride + offset;
    const kind = this.#text.parse(bytes, starts[at]!, ends[at]!);
    if ((kind & timeKinds) === 0)
      throw cellProblem(column, row, {
        ...{ place, expected: 'a time such as 2024-02-29T12:30:00Z' },
        otherwise: 'name another column as that of the time',
      });
    return this.#micros(this.#text.value, column, row);
  }
}

/** Whether a time says its zone: by its text, or the type of its column. */
function hasZone(column: ColumnBatch, row: number): boolean {
  if (column.clocks !== undefined) return column.clocks === 'utc';
  const { bytes, starts, ends, stride, offset } = column.texts();
  const start = starts[row * stride + offset]!;
  let at = ends[row * stride + offset]! - 1;
  while (at > start && bytes[at]! <= 32) at--;
  if ((bytes[at]! | 32) === 122) return true; // Z
  // +01, +0100 or +01:00 behind the clock
  for (let back = 0; back < 6 && at - back > start + 15; back++)
    if (bytes[at - back] === 43 || bytes[at - back] === 45) return true;
  return false;
}

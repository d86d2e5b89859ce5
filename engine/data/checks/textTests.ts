import type { CountRange } from '../../protocol/expectations';
import { cellText, type ColumnBatch } from '../read/batch';
import { Kind, timeKinds } from '../read/cellKind';
import type { CellTest } from './columnCheck';
import { dateReader } from './dateFormat';
import { isLooseDate } from './looseDate';
import { isCount } from './ranges';

/** Characters (code points) of the cell's text. */
export function lengthTest(wanted: CountRange): CellTest {
  return (column, row) => isCount(codePoints(column, row), wanted);
}

function codePoints(column: ColumnBatch, row: number): number {
  const { bytes, starts, ends, stride, offset } = column.texts();
  const at = row * stride + offset;
  let length = ends[at]! - starts[at]!;
  for (let i = starts[at]!; i < ends[at]!; i++) if ((bytes[i]! & 0xc0) === 0x80) length--;
  return length;
}

/** @throws ModelyardError `config.invalid` for a format with a directive that is not known */
export function dateFormatTest(format: string): CellTest {
  const fits = dateReader(format);
  return (column, row) => fits(cellText(column, row));
}

export const looseDateTest: CellTest = (column, row) =>
  (column.kinds[row]! & timeKinds) !== 0 || isLooseDate(cellText(column, row));

/** Numbers and booleans are JSON; a text has to be read. */
export const jsonTest: CellTest = (column, row) => {
  const kind = column.kinds[row]!;
  if ((kind & (Kind.integer | Kind.bigInteger)) !== 0) return true;
  try {
    JSON.parse(cellText(column, row));
    return true;
  } catch {
    return false;
  }
};

/** A pattern of SQL's LIKE as a JavaScript expression for the whole text: `\` takes the meaning of what follows. */
export function likePattern(like: string): string {
  let pattern = '';
  for (let i = 0; i < like.length; i++) {
    const char = like[i]!;
    if (char === '%') pattern += '[^]*?';
    else if (char === '_') pattern += '[^]';
    else {
      const literal = char === '\\' && i + 1 < like.length ? like[++i]! : char;
      pattern += literal.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    }
  }
  return pattern;
}

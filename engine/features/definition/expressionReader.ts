import type { ColumnType } from '../../protocol/data';

/** What definitions need to know of expressions. All throw a ModelyardError about the text, without a place. */
export interface ExpressionReader {
  /** Of the columns that it is computed from. */
  names(text: string): readonly string[];
  type(text: string, columns: ReadonlyMap<string, ColumnType>): ColumnType;
  /** Without what does not matter in it, such as blanks. */
  plain(text: string): string;
}

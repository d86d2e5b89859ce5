import type { ArtifactContent } from '../../../../engine/protocol/tracking';
import { extensionOf, separatorOf } from '../../../shared/fileLook';
import { isRecord, parseJson } from '../../../shared/json';
import { parseCsv } from '../../../shared/parseCsv';

/** A file that is a table, as much of it as is shown. */
export interface FileTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** There are more rows, or more columns. */
  readonly hasMoreRows: boolean;
  readonly hasMoreColumns: boolean;
}

export const mostRows = 200;
export const mostColumns = 60;

/** Comma- or tab-separated values, or what MLflow's `log_table` writes: `{"columns": […], "data": [[…]]}`. */
export function fileTable(content: ArtifactContent): FileTable | undefined {
  const { path, text, truncated } = content;
  if (text === undefined || text === '') return undefined;
  const separator = separatorOf(path);
  if (separator !== undefined) {
    const parsed = parseCsv(text, separator, mostRows + 2);
    // the last row of a file that was cut has lost its end
    const whole = truncated && parsed.length < mostRows + 2 ? parsed.slice(0, -1) : parsed;
    const [columns = [], ...rows] = whole;
    return bounded(columns, rows, truncated);
  }
  const value = extensionOf(path) === 'json' && !truncated ? parseJson(text) : undefined;
  if (!isRecord(value)) return undefined;
  const { columns, data } = value;
  if (!isList(columns) || columns.length === 0 || !isList(data) || !data.every(isList)) return undefined;
  return bounded(
    columns.map(cellText),
    data.slice(0, mostRows + 1).map(row => row.map(cellText)),
    false,
  );
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const cellText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const bounded = (
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isTruncated: boolean,
): FileTable => ({
  columns: columns.slice(0, mostColumns),
  rows: rows.slice(0, mostRows).map(row => row.slice(0, mostColumns)),
  hasMoreRows: isTruncated || rows.length > mostRows,
  hasMoreColumns: columns.length > mostColumns,
});

/** What is not as in another table. */
export interface TableDifference {
  /** By row and column: undefined where it is the same, else what stands there; null where there is nothing. */
  readonly cells: readonly (readonly (string | null | undefined)[])[];
  readonly count: number;
  /** What only the other one has. */
  readonly missingRows: number;
  readonly missingColumns: readonly string[];
}

/** Rows are compared by their place, columns by their name (the second of a name with the second). */
export function tableDifference(table: FileTable, base: FileTable): TableDifference {
  const names = numbered(base.columns);
  const places = numbered(table.columns).map(name => names.indexOf(name));
  const isBeyond = (row: number): boolean => row >= base.rows.length && base.hasMoreRows;
  const cells = table.rows.map((row, at) =>
    table.columns.map((_, column) => {
      const place = places[column] ?? -1;
      if (isBeyond(at) || (place < 0 && base.hasMoreColumns)) return undefined;
      const was = place < 0 ? undefined : base.rows[at]?.[place];
      const is = row[column] ?? '';
      return was === undefined ? null : was === is ? undefined : was;
    }),
  );
  return {
    cells,
    count: cells.reduce((sum, row) => sum + row.filter(cell => cell !== undefined).length, 0),
    missingRows: table.hasMoreRows ? 0 : Math.max(0, base.rows.length - table.rows.length),
    missingColumns: table.hasMoreColumns ? [] : base.columns.filter((_, at) => !places.includes(at)),
  };
}

function numbered(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map(name => {
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return `${before} ${name}`;
  });
}

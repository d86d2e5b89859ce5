import { ModelyardError } from './errors';
import type { Cell } from './protocol/data';
import { counted } from './plural';

/** Rows of a request, by columns' names. */
export interface Rows {
  readonly columns: readonly string[];
  readonly data: readonly (readonly Cell[])[];
  /** By column the rows that do not have it, not even as null; what has none is not there. */
  readonly gaps?: ReadonlyMap<string, ReadonlySet<number>>;
}

/** The text of a request with these rows. */
export const scoringRequest = (rows: Rows): string => JSON.stringify({ dataframe_split: rows });

const forms = '`dataframe_split`, `dataframe_records`, `instances` or `inputs`';

/**
 * Rows of a request to `/invocations`, in the forms of MLflow's scoring server: JSON with `dataframe_split` (columns and
 * rows), `dataframe_records` or `instances` (a list of rows by name) or `inputs` (a list of values by name).
 * @throws ModelyardError `params.invalid` naming what is wrong
 */
export function readScoringRequest(text: string): Rows {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalid(`The body is not JSON: ${cause instanceof Error ? cause.message : ''}`);
  }
  if (!isObject(parsed)) throw invalid(`The body must be an object with ${forms}.`);
  if ('dataframe_split' in parsed) return split(parsed['dataframe_split']);
  if ('dataframe_records' in parsed) return records(parsed['dataframe_records'], 'dataframe_records');
  if ('instances' in parsed) return records(parsed['instances'], 'instances');
  if ('inputs' in parsed) return byColumn(parsed['inputs']);
  throw invalid(`The body has none of ${forms}.`);
}

function split(value: unknown): Rows {
  if (!isObject(value)) throw invalid('`dataframe_split` must be an object with `columns` and `data`.');
  const { columns, data } = value;
  if (!Array.isArray(columns) || !columns.every(isText)) throw invalid('`columns` must be a list of names.');
  if (!Array.isArray(data)) throw invalid('`data` must be a list of rows.');
  const rows = data.map((row: unknown, at) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw invalid(`Row ${at + 1} of \`data\` must be a list of ${counted(columns.length, 'value')}.`);
    return row.map((cell: unknown, i) => cellOf(cell, { row: at, column: columns[i] ?? '' }));
  });
  return { columns, data: rows };
}

function records(value: unknown, name: string): Rows {
  if (!Array.isArray(value)) throw invalid(`\`${name}\` must be a list of rows.`);
  const columns = new Map<string, number>();
  const rows = value.map((row: unknown, at) => {
    if (!isObject(row)) throw invalid(`Row ${at + 1} of \`${name}\` must be an object of columns and values.`);
    const cells: Cell[] = [];
    for (const [column, cell] of Object.entries(row)) {
      const place = columns.get(column) ?? columns.size;
      columns.set(column, place);
      cells[place] = cellOf(cell, { row: at, column });
    }
    return cells;
  });
  const gaps = gapsOf(columns, rows);
  return {
    columns: [...columns.keys()],
    data: rows.map(row => Array.from(columns.values(), place => row[place] ?? null)),
    ...(gaps.size > 0 && { gaps }),
  };
}

function gapsOf(columns: ReadonlyMap<string, number>, rows: readonly (readonly Cell[])[]): Map<string, Set<number>> {
  const gaps = new Map<string, Set<number>>();
  for (const [at, row] of rows.entries())
    for (const [column, place] of columns) {
      if (row[place] !== undefined) continue;
      const known = gaps.get(column) ?? new Set();
      gaps.set(column, known.add(at));
    }
  return gaps;
}

function byColumn(value: unknown): Rows {
  if (Array.isArray(value)) return records(value, 'inputs');
  if (!isObject(value)) throw invalid('`inputs` must be an object of columns and their values.');
  const columns = Object.entries(value);
  const lists = columns.map(([column, list]) => {
    if (!Array.isArray(list)) throw invalid(`\`inputs.${column}\` must be a list of values.`);
    return list.map((cell: unknown, row) => cellOf(cell, { row, column }));
  });
  const length = lists[0]?.length ?? 0;
  const other = lists.findIndex(list => list.length !== length);
  if (other > 0)
    throw invalid(
      `\`inputs.${columns[other]?.[0] ?? ''}\` has ${counted(lists[other]?.length ?? 0, 'value')}, the first column ${length}.`,
    );
  return {
    columns: columns.map(([column]) => column),
    data: Array.from({ length }, (_, row) => lists.map(list => list[row] ?? null)),
  };
}

function cellOf(cell: unknown, { row, column }: { readonly row: number; readonly column: string }): Cell {
  if (cell === null || typeof cell === 'number' || typeof cell === 'string' || typeof cell === 'boolean') return cell;
  throw invalid(`Row ${row + 1}: the value of ${column} must be a number, a text, true, false or null.`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const invalid = (message: string): ModelyardError => new ModelyardError('params.invalid', message);

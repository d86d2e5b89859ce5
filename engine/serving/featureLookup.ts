import { ModelyardError } from '../errors';
import type { Cell } from '../protocol/data';
import type { OnlineRequest } from '../protocol/featureOnline';
import type { FeatureUse } from '../protocol/featureUse';
import type { Rows } from '../scoringRequest';

/** The newest values of features: for each reference of a request, in their order, a value an entity; null: there is none. */
export interface LookedUp {
  readonly values: readonly (readonly Cell[])[];
}
export type FeatureLookup = (request: OnlineRequest) => Promise<LookedUp>;

/** What a model takes, and which of it are features. */
export interface FeatureInputs {
  readonly inputs: readonly string[];
  readonly use: FeatureUse;
}

export interface Completed {
  readonly rows: Rows;
  /** Of what was looked up, how much there was not: none is known, expired, null. Absent: nothing had to be looked up. */
  readonly absent?: number;
}

/**
 * The rows with what the model takes and they lack, looked up by the keys of their entities. What a row brings itself is taken
 * as it is.
 * @throws ModelyardError `data.column` when keys are missing, or there is nobody to ask
 */
export async function completeRows(
  rows: Rows,
  { inputs, use }: FeatureInputs,
  lookup: FeatureLookup | undefined,
): Promise<Completed> {
  const present = new Set(rows.columns);
  const lacks = (column: string, row: number): boolean =>
    !present.has(column) || rows.gaps?.get(column)?.has(row) === true;
  const lacking = use.features.filter(
    ({ column }) => inputs.includes(column) && (!present.has(column) || rows.gaps?.has(column) === true),
  );
  if (lacking.length === 0) return { rows };
  const { keys } = use;
  const asking = rows.data.flatMap((_, row) => (lacking.some(({ column }) => lacks(column, row)) ? [row] : []));
  for (const row of asking.length === 0 ? [0] : asking) requireKeys(rows, { lacking, use, row, lacks });
  if (lookup === undefined)
    throw new ModelyardError(
      'data.column',
      `The rows have no column ${lacking[0]?.column ?? ''}, which the model takes; features are looked up only by a server of the workspace.`,
      { fix: 'Send all columns that the model takes.' },
    );
  const given = [...keys, ...use.request];
  const entities = Object.fromEntries(given.map(name => [name, cellsOf(rows, name, asking)]));
  const found = await lookup({ features: lacking.map(({ reference }) => reference), entities });
  return filled(rows, { asking, lacks, columns: lacking.map(({ column }) => column), values: found.values });
}

type Lacks = (column: string, row: number) => boolean;

interface Lacking extends Pick<FeatureInputs, 'use'> {
  readonly lacking: FeatureUse['features'];
  readonly row: number;
  readonly lacks: Lacks;
}

function requireKeys({ columns }: Rows, { lacking, use, row, lacks }: Lacking): void {
  const given = [...use.keys, ...use.request];
  const missing = given.filter(name => lacks(name, row));
  if (missing.length === 0) return;
  const column = lacking.find(one => lacks(one.column, row))?.column ?? '';
  const isOfAll = missing.every(name => !columns.includes(name));
  throw new ModelyardError(
    'data.column',
    `${isOfAll ? 'The rows have' : `Row ${row + 1} has`} no column ${column}, which the model takes, and no ${missing.join(', ')} to look it up with.`,
    { fix: `Send ${given.join(', ')}, or all columns that the model takes.` },
  );
}

interface Found {
  /** Rows that were looked up, in the order of the values. */
  readonly asking: readonly number[];
  readonly lacks: Lacks;
  readonly columns: readonly string[];
  readonly values: LookedUp['values'];
}

/** The rows with what was found where they lack it. */
function filled(rows: Rows, { asking, lacks, columns, values }: Found): Completed {
  const all = [...new Set([...rows.columns, ...columns])];
  const data = rows.data.map(row => all.map((_, at) => row[at] ?? null));
  let absent = 0;
  for (const [index, column] of columns.entries()) {
    const place = all.indexOf(column);
    for (const [at, row] of asking.entries()) {
      if (!lacks(column, row)) continue;
      const value = values[index]?.[at] ?? null;
      if (value === null) absent++;
      data[row]![place] = value;
    }
  }
  return { rows: { columns: all, data }, absent };
}

function cellsOf({ columns, data }: Rows, name: string, rows: readonly number[]): readonly Cell[] {
  const at = columns.indexOf(name);
  return rows.map(row => data[row]?.[at] ?? null);
}

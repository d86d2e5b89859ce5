import { ModelyardError } from '../errors';
import type { Cell } from '../protocol/data';
import type { OnlineRequest } from '../protocol/features';
import type { FeatureUse } from '../protocol/featureUse';
import type { Rows } from '../scoringRequest';

/** The newest values of features: for each reference of a request, in their order, a value an entity. */
export interface LookedUp {
  readonly values: readonly (readonly Cell[])[];
  /** How many values there were not: none is known, expired, null. */
  readonly absent: number;
}
export type FeatureLookup = (request: OnlineRequest) => Promise<LookedUp>;

/** What a model takes, and which of it are features. */
export interface FeatureInputs {
  readonly inputs: readonly string[];
  readonly use: FeatureUse;
}

export interface Completed {
  readonly rows: Rows;
  /** Absent: nothing had to be looked up. */
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
  const given = new Set(rows.columns);
  const lacking = use.features.filter(({ column }) => inputs.includes(column) && !given.has(column));
  if (lacking.length === 0) return { rows };
  const { keys } = use;
  const missing = [...keys, ...use.request].filter(column => !given.has(column));
  if (missing.length > 0)
    throw new ModelyardError(
      'data.column',
      `The rows have no column ${lacking[0]?.column ?? ''}, which the model takes, and no ${missing.join(', ')} to look it up with.`,
      { fix: `Send ${[...keys, ...use.request].join(', ')}, or all columns that the model takes.` },
    );
  if (lookup === undefined)
    throw new ModelyardError(
      'data.column',
      `The rows have no column ${lacking[0]?.column ?? ''}, which the model takes; features are looked up only by a server of the workspace.`,
      { fix: 'Send all columns that the model takes.' },
    );
  const entities = Object.fromEntries([...keys, ...use.request].map(name => [name, cellsOf(rows, name)]));
  const found = await lookup({ features: lacking.map(({ reference }) => reference), entities });
  return {
    rows: {
      columns: [...rows.columns, ...lacking.map(({ column }) => column)],
      data: rows.data.map((row, at) => [...row, ...found.values.map(column => column[at] ?? null)]),
    },
    absent: found.absent,
  };
}

function cellsOf({ columns, data }: Rows, name: string): readonly Cell[] {
  const at = columns.indexOf(name);
  return data.map(row => row[at] ?? null);
}

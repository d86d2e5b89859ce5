import { pythonFloat } from '../numbers';

/** What a column of a table of runs is. */
export type ColumnRole =
  | { readonly is: 'metric' | 'param' | 'tag'; readonly key: string }
  | { readonly is: Known }
  | { readonly is: 'ignored' };

type Known = 'id' | 'name' | 'status' | 'start' | 'end' | 'duration' | 'user' | 'experimentId' | 'experimentName';

/** The names that `search_runs()` and MLflow's page give to what is no param, metric or tag. */
const KNOWN = new Map<string, ColumnRole>([
  ...(['run_id', 'run_uuid', 'Run ID'] as const).map((name): [string, ColumnRole] => [name, { is: 'id' }]),
  ...(['run_name', 'Name'] as const).map((name): [string, ColumnRole] => [name, { is: 'name' }]),
  ...(['status', 'Status'] as const).map((name): [string, ColumnRole] => [name, { is: 'status' }]),
  ...(['start_time', 'Start Time'] as const).map((name): [string, ColumnRole] => [name, { is: 'start' }]),
  ['end_time', { is: 'end' }],
  ['Duration', { is: 'duration' }],
  ...(['user_id', 'User'] as const).map((name): [string, ColumnRole] => [name, { is: 'user' }]),
  ['experiment_id', { is: 'experimentId' }],
  ['experiment_name', { is: 'experimentName' }],
  ['Source Type', { is: 'tag', key: 'mlflow.source.type' }],
  ['Source Name', { is: 'tag', key: 'mlflow.source.name' }],
  // the files themselves are not in a table, and pandas may have numbered the rows
  ...['artifact_uri', 'lifecycle_stage', '', 'Unnamed: 0'].map((name): [string, ColumnRole] => [
    name,
    { is: 'ignored' },
  ]),
]);

export interface Columns {
  readonly roles: readonly ColumnRole[];
  /** How columns without a prefix were taken. */
  readonly note: string | undefined;
}

/**
 * Reads a header. Columns as MLflow's page writes them have no prefix that tells params from metrics: those with nothing
 * but numbers are metrics, others are params.
 * @param isNumeric whether a column has only numbers, and at least one
 */
export function readColumns(header: readonly string[], isNumeric: (column: number) => boolean): Columns {
  const guessed: Record<'metric' | 'param', string[]> = { metric: [], param: [] };
  const roles = header.map((title, column): ColumnRole => {
    const [, prefix, key] = /^(metrics|params|tags)\.(.+)$/s.exec(title) ?? [];
    if (key !== undefined) return { is: PREFIXES.get(prefix ?? '') ?? 'param', key };
    const known = KNOWN.get(title);
    if (known !== undefined) return known;
    if (title.startsWith('mlflow.')) return { is: 'tag', key: title };
    const is = isNumeric(column) ? 'metric' : 'param';
    guessed[is].push(title);
    return { is, key: title };
  });
  return { roles, note: noteOf(guessed) };
}

const PREFIXES = new Map<string, 'metric' | 'param' | 'tag'>([
  ['metrics', 'metric'],
  ['params', 'param'],
  ['tags', 'tag'],
]);

function noteOf({ metric, param }: { readonly metric: readonly string[]; readonly param: readonly string[] }) {
  if (metric.length + param.length === 0) return undefined;
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return (
    'Columns without a prefix were told apart by their values: ' +
    `metrics ${list(metric)}; parameters ${list(param)}. ` +
    'To have it otherwise, rename a column to metrics.NAME, params.NAME or tags.NAME.'
  );
}

/** Watches which columns have nothing but numbers. */
export class NumericColumns {
  private readonly numbers = new Set<number>();
  private readonly others = new Set<number>();

  add(cells: readonly string[]): void {
    cells.forEach((cell, column) => {
      if (cell !== '') (pythonFloat(cell) === undefined ? this.others : this.numbers).add(column);
    });
  }

  has(column: number): boolean {
    return this.numbers.has(column) && !this.others.has(column);
  }
}

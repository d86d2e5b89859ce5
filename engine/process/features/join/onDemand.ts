import { throwIfAborted } from '../../../errors';
import { openReader } from '../../../data/read/openReader';
import { familyOf } from '../../../data/read/cellKind';
import type { Vector } from '../../../expressions/vectors';
import { parseReference } from '../../../features/definition/reference';
import { valueAt, type JoinedValue } from '../../../features/join/values';
import type { ColumnType } from '../../../protocol/data';
import type { DatasetSource } from '../../../protocol/jobs';
import { BatchCells } from '../read/batchCells';
import type { OnDemandView } from '../../../protocol/featurePlans';
import { featureOf, viewName } from '../read/batchView';
import { TimeReader } from '../read/columnTimes';
import { valuesOfVector } from '../read/columnValues';
import { ComputedFeature, type JoinedFeature } from './joinedFeature';
import { ViewPlan, type PlannedColumn } from '../read/viewPlan';

export interface OnDemandOptions {
  readonly view: OnDemandView;
  /** Names of those that are wanted. */
  readonly features: readonly string[];
  /** What is asked with: the entity file. */
  readonly source: DatasetSource;
  readonly timezone: string;
  readonly rows: number;
  /** Features of other views by their references. */
  readonly joined: ReadonlyMap<string, JoinedFeature>;
}

/**
 * Computes features from what the rows that ask say themselves and from features of other views.
 * @throws ModelyardError `data.column`: the file lacks a column of the request; `config.invalid`
 */
export async function computeOnDemand(
  options: OnDemandOptions,
  signal: AbortSignal,
): Promise<readonly JoinedFeature[]> {
  const { view, source, rows } = options;
  const { definition } = view;
  const used = new Map(definition.uses.map(text => [parseReference(text).feature!, options.joined.get(text)!]));
  const types = new Map<string, ColumnType>(Object.entries(definition.request));
  for (const [name, { type }] of used) types.set(name, type);
  const plan = new ViewPlan(viewName(view), definition.features, types);
  const wanted = options.features.map(name => {
    const feature = featureOf(definition, name);
    const planned = plan.plan(feature.from.kind === 'expression' ? feature.from.expression : name, name);
    return { feature, planned, values: new Gathered(feature.type, rows), later: new Gathered(feature.type, rows) };
  });
  const times = new TimeReader(options.timezone);
  const { reader } = await openReader(source, { signal, digest: false });
  try {
    for await (const batch of reader.batches()) {
      throwIfAborted(signal);
      const cells = new BatchCells({ source, batch, columns: reader.columns, times });
      const given = new Map<string, Vector>();
      for (const column of plan.columns)
        if (!used.has(column.column)) given.set(column.column, await cells.vector(column));
      for (const which of ['values', 'later'] as const) {
        const of = ({ column }: PlannedColumn): Vector =>
          given.get(column) ?? vectorOfFeature(used.get(column)!, { ...batch, which });
        const done = new Map<string, Vector>();
        for (const one of wanted) one[which].add(plan.compute(one.planned, { rows: batch.rows, of }, done), batch);
      }
    }
  } finally {
    await reader.close();
  }
  return wanted.map(({ feature, values, later }) => new ComputedFeature(feature, { rows, values, later }));
}

interface Stretch {
  readonly rows: number;
  readonly firstRow: number;
  readonly which: 'values' | 'later';
}

function vectorOfFeature(feature: JoinedFeature, { rows, firstRow, which }: Stretch): Vector {
  const valueOf = (row: number): JoinedValue =>
    (which === 'later' ? feature.later(firstRow + row)?.value : undefined) ?? feature.value(firstRow + row);
  if (familyOf(feature.type) !== 'text') {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = Number(valueOf(row) ?? Number.NaN);
    return { kind: 'number', values };
  }
  const known = new Map<string, number>();
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const value = valueOf(row);
    if (value === null) codes[row] = -1;
    else {
      const code = known.get(String(value)) ?? known.size;
      known.set(String(value), code);
      codes[row] = code;
    }
  }
  return { kind: 'text', codes, categories: [...known.keys()] };
}

/** Values of all rows, gathered batch by batch. */
class Gathered {
  readonly #numbers: Float64Array | undefined;
  readonly #texts: (string | null)[] = [];

  constructor(type: ColumnType, rows: number) {
    if (familyOf(type) !== 'text') this.#numbers = new Float64Array(rows);
  }

  add(vector: Vector, { rows, firstRow }: { readonly rows: number; readonly firstRow: number }): void {
    const values = valuesOfVector(vector);
    for (let row = 0; row < rows; row++) {
      const value = valueAt(values, row);
      if (this.#numbers) this.#numbers[firstRow + row] = Number(value ?? Number.NaN);
      else this.#texts[firstRow + row] = value === null ? null : String(value);
    }
  }

  at(row: number): JoinedValue {
    if (!this.#numbers) return this.#texts[row] ?? null;
    const value = this.#numbers[row]!;
    return Number.isNaN(value) ? null : value;
  }
}

import type { Batch } from '../../../data/read/batch';
import type { Vector } from '../../../expressions/vectors';
import type { KeyTable } from '../../../features/join/keyTable';
import type { Values } from '../../../features/join/values';
import type { ColumnType } from '../../../protocol/data';
import type { DatasetSource } from '../../../protocol/jobs';
import { BatchCells } from './batchCells';
import type { BatchView } from '../../../protocol/featurePlans';
import { viewName } from './batchView';
import { TimeReader } from './columnTimes';
import { valuesOfVector } from './columnValues';
import { plannedName, ViewPlan, type PlannedColumn } from './viewPlan';

/** What is wanted of each row. */
export type Wanted =
  /** A column, or an expression that is a feature. */
  | { readonly kind: 'feature'; readonly name: string }
  /** Another expression over columns and features; `of` is the feature that it belongs to. */
  | { readonly kind: 'expression'; readonly text: string; readonly of: string };

/** Consecutive rows of a view's source, as its definition reads them. */
export interface ViewRows {
  readonly rows: number;
  readonly keys: Int32Array;
  /** µs */
  readonly events?: Float64Array;
  readonly created?: Float64Array;
  /** 0: not one of the view's. */
  readonly keep?: Uint8Array;
  readonly identities?: Int32Array;
  /** Of what is wanted, in that order. */
  readonly values: readonly Values[];
}

export interface ViewReaderParts {
  readonly view: BatchView;
  /** Columns of the file. */
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly keys: KeyTable;
  /** Whether keys that are not in the table get into it. */
  readonly newKeys: boolean;
  readonly wanted: readonly Wanted[];
  /** Absent: what says which event a row is a version of is not asked for. */
  readonly identities?: KeyTable;
}

/** Makes of batches of a file what the definition of a view says. */
export class ViewReader {
  readonly #parts: ViewReaderParts;
  readonly #plan: ViewPlan;
  readonly #times: TimeReader;
  readonly #where: string | undefined;
  /** How each of what is wanted comes about: a column, or what is computed. */
  readonly #wanted: readonly (PlannedColumn | string)[];

  /** @throws ModelyardError `config.invalid` when an expression does not fit the columns */
  constructor(parts: ViewReaderParts) {
    const { view, types, wanted } = parts;
    const { definition } = view;
    this.#parts = parts;
    this.#plan = new ViewPlan(viewName(view), definition.features, types);
    this.#times = new TimeReader(definition.timezone);
    this.#where = definition.where === undefined ? undefined : this.#plan.plan(definition.where);
    const features = new Map(definition.features.map(feature => [feature.name, feature]));
    this.#wanted = wanted.map(one => {
      if (one.kind === 'expression') return this.#plan.plan(one.text, one.of);
      const { from, type } = features.get(one.name)!;
      if (from.kind === 'column') return { column: from.column, type };
      const text = from.kind === 'expression' ? from.expression : (from.of ?? '1');
      return this.#plan.column(text, one.name) ?? this.#plan.plan(text, one.name);
    });
  }

  /** @throws ModelyardError `data.*` with file and line */
  async read(source: DatasetSource, batch: Batch, columns: readonly string[]): Promise<ViewRows> {
    const { view, keys, newKeys, identities } = this.#parts;
    const { event_time, created_time, identity, entities } = view.definition;
    const cells = new BatchCells({ source, batch, columns, times: this.#times });
    const codes = await cells.keys(
      entities.map(({ key }) => key),
      keys,
      newKeys,
    );
    const compute = await this.#computer(cells);
    const values: Values[] = [];
    for (const one of this.#wanted)
      values.push(typeof one === 'string' ? valuesOfVector(compute(one)) : await cells.values(one));
    return {
      rows: batch.rows,
      keys: codes,
      ...(event_time !== undefined && { events: await cells.times(event_time) }),
      ...(created_time !== undefined && { created: await cells.times(created_time) }),
      ...(this.#where !== undefined && { keep: holds(compute(this.#where), batch.rows) }),
      ...(identities && identity !== undefined && { identities: await cells.keys([identity], identities, true) }),
      values,
    };
  }

  async #computer(cells: BatchCells): Promise<(planned: string) => Vector> {
    const vectors = new Map<string, Vector>();
    for (const column of this.#plan.columns) vectors.set(plannedName(column), await cells.vector(column));
    const done = new Map<string, Vector>();
    const columns = { rows: cells.rows, of: (column: PlannedColumn) => vectors.get(plannedName(column))! };
    return planned => this.#plan.compute(planned, columns, done);
  }
}

/** Whether a condition holds; null is no. */
function holds(condition: Vector, rows: number): Uint8Array {
  const kept = new Uint8Array(rows);
  if (condition.kind === 'number') for (let row = 0; row < rows; row++) kept[row] = condition.values[row] === 1 ? 1 : 0;
  return kept;
}

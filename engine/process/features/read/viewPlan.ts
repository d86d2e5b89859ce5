import { ModelyardError } from '../../../errors';
import { compileExpression, expressionColumns, type CompiledExpression } from '../../../expressions/compileExpression';
import type { Vector } from '../../../expressions/vectors';
import type { ColumnType } from '../../../protocol/data';
import type { FeatureDefinition } from '../../../protocol/features';

/** A column of the source, read as a type. */
export interface PlannedColumn {
  readonly column: string;
  readonly type: ColumnType;
}

/** One text for a column and its type. */
export const plannedName = ({ column, type }: PlannedColumn): string => `${type} ${column}`;

/** What a name in an expression is. */
type Input =
  | { readonly kind: 'column'; readonly planned: PlannedColumn }
  | { readonly kind: 'computed'; readonly text: string };

interface Planned {
  readonly expression: CompiledExpression;
  readonly inputs: ReadonlyMap<string, Input>;
}

/** Where vectors of a batch come from. */
export interface ColumnVectors {
  readonly rows: number;
  of(column: PlannedColumn): Vector;
}

/**
 * Computes expressions of a view, row by row. A name in them is a feature of the view, except in that feature's own
 * expression; otherwise it is a column.
 */
export class ViewPlan {
  readonly #view: string;
  readonly #features: ReadonlyMap<string, FeatureDefinition>;
  readonly #types: ReadonlyMap<string, ColumnType>;
  readonly #planned = new Map<string, Planned>();
  readonly #under = new Set<string>();
  readonly #columns = new Map<string, PlannedColumn>();

  /** `types`: of the columns that there are. */
  constructor(view: string, features: readonly FeatureDefinition[], types: ReadonlyMap<string, ColumnType>) {
    this.#view = view;
    this.#features = new Map(features.map(feature => [feature.name, feature]));
    this.#types = types;
  }

  /** Columns that planned expressions read. */
  get columns(): readonly PlannedColumn[] {
    return [...this.#columns.values()];
  }

  /**
   * Prepares an expression; `of` is the feature that it is.
   * @returns its name for `compute`
   * @throws ModelyardError `config.invalid` when it does not fit the columns as they are now
   */
  plan(text: string, of?: string): string {
    const name = JSON.stringify([text, of]);
    if (this.#planned.has(name)) return name;
    if (this.#under.has(name)) throw this.#wrong(text, 'it is computed from itself');
    this.#under.add(name);
    const parsed = expressionColumns(text);
    if (parsed.problem) throw this.#wrong(text, parsed.problem.message);
    const inputs = new Map<string, Input>();
    const types = new Map<string, ColumnType>();
    for (const { name: asked } of parsed.columns) {
      const input = this.#input(asked, of);
      if (!input) continue;
      inputs.set(asked, input);
      types.set(asked, input.kind === 'column' ? input.planned.type : this.#planned.get(input.text)!.expression.type);
    }
    const compiled = compileExpression(text, { columns: types });
    if (compiled.problem) throw this.#wrong(text, compiled.problem.message);
    this.#under.delete(name);
    this.#planned.set(name, { expression: compiled.expression, inputs });
    return name;
  }

  /** The column that an expression names and nothing more, which need not be computed. */
  column(text: string, of?: string): PlannedColumn | undefined {
    const name = text.trim();
    if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
    const parsed = expressionColumns(name);
    if (parsed.problem || parsed.columns[0]?.name !== name) return undefined;
    const input = this.#input(name, of);
    return input?.kind === 'column' ? input.planned : undefined;
  }

  compute(name: string, columns: ColumnVectors, done = new Map<string, Vector>()): Vector {
    const known = done.get(name);
    if (known) return known;
    const { expression, inputs } = this.#planned.get(name)!;
    const vector = expression.evaluate({
      rows: columns.rows,
      column: asked => {
        const input = inputs.get(asked)!;
        return input.kind === 'column' ? columns.of(input.planned) : this.compute(input.text, columns, done);
      },
    });
    done.set(name, vector);
    return vector;
  }

  /** Undefined: there is no such thing, as compiling the expression will say. */
  #input(name: string, except: string | undefined): Input | undefined {
    const feature = name === except ? undefined : this.#features.get(name);
    const from = feature?.from;
    if (from?.kind === 'expression') return { kind: 'computed', text: this.plan(from.expression, name) };
    const column = from?.kind === 'column' ? from.column : name;
    const type = from?.kind === 'column' ? feature?.type : this.#types.get(name);
    if (type === undefined) return undefined;
    const planned = { column, type };
    this.#columns.set(plannedName(planned), planned);
    return { kind: 'column', planned };
  }

  #wrong(text: string, why: string): ModelyardError {
    return new ModelyardError(
      'config.invalid',
      `\`${text}\` of feature view ${this.#view} cannot be computed: ${why}.`,
      {
        place: { file: 'modelyard.yaml', key: `features.${this.#view}` },
        fix: 'Correct the expression, or bring the source back to the columns that it had.',
      },
    );
  }
}

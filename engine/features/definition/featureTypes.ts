import { ModelyardError } from '../../errors';
import { computeOrder } from '../../expressions/computeOrder';
import { nearest } from '../../nearest';
import type { ColumnType } from '../../protocol/data';
import type { FeatureConfig, FeatureOrigin, WindowOrigin } from '../../protocol/featureConfig';
import type { FeatureDefinition } from '../../protocol/features';
import { wrongView, type DefiningContext } from './defined';

type Features = Readonly<Record<string, FeatureConfig>>;

/** Finds the types of a view's features: a computed one may use others, in whatever order they stand. */
export class FeatureTypes {
  readonly #context: DefiningContext;
  readonly #features: Features;
  readonly #columns: ReadonlyMap<string, ColumnType>;
  readonly #found = new Map<string, ColumnType>();

  /** `columns`: of the source, or what an on-demand view is asked with and uses. */
  constructor(context: DefiningContext, features: Features, columns: ReadonlyMap<string, ColumnType>) {
    this.#context = context;
    this.#features = features;
    this.#columns = columns;
  }

  /** @throws ModelyardError `config.invalid`, `data.column` */
  all(): readonly FeatureDefinition[] {
    this.#findAll();
    return Object.entries(this.#features).map(([name, { from }]) => ({ name, type: this.#found.get(name)!, from }));
  }

  /** Those of rows first, each after those that it uses; windows are over them. */
  #findAll(): void {
    if (this.#found.size > 0) return;
    const ofRow = Object.entries(this.#features).filter(([, { from }]) => from.kind !== 'window');
    const needs = new Map(ofRow.map(([name, { from }]) => [name, this.#needs(name, from)]));
    const found = computeOrder(needs);
    if (found.cycle) throw this.#cycle(found.cycle);
    const windows = Object.keys(this.#features).filter(name => !needs.has(name));
    for (const name of [...found.order, ...windows]) this.#found.set(name, this.#typeOf(name));
  }

  /** A feature may have the name of the column that it is computed from. */
  #needs(name: string, from: FeatureOrigin): readonly string[] {
    if (from.kind !== 'expression') return [];
    return this.#names(from.expression, `compute.${name}`).filter(one => one !== name);
  }

  #names(text: string, key: string): readonly string[] {
    return this.#placed(key, () => this.#context.expressions.names(text));
  }

  #expression(text: string, key: string, except?: string): ColumnType {
    const scope = new Map(this.#columns);
    for (const name of this.#names(text, key)) {
      const type = name === except ? undefined : this.#ofRow(name, key);
      if (type) scope.set(name, type);
    }
    return this.#placed(key, () => this.#context.expressions.type(text, scope));
  }

  #placed<T>(key: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.place) throw error;
      const { message, fix, data } = error;
      throw wrongView(this.#context, key, { message, ...(fix !== undefined && { fix }), ...(data && { data }) });
    }
  }

  /** A condition must be true or false. */
  condition(text: string, key: string): void {
    this.#findAll();
    this.#condition(text, key);
  }

  #condition(text: string, key: string): void {
    const type = this.#expression(text, key);
    if (type === 'boolean') return;
    throw wrongView(this.#context, key, {
      message: `\`${text}\` gives a ${type}, but a condition must be true or false.`,
      fix: 'Compare it with something, such as `amount > 0`.',
    });
  }

  /** The type of a feature that each row has a value of; undefined: it is none. */
  #ofRow(name: string, key: string): ColumnType | undefined {
    const from = Object.hasOwn(this.#features, name) ? this.#features[name]?.from : undefined;
    if (from?.kind !== 'window') return from && this.#found.get(name);
    if (this.#columns.has(name)) return undefined;
    throw wrongView(this.#context, key, {
      message: `\`${name}\` is over many rows, and cannot be computed with where each row is looked at.`,
      fix: `Compute with it in a view of its own, which says \`uses: [${this.#context.name}:${name}]\`.`,
    });
  }

  #typeOf(name: string): ColumnType {
    const { from, type } = this.#features[name]!;
    switch (from.kind) {
      case 'column': {
        const given = this.column(from.column, `columns.${name}`);
        return type ?? given;
      }
      case 'expression':
        return this.#declared(this.#expression(from.expression, `compute.${name}`, name), type, `compute.${name}`);
      case 'window':
        return this.#declared(this.#window(from, name), type, `windows.${name}`);
    }
  }

  /** What is computed is not converted: it must be of the type that is said. */
  #declared(given: ColumnType, declared: ColumnType | undefined, key: string): ColumnType {
    if (declared === undefined || declared === given) return given;
    if ((given === 'integer' && declared === 'number') || (given === 'date' && declared === 'datetime'))
      return declared;
    throw wrongView(this.#context, `${key}.type`, {
      message: `it says that \`${key.slice(key.indexOf('.') + 1)}\` is a ${declared}, but a ${given} is computed.`,
      fix: `Convert it, such as \`cast(… as ${declared})\`, or say \`type: ${given}\`.`,
    });
  }

  /** @throws ModelyardError `data.column` when the source has none of that name */
  column(column: string, key: string): ColumnType {
    const type = this.#columns.get(column);
    if (type) return type;
    const names = [...this.#columns.keys()];
    const meant = nearest(column, names);
    throw wrongView(this.#context, key, {
      code: 'data.column',
      message: `its source has no column \`${column}\`.`,
      fix: meant === undefined ? `It has ${names.slice(0, 12).join(', ')}.` : `Did you mean \`${meant}\`?`,
    });
  }

  #window({ aggregate, of, where }: WindowOrigin, name: string): ColumnType {
    const key = `windows.${name}`;
    const given = of === undefined ? undefined : this.#expression(of, `${key}.${aggregate}`, name);
    if (where !== undefined) this.#condition(where, `${key}.where`);
    switch (aggregate) {
      case 'count':
      case 'distinct':
        return 'integer';
      case 'sum':
      case 'mean':
      case 'std':
        if (given !== undefined && given !== 'number' && given !== 'integer' && given !== 'boolean')
          throw wrongView(this.#context, `${key}.${aggregate}`, {
            message: `\`${of}\` gives a ${given}, and a ${aggregate} needs numbers.`,
          });
        return 'number';
      case 'min':
      case 'max':
      case 'last':
        return given ?? 'number';
    }
  }

  #cycle(circle: readonly string[]): ModelyardError {
    return wrongView(this.#context, `compute.${circle[0] ?? ''}`, {
      message: `the features ${circle.join(' → ')} are computed from one another.`,
      fix: 'Have one of them use columns only.',
    });
  }
}

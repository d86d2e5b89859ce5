import { ModelyardError } from '../../errors';
import { nearest } from '../../nearest';
import type { ColumnType } from '../../protocol/data';
import type { FeatureConfig, WindowOrigin } from '../../protocol/featureConfig';
import type { FeatureDefinition } from '../../protocol/features';
import { wrongView, type DefiningContext } from './defined';

type Features = Readonly<Record<string, FeatureConfig>>;

/** Finds the types of a view's features: a computed one may use others, in whatever order they stand. */
export class FeatureTypes {
  readonly #context: DefiningContext;
  readonly #features: Features;
  readonly #columns: ReadonlyMap<string, ColumnType>;
  readonly #found = new Map<string, ColumnType>();
  /** Those that are being looked at, each used by the one before it. */
  readonly #under: string[] = [];

  /** `columns`: of the source, or what an on-demand view is asked with and uses. */
  constructor(context: DefiningContext, features: Features, columns: ReadonlyMap<string, ColumnType>) {
    this.#context = context;
    this.#features = features;
    this.#columns = columns;
  }

  /** @throws ModelyardError `config.invalid`, `data.column` */
  all(): readonly FeatureDefinition[] {
    return Object.entries(this.#features).map(([name, { from }]) => ({ name, type: this.#type(name), from }));
  }

  /** The type of an expression over columns and computed features, such as `where`. */
  expression(text: string, key: string, except?: string): ColumnType {
    try {
      const scope = new Map(this.#columns);
      for (const name of this.#context.expressions.names(text))
        if (name !== except && this.#isOfRow(name, key)) scope.set(name, this.#type(name));
      return this.#context.expressions.type(text, scope);
    } catch (error) {
      if (!(error instanceof ModelyardError) || error.place) throw error;
      const { message, fix, data } = error;
      throw wrongView(this.#context, key, { message, ...(fix !== undefined && { fix }), ...(data && { data }) });
    }
  }

  /** A condition must be true or false. */
  condition(text: string, key: string): void {
    const type = this.expression(text, key);
    if (type === 'boolean') return;
    throw wrongView(this.#context, key, {
      message: `\`${text}\` gives a ${type}, but a condition must be true or false.`,
      fix: 'Compare it with something, such as `amount > 0`.',
    });
  }

  /** Whether it is a feature that each row has a value of. */
  #isOfRow(name: string, key: string): boolean {
    const from = Object.hasOwn(this.#features, name) ? this.#features[name]?.from : undefined;
    if (from?.kind === 'window' && !this.#columns.has(name))
      throw wrongView(this.#context, key, {
        message: `\`${name}\` is over many rows, and cannot be computed with where each row is looked at.`,
        fix: `Compute with it in a view of its own, which says \`uses: [${this.#context.name}:${name}]\`.`,
      });
    return from !== undefined && from.kind !== 'window';
  }

  #type(name: string): ColumnType {
    const known = this.#found.get(name);
    if (known) return known;
    if (this.#under.includes(name)) throw this.#cycle(name);
    this.#under.push(name);
    const type = this.#typeOf(name);
    this.#under.pop();
    this.#found.set(name, type);
    return type;
  }

  #typeOf(name: string): ColumnType {
    const { from, type } = this.#features[name]!;
    switch (from.kind) {
      case 'column': {
        const given = this.column(from.column, `columns.${name}`);
        return type ?? given;
      }
      case 'expression':
        return this.#declared(this.expression(from.expression, `compute.${name}`, name), type, `compute.${name}`);
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
    const given = of === undefined ? undefined : this.expression(of, `${key}.${aggregate}`, name);
    if (where !== undefined) this.condition(where, `${key}.where`);
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

  #cycle(name: string): ModelyardError {
    const circle = [...this.#under.slice(this.#under.indexOf(name)), name];
    return wrongView(this.#context, `compute.${name}`, {
      message: `the features ${circle.join(' → ')} are computed from one another.`,
      fix: 'Have one of them use columns only.',
    });
  }
}

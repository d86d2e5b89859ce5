import { withArticle } from '../../../expressions/compile/coerce';
import { compileExpression } from '../../../expressions/compileExpression';
import { computeOrder } from '../../../expressions/computeOrder';
import type { ColumnType } from '../../../protocol/data';
import type { NamedFeature, NamedView } from '../../named';
import type { Problem } from '../../yaml/problem';
import { child, textOf } from '../../yaml/tree';
import { cut } from '../zones';
import { readMentions } from './expressionProblems';
import { expressionPlaces, problemIn, type ExpressionPlace } from './expressionPlaces';
import { typeNamed, windowType } from './typeRules';

/** What the features of a view are, as far as it can be told. */
export interface TypedView {
  /** Of the source, or what an on-demand view is asked with and uses. */
  readonly columns: ReadonlyMap<string, ColumnType>;
  readonly features: ReadonlyMap<string, ColumnType>;
  readonly problems: readonly Problem[];
}

export const typedView = (view: NamedView, columns: ReadonlyMap<string, ColumnType>): TypedView =>
  new ViewReader(view, columns).read();

class ViewReader {
  readonly #view: NamedView;
  readonly #columns: ReadonlyMap<string, ColumnType>;
  readonly #byName: ReadonlyMap<string, NamedFeature>;
  /** What an expression about a row may name: columns, and the features that have been looked at. */
  readonly #scope: Map<string, ColumnType>;
  readonly #types = new Map<string, ColumnType>();
  /** Of what is wrong already nothing more is said. */
  readonly #failed = new Set<string>();
  readonly #problems: Problem[] = [];

  constructor(view: NamedView, columns: ReadonlyMap<string, ColumnType>) {
    this.#view = view;
    this.#columns = columns;
    this.#scope = new Map(columns);
    this.#byName = new Map(view.features.map(one => [one.name, one]));
  }

  read(): TypedView {
    for (const feature of this.#view.features) if (feature.kind === 'column') this.#column(feature);
    const places = expressionPlaces(this.#view);
    for (const place of this.#inOrder(places.filter(({ role }) => role === 'feature'))) {
      const type = this.#type(place);
      if (place.feature) this.#found(place.feature, type && this.#declared(place.feature, type));
    }
    for (const place of places) if (place.role !== 'feature') this.#overRows(place);
    for (const feature of this.#view.features)
      if (feature.kind === 'window' && !this.#types.has(feature.name) && !this.#failed.has(feature.name)) {
        // rows are counted without any expression
        this.#types.set(feature.name, this.#declared(feature, 'integer') ?? 'integer');
      }
    return { columns: this.#columns, features: this.#types, problems: this.#problems };
  }

  #column(feature: NamedFeature): void {
    const given = this.#columns.get(feature.column ?? feature.name);
    // a column that there is not has been said
    const type = typeNamed(textOf(child(feature.node, 'type'))) ?? given;
    this.#found(feature, type);
  }

  #found(feature: NamedFeature, type: ColumnType | undefined): void {
    if (type === undefined) {
      this.#failed.add(feature.name);
      return;
    }
    this.#types.set(feature.name, type);
    this.#scope.set(feature.name, type);
  }

  /** Each after those it uses; what is computed in a circle has been said. */
  #inOrder(places: readonly ExpressionPlace[]): readonly ExpressionPlace[] {
    const byName = new Map(places.map(place => [place.feature?.name ?? '', place]));
    const needs = new Map(
      [...byName].map(([name, place]) => [
        name,
        readMentions(place).mentions.flatMap(one => (one.name !== name && byName.has(one.name) ? [one.name] : [])),
      ]),
    );
    const found = computeOrder(needs);
    if (!found.cycle) return found.order.flatMap(name => byName.get(name) ?? []);
    for (const name of byName.keys()) this.#failed.add(name);
    return [];
  }

  /** Undefined when it has none, or when it cannot be told. */
  #type(place: ExpressionPlace): ColumnType | undefined {
    const { mentions, problem } = readMentions(place);
    if (problem) return undefined;
    const own = place.feature?.name;
    for (const { name, column, end } of mentions) {
      if (name === own) continue;
      if (this.#failed.has(name)) return undefined;
      if (this.#byName.get(name)?.kind !== 'window' || this.#columns.has(name)) continue;
      const message = `\`${name}\` is over many rows, and cannot be computed with where each row is looked at`;
      const fix = `Compute with it in a view of its own, which says \`uses: [${this.#view.name}:${name}]\`.`;
      this.#problems.push(problemIn(place, { message, fix, column, end }));
      return undefined;
    }
    const compiled = compileExpression(place.text, { columns: this.#scope });
    if (!compiled.problem) return compiled.expression.type;
    this.#problems.push(problemIn(place, compiled.problem));
    return undefined;
  }

  /** Conditions, and what windows go over. */
  #overRows(place: ExpressionPlace): void {
    const { role, feature } = place;
    const given = this.#type(place);
    if (role === 'condition') {
      if (given !== undefined && given !== 'boolean')
        this.#wrong(place, `gives ${withArticle(given)}, but a condition must be true or false`);
      return;
    }
    if (!feature || role === 'feature') return;
    const type = given && windowType(role, given);
    if (given !== undefined && type === undefined)
      this.#wrong(place, `gives ${withArticle(given)}, and \`${role}\` needs numbers`);
    const declared = type && this.#declared(feature, type);
    if (declared) this.#types.set(feature.name, declared);
    else this.#failed.add(feature.name);
  }

  #wrong({ key, node, text }: ExpressionPlace, what: string): void {
    const message = `\`${cut(text)}\` ${what}.`;
    this.#problems.push({ start: node.start, end: node.end, code: 'wrong-type', message, key });
  }

  /** What is computed is not converted: it must be of the type that is said. */
  #declared(feature: NamedFeature, given: ColumnType): ColumnType | undefined {
    const node = child(feature.node, 'type');
    const declared = typeNamed(textOf(node));
    if (!node || declared === undefined || declared === given) return given;
    if ((given === 'integer' && declared === 'number') || (given === 'date' && declared === 'datetime'))
      return declared;
    const message = `\`${feature.name}\` shall be ${declared}, but ${given} is computed. Convert it, such as with \`cast(… as ${declared})\`, or say \`type: ${given}\`.`;
    this.#problems.push({ start: node.start, end: node.end, code: 'wrong-type', message, key: `${feature.path}.type` });
    return undefined;
  }
}

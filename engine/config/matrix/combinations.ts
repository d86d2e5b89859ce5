import type { ParamValue } from '../../protocol/workspaceConfig';

/** Values by name, in the order of the file. */
export type Combination = Readonly<Record<string, ParamValue>>;

/** `matrix:` of a step, as it is written. */
export interface MatrixDefinition {
  /** Names with their values, in order. */
  readonly axes: ReadonlyMap<string, readonly ParamValue[]>;
  readonly include: readonly Combination[];
  readonly exclude: readonly Combination[];
}

/** How many combinations there are before any is left out or added. */
export const productOf = ({ axes }: Pick<MatrixDefinition, 'axes'>, base = 1): number =>
  [...axes.values()].reduce((product, values) => product * values.length, base);

export interface Expanded {
  readonly combinations: readonly BasedCombination[];
  /** Of `include`, by their places: those that fit no combination of a matrix which goes on with another one. */
  readonly homeless: readonly number[];
  /** Of `exclude`, by their places: those that leave nothing out. */
  readonly idle: readonly number[];
}

/** A combination with the place of the one that it goes on with. */
export interface BasedCombination {
  readonly values: Combination;
  readonly base?: number;
}

/**
 * All combinations of a matrix, as GitHub Actions has them: the last name varies fastest; `exclude` leaves out what has all
 * its values; then each entry of `include` is added to every combination in which it would replace no value of an axis, or
 * is a combination of its own when there is none.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrixinclude
 * @param base combinations of another step that these go on with, each of them times the own ones
 */
export function combinationsOf(matrix: MatrixDefinition, base?: readonly Combination[]): Expanded {
  const product = productOfAxes(matrix.axes, base);
  const idle = new Set(matrix.exclude.keys());
  const kept = product.filter(({ values }) => {
    const found = [...matrix.exclude.keys()].filter(i => hasAll(values, matrix.exclude[i] ?? {}));
    for (const i of found) idle.delete(i);
    return found.length === 0;
  });
  const fixed = kept.map(({ values }) => values);
  const combinations = [...kept];
  const homeless: number[] = [];
  for (const [place, added] of matrix.include.entries()) {
    let isAdded = false;
    for (const [i, original] of fixed.entries()) {
      const one = combinations[i];
      if (one === undefined || !replacesNothing(original, added)) continue;
      combinations[i] = { ...one, values: { ...one.values, ...added } };
      isAdded = true;
    }
    if (isAdded) continue;
    if (base) homeless.push(place);
    else combinations.push({ values: added });
  }
  return { combinations, homeless, idle: [...idle] };
}

function productOfAxes(axes: MatrixDefinition['axes'], base: readonly Combination[] | undefined): BasedCombination[] {
  // Without any name there is nothing but what is included.
  let product: BasedCombination[] = base
    ? base.map((values, i) => ({ values, base: i }))
    : axes.size > 0
      ? [{ values: {} }]
      : [];
  for (const [name, all] of axes)
    product = product.flatMap(one => all.map(value => ({ ...one, values: { ...one.values, [name]: value } })));
  return product;
}

const hasAll = (values: Combination, wanted: Combination): boolean =>
  Object.entries(wanted).every(([name, value]) => values[name] === value);

const replacesNothing = (original: Combination, added: Combination): boolean =>
  Object.entries(added).every(([name, value]) => !(name in original) || original[name] === value);

/** What `${{ matrix.NAME }}` looks like in the name of a step: no longer, and nothing that a file cannot be called. */
const longestValue = 40;
const longestName = 120;

/**
 * Names of the steps that a matrix makes, each another one: `train (C=0.1, penalty=l2)`. They serve as names of files, too,
 * so that `/`, `:` and the like become `-`.
 */
export function instanceNames(step: string, combinations: readonly Combination[]): readonly string[] {
  const taken = new Set<string>();
  return combinations.map(values => {
    const pairs = Object.entries(values).map(([name, value]) => `${name}=${plain(String(value), longestValue)}`);
    const plainName = pairs.length === 0 ? step : `${step} (${plain(pairs.join(', '), longestName)})`;
    let name = plainName;
    for (let count = 2; taken.has(name); count++) name = `${plainName} ${count}`;
    taken.add(name);
    return name;
  });
}

const plain = (text: string, most: number): string => {
  const legible = text.replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-').trim();
  const letters = Array.from(legible);
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : legible;
};

import { readFileSync } from 'node:fs';
import type { Frame, FrameColumn } from '../../../../engine/protocol/frame';
import type { ForeignModel } from '../../../../engine/training/foreign/foreignModel';
import { withNames } from '../../../../engine/training/foreign/preparationOf';
import { treeContributions } from '../../../../engine/training/explain/treeShap';
import { predict } from '../../../../engine/training/model';
import type { Preparation } from '../../../../engine/training/preparation';
import { transformRows } from '../../../../engine/training/transform';
import { rawScores } from '../../../../engine/training/trees/tree';

type Numbers = readonly number[] | readonly (readonly number[])[];
/** A model of another library, and what that library says of some rows. */
export interface ReferenceCase<Model> {
  readonly name: string;
  readonly model: Model;
  readonly rows: readonly (readonly (number | string | null)[])[];
  readonly raw: Numbers;
  readonly scores: Numbers;
  /** Of LightGBM rows × (outputs · (features + 1)); of XGBoost rows × outputs × (features + 1). */
  readonly contributions: readonly Numbers[];
}

export const reference = <Model>(name: string): { readonly cases: readonly ReferenceCase<Model>[] } =>
  JSON.parse(readFileSync(`test/fixtures/training/${name}.json`, 'utf8'));

/** Rows as they would be read from a file, by the columns of a model. */
export function frameOf(rows: ReferenceCase<unknown>['rows'], { columns }: Preparation): Frame {
  return {
    rows: rows.length,
    columns: columns.map(({ name, kind, type }, at): FrameColumn => {
      const cells = rows.map(row => row[at] ?? null);
      if (kind === 'number')
        return { kind, name, type, values: Float64Array.from(cells, cell => (cell === null ? NaN : Number(cell))) };
      const categories = [...new Set(cells.flatMap(cell => (cell === null ? [] : [String(cell)])))];
      const codes = Int32Array.from(cells, cell => (cell === null ? -1 : categories.indexOf(String(cell))));
      return { kind, name, type, codes, categories };
    }),
  };
}

const flat = (numbers: Numbers | readonly Numbers[]): number[] =>
  numbers.flatMap(value => (typeof value === 'number' ? [value] : flat(value)));
const greatest = (a: ArrayLike<number>, b: readonly number[]): number => {
  if (a.length !== b.length) return Infinity;
  return b.reduce((most, value, at) => {
    const difference = Math.abs(value - a[at]!);
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
};

/** Greatest differences of raw scores, scores and contributions from the library's. */
export async function differences<Model>(foreign: ForeignModel, given: ReferenceCase<Model>) {
  const { model, preparation } = withNames(foreign, {});
  const x = transformRows(preparation, frameOf(given.rows, preparation), [...given.rows.keys()]);
  const { values, expected, outputs, features } = await treeContributions(model, x, new AbortController().signal);
  const contributions: number[] = [];
  for (let row = 0; row < x.rows; row++)
    for (let output = 0; output < outputs; output++) {
      const from = (row * outputs + output) * features;
      contributions.push(...values.subarray(from, from + features), expected[output]!);
    }
  const scores = predict(model, x);
  // of two classes other libraries say the second
  const shown = model.task === 'binary' ? scores.filter((_, at) => at % 2 === 1) : scores;
  return {
    raw: greatest(rawScores(model, x), flat(given.raw)),
    scores: greatest(shown, flat(given.scores)),
    contributions: greatest(contributions, flat(given.contributions)),
  };
}

import { groupingOf, type Grouping } from './groupings';
import { sharesOf, type TrivialScores, type TrivialWork } from './trivialWork';

/** Rows of the outcome on average that each group starts with, so that small ones say little. */
const prior = 5;

/**
 * The mean outcome of each group of rows (values, quarters of numbers) of the one column that fits the training part best;
 * a row of no group gets that of all.
 * @param y of the training rows
 */
export function bestColumnScores(work: TrivialWork, y: Float64Array): TrivialScores | undefined {
  const { frame, training, test, preparation } = work;
  const rows = [...training, ...test];
  let best:
    | { readonly column: string; readonly loss: number; readonly said: readonly (readonly number[])[] }
    | undefined;
  let codes: Int32Array | undefined;
  const width = preparation.task === 'regression' ? 1 : preparation.classes.length;
  const all = width === 1 ? [y.reduce((a, b) => a + b, 0) / y.length] : sharesOf(y, width);
  for (const { name } of preparation.columns) {
    const column = frame.columns.find(one => one.name === name);
    const grouping = column && groupingOf(column, rows, 1);
    if (!grouping) continue;
    const { said, loss } = learnt(grouping, y, all);
    if (best && loss >= best.loss) continue;
    best = { column: name, loss, said };
    codes = grouping.codes;
  }
  if (!best || !codes) return undefined;
  const { said, column } = best;
  const scores = new Float64Array(test.length * width);
  for (let i = 0; i < test.length; i++) scores.set(said[codes[training.length + i]!] ?? all, i * width);
  return { scores, column };
}

/** What each group says, and how much that is off: −ln P of the true class, or squares. */
function learnt({ codes, conditions }: Grouping, y: Float64Array, all: readonly number[]) {
  const width = all.length;
  const sums = new Float64Array(conditions.length * width);
  const counts = new Float64Array(conditions.length);
  for (let i = 0; i < y.length; i++) {
    const code = codes[i]!;
    if (code < 0) continue;
    counts[code]!++;
    if (width === 1) sums[code]! += y[i]!;
    else sums[code * width + y[i]!]!++;
  }
  const said = conditions.map((_, code) =>
    all.map((share, k) => (sums[code * width + k]! + prior * share) / (counts[code]! + prior)),
  );
  let loss = 0;
  for (let i = 0; i < y.length; i++) {
    const own = said[codes[i]!] ?? all;
    loss += width === 1 ? (y[i]! - own[0]!) ** 2 : -Math.log(own[y[i]!]!);
  }
  return { said, loss };
}

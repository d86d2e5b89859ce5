import { ModelyardError } from '../../errors';
import { findColumn } from '../columns';
import { takenRows, withColumn } from './alteredFrame';
import { placedExamples, shown, shownCell, type Counterexample } from './examples';
import { sampleRows } from './sampleRows';
import { directedScores } from './scoring';
import type { Tester } from './subject';
import { counted } from '../../plural';

/** Values of the column that each row is asked with. */
const gridSize = 20;
/** Less than that is rounding. */
const tolerance = 1e-9;

/**
 * Asks each row with the values that the column has in the data, from the lowest to the highest, and looks whether the
 * score ever moves the other way.
 */
export const monotonic: Tester<'monotonic'> = async ({ column: name, direction, rows: most }, subject) => {
  const { model, frame, rows, seed } = subject;
  const column = findColumn(frame, name, { role: 'what a model test moves' });
  if (column.kind !== 'number')
    throw new ModelyardError('data.column', `${name} holds texts, which have no order that a score could follow.`);
  const asked = sampleRows(rows, most, seed);
  const isInput = model.preparation.columns.some(input => input.name === name);
  if (!isInput)
    return {
      value: 0,
      rows: asked.length,
      examples: [],
      sentence: `${name} is no input of the model, so no score moves with it`,
    };
  const grid = gridOf(column.values);
  const repeated = takenRows(
    frame,
    asked.flatMap(row => grid.map(() => row)),
    model.preparation,
  );
  const values = Float64Array.from({ length: repeated.rows }, (_, i) => grid[i % grid.length]!);
  const scores = await directedScores(subject, withColumn(repeated, { ...column, values }));
  const found = asked.flatMap((row, i) => {
    const own = scores.subarray(i * grid.length, (i + 1) * grid.length);
    const at = worstStep(own, direction === 'increasing' ? 1 : -1);
    if (at === undefined) return [];
    const [before, after] = [own[at - 1]!, own[at]!];
    const what = `${name} ${shownCell(column, grid[at - 1]!)} → ${shownCell(column, grid[at]!)}: ${shown(before)} → ${shown(after)}`;
    return [
      { row, size: Number.isNaN(after - before) ? Infinity : Math.abs(after - before), what } satisfies Counterexample,
    ];
  });
  const share = found.length / Math.max(1, asked.length);
  return {
    value: share,
    rows: asked.length,
    examples: await placedExamples(found, subject),
    sentence: `The score of ${found.length} of ${counted(asked.length, 'row')} somewhere ${direction === 'increasing' ? 'falls' : 'rises'} while ${name} rises`,
  };
};

/** Where the score moves against the direction most, or is no number any more; undefined: nowhere. */
function worstStep(scores: Float64Array, sign: 1 | -1): number | undefined {
  let [worst, at]: [number, number | undefined] = [tolerance, undefined];
  for (let i = 1; i < scores.length; i++) {
    const against = sign * (scores[i - 1]! - scores[i]!);
    if (Number.isNaN(against)) return i;
    if (against > worst) [worst, at] = [against, i];
  }
  return at;
}

/** Distinct quantiles, the lowest and highest value among them. */
export function gridOf(values: Float64Array, size = gridSize): readonly number[] {
  const sorted = values.filter(value => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return [];
  const last = sorted.length - 1;
  return [...new Set(Array.from({ length: size }, (_, i) => sorted[Math.round((i / (size - 1)) * last)]!))];
}

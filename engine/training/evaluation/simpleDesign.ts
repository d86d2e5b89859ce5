import type { Frame } from '../../protocol/frame';
import { ModelyardError } from '../../errors';
import { Random } from '../../random';
import { learnPreparation } from '../learnPreparation';
import type { Preparation } from '../preparation';

export interface SimpleWork {
  readonly frame: Frame;
  /** The training part. */
  readonly training: readonly number[];
  readonly test: readonly number[];
  readonly preparation: Preparation;
  readonly seed: number;
}

/** What a plain linear model is made from. */
export interface SimpleDesign {
  readonly preparation: Preparation;
  /** Training rows, in their order. */
  readonly rows: readonly number[];
}

const mostFeatures = 300;
const mostRows = 5000;
/** rows · features², what one step of Newton's method takes. */
const mostWork = 1e8;

/**
 * The columns that the model sees, prepared in the usual way (scaled, one-hot), whatever it makes of them itself; on so few
 * training rows that a linear model of them takes some tens of milliseconds.
 * @param without columns to leave out
 * @returns undefined where nothing is left, or too many features come of it
 */
export function simpleDesign(
  { frame, training, preparation, seed }: SimpleWork,
  without: ReadonlySet<string>,
  signal: AbortSignal,
): SimpleDesign | undefined {
  const seen = new Set(preparation.columns.map(({ name }) => name).filter(name => !without.has(name)));
  const { label, positive, task } = preparation;
  if (seen.size === 0) return undefined;
  const options = {
    label: label.name,
    ...(positive !== undefined && { positive }),
    task,
    drop: frame.columns.map(({ name }) => name).filter(name => name !== label.name && !seen.has(name)),
    numeric: { impute: 'median', scale: 'standard', encode: 'numeric' },
    categorical: { encode: 'one-hot', min_count: Math.max(1, Math.ceil(training.length / 200)) },
    columns: {},
  } as const;
  try {
    const all = sampleOf(training, mostRows, seed);
    const learnt = learnPreparation({ frame, rows: all, options }, signal).preparation;
    const features = learnt.features.length;
    if (features > mostFeatures) return undefined;
    return { preparation: learnt, rows: sampleOf(all, Math.floor(mostWork / features ** 2), seed) };
  } catch (error) {
    if (error instanceof ModelyardError && error.code !== 'cancelled') return undefined;
    throw error;
  }
}

/** As many of the rows, in their order. */
export function sampleOf(rows: readonly number[], most: number, seed: number): readonly number[] {
  if (rows.length <= most) return rows;
  const chosen = new Random(seed).permutation(rows.length).subarray(0, most).sort();
  return Array.from(chosen, at => rows[at]!);
}

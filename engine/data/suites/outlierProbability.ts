import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../../errors';
import { normalTwoSided } from '../../statistics/normal';
import type { Feature, Rows } from './columns';

/** A row counts as far as three times the spread of its neighbours (λ). */
const extent = 3;

/**
 * LoOP, the probability of each row to be an outlier (Kriegel et al. 2009): how much thinner it is around the row than
 * around its neighbours. Distances are Gower's: each number on the scale of its range, a category 0 or 1, averaged over
 * what both rows have. A row is the first of its own neighbours, as Deepchecks has it.
 * @param neighbours including the row itself
 */
export async function outlierProbabilities(
  features: readonly Feature[],
  rows: Rows,
  { neighbours, signal }: { readonly neighbours: number; readonly signal: AbortSignal },
): Promise<Float64Array> {
  const size = rows.length;
  const space = new GowerSpace(features, rows);
  const near = new Int32Array(size * neighbours);
  const spread = new Float64Array(size);
  const distances = new Float64Array(size);
  let last = performance.now();
  for (let row = 0; row < size; row++) {
    space.distances(row, distances);
    spread[row] = extent * nearest(distances, near.subarray(row * neighbours, (row + 1) * neighbours));
    if (performance.now() - last < 40) continue;
    await nextTurn();
    throwIfAborted(signal);
    last = performance.now();
  }
  const factors = spread.map((own, row) => {
    let sum = 0;
    for (let at = row * neighbours; at < (row + 1) * neighbours; at++) sum += spread[near[at]!]!;
    const expected = sum / neighbours;
    return own / (expected === 0 ? 1e-8 : expected) - 1;
  });
  const normal = extent * Math.sqrt(factors.reduce((sum, factor) => sum + factor * factor, 0) / size);
  // erf(f / (n · √2)) is the chance of a normal number to lie within ± f / n.
  return factors.map(factor => (factor <= 0 || normal === 0 ? 0 : 1 - normalTwoSided(factor / normal)));
}

/** Fills in the rows with the least distances; the root of their mean square. */
function nearest(distances: Float64Array, into: Int32Array): number {
  const count = into.length;
  const best = new Float64Array(count).fill(Infinity);
  for (let row = 0; row < distances.length; row++) {
    const distance = distances[row]!;
    if (distance >= best[count - 1]!) continue;
    let at = count - 1;
    for (; at > 0 && best[at - 1]! > distance; at--) {
      best[at] = best[at - 1]!;
      into[at] = into[at - 1]!;
    }
    best[at] = distance;
    into[at] = row;
  }
  return Math.sqrt(best.reduce((sum, distance) => sum + distance * distance, 0) / count);
}

class GowerSpace {
  readonly #numbers: readonly Float64Array[];
  readonly #codes: readonly Int32Array[];
  readonly #columns: number;
  readonly #absent: Float64Array;

  constructor(features: readonly Feature[], rows: Rows) {
    this.#columns = features.length;
    this.#absent = new Float64Array(rows.length);
    this.#numbers = features.flatMap(one => (one.kind === 'numeric' ? [scaled(one.values, rows)] : []));
    this.#codes = features.flatMap(one => (one.kind === 'categorical' ? [rows.map(row => one.codes[row]!)] : []));
  }

  distances(row: number, into: Float64Array): void {
    into.fill(0);
    this.#absent.fill(0);
    const absent = this.#absent;
    for (const codes of this.#codes) {
      const own = codes[row];
      for (let other = 0; other < codes.length; other++) if (codes[other] !== own) into[other]!++;
    }
    for (const values of this.#numbers) {
      const own = values[row]!;
      for (let other = 0; other < values.length; other++) {
        const distance = Math.abs(values[other]! - own);
        if (distance === distance) into[other]! += distance;
        else absent[other]!++;
      }
    }
    for (let other = 0; other < into.length; other++) {
      const left = this.#columns - absent[other]!;
      into[other] = left === 0 ? Infinity : into[other]! / left;
    }
    into[row] = 0;
  }
}

function scaled(values: Float64Array, rows: Rows): Float64Array {
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    const value = values[row]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = high > low && Number.isFinite(high - low) ? high - low : 1;
  return Float64Array.from(rows, row => values[row]! / range);
}

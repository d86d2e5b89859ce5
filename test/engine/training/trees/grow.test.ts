import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Matrix } from '../../../../engine/training/learner';
import { Random } from '../../../../engine/random';
import { binner, learnBins } from '../../../../engine/training/trees/bins';
import type { GrowOptions } from '../../../../engine/training/trees/growOptions';
import { Kernel } from '../../../../engine/training/trees/kernel';
import { leafOf } from '../../../../engine/training/trees/tree';
import { TreeGrower } from '../../../../engine/training/trees/treeGrower';
import { binnedRows, writeBins } from '../../../../engine/training/trees/writeBins';

const matrix = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0]!.length,
  values: Float64Array.from(rows.flat()),
});

const growOptions = (columns: number, given: Partial<GrowOptions> = {}): GrowOptions => ({
  leaves: 8,
  maxDepth: 0,
  minRows: 1,
  minHessian: 0,
  l1: 0,
  l2: 0,
  minGain: 1e-9,
  monotone: new Int8Array(columns),
  ...given,
});

/** A tree for squared error: the gradient of a row is minus its target, leaves say the mean. */
function growOn(x: Matrix, y: readonly number[], given: Partial<GrowOptions> = {}, categorical: boolean[] = []) {
  const bins = learnBins(x, categorical, 255);
  const grower = new TreeGrower(binnedRows(x, bins), {
    features: bins,
    options: growOptions(x.columns, given),
    derive: ({ rows }, { gradient, hessian }) => {
      for (const row of rows) {
        gradient[row] = -y[row]!;
        hessian[row] = 1;
      }
    },
  });
  return { grower, ...grower.grow(Int32Array.from({ length: x.rows }, (_, row) => row)) };
}

/** How much splitting the targets in two lowers the squared error. */
function gainOf(left: readonly number[], right: readonly number[]): number {
  const part = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) ** 2 / values.length;
  return part(left) + part(right) - part([...left, ...right]);
}

/** The best of all splits there are, tried one by one. */
function bestGain(x: Matrix, y: readonly number[]): number {
  let best = 0;
  const at = (row: number, column: number): number => x.values[row * x.columns + column]!;
  for (let column = 0; column < x.columns; column++)
    for (const threshold of new Set(Array.from(y.keys(), row => at(row, column))))
      for (const missingLeft of [true, false]) {
        const isLeft = (row: number): boolean =>
          Number.isNaN(at(row, column)) ? missingLeft : Number.isNaN(threshold) || at(row, column) <= threshold;
        const left = y.filter((_, row) => isLeft(row));
        const right = y.filter((_, row) => !isLeft(row));
        if (left.length > 0 && right.length > 0) best = Math.max(best, gainOf(left, right));
      }
  return best;
}

describe('bins', () => {
  test('few values have a bin each, whatever lies between goes to the nearer side, NaN is missing', () => {
    const x = matrix([[1], [2], [4], [NaN], [2]]);
    const features = learnBins(x, [], 255);
    const bins = new Uint8Array(5);
    writeBins(x, features, bins);
    expect(features[0]).toEqual({ kind: 'numeric', edges: Float64Array.of(1.5, 3), bins: 3 });
    expect([...bins]).toEqual([0, 1, 2, 3, 1]);
    expect([-Infinity, 1.5, 1.6, 3, 99, NaN].map(binner(features[0]!))).toEqual([0, 0, 1, 1, 2, 3]);
  });

  test('many values fill bins about evenly, a frequent one has its own', () => {
    const random = new Random(1);
    const rows = Array.from({ length: 20_000 }, (_, row) => [row % 3 === 0 ? 0.5 : random.uniform()]);
    const features = learnBins(matrix(rows), [], 64);
    const bins = new Uint8Array(20_000);
    writeBins(matrix(rows), features, bins);
    const counts = new Map<number, number>();
    for (const bin of bins) counts.set(bin, (counts.get(bin) ?? 0) + 1);
    expect(features[0]!.bins).toBeLessThanOrEqual(64);
    expect(features[0]!.bins).toBeGreaterThan(56);
    const sizes = [...counts.values()].sort((a, b) => b - a);
    expect(sizes[0]).toBeGreaterThanOrEqual(6667);
    expect(sizes[0]).toBeLessThan(6667 + 500);
    expect(sizes[1]).toBeLessThan(3 * (13_333 / 63));
  });

  test('numbers of any size fall where a search from the first edge on would put them', () => {
    const random = new Random(8);
    const special = [NaN, Infinity, -Infinity, 0, -0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE];
    const rows = Array.from({ length: 8000 }, (_, row) => [
      row < special.length ? special[row]! : random.normal() * 10 ** random.below(9),
      random.below(300),
      random.below(3),
    ]);
    const x = matrix(rows);
    const features = learnBins(matrix(rows.slice(special.length)), [false, false, true], 255);
    const bins = new Uint8Array(rows.length * 3);
    writeBins(x, features, bins);
    const slow = (value: number, feature: number): number => {
      const own = features[feature]!;
      if (Number.isNaN(value)) return own.bins;
      if (own.kind === 'categorical') return own.categories.indexOf(value);
      const at = own.edges.findIndex(edge => value <= edge);
      return at < 0 ? own.edges.length : at;
    };
    expect(bins).toEqual(Uint8Array.from(rows.flatMap(row => row.map(slow))));
  });

  test('categories: the most frequent first, those beyond the last bin and unknown ones are missing', () => {
    const features = learnBins(matrix([[7], [3], [7], [5], [3], [7]]), [true], 2);
    expect(features[0]).toEqual({ kind: 'categorical', categories: Float64Array.of(7, 3), bins: 2 });
    expect([7, 3, 5, 42, NaN].map(binner(features[0]!))).toEqual([0, 1, 2, 2, 2]);
  });
});

describe('a tree', () => {
  test('makes the best split that there is, on small data of any kind', () => {
    const cell = fc.oneof({ arbitrary: fc.integer({ min: -5, max: 5 }), weight: 4 }, fc.constant(NaN));
    const row = fc.tuple(fc.tuple(cell, cell, cell), fc.integer({ min: -100, max: 100 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), rows => {
        const x = matrix(rows.map(([values]) => values));
        const y = rows.map(([, value]) => value);
        const { tree } = growOn(x, y, { leaves: 2 });
        const best = bestGain(x, y);
        const scale = Math.max(1, ...y.map(value => value ** 2 * y.length));
        if (best < 1e-6 * scale) return;
        expect(tree.gain[0]).toBeGreaterThan(best - 1e-6 * scale);
        expect(tree.gain[0]).toBeLessThan(best + 1e-6 * scale);
      }),
      { numRuns: 300 },
    );
  });

  test('its leaves hold the mean of the rows that reach them, by the path and by the growth', () => {
    const random = new Random(3);
    const rows = Array.from({ length: 500 }, () => [random.normal(), random.below(6), random.normal()]);
    const y = rows.map(([a = 0, b = 0, c = 0]) => a * 2 + (b === 2 || b === 5 ? 3 : 0) + (c > 0.3 ? 1 : 0));
    const x = matrix(rows);
    for (const leaves of [12, 0]) {
      const { tree, leaves: found, grower } = growOn(x, y, { leaves, minRows: 5 }, [false, true, false]);
      expect(found).toHaveLength(tree.value.length);
      if (leaves > 0) expect(tree.value.length).toBeLessThanOrEqual(leaves);
      const order = grower.rowOrder;
      for (const [leaf, { start, count }] of found.entries()) {
        const reached = [...order.subarray(start, start + count)];
        expect(count).toBeGreaterThanOrEqual(5);
        expect(tree.leafRows[leaf]).toBe(count);
        expect(tree.value[leaf]).toBeCloseTo(reached.reduce((sum, row) => sum + y[row]!, 0) / count, 12);
        for (const row of reached) expect(leafOf(tree, x.values, row * 3)).toBe(leaf);
      }
      expect(tree.categories.some(set => set !== undefined)).toBe(true);
    }
  });

  test('splits categories as sets, in any order of their numbers', () => {
    // categories 0 … 19; those with an even digit sum pay
    const pays = (category: number): number => (((category % 10) + Math.floor(category / 10)) % 2 === 0 ? 1 : 0);
    const rows = Array.from({ length: 4000 }, (_, row) => [(row * 7) % 20]);
    const { tree } = growOn(
      matrix(rows),
      rows.map(([c = 0]) => pays(c)),
      { leaves: 2 },
      [true],
    );
    const [left] = tree.categories;
    expect(tree.value).toHaveLength(2);
    expect([...tree.value].sort()).toEqual([0, 1]);
    expect(left).toHaveLength(10);
    expect(new Set(Array.from(left!, pays)).size).toBe(1);
  });

  test('does not depend on the order of the features', () => {
    const random = new Random(5);
    const rows = Array.from({ length: 300 }, () => Array.from({ length: 6 }, () => random.normal()));
    const y = rows.map(([a = 0, b = 0]) => a * b);
    const forwards = growOn(matrix(rows), y).tree;
    const backwards = growOn(matrix(rows.map(row => [...row].reverse())), y).tree;
    expect([...backwards.feature].map(feature => 5 - feature)).toEqual([...forwards.feature]);
    expect(backwards.value).toEqual(forwards.value);
  });

  test('may have more leaves than rows, but no more than memory holds', () => {
    const rows = Array.from({ length: 200 }, (_, row) => [row]);
    const y = rows.map(([value = 0]) => value);
    expect(growOn(matrix(rows), y, { leaves: 100_000 }).tree.value).toHaveLength(200);
    const size = { rows: 1_000_000, features: 100, histograms: 100_000, others: 0 };
    expect(() => new Kernel(size)).toThrow(/^Trees of 100000 leaves on 1000000 rows × 100 features need 19\.\d GB/);
  });

  test('L1 and L2 draw its leaves to zero; a bound on depth holds', () => {
    const rows = Array.from({ length: 64 }, (_, row) => [row]);
    const y = rows.map(([value = 0]) => value - 31.5);
    expect(growOn(matrix(rows), y, { leaves: 2, l2: 32 }).tree.value).toEqual(Float64Array.of(-8, 8));
    expect(growOn(matrix(rows), y, { leaves: 2, l1: 320 }).tree.value).toEqual(Float64Array.of(-6, 6));
    expect(growOn(matrix(rows), y, { leaves: 64, maxDepth: 3 }).tree.value).toHaveLength(8);
    expect(growOn(matrix(rows), y, { leaves: 0, maxDepth: 3 }).tree.value).toHaveLength(8);
  });
});

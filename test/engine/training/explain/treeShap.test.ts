import { describe, expect, test } from 'vitest';
import { treeContributions, treeWork } from '../../../../engine/training/explain/treeShap';
import type { TrainingData } from '../../../../engine/training/learner';
import { Random } from '../../../../engine/random';
import { fitBoostedTrees } from '../../../../engine/training/trees/boostedTrees';
import { fitForest } from '../../../../engine/training/trees/forest';
import { goesLeft, rawScores, type Tree, type TreeModel } from '../../../../engine/training/trees/tree';
import { listener, table } from '../models';
import { boostedOptions, forestOptions } from '../options';

const signal = new AbortController().signal;
const columns = 6;

/** Four numbers, one of them with gaps, and two features of categories. */
function made(task: TrainingData['task'], rows = 500): TrainingData {
  const random = new Random(3);
  const values = Array.from({ length: rows }, () => [
    ...[random.normal(), random.uniform() < 0.2 ? NaN : random.normal(), random.normal(), random.normal()],
    ...[random.below(6), random.below(4)],
  ]);
  const y = values.map(([a = 0, b = 0, c = 0, , d = 0, e = 0]) => {
    const score = a * c + (Number.isNaN(b) ? 1 : b) + (d % 2) * 2 - (e === 2 ? 1.5 : 0) + 0.2 * random.normal();
    return task === 'regression'
      ? score
      : task === 'binary'
        ? Number(score > 0.5)
        : score > 1.5
          ? 2
          : score > 0
            ? 1
            : 0;
  });
  return { ...table(task, values, y), categorical: [false, false, false, false, true, true] };
}

/** What a tree says when only the features of a set (bits) are known; other nodes go both ways, by their rows. */
function worth(tree: Tree, row: Float64Array, known: number): number {
  const cover = (child: number): number => (child < 0 ? tree.leafRows[~child]! : tree.rows[child]!);
  const of = (child: number): number => {
    if (child < 0) return tree.value[~child]!;
    const [left, right] = [tree.left[child]!, tree.right[child]!];
    const feature = tree.feature[child]!;
    if ((known >> feature) & 1) return of(goesLeft(tree, child, row[feature]!) ? left : right);
    return (cover(left) * of(left) + cover(right) * of(right)) / (cover(left) + cover(right));
  };
  return tree.feature.length === 0 ? tree.value[0]! : of(0);
}

/** Shapley's formula (1953), over all sets. */
function shapley(value: (known: number) => number): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return Array.from({ length: columns }, (_, feature) => {
    let sum = 0;
    for (let set = 0; set < 1 << columns; set++) {
      if ((set >> feature) & 1) continue;
      const size = [...set.toString(2)].filter(bit => bit === '1').length;
      const weight = (factorial(size) * factorial(columns - size - 1)) / factorial(columns);
      sum += weight * (value(set | (1 << feature)) - value(set));
    }
    return sum;
  });
}

async function compared(model: TreeModel, { x }: TrainingData): Promise<void> {
  const rows = 12;
  const some = { ...x, rows, values: x.values.slice(0, rows * columns) };
  some.values[4] = 17; // a category that was never seen
  some.values[1] = NaN;
  const found = await treeContributions(model, some, signal);
  const outputs = model.base.length;
  const raw = rawScores(model, some);
  for (let row = 0; row < rows; row++)
    for (let output = 0; output < outputs; output++) {
      const own = some.values.subarray(row * columns, (row + 1) * columns);
      const trees = model.trees.filter((_, at) => at % outputs === output);
      const wanted = shapley(known => trees.reduce((sum, tree) => sum + worth(tree, own, known), 0));
      const given = found.values.subarray((row * outputs + output) * columns).subarray(0, columns);
      for (const [feature, value] of wanted.entries()) expect(Math.abs(given[feature]! - value)).toBeLessThan(1e-12);
      const sum = given.reduce((total, value) => total + value, found.expected[output]!);
      expect(Math.abs(sum - raw[row * outputs + output]!)).toBeLessThan(1e-12);
    }
}

describe('contributions of trees are Shapley values by their definition', () => {
  test.each(['binary', 'multiclass', 'regression'] as const)('boosted trees, %s', async task => {
    const data = made(task);
    const { model } = await fitBoostedTrees(
      data,
      boostedOptions({ trees: 4, leaves: 12, min_rows: 5, validation: 0 }),
      listener(),
    );
    expect(model.trees.some(({ categories }) => categories.some(set => set !== undefined))).toBe(true);
    expect(model.trees.some(({ missingLeft }) => missingLeft.includes(1))).toBe(true);
    await compared(model, data);
  });

  test('a deep forest, where paths ask the same feature again', async () => {
    const data = made('binary');
    const { model } = await fitForest(data, forestOptions({ trees: 3, min_rows: 1 }), listener());
    expect(Math.max(...model.trees.map(({ value }) => value.length))).toBeGreaterThan(40);
    await compared(model, data);
  });

  test('no split, and no tree', async () => {
    const data = made('binary');
    const { model } = await fitBoostedTrees(
      data,
      boostedOptions({ trees: 1, min_rows: 400, validation: 0 }),
      listener(),
    );
    expect(model.trees).toHaveLength(0);
    await compared(model, data);
    await compared({ ...model, trees: [stump] }, data);
  });
});

const stump: Tree = {
  ...{ feature: new Int32Array(0), threshold: new Float64Array(0), categories: [], missingLeft: new Uint8Array(0) },
  ...{ left: new Int32Array(0), right: new Int32Array(0), gain: new Float64Array(0), rows: new Float64Array(0) },
  ...{ leafRows: Float64Array.of(7), value: Float64Array.of(-0.5) },
};

test('many features on one path stay exact', async () => {
  // a chain: node i asks feature i, its left child is the next node
  const depth = 60;
  const random = new Random(8);
  const chain: Tree = {
    feature: Int32Array.from({ length: depth }, (_, node) => node),
    threshold: new Float64Array(depth),
    categories: Array.from({ length: depth }, () => undefined),
    missingLeft: new Uint8Array(depth),
    left: Int32Array.from({ length: depth }, (_, node) => (node === depth - 1 ? ~depth : node + 1)),
    right: Int32Array.from({ length: depth }, (_, node) => ~node),
    gain: new Float64Array(depth),
    rows: Float64Array.from({ length: depth }, (_, node) => 10 * (depth + 1 - node)),
    leafRows: new Float64Array(depth + 1).fill(10),
    value: Float64Array.from({ length: depth + 1 }, () => random.normal()),
  };
  const features = Array.from({ length: depth }, (_, i) => `x${i}`);
  const common = { kind: 'trees', learner: 'boosted-trees', task: 'regression', link: 'identity', features } as const;
  const model: TreeModel = { ...common, trees: [chain], base: Float64Array.of(0.25) };
  const values = Float64Array.from({ length: 40 * depth }, () => random.normal() - 1);
  const x = { rows: 40, columns: depth, values };
  const { values: given, expected } = await treeContributions(model, x, signal);
  expect(expected[0]).toBeCloseTo(0.25 + chain.value.reduce((sum, value) => sum + value) / (depth + 1), 12);
  const raw = rawScores(model, x);
  for (let row = 0; row < 40; row++) {
    const sum = given.subarray(row * depth, (row + 1) * depth).reduce((total, value) => total + value, expected[0]!);
    expect(Math.abs(sum - raw[row]!)).toBeLessThan(1e-10);
  }
  expect(treeWork(model)).toBeGreaterThan(depth * depth);
});

test('cancelling ends it', async () => {
  const data = made('binary', 1500);
  const { model } = await fitForest(data, forestOptions({ trees: 8, min_rows: 1 }), listener());
  const abort = new AbortController();
  const running = treeContributions(model, data.x, abort.signal);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
});

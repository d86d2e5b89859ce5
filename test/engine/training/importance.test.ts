import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../engine/protocol/frame';
import { permutationImportance } from '../../../engine/training/evaluation/importance';
import { onGrid, treeShuffles } from '../../../engine/training/evaluation/treeShuffles';
import { predict, type Model } from '../../../engine/training/model';
import { Random } from '../../../engine/random';
import type { ScoringModel } from '../../../engine/training/scoringModel';
import { transformRows } from '../../../engine/training/transform';
import { fitBoostedTrees } from '../../../engine/training/trees/boostedTrees';
import { fitForest } from '../../../engine/training/trees/forest';
import type { TreeModel } from '../../../engine/training/trees/tree';
import { allRows, csvFrame } from './csvFrame';
import { listener, prepared, trainingData } from './models';
import { boostedOptions, forestOptions, prepareOptions } from './options';

/** Numbers with gaps, categories in one-hot and in ordinal columns, and one column that says nothing. */
function made(rows: number, label: (score: number) => string): Frame {
  const random = new Random(4);
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c] = [random.normal(), random.normal(), random.below(12)];
    const town = ['north', 'south', 'east'][random.below(3)]!;
    const score = a * b + (town === 'south' ? 1 : 0) + (c % 3) + 0.3 * random.normal();
    return [random.uniform() < 0.1 ? '' : a, b, `k${c}`, town, 7, label(score)].join(',');
  });
  return csvFrame(['a,b,kind,town,same,y', ...lines].join('\n'));
}

const settings = (frame: Frame, rows = allRows(frame)) => ({
  ...{ frame, rows, rounds: 3, seed: 5 },
  progress: () => undefined,
});
const signal = new AbortController().signal;

async function modelOf(frame: Frame, fit: 'boosted' | 'forest'): Promise<ScoringModel & { readonly model: TreeModel }> {
  const rows = allRows(frame);
  const options = prepareOptions({
    label: 'y',
    numeric: { impute: 'keep', scale: 'none', encode: 'numeric' },
    columns: { kind: { encode: 'ordinal' } },
  });
  const preparation = prepared(frame, rows, options);
  const data = trainingData(preparation, frame, rows);
  const { model } =
    fit === 'boosted'
      ? await fitBoostedTrees(data, boostedOptions({ trees: 30, validation: 0 }), listener())
      : await fitForest(data, forestOptions({ trees: 10 }), listener());
  return {
    preparation,
    model,
    score: (other, own) => predict(model, transformRows(preparation, other, own)),
  };
}

describe('importance of columns by the ways that rows take through trees', () => {
  test.each([
    ['boosted', 'a binary label', (score: number) => (score > 1 ? 'yes' : 'no')],
    ['boosted', 'several classes', (score: number) => (score > 2 ? 'much' : score > 0 ? 'some' : 'none')],
    ['boosted', 'a number', String],
    ['forest', 'a binary label', (score: number) => (score > 1 ? 'yes' : 'no')],
    ['forest', 'several classes', (score: number) => (score > 2 ? 'much' : score > 0 ? 'some' : 'none')],
  ] as const)('%s trees, %s: what scoring all rows anew finds', async (fit, _, label) => {
    const frame = made(400, label);
    const { model, preparation, score } = await modelOf(frame, fit);
    const grid = onGrid(model);
    const anew = {
      preparation,
      score: (other: Frame, own: ArrayLike<number>) => predict(grid, transformRows(preparation, other, own)),
    };
    const slow = await permutationImportance(anew, settings(frame), signal);
    const fast = await permutationImportance({ preparation, score, model }, settings(frame), signal);
    expect(fast.rows).toBe(400);
    expect(slow.columns[0]!.importance).toBeGreaterThan(0.05);
    expect(fast.columns.map(({ feature }) => feature)).toEqual(slow.columns.map(({ feature }) => feature));
    expect(fast.columns).toEqual(slow.columns);
    // off the grid rounding parts rows that are equal
    const rough = await permutationImportance({ preparation, score }, settings(frame), signal);
    for (const { feature, importance } of rough.columns)
      expect(fast.columns.find(one => one.feature === feature)!.importance).toBeCloseTo(importance, 4);
    expect(fast.columns.find(({ feature }) => feature === 'same')).toMatchObject({ importance: 0, std: 0 });
  });

  test('calibrated scores fall as the curve says', async () => {
    const frame = made(400, score => (score > 1 ? 'yes' : 'no'));
    const { model: plain, preparation } = await modelOf(frame, 'boosted');
    const model: Model = {
      ...plain,
      // three steps of a curve: many rows are equal
      calibration: {
        method: 'isotonic',
        maps: [{ kind: 'knots', x: Float64Array.of(-1, -0.99, 1, 1.01), y: Float64Array.of(0.1, 0.4, 0.4, 0.9) }],
      },
    };
    const score: ScoringModel['score'] = (other, own) => predict(model, transformRows(preparation, other, own));
    const slow = await permutationImportance({ preparation, score }, settings(frame), signal);
    const fast = await permutationImportance({ preparation, model, score }, settings(frame), signal);
    expect(slow.columns[0]!.importance).toBeGreaterThan(0.05);
    for (const { feature, importance } of slow.columns)
      expect(fast.columns.find(one => one.feature === feature)!.importance).toBeCloseTo(importance, 9);
  });

  test('columns that do not fit in memory together are taken one after the other, with the same orders', async () => {
    const frame = made(60, score => (score > 1 ? 'yes' : 'no'));
    const { model, preparation } = await modelOf(frame, 'boosted');
    const x = transformRows(preparation, frame, allRows(frame));
    const widths = preparation.columns.map(({ features }) => features.length);
    const found = async (most?: number) => {
      const random = new Random(1);
      const raws: (readonly [number, Float64Array])[] = [];
      const what = { model, x, widths, rounds: 2, draw: () => random.permutation(60), ...(most && { most }) };
      for await (const { column, raw } of treeShuffles(what, signal)) raws.push([column, raw]);
      return raws;
    };
    const all = await found();
    expect(all.map(([column]) => column)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    expect(await found(1)).toEqual(all);
  });

  test('of many rows 10,000 are taken, and it can be cancelled', async () => {
    const frame = made(10_050, score => (score > 1 ? 'yes' : 'no'));
    const model = await modelOf(
      made(500, score => (score > 1 ? 'yes' : 'no')),
      'boosted',
    );
    expect((await permutationImportance(model, { ...settings(frame), rounds: 1 }, signal)).rows).toBe(10_000);
    await expect(
      permutationImportance(model, { ...settings(frame), rounds: 50 }, AbortSignal.abort()),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

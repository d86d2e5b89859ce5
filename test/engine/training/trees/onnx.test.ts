import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../../engine/protocol/frame';
import type { Model } from '../../../../engine/training/model';
import { readModel, writeModel } from '../../../../engine/training/modelFile';
import { exportOnnx } from '../../../../engine/training/onnx/exportOnnx';
import { checkParity } from '../../../../engine/training/parity';
import type { Preparation } from '../../../../engine/training/preparation';
import { Random } from '../../../../engine/random';
import { fitBoostedTrees } from '../../../../engine/training/trees/boostedTrees';
import { fitForest } from '../../../../engine/training/trees/forest';
import type { TreeModel } from '../../../../engine/training/trees/tree';
import { temporaryFolder } from '../../../support/store';
import { allRows, csvFrame } from '../csvFrame';
import { assetsDir, listener, prepared, trainingData } from '../models';
import { boostedOptions, forestOptions, prepareOptions } from '../options';

/** Numbers with gaps, a text of forty categories with gaps, and labels that hang on all of it. */
const frame: Frame = (() => {
  const random = new Random(4);
  const rows = Array.from({ length: 1500 }, () => {
    const [size, city, age] = [random.normal() * 1e3, random.below(40), random.normal()];
    const score = (size > 300 ? 1 : 0) + (city % 3 === 0 ? 2 : 0) + age + 0.3 * random.normal();
    const shown = [random.uniform() < 0.1 ? '' : size, random.uniform() < 0.05 ? '' : `city ${city}`, age];
    return [...shown, score > 1 ? 'yes' : 'no', score > 2 ? 'high' : score > 0.5 ? 'mid' : 'low', score].join(',');
  });
  return csvFrame(`size,city,age,bought,class,score\n${rows.join('\n')}\n`);
})();

type Case = readonly [name: string, label: string, fit: typeof boosted | typeof forest];
const boosted = boostedOptions({ trees: 40, validation: 0, min_rows: 5 });
const forest = forestOptions({ trees: 25 });
const cases: readonly Case[] = [boosted, forest].flatMap(options =>
  ['bought', 'class', 'score'].map((label): Case => [`${options.learner} of ${label}`, label, options]),
);

async function fitted(
  label: string,
  options: typeof boosted | typeof forest,
): Promise<{ model: TreeModel; preparation: Preparation }> {
  const preparation = prepared(
    frame,
    allRows(frame),
    prepareOptions({
      label,
      drop: ['bought', 'class', 'score'].filter(name => name !== label),
      numeric: { impute: 'keep', scale: 'none', encode: 'numeric' },
      categorical: { encode: 'ordinal', min_count: 1 },
    }),
  );
  const data = trainingData(preparation, frame, allRows(frame));
  const { model } =
    options.learner === 'forest'
      ? await fitForest(data, options, listener())
      : await fitBoostedTrees(data, options, listener());
  return { model, preparation };
}

const difference = async (model: Model, preparation: Preparation): Promise<number> => {
  const onnx = exportOnnx(model, preparation);
  const check = { onnx, model, preparation, frame, rows: allRows(frame), assetsDir };
  return (await checkParity(check, new AbortController().signal)).greatestDifference;
};

describe('trees as an ONNX file', () => {
  test.each(cases)('%s: the same scores, also of what is missing or unknown', async (_, label, options) => {
    const { model, preparation } = await fitted(label, options);
    expect(model.trees.some(({ categories }) => categories.some(set => set !== undefined && set.length > 1))).toBe(
      true,
    );
    expect(model.trees.some(({ missingLeft }) => missingLeft.includes(1))).toBe(true);
    expect(await difference(model, preparation)).toBeLessThan(2e-6);
  });

  test('a model without a split, and one without a tree', async () => {
    const { model, preparation } = await fitted('bought', boostedOptions({ trees: 1, min_rows: 1000, validation: 0 }));
    expect(await difference(model, preparation)).toBeLessThan(1e-6);
    expect(await difference({ ...model, trees: [] }, preparation)).toBeLessThan(1e-6);
  });
});

describe('trees as a file', () => {
  test('come back bit for bit', async () => {
    const { model } = await fitted('class', boosted);
    const file = path.join(temporaryFolder(), 'model.json');
    await writeModel(file, model);
    expect(await readModel(file)).toEqual(model);
  });

  test.each<[string, (tree: Record<string, number[]>) => void]>([
    ['a node that leads back', tree => void (tree['left']![1] = 0)],
    ['a leaf that is not there', tree => void (tree['right']![0] = -1000)],
    ['a feature that is not there', tree => void (tree['feature']![0] = 3)],
    ['a leaf too few', tree => void tree['value']!.pop()],
    ['a threshold too few', tree => void tree['threshold']!.pop()],
  ])('%s is refused', async (_, damage) => {
    const { model } = await fitted('bought', boostedOptions({ trees: 2 }));
    const file = path.join(temporaryFolder(), 'model.json');
    await writeModel(file, model);
    const json = JSON.parse(
      JSON.stringify(await readModel(file), (_key, value: unknown) =>
        ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : (value ?? null),
      ),
    );
    damage(json.trees[0]);
    writeFileSync(file, JSON.stringify(json));
    await expect(readModel(file)).rejects.toMatchObject({ code: 'data.unreadable' });
  });
});

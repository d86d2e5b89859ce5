import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { countedOn } from '../../../../engine/training/explain/covers';
import { treeContributions } from '../../../../engine/training/explain/treeShap';
import { importModel } from '../../../../engine/training/foreign/importModel';
import { loadScoringModel } from '../../../../engine/training/loadScoringModel';
import { loadModel } from '../../../../engine/training/modelFiles';
import { temporaryFolder } from '../../../support/store';
import { assetsDir } from '../models';
import { frameOf } from './reference';

interface OnnxCase {
  readonly name: string;
  readonly onnx: string;
  readonly rows: readonly (readonly (number | string)[])[];
  readonly scores: readonly (readonly number[])[];
  readonly contributions?: readonly (readonly number[])[];
}
const { cases, x }: { readonly cases: readonly OnnxCase[]; readonly x: readonly (readonly number[])[] } = JSON.parse(
  readFileSync('test/fixtures/training/onnx.json', 'utf8'),
);
const named = (name: string): OnnxCase => cases.find(one => one.name.includes(name))!;
const signal = new AbortController().signal;

async function imported(bytes: Uint8Array, names = {}) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'model.onnx');
  writeFileSync(file, bytes);
  const dir = path.join(folder, 'model');
  return { dir, ...(await importModel({ file, shown: 'model.onnx', names, dir, assetsDir }, signal)) };
}
const bytesOf = ({ onnx }: OnnxCase): Buffer => Buffer.from(onnx, 'base64');

describe('a model of an ONNX file says what ONNX Runtime said of it in Python', () => {
  test.each(cases)('$name', async given => {
    const { dir, preparation, model } = await imported(bytesOf(given));
    expect(model !== undefined).toBe(given.name.includes('forest') || given.name.includes('trees'));
    const loaded = await loadScoringModel(dir, assetsDir);
    expect(loaded.preparation).toEqual(preparation);
    const found = await loaded.score(frameOf(given.rows, preparation), [...given.rows.keys()]);
    expect(Array.from(found)).toHaveLength(given.scores.flat().length);
    for (const [at, score] of given.scores.flat().entries())
      expect(Math.abs(found[at]! - score)).toBeLessThan(2e-6 * Math.max(1, Math.abs(score)));
  });

  test('trees of LightGBM are explained as LightGBM does, once training rows have been through them', async () => {
    const given = named('LightGBM');
    const { model } = await imported(bytesOf(given));
    const matrix = (rows: readonly (readonly (number | string)[])[]) => ({
      rows: rows.length,
      columns: 3,
      values: Float64Array.from(rows.flat(), Number),
    });
    const found = await treeContributions(countedOn(model!, matrix(x)), matrix(given.rows), signal);
    for (const [row, wanted] of given.contributions!.entries()) {
      for (const feature of [0, 1, 2])
        expect(Math.abs(found.values[row * 3 + feature]! - wanted[feature]!)).toBeLessThan(1e-6);
      expect(Math.abs(found.expected[0]! - wanted[3]!)).toBeLessThan(1e-6);
    }
  });

  test('columns and classes get their names; the folder is one of MLflow’s', async () => {
    const { dir, preparation } = await imported(bytesOf(named('columns of its own')), { label: 'outcome' });
    expect(preparation).toMatchObject({ label: { name: 'outcome', type: 'string' }, classes: ['bad', 'good'] });
    expect(preparation.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['income', 'number'],
      ['debt', 'number'],
      ['city', 'text'],
      ['rooms', 'number'],
    ]);
    const mlmodel = readFileSync(path.join(dir, 'MLmodel'), 'utf8');
    expect(mlmodel).toContain('learner: onnx\n');
    expect(mlmodel).not.toContain('modelyard/model.json');
    await expect(loadModel(dir)).rejects.toMatchObject({ code: 'data.unreadable' });
    const table = await imported(bytesOf(named('forest of two')), { columns: ['a', 'b', 'c'], classes: ['no', 'yes'] });
    expect(table.preparation).toMatchObject({ features: ['a', 'b', 'c'], positive: 'yes' });
  });
});

describe('what is not taken over is said', () => {
  const forest = bytesOf(named('forest of two'));
  test.each<[string, () => Uint8Array, object, RegExp]>([
    ['a file that is cut off', () => forest.subarray(0, 900), {}, /^model\.onnx is no ONNX model, or is cut off: /],
    ['no graph', () => Uint8Array.of(8, 7), {}, /^model\.onnx is no ONNX model: it has no graph\./],
    [
      'an operator that there is not',
      () => replaced(forest, 'TreeEnsembleClassifier', 'TreeEnsembleClassifyer'),
      {},
      /^model\.onnx is refused by ONNX Runtime: /,
    ],
    ['too few columns', () => forest, { columns: ['a'] }, /^The model takes 3 columns, and 1 are named\./],
    ['too many classes', () => forest, { classes: ['a', 'b', 'c'] }, /gives 2 scores a row, where 3 are expected\./],
    [
      'scores that are no probabilities',
      () => bytesOf(named('line')),
      { classes: ['a', 'b'] },
      /gives scores that are no probabilities\./,
    ],
  ])('%s', async (_, bytes, names, message) => {
    await expect(imported(bytes(), names)).rejects.toThrow(message);
  });
});

/** Texts of the same length change places. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from)) copy.write(to, at);
  return copy;
}

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel } from '../../../../engine/training/foreign/importModel';
import { loadModel } from '../../../../engine/training/modelFiles';
import { temporaryFolder } from '../../../support/store';
import { assetsDir } from '../models';
import { frameOf, reference } from './reference';

const signal = new AbortController().signal;
const all = [
  ...reference<string>('lightgbm').cases,
  ...reference<object>('xgboost').cases.map(one => ({ ...one, model: JSON.stringify(one.model) })),
];

/** Each has something that the others have not. */
const told = new Set(['binary with texts', 'several classes with codes', 'zero as missing', 'averaged', 'regression']);

const imported = async (text: string, names = {}) => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'model.any');
  writeFileSync(file, text);
  const dir = path.join(folder, 'model');
  return { dir, ...(await importModel({ file, shown: 'models/model.any', names, dir, assetsDir }, signal)) };
};

describe('a model folder of another library’s model', () => {
  test.each(all.filter(({ name }) => told.has(name)))(
    '$name: its ONNX file says the same, and it scores as it did',
    async ({ model: text, rows, scores }) => {
      const { dir, parity, preparation } = await imported(text);
      expect(parity!.rows).toBe(302);
      expect(parity!.greatestDifference).toBeLessThan(1e-5);
      const loaded = await loadModel(dir);
      expect(loaded.preparation).toEqual(preparation);
      const found = loaded.score(frameOf(rows, preparation), [...rows.keys()]);
      const width = found.length / rows.length;
      for (const [at, score] of scores.entries()) {
        const own = Array.from(found.subarray(at * width, (at + 1) * width));
        const wanted = typeof score === 'number' ? [...(width === 2 ? [1 - score] : []), score] : score;
        for (const [i, value] of wanted.entries()) expect(Math.abs(own[i]! - value)).toBeLessThan(1e-6);
      }
    },
  );

  test('label, classes and columns get the names they have in the data', async () => {
    const { dir, preparation } = await imported(all[0]!.model, {
      label: 'creditability',
      classes: ['good', 'bad'],
      columns: ['income', 'age of loan', 'debt', 'town', 'rooms'],
    });
    expect(preparation).toMatchObject({ label: { name: 'creditability', type: 'string' }, positive: 'bad' });
    const { description } = await loadModel(dir);
    expect(description.signature.inputs).toEqual([
      { name: 'income', type: 'double', columnType: 'number' },
      { name: 'age of loan', type: 'double', columnType: 'number' },
      { name: 'debt', type: 'double', columnType: 'number' },
      { name: 'town', type: 'string', columnType: 'string' },
      { name: 'rooms', type: 'double', columnType: 'number' },
    ]);
    expect(description.signature.outputs.map(({ name }) => name)).toEqual([
      'label',
      'probability_good',
      'probability_bad',
    ]);
    expect(readFileSync(path.join(dir, 'MLmodel'), 'utf8')).toContain('learner: lightgbm');
  });

  test.each([
    [{ classes: ['a', 'b', 'c'] }, 'The model has 2 classes, and 3 different names are given.'],
    [{ columns: ['a'] }, 'The model takes 5 columns, and 1 different names are given.'],
    [{ label: 'city' }, 'The label city is one of the model’s input columns.'.replace('’', "'")],
  ])('%j is refused', async (names, message) => {
    await expect(imported(all[0]!.model, names)).rejects.toMatchObject({ code: 'params.invalid', message });
  });
});

test.each<[string, string | Buffer, RegExp]>([
  ['a pickle', Buffer.from([0x80, 4, 0x95, 1, 2]), /is a Python pickle\. It is not opened/],
  ['XGBoost’s own binary form', Buffer.from('{L\0\0\0'), /is a model of XGBoost in binary form/],
  ['a table', 'a,b\n1,2\n', /is no model that can be taken over/],
  ['nothing', '', /is no model that can be taken over/],
  ['broken JSON', '{"learner":\n {"a": 1,}', /models\/model\.any \(line 2\) is not whole: it is no JSON/],
])('%s is refused', async (_, content, message) => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'model.any');
  writeFileSync(file, content);
  const given = { file, shown: 'models/model.any', names: {}, dir: path.join(folder, 'model'), assetsDir };
  await expect(importModel(given, signal)).rejects.toMatchObject({
    code: 'data.unreadable',
    message: expect.stringMatching(message),
  });
  await expect(importModel({ ...given, file: path.join(folder, 'none') }, signal)).rejects.toMatchObject({
    code: 'not-found',
    message: 'The model file models/model.any cannot be read.',
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModelyardError } from '../../../../engine/errors';
import { Random } from '../../../../engine/random';
import { readLightgbm } from '../../../../engine/training/foreign/lightgbm';
import { readOnnxFile } from '../../../../engine/training/foreign/onnx/onnxFile';
import { onnxTrees } from '../../../../engine/training/foreign/onnx/onnxTrees';
import { withNames } from '../../../../engine/training/foreign/preparationOf';
import { readXgboost } from '../../../../engine/training/foreign/xgboost';
import { predict } from '../../../../engine/training/model';
import { transformRows } from '../../../../engine/training/transform';
import { probeRows } from '../../../../engine/training/foreign/probeRows';
import { numberColumn } from '../../../../engine/training/foreign/inputColumns';
import type { ForeignModel } from '../../../../engine/training/foreign/foreignModel';

const cases = (name: string) => JSON.parse(readFileSync(`test/fixtures/training/${name}.json`, 'utf8')).cases;
const lightgbm: string = cases('lightgbm')[1].model;
const xgboost: object = cases('xgboost')[2].model;
const onnx: Buffer = Buffer.from(cases('onnx')[1].onnx, 'base64');

const features = ['a', 'b', 'c'];

/** Read and asked: it says something, or says in which file what is wrong. */
function tried(read: () => ForeignModel | undefined): void {
  try {
    const foreign = read();
    if (!foreign) return;
    const { model, preparation } = withNames(foreign, {});
    const frame = probeRows(model, preparation);
    predict(model, transformRows(preparation, frame, [0, 1, 2]));
  } catch (error) {
    if (!(error instanceof ModelyardError)) throw error;
    expect(error.code).toBe('data.unreadable');
    expect(error.message).toMatch(/^model\.any /);
    expect(error.place?.file).toBe('model.any');
  }
}

const damages = ['', '-1', '7', '99999999', '1e999', 'x', 'null', '[]', '0.5'];

describe('a damaged file is refused, or read as what it then is; nothing else happens', () => {
  test('LightGBM: words changed, lines cut', () => {
    const random = new Random(1);
    for (let round = 0; round < 300; round++) {
      const lines = lightgbm.split('\n');
      const at = random.below(lines.length);
      const words = lines[at]!.split(/(?<=[ =:])/);
      words[random.below(words.length)] = `${damages[random.below(damages.length)]} `;
      lines[at] = random.below(4) === 0 ? '' : words.join('').trim();
      tried(() => readLightgbm(lines.join('\n'), 'model.any'));
    }
    for (let end = 0; end < lightgbm.length; end += 397) tried(() => readLightgbm(lightgbm.slice(0, end), 'model.any'));
  });

  test('XGBoost: values changed, keys missing', () => {
    const random = new Random(2);
    const values: unknown[] = [undefined, null, -1, 7, 1e9, 0.5, 'x', [], {}, [1, 2], '3'];
    for (let round = 0; round < 300; round++) {
      let left = random.below(5) === 0 ? random.below(60) : random.below(900);
      const damaged: unknown = JSON.parse(
        JSON.stringify(xgboost, (key, value: unknown) =>
          key !== '' && left-- === 0 ? values[random.below(values.length)] : value,
        ),
      );
      tried(() => readXgboost(damaged, 'model.any'));
    }
  });

  test('ONNX: bytes changed, cut off', () => {
    const random = new Random(3);
    const read = (bytes: Uint8Array) => (): ForeignModel | undefined => {
      const model = onnxTrees(readOnnxFile(bytes, 'model.any'), {
        ...{ task: 'multiclass', classes: ['0', '1', '2'], features },
      });
      return model && { model, columns: features.map(name => numberColumn(name)), notes: [] };
    };
    for (let end = 0; end < onnx.length; end += 61) tried(read(onnx.subarray(0, end)));
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(onnx);
      bytes[random.below(bytes.length)] = random.below(256);
      tried(read(bytes));
    }
  });
});

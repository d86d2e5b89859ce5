import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Frame } from '../../../engine/protocol/frame';
import type { NeuralNetworkOptions } from '../../../engine/protocol/steps/learners';
import type { PrepareOptions } from '../../../engine/protocol/steps/preparation';
import { fitLogistic } from '../../../engine/training/logistic';
import { loadModel, saveModel } from '../../../engine/training/modelFiles';
import { neuralNetworkFit } from '../../../engine/training/neuralNetwork';
import { exportOnnx } from '../../../engine/training/onnx/exportOnnx';
import { signatureOf } from '../../../engine/training/signature';
import { temporaryFolder } from '../../support/store';
import { allRows, csvFrame, germanPath, readCsvFrame } from './csvFrame';
import { assetsDir, listener, prepared, trainingData } from './models';
import { logisticOptions, networkOptions, prepareOptions } from './options';

/**
 * The Python lane: MODELYARD_TEST_PYTHON, or python3, with mlflow, onnxruntime and pandas (2 or 3). Skipped, and said so,
 * where there is none.
 */
const python = process.env['MODELYARD_TEST_PYTHON'] ?? 'python3';
const probe = spawnSync(python, ['-c', 'import mlflow.onnx, onnxruntime, pandas'], { encoding: 'utf8' });
const lacking = probe.status === 0 ? '' : (probe.stderr?.trim().split('\n').at(-1) ?? `${python} cannot be started`);
const title = (what: string): string => (lacking ? `${what} [skipped: ${python}: ${lacking}]` : what);

interface Answer {
  readonly columns: string[];
  readonly rows: (number | string)[][];
  readonly part: (number | string)[][];
  readonly partIndexKept: boolean;
  readonly inputs: [string, string][];
  readonly example: number | null;
  readonly onnxInputs: string[];
}

async function inPython(csv: string, frame: Frame, options: PrepareOptions, network?: NeuralNetworkOptions) {
  const preparation = prepared(frame, allRows(frame), options);
  const data = trainingData(preparation, frame, allRows(frame));
  const { model } = network
    ? await neuralNetworkFit(assetsDir)(data, network, listener())
    : await fitLogistic(data, logisticOptions, listener());
  const dir = path.join(temporaryFolder(), 'model');
  const [signature, onnx] = [signatureOf(preparation, frame), exportOnnx(model, preparation)];
  await saveModel(dir, { model, preparation, signature, onnx, frame, exampleRows: [0, 1, 2] });
  const dates = signature.inputs.filter(input => input.type === 'datetime').map(input => input.name);
  const native = (await loadModel(dir)).score(frame, allRows(frame));
  const ran = spawnSync(python, ['test/python/mlflow_model.py', dir, path.resolve(csv), ...dates], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  expect(ran.status, ran.stderr).toBe(0);
  const answer: Answer = JSON.parse(ran.stdout.trim().split('\n').at(-1)!);
  return { answer, native, width: native.length / frame.rows, signature };
}

/** The frame with a text column as the data room gives dates: ms since 1970, UTC. */
const withDates = (frame: Frame, name: string): Frame => ({
  ...frame,
  columns: frame.columns.map(column =>
    column.name !== name || column.kind !== 'text'
      ? column
      : {
          kind: 'number',
          name,
          type: 'date',
          values: Float64Array.from(column.codes, code => Date.parse(column.categories[code] ?? '')),
        },
  ),
});

/** The greatest difference between MLflow's scores, without the label, and the native ones. */
function worst({ rows }: Answer, native: Float64Array, width: number): number {
  const scores = rows.flatMap(row => row.slice(-width).map(Number));
  expect(scores).toHaveLength(native.length);
  return Math.max(...scores.map((score, i) => Math.abs(score - native[i]!) / Math.max(1, Math.abs(native[i]!))));
}

test.skipIf(lacking).each([
  ['logistic, binary', prepareOptions({ label: 'creditability', positive: 'bad' }), undefined],
  ['network, three classes', prepareOptions({ label: 'housing' }), networkOptions({ epochs: 3 })],
  ['network, regression', prepareOptions({ label: 'credit_amount' }), networkOptions({ epochs: 3 })],
])(
  title('mlflow.pyfunc scores German Credit as read by pandas: %s'),
  { timeout: 180_000 },
  async (_, options, network) => {
    const { answer, native, width, signature } = await inPython(germanPath, readCsvFrame(germanPath), options, network);
    expect(worst(answer, native, width)).toBeLessThan(1e-5);
    expect(answer.columns).toEqual(signature.outputs.map(output => output.name));
    expect(answer.part).toEqual(answer.rows.slice(500));
    expect(answer.partIndexKept).toBe(true);
    expect(answer.onnxInputs).toEqual(signature.inputs.map(input => input.name));
    expect(answer.inputs).toEqual(signature.inputs.map(({ name, type }) => [name, type]));
    expect([3, null]).toContain(answer.example);
  },
);

test.skipIf(lacking)(title('missing values, booleans, dates, odd texts'), { timeout: 180_000 }, async () => {
  const date = (i: number): string => new Date(i * 40 * 864e5).toISOString().slice(0, 10);
  const line = (i: number): string =>
    [
      i % 7 === 0 ? '' : i,
      i * 0.5 - 3,
      i % 5 === 0 ? '' : i % 2 === 0,
      i % 3 === 0,
      ['Köln', '"a, ""b"""', '', 'x < 0'][i % 4],
      i % 2 === 0 ? 1 : 0,
      i % 6 === 5 ? '' : date(i),
      i % 3 === 1 ? 'yes' : 'no',
    ].join(',');
  const csv = `gaps,plain,maybe,flag,city,whole,since,label\n${Array.from({ length: 60 }, (_, i) => line(i)).join('\n')}\n`;
  const file = path.join(temporaryFolder(), 'odd.csv');
  writeFileSync(file, csv);
  const { answer, native, width } = await inPython(
    file,
    withDates(csvFrame(csv), 'since'),
    prepareOptions({ label: 'label' }),
  );
  expect(answer.inputs.map(([, type]) => type)).toEqual([
    'double',
    'double',
    'string',
    'boolean',
    'string',
    'long',
    'datetime',
  ]);
  expect(worst(answer, native, width)).toBeLessThan(1e-5);
});

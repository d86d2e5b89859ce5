import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { predict } from '../../../engine/training/model';
import { fitLogistic } from '../../../engine/training/logistic';
import { describeModel, inputExample, loadModel, saveModel } from '../../../engine/training/modelFiles';
import { exportOnnx } from '../../../engine/training/onnx/exportOnnx';
import { signatureOf } from '../../../engine/training/signature';
import { transformRows } from '../../../engine/training/transform';
import { temporaryFolder, temporaryFolderOfFile } from '../../support/store';
import { allRows, csvFrame } from './csvFrame';
import { listener, prepared, trainingData } from './models';
import { logisticOptions, prepareOptions } from './options';

const head = 'age,income,children,owner,retired,city,since,default';
const csv = `${head}
30,1000.5,0,true,false,Köln,x,no
41,2000.25,,false,false,Bonn,y,yes
52,,2,true,true,,y,no
38,900,1,,false,Bonn,x,yes
29,1200,0,true,false,Köln,x,no
61,3100,3,false,true,Bonn,y,yes
`;
const frame = csvFrame(csv);
const since = frame.columns.findIndex(column => column.name === 'since');
/** `since` as the data room gives dates: ms since 1970, UTC. */
const dated = {
  ...frame,
  columns: frame.columns.with(since, {
    kind: 'number',
    name: 'since',
    type: 'date',
    values: Float64Array.from([0, 864e5, 2 * 864e5, NaN, 1e12, 0]),
  }),
};
const preparation = prepared(dated, allRows(dated), prepareOptions({ label: 'default', positive: 'yes' }));
const signature = signatureOf(preparation, dated);
const use = {
  service: 'risk',
  definition: 'f'.repeat(64),
  features: [{ column: 'income', reference: 'incomes@v2:income' }],
  keys: ['client_id'],
  request: [],
};
const dir = path.join(temporaryFolderOfFile(), 'model');

beforeAll(async () => {
  const { model } = await fitLogistic(trainingData(preparation, dated, allRows(dated)), logisticOptions, listener());
  const onnx = exportOnnx(model, preparation);
  await saveModel(dir, {
    model,
    preparation,
    signature,
    onnx,
    frame: dated,
    exampleRows: [0, 1, 3],
    runId: 'a'.repeat(32),
    features: use,
  });
});

const read = (file: string): string => readFileSync(path.join(dir, file), 'utf8');

describe('the folder', () => {
  test('has the files of an MLflow model', () => {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    expect(files.map(file => path.relative(dir, path.join(file.parentPath, file.name))).sort()).toEqual([
      'MLmodel',
      'code/modelyard_model.py',
      'conda.yaml',
      'input_example.json',
      'model.onnx',
      'modelyard/model.json',
      'modelyard/preparation.json',
      'python_env.yaml',
      'requirements.txt',
      'serving_input_example.json',
    ]);
  });

  test('MLmodel: flavours, signature, example, time', () => {
    const mlmodel = parse(read('MLmodel'));
    expect(mlmodel).toMatchObject({
      flavors: {
        modelyard: { learner: 'logistic', task: 'binary', label: 'default', classes: ['no', 'yes'] },
        onnx: { data: 'model.onnx', providers: ['CPUExecutionProvider'] },
        python_function: {
          code: 'code',
          data: 'model.onnx',
          env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
          loader_module: 'modelyard_model',
          python_version: '3.11',
        },
      },
      model_uuid: expect.stringMatching(/^[0-9a-f]{32}$/),
      run_id: 'a'.repeat(32),
      saved_input_example_info: { artifact_path: 'input_example.json', type: 'dataframe', pandas_orient: 'split' },
      utc_time_created: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
    });
    expect(JSON.parse(mlmodel.signature.inputs)).toEqual([
      { type: 'long', name: 'age' },
      { type: 'double', name: 'income' },
      { type: 'double', name: 'children' },
      { type: 'string', name: 'owner' },
      { type: 'boolean', name: 'retired' },
      { type: 'string', name: 'city' },
      { type: 'datetime', name: 'since' },
    ]);
    expect(JSON.parse(mlmodel.signature.outputs)).toEqual([
      { type: 'string', name: 'label' },
      { type: 'double', name: 'probability_no' },
      { type: 'double', name: 'probability_yes' },
    ]);
  });

  test('the environments name what Python needs', () => {
    expect(read('requirements.txt').split('\n')).toContain('onnxruntime>=1.16');
    expect(parse(read('conda.yaml')).dependencies.at(-1).pip).toContain('mlflow>=2.9');
    expect(parse(read('python_env.yaml'))).toEqual({
      python: '3.11',
      build_dependencies: ['pip'],
      dependencies: ['-r requirements.txt'],
    });
  });

  test('the input example is that of pandas; the serving example wraps it', () => {
    const example = JSON.parse(read('input_example.json'));
    expect(example).toEqual({
      columns: ['age', 'income', 'children', 'owner', 'retired', 'city', 'since'],
      data: [
        [30, 1000.5, 0, 'true', false, 'Köln', '1970-01-01T00:00:00.000'],
        [41, 2000.25, null, 'false', false, 'Bonn', '1970-01-02T00:00:00.000'],
        [38, 900, 1, null, false, 'Bonn', null],
      ],
    });
    expect(JSON.parse(read('serving_input_example.json'))).toEqual({ dataframe_split: example });
    expect(inputExample(signature, dated, []).data).toEqual([]);
  });
});

describe('loading', () => {
  test('scores raw columns as the model that was saved, to the last bit', async () => {
    const loaded = await loadModel(dir);
    const again = await fitLogistic(trainingData(preparation, dated, allRows(dated)), logisticOptions, listener());
    const wanted = predict(again.model, transformRows(preparation, dated, [5, 0]));
    expect([...loaded.score(dated, [5, 0])]).toEqual([...wanted]);
    expect(loaded.preparation).toEqual(preparation);
    expect(() => loaded.score(csvFrame('age\n3\n'), [0])).toThrow('income');
  });

  test('describeModel tells the signature from MLmodel alone', async () => {
    const copy = path.join(temporaryFolder(), 'model');
    cpSync(dir, copy, { recursive: true });
    rmSync(path.join(copy, 'modelyard'), { recursive: true });
    const described = await describeModel(copy);
    expect(described).toMatchObject({
      learner: 'logistic',
      task: 'binary',
      label: 'default',
      classes: ['no', 'yes'],
      runId: 'a'.repeat(32),
      signature: { outputs: signature.outputs },
    });
    expect(described.signature.inputs[0]).toEqual({ name: 'age', type: 'long', columnType: 'integer' });
    expect(described.signature.inputs[6]).toEqual({ name: 'since', type: 'datetime', columnType: 'date' });
    expect(Math.abs(Date.now() - described.createdAt)).toBeLessThan(60_000);
  });

  test('a folder without MLmodel', async () => {
    await expect(loadModel('/nowhere')).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no model here: /nowhere/MLmodel cannot be read.',
    });
  });

  test.each([
    ['no YAML', 'MLmodel', () => '{', 'is not YAML.'],
    [
      "another tool's",
      'MLmodel',
      () => 'flavors:\n  sklearn: {}\n',
      'does not describe a Modelyard model: flavors.modelyard: ',
    ],
    [
      'a broken signature',
      'MLmodel',
      (text: string) => text.replace('"type":"long"', '"type":"tensor"'),
      'signature.inputs.0.type: ',
    ],
    ['a bomb of aliases', 'MLmodel', (text: string) => `a: &a [1]\nb: [*a, *a]\n${text}`, 'is not YAML.'],
    [
      'a preparation cut off',
      'modelyard/preparation.json',
      (text: string) => text.slice(0, 99),
      'cannot be read as JSON.',
    ],
    [
      'a preparation of another model',
      'modelyard/preparation.json',
      (text: string) => text.replaceAll('"age"', '"size"'),
      'was trained on other features than it prepares.',
    ],
    [
      'lost weights',
      'modelyard/model.json',
      (text: string) => text.replace(/"weights":\[[^,]*,/, '"weights":['),
      'weights are not inputs × units',
    ],
  ])('%s', async (_, file, damage, message) => {
    const copy = path.join(temporaryFolder(), 'model');
    cpSync(dir, copy, { recursive: true });
    const text = read(file);
    expect(damage(text)).not.toBe(text);
    writeFileSync(path.join(copy, file), damage(text));
    await expect(loadModel(copy)).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringContaining(message),
    });
  });

  test('a folder that was not finished has no MLmodel', async () => {
    const half = path.join(temporaryFolder(), 'model');
    const { model } = await loadModel(dir);
    if (model.kind !== 'dense') throw new Error('it is a dense model');
    const broken = { ...model, layers: [{ ...model.layers[0]!, bias: Float64Array.of(NaN) }] };
    const saving = saveModel(half, {
      model: broken,
      preparation,
      signature,
      onnx: new Uint8Array(),
      frame: dated,
      exampleRows: [],
    });
    await expect(saving).rejects.toMatchObject({ code: 'training.numeric' });
    expect(existsSync(path.join(half, 'MLmodel'))).toBe(false);
  });
});

test('what its columns come from stands in MLmodel, as metadata that MLflow shows', async () => {
  expect((await describeModel(dir)).features).toEqual(use);
  expect(parse(read('MLmodel'))).toMatchObject({ metadata: { modelyard_features: use } });
});

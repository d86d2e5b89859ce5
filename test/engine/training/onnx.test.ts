import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../engine/protocol/frame';
import { predict } from '../../../engine/training/model';
import type { DenseModel } from '../../../engine/training/learner';
import { exportOnnx, outputNames } from '../../../engine/training/onnx/exportOnnx';
import { OnnxScorer } from '../../../engine/training/onnx/onnxScorer';
import { startOrt } from '../../../engine/training/onnx/runtime';
import { checkParity, compare } from '../../../engine/training/parity';
import type { PreparedColumn, Preparation } from '../../../engine/training/preparation';
import { transformRows } from '../../../engine/training/transform';
import { allRows, csvFrame } from './csvFrame';
import { assetsDir } from './models';

const signal = new AbortController().signal;

const number = (name: string, op: Extract<PreparedColumn, { kind: 'number' }>['op'], features = 1): PreparedColumn => ({
  kind: 'number',
  name,
  type: 'number',
  op,
  features: Array.from({ length: features }, (_, i) => `${name}_${i}`),
});
const text = (name: string, op: Extract<PreparedColumn, { kind: 'text' }>['op'], features = 1): PreparedColumn => ({
  kind: 'text',
  name,
  type: 'string',
  op,
  features: Array.from({ length: features }, (_, i) => `${name}_${i}`),
});

/** Every kind of column there is, also with empty lists. */
const columns: PreparedColumn[] = [
  number('scaled', { op: 'scale', missing: 3.25, offset: 1.1, scale: 0.3 }),
  number('binned', { op: 'bins', edges: [-1, 0.1, 7], values: [0.5, -0.25, 1.5, 9], missing: -4 }),
  number('onebin', { op: 'bins', edges: [], values: [0.75], missing: 2 }),
  number('hot', { op: 'one-hot', categories: [1, 2.5, -3], missing: true }, 4),
  number('hotPlain', { op: 'one-hot', categories: [1, 2], missing: false }, 2),
  number('mapped', { op: 'map', categories: [0, 4], values: [1.25, 2.5], unknown: -1, missing: -2 }),
  number('unmapped', { op: 'map', categories: [], values: [], unknown: 0.5, missing: 0.25 }),
  text('city', { op: 'one-hot', categories: ['Köln', 'New York', 'x < 0 "é"'], missing: true }, 4),
  text('plain', { op: 'one-hot', categories: ['a', 'b'], missing: false }, 2),
  text('woe', { op: 'map', categories: ['low', 'high'], values: [0.7, -0.7], unknown: 0.1, missing: 0.2 }),
  text('nothing', { op: 'map', categories: [], values: [], unknown: 3, missing: 4 }),
];

const csv = `scaled,binned,onebin,hot,hotPlain,mapped,unmapped,city,plain,woe,nothing
1.5,-1,0,1,1,0,1,Köln,a,low,q
,-1.0000001,,2.5,2,4,2,New York,b,high,
2e9,0.1,3,-3,3,5,,"x < 0 ""é""",c,other,r
-7,7,4,2.4999,,,3,,,,s
0,,5,,1,0,4,elsewhere,a,low,
0.30000000000000004,6.999999999999999,6,1,2,4,5,Köln,b,high,t
`;
const frame = csvFrame(csv);

const preparation = (given: Partial<Preparation> = {}): Preparation => ({
  version: 1,
  task: 'binary',
  label: { name: 'y', type: 'string' },
  classes: ['no', 'yes'],
  positive: 'yes',
  columns,
  features: columns.flatMap(column => column.features),
  notes: [],
  ...given,
});

/** Weights that make every feature visible in the score; the scaled column is kept from drowning the rest. */
function model(link: DenseModel['link'], units: number, hidden: readonly number[] = []): DenseModel {
  const features = preparation().features;
  let inputs = features.length;
  const layers = [...hidden, units].map((size, l) => {
    const weights = Float64Array.from(
      { length: inputs * size },
      (_, i) => Math.sin(i + 1) * (l === 0 && i < size ? 1e-9 : 1),
    );
    const bias = Float64Array.from({ length: size }, (_, i) => Math.cos(i));
    inputs = size;
    return {
      inputs: weights.length / size,
      units: size,
      weights,
      bias,
      activation: l < hidden.length ? ('relu' as const) : ('linear' as const),
    };
  });
  const task = link === 'identity' ? 'regression' : link === 'softmax' ? 'multiclass' : 'binary';
  return { kind: 'dense', learner: 'test', task, features, layers, link };
}

const parity = (
  dense: DenseModel,
  prepared: Preparation,
  onnxBytes = exportOnnx(dense, prepared),
  rows: Frame = frame,
) =>
  checkParity(
    { onnx: onnxBytes, model: dense, preparation: prepared, frame: rows, rows: allRows(rows), assetsDir },
    signal,
  );

describe('the exported model scores as the native one, in double', () => {
  test.each([
    ['logistic', model('sigmoid', 1), preparation()],
    ['network', model('sigmoid', 1, [7, 5]), preparation()],
    ['multiclass', model('softmax', 3, [6]), preparation({ task: 'multiclass', classes: ['a', 'b', 'c'] })],
    ['regression', model('identity', 1, [6]), preparation({ task: 'regression', classes: [] })],
  ])('%s: all kinds of columns, unknown categories and missing values', async (_, dense, prepared) => {
    const found = await parity(dense, prepared);
    expect(found.rows).toBe(8);
    expect(found.greatestDifference).toBeLessThan(1e-12);
  });

  test('a missing number that nobody fills in is NaN in both', async () => {
    const open = [number('scaled', { op: 'scale', missing: null, offset: 1, scale: 2 })];
    const prepared = preparation({ columns: open, features: ['scaled_0'] });
    const one = { ...model('sigmoid', 1), features: ['scaled_0'] };
    const dense = { ...one, layers: [{ ...one.layers[0]!, inputs: 1, weights: Float64Array.of(1) }] };
    expect((await parity(dense, prepared)).greatestDifference).toBeLessThan(1e-12);
    const scorer = await OnnxScorer.open({ onnx: exportOnnx(dense, prepared), preparation: prepared, assetsDir });
    expect([...(await scorer.score(frame, [1]))]).toEqual([NaN, NaN]);
    await scorer.release();
  });
});

/** Feeds texts and doubles by name, straight to ONNX Runtime. */
async function run(bytes: Uint8Array, prepared: Preparation, given: Record<string, string | number>) {
  const ort = await startOrt(assetsDir);
  const session = await ort.InferenceSession.create(bytes);
  const feeds = prepared.columns.map(({ kind, name }) => {
    const value = given[name];
    const tensor =
      kind === 'text'
        ? new ort.Tensor('string', [String(value ?? '')], [1, 1])
        : new ort.Tensor('float64', Float64Array.of(Number(value ?? NaN)), [1, 1]);
    return [name, tensor] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, [...(tensor.data as Iterable<unknown>)]]),
  );
}

describe('inputs and outputs', () => {
  test('one rows × 1 input a raw column by its name; label and probabilities', () => {
    const { graph, opsetImport, irVersion, metadataProps } = onnx.ModelProto.decode(
      exportOnnx(model('sigmoid', 1), preparation()),
    );
    const shape = (value: onnx.IValueInfoProto) => [
      value.name,
      value.type?.tensorType?.elemType,
      value.type?.tensorType?.shape?.dim?.map(dim => dim.dimParam || Number(dim.dimValue)),
    ];
    expect(graph?.input?.map(shape)).toEqual(
      columns.map(({ name, kind }) => [name, kind === 'text' ? 8 : 11, ['rows', 1]]),
    );
    expect(graph?.output?.map(shape)).toEqual([
      ['label', 8, ['rows']],
      ['probabilities', 11, ['rows', 2]],
    ]);
    expect(opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 17],
      ['ai.onnx.ml', 3],
    ]);
    expect(Number(irVersion)).toBe(8);
    expect(Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))).toMatchObject({
      'modelyard.classes': '["no","yes"]',
      'modelyard.label': 'y',
    });
  });

  test('the label is the class with the greater probability, a number where the classes are integers', async () => {
    const prepared = preparation();
    const dense = model('sigmoid', 1);
    const { label, probabilities } = await run(exportOnnx(dense, prepared), prepared, { woe: 'low', city: 'Köln' });
    expect(label).toEqual([Number(probabilities![1]) >= 0.5 ? 'yes' : 'no']);
    const numbered = preparation({
      task: 'multiclass',
      label: { name: 'y', type: 'integer' },
      classes: ['10', '20', '30'],
    });
    const three = await run(exportOnnx(model('softmax', 3), numbered), numbered, { woe: 'low' });
    const values = three['probabilities']!.map(Number);
    expect(three['label']).toEqual([[10n, 20n, 30n][values.indexOf(Math.max(...values))]]);
    expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  test('what pandas writes for a missing text counts as missing, unless it is a category', async () => {
    const prepared = preparation();
    const bytes = exportOnnx(model('sigmoid', 1), prepared);
    const score = async (city: string): Promise<unknown> => (await run(bytes, prepared, { city }))['probabilities'];
    const missing = await score('');
    for (const written of ['nan', 'None', '<NA>']) expect(await score(written)).toEqual(missing);
    expect(await score('elsewhere')).not.toEqual(missing);
    const none = columns.map(column =>
      column.name === 'city'
        ? text('city', { op: 'one-hot', categories: ['None', 'b', 'c'], missing: true }, 4)
        : column,
    );
    const withNone = preparation({ columns: none });
    const both = await Promise.all(
      ['None', ''].map(city => run(exportOnnx(model('sigmoid', 1), withNone), withNone, { city })),
    );
    expect(both[0]!['probabilities']).not.toEqual(both[1]!['probabilities']);
  });

  test("Python's spelling of booleans", async () => {
    const flag: PreparedColumn = {
      ...columns[8]!,
      kind: 'text',
      type: 'boolean',
      op: { op: 'one-hot', categories: ['false', 'true'], missing: false },
    };
    const prepared = preparation({ columns: columns.with(8, flag) });
    const bytes = exportOnnx(model('sigmoid', 1), prepared);
    const [lower, upper] = await Promise.all(['true', 'True'].map(plain => run(bytes, prepared, { plain })));
    expect(upper).toEqual(lower);
    expect(await run(bytes, prepared, { plain: 'False' })).not.toEqual(lower);
  });

  test('a column called as an output keeps its name; the output gives way', async () => {
    const named = columns.map((column, i) =>
      i === 7 ? { ...column, name: 'label' } : i === 8 ? { ...column, name: 'probabilities' } : column,
    );
    const prepared = preparation({ columns: named });
    expect(outputNames(prepared)).toEqual({ label: 'label_', score: 'probabilities_' });
    const result = await run(exportOnnx(model('sigmoid', 1), prepared), prepared, { label: 'Köln' });
    expect(Object.keys(result).sort()).toEqual(['label_', 'probabilities_']);
  });

  test('a single column', async () => {
    const prepared = preparation({ columns: [columns[9]!], features: ['woe_0'] });
    const dense: DenseModel = {
      ...model('sigmoid', 1),
      features: ['woe_0'],
      layers: [{ inputs: 1, units: 1, weights: Float64Array.of(2), bias: Float64Array.of(0), activation: 'linear' }],
    };
    expect((await parity(dense, prepared)).greatestDifference).toBeLessThan(1e-12);
  });

  test('the same model gives the same bytes', () => {
    const bytes = () =>
      Buffer.from(exportOnnx(model('softmax', 3, [4]), preparation({ task: 'multiclass', classes: ['a', 'b', 'c'] })));
    expect(bytes().equals(bytes())).toBe(true);
  });
});

describe('the parity check', () => {
  test('names the row and both scores of an export that is off', async () => {
    const dense = model('sigmoid', 1);
    const off: DenseModel = {
      ...dense,
      layers: [{ ...dense.layers[0]!, bias: Float64Array.of(dense.layers[0]!.bias[0]! + 1e-3) }],
    };
    const failing = parity(dense, preparation(), exportOnnx(off, preparation()));
    await expect(failing).rejects.toMatchObject({
      code: 'training.parity',
      message: expect.stringMatching(
        /^The exported ONNX model scores data row \d with 0\.\d+, the model itself with 0\.\d+\.$/,
      ),
      data: { tolerance: 1e-5 },
    });
  });

  test('finds what only an unknown category shows', async () => {
    const wrong = columns.with(
      9,
      text('woe', {
        op: 'map',
        categories: ['low', 'high', 'other'],
        values: [0.7, -0.7, 0.1],
        unknown: 0.9,
        missing: 0.2,
      }),
    );
    const failing = parity(
      model('sigmoid', 1),
      preparation(),
      exportOnnx(model('sigmoid', 1), preparation({ columns: wrong })),
    );
    await expect(failing).rejects.toThrow('The exported ONNX model scores a row of unknown values with ');
  });

  test('finds what only missing values show', async () => {
    const wrong = columns.with(
      6,
      number('unmapped', { op: 'map', categories: [], values: [], unknown: 0.5, missing: 0.3 }),
    );
    const complete = csvFrame(
      csv
        .split('\n')
        .filter((_, i) => i !== 3)
        .join('\n'),
    );
    const bytes = exportOnnx(model('sigmoid', 1), preparation({ columns: wrong }));
    await expect(parity(model('sigmoid', 1), preparation(), bytes, complete)).rejects.toThrow(
      'The exported ONNX model scores a row of missing values with ',
    );
  });

  test('a file that ONNX Runtime cannot read', async () => {
    await expect(parity(model('sigmoid', 1), preparation(), Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'training.parity',
      message: expect.stringContaining('ONNX Runtime does not take the exported model: '),
    });
  });

  test('no runtime', async () => {
    const check = {
      onnx: new Uint8Array(),
      model: model('sigmoid', 1),
      preparation: preparation(),
      frame,
      rows: [0],
      assetsDir: '/nowhere',
    };
    await expect(checkParity(check, signal)).rejects.toMatchObject({
      code: 'internal',
      message: 'ONNX Runtime cannot start: /nowhere/ort-wasm-simd-threaded.wasm cannot be read.',
    });
  });

  test('compare: absolute below 1, relative above; NaN only equals NaN; a lost score is a difference', () => {
    const list = (...values: number[]): Float64Array => Float64Array.from(values);
    expect(compare(list(0.5, 1e6), list(0.5 + 9e-6, 1e6 + 9), ['a', 'b'])).toBeCloseTo(9e-6, 9);
    expect(compare(list(NaN), list(NaN), ['a'])).toBe(0);
    expect(() => compare(list(0.5, 1e6), list(0.5, 1e6 + 11), ['a', 'b'])).toThrow('scores b with 1000011, ');
    expect(() => compare(list(NaN), list(0), ['a'])).toThrow('scores a with 0, the model itself with NaN');
    expect(() => compare(list(0, 0), list(NaN, 0), ['a', 'b'])).toThrow('scores a with NaN');
    expect(() => compare(list(1, 2), list(1), ['a', 'b'])).toThrow('scores b with undefined');
  });

  test('more rows than needed are thinned out evenly', async () => {
    const many = csvFrame(`${csv}${csv.split('\n').slice(1).join('\n').repeat(300)}`);
    const found = await parity(model('sigmoid', 1), preparation(), undefined, many);
    expect(many.rows).toBeGreaterThan(1500);
    expect(found.rows).toBe(1002);
  });
});

test('predictions from raw columns agree with a calculation by hand', () => {
  const x = transformRows(preparation(), frame, [0]);
  const z = model('sigmoid', 1).layers[0]!;
  const sum = [...x.values].reduce((total, value, i) => total + value * z.weights[i]!, z.bias[0]!);
  expect(predict(model('sigmoid', 1), x)[1]).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
});

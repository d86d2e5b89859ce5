import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../../engine/data/condition';
import { parseConfig } from '../../../engine/config/parse';
import { position, slice } from './marked';

const sample = readFileSync('test/fixtures/config/sample.yaml', 'utf8');
const parse = (text: string) => parseConfig(text, 'modelyard.yaml', { readCondition: parseCondition });

describe('the sample', () => {
  const { config, diagnostics, outline, locate } = parse(sample);
  if (!config) throw new Error(JSON.stringify(diagnostics, null, 1));

  test('has no problems', () => expect(diagnostics).toEqual([]));

  test('datasets: format from the ending, texts for missing, several rules in an entry', () => {
    expect(config.datasets).toEqual({
      applications: {
        path: 'data/applications.csv',
        format: 'csv',
        description: 'One row an application',
        delimiter: ';',
        missing: ['NA', '-999'],
        expect: [
          { column: 'age', between: [18, 100], type: 'integer', not_null: true, severity: 'error' },
          { unique: 'application_id', severity: 'error' },
          { unique: ['customer', 'month'], severity: 'error' },
          { column: 'decided_at', fresh_within: '7d', severity: 'warn' },
          { column: 'income', between: [0, null], mostly: 0.99, severity: 'error' },
          { row_count: [500, null], severity: 'error' },
          { column: 'housing', in_set: ['own', 'rent', null], severity: 'error' },
        ],
      },
      outcomes: {
        path: './data/outcomes.jsonl',
        format: 'jsonl',
        missing: ['NA', 'N/A', 'NaN', 'null', 'NULL'],
        expect: [],
      },
    });
  });

  test('steps: short forms are lists, defaults as documented, names resolved', () => {
    expect(config.pipelines['train']?.steps).toEqual({
      validate: { uses: 'validate', needs: [], with: { dataset: 'applications' } },
      split: {
        uses: 'split',
        needs: ['validate'],
        with: { dataset: 'applications', test: 0.2, stratify: 'creditability', seed: 7 },
      },
      prepare: {
        uses: 'prepare',
        needs: ['split'],
        with: {
          label: 'creditability',
          positive: '1',
          drop: ['customer'],
          numeric: { impute: 'median', scale: 'min-max', encode: 'numeric' },
          categorical: { encode: 'one-hot', min_count: 1 },
          columns: { postcode: { type: 'categorical', encode: 'woe' } },
        },
      },
      train: {
        uses: 'train',
        needs: ['prepare'],
        timeout: 5_400_000,
        with: {
          learner: 'neural-network',
          hidden: [8],
          epochs: 100,
          batch_size: 64,
          learning_rate: 0.001,
          l2: 0.01,
          dropout: 0,
          validation: 0.1,
          patience: 10,
          class_weight: 'none',
          seed: 0,
        },
      },
      evaluate: {
        uses: 'evaluate',
        needs: ['train'],
        with: {
          cost: { false_negative: 5, false_positive: 1 },
          threshold: 'cost',
          slices: ['age <= 25'],
          slice_by: [],
          worst_slices: 5,
          confidence: [0.95],
          groups: [],
          trivial: ['constant', 'best-column'],
          importance: 5,
          dependence: 10,
          bootstrap: 500,
          interval: 'bca',
          seed: 0,
        },
      },
      gate: {
        uses: 'gate',
        needs: ['evaluate'],
        with: { model: 'credit-risk', stages: ['staging', 'production'], require: ['staging'] },
      },
      register: { uses: 'register', needs: ['gate'], with: { model: 'credit-risk', stage: 'dev' } },
      extra: {
        uses: 'run',
        run: 'python extra.py',
        needs: ['split'],
        env: { SEED: '7', VERBOSE: 'true' },
        outs: ['reports/extra.json'],
      },
    });
  });

  test('models', () => {
    expect(config.models).toEqual({
      'credit-risk': {
        stages: ['dev', 'staging', 'production'],
        gates: {
          staging: [
            { metric: 'auc', at_least: 0.75, severity: 'error' },
            { metric: 'cost', better_than: 'production', severity: 'error' },
          ],
          production: [{ slice: 'age <= 25', metric: 'selection_rate_ratio', at_least: 0.8, severity: 'warn' }],
        },
      },
    });
  });

  test('outline: the keys, the rules of each stage', () => {
    expect(outline.name).toBe('credit-risk');
    expect(outline.datasets.map(one => slice(sample, one.range))).toEqual(['applications', 'outcomes']);
    const [pipeline] = outline.pipelines;
    expect(pipeline!.steps.map(one => [one.name, one.uses, slice(sample, one.range)])).toEqual(
      ['validate', 'split', 'prepare', 'train', 'evaluate', 'gate', 'register', 'extra'].map(name => [
        name,
        name === 'extra' ? 'run' : name,
        name,
      ]),
    );
    const [dev, staging, production] = outline.models[0]!.stages;
    expect(dev).toMatchObject({ name: 'dev', rules: [] });
    expect(slice(sample, dev!.range)).toBe('dev');
    expect(staging!.range.startLine).toBe(position(sample, sample.indexOf('staging:')).line);
    expect(staging!.rules.map(range => slice(sample, range))).toEqual([
      '{metric: auc, at_least: 0.75}',
      '{metric: cost, better_than: production}',
    ]);
    expect(production!.rules).toHaveLength(1);
  });

  test.each([
    ['name', 'name', 2],
    ['pipelines.train.steps.split.with.test', 'with', 23],
    ['pipelines.train.steps.split.with.seed', 'seed', 23],
    ['models.credit-risk.gates.staging.1', '{metric: cost, better_than: production}', 56],
    ['models.credit-risk.gates.staging[1].metric', 'metric', 56],
    ['datasets.applications.expect.0.between', 'between', 10],
    ['datasets.nothing.path', 'datasets', 3],
  ])('locate %s', (key, text, line) => {
    const range = locate(key)!;
    expect([slice(sample, range), range.startLine]).toEqual([text, line]);
  });

  test('locate of what is not there at all', () => expect(locate('nothing')).toBeUndefined());
});

test('a config of a name alone is one', () => {
  expect(parse('name: x').config).toEqual({
    name: 'x',
    datasets: {},
    pipelines: {},
    models: {},
    tracking: { system_metrics: true },
  });
});

test('defaults of options that are not written at all', () => {
  const { config } = parse(`name: x
datasets: {a: {path: a.csv}}
pipelines:
  p:
    steps:
      s: {uses: split}
      c: {uses: prepare, needs: s, with: {label: y}}
      t: {uses: train, needs: c, with: {learner: logistic}}
      e: {uses: evaluate, needs: t}
models: {m: {}}
`);
  const { steps } = config!.pipelines['p']!;
  expect(steps['s']).toMatchObject({ with: { dataset: 'a', test: 0.2, seed: 0 } });
  expect(steps['t']).toMatchObject({
    with: { learner: 'logistic', C: 1, class_weight: 'none', max_iterations: 100, tolerance: 1e-8, seed: 0 },
  });
  expect(steps['e']).toMatchObject({ with: { threshold: 0.5, slices: [], importance: 5, bootstrap: 500, seed: 0 } });
  expect(config!.models['m']).toEqual({ stages: ['dev', 'staging', 'production'], gates: {} });
});

test('a split takes the dataset of the nearest step before it', () => {
  const { config } = parse(`name: x
datasets: {a: {path: a.csv}, b: {path: b.csv}}
pipelines:
  p:
    steps:
      one: {uses: validate, with: {dataset: a}}
      two: {uses: validate, needs: one, with: {dataset: b}}
      wait: {run: ls, needs: two}
      split: {uses: split, needs: wait}
`);
  expect(config!.pipelines['p']!.steps['split']).toMatchObject({ with: { dataset: 'b' } });
});

test('anchors and aliases repeat what stands above', () => {
  const { config } = parse(`name: x
datasets:
  a: {path: a.csv, expect: &checks [{column: y, not_null: true}]}
  b: {path: b.csv, expect: *checks}
`);
  expect(config!.datasets['b']!.expect).toEqual([{ column: 'y', not_null: true, severity: 'error' }]);
});

test('a problem inside an alias is marked where it is written, once', () => {
  const text = `name: x
datasets:
  a: {path: a.csv, expect: &checks [{column: y, mostly: 7, not_null: true}]}
  b: {path: b.csv, expect: *checks}
`;
  const { diagnostics } = parse(text);
  expect(diagnostics.map(one => [one.code, slice(text, one.range)])).toEqual([['out-of-range', '7']]);
});

test('YAML 1.2: no, on and dates are texts', () => {
  const { config } = parse(
    'name: x\ndatasets: {no: {path: a.csv, expect: [{column: on, in_set: [yes, 2024-01-01]}]}}\n',
  );
  expect(config!.datasets['no']!.expect).toEqual([{ column: 'on', in_set: ['yes', '2024-01-01'], severity: 'error' }]);
});

test('Windows line ends and a byte order mark do not move positions', () => {
  const text = '\uFEFFname: x\r\nmodels:\r\n  m: {stage: [dev]}\r\n';
  expect(parse(text).diagnostics).toMatchObject([
    { code: 'unknown-key', range: { startLine: 3, startColumn: 7, endLine: 3, endColumn: 12 } },
  ]);
});

test('columns count as an editor counts: UTF-16 units', () => {
  const { diagnostics } = parse('name: "🐘🐘"\nmodels: {🐘: {}}\n');
  expect(diagnostics).toMatchObject([{ code: 'bad-name', range: { startColumn: 10, endColumn: 12 } }]);
});

test('the outline of a broken text is what can be read of it', () => {
  const { outline, config } = parse(`name: x
datasets:
  a: {path: a.csv
pipelines:
  p:
    steps:
      one: {uses: validate
      two:
        uses: [
`);
  expect(config).toBeUndefined();
  expect(outline.datasets.map(one => one.name)).toEqual(['a']);
});

test('feature views and services stand in the outline, and which views have nothing to materialise', () => {
  const text = `name: x
features:
  loans: {entity: applicant, source: loans, columns: [grade]}
  ratio: {request: {amount: number}, compute: {r: amount / 2}}
  mixed: {uses: [loans:grade], compute: {g: grade}}
feature_services:
  risk: {features: [loans, ratio]}
`;
  const { outline } = parse(text);
  expect(outline.features.map(({ name, isOnDemand }) => [name, isOnDemand])).toEqual([
    ['loans', false],
    ['ratio', true],
    ['mixed', true],
  ]);
  expect([...outline.features, ...outline.services].map(one => slice(text, one.range))).toEqual([
    ...['loans', 'ratio', 'mixed', 'risk'],
  ]);
});

test('the shipped sample has no problems', () => {
  const text = readFileSync('samples/credit-scoring/modelyard.yaml', 'utf8');
  expect(parse(text).diagnostics).toEqual([]);
});

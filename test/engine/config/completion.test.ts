import { describe, expect, test } from 'vitest';
import { slice, withCursor } from './marked';
import { completionsAt, serviceOn } from './serviceKit';

const head = `name: x
datasets:
  a: {path: a.csv}
  b: {path: b.jsonl}
models:
  m: {stages: [dev, prod]}
  other: {stages: [one]}
pipelines:
  p:
    steps:
      v: {uses: validate, with: {dataset: a}}
      s: {uses: split, needs: v}
`;
const labels = async (source: string): Promise<readonly string[]> =>
  (await completionsAt(source)).map(one => one.label);

const featureKeys = ['entities', 'features', 'feature_services', 'online_store'];

const ofCheck = [
  ...['type', 'not_null', 'is_null', 'unique', 'between', 'above', 'below'],
  ...['in_set', 'not_in_set', 'increasing', 'decreasing', 'regex', 'not_regex', 'like'],
  ...['not_like', 'date_format', 'parses_as', 'json_schema', 'length', 'z_score', 'min'],
  ...['max', 'mean', 'median', 'sum', 'std', 'quantiles', 'missing_share'],
  ...[
    'distinct_count',
    'distinct_share',
    'distinct_in',
    'distinct_contains',
    'distinct_equals',
    'most_common_in',
    'kl_divergence',
  ],
  ...['chi_squared', 'kolmogorov_smirnov', 'greater', 'greater_or_equal', 'equal', 'pair_in', 'sum_of'],
  ...['unique_within_row', 'cramers_phi', 'rows', 'no_rows', 'row_count', 'row_count_of', 'column_count'],
  ...['columns', 'columns_in_any_order', 'has_columns', 'fresh_within', 'compared_with', 'tolerance', 'measures'],
  ...['where', 'mostly', 'severity', 'waive'],
];

const dataCheckNames = [
  ...['integrity', 'train-test', 'single-value', 'special-characters', 'mixed-nulls', 'mixed-types', 'string-mismatch'],
  ...['duplicates', 'string-length', 'conflicting-labels', 'feature-label-correlation', 'feature-correlation'],
  ...['identifier-label-correlation', 'outliers', 'nulls', 'class-imbalance', 'sizes', 'new-labels', 'new-categories'],
  ...['new-variants', 'date-duplicates', 'date-overlap', 'index-leakage', 'samples-mix', 'label-correlation-change'],
  ...['feature-drift', 'label-drift', 'multivariate-drift'],
];

describe('keys', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'a rule of which nothing is known yet',
      'name: x\nmodels:\n  m:\n    gates:\n      dev:\n        - {|>}\n',
      [
        'metric',
        'slice',
        'at_least',
        'at_most',
        'better_than',
        'not_worse_than',
        'margin',
        'confidence',
        'min_rows',
        'severity',
        'waive',
        'check',
      ],
    ],
    [
      'a rule that checks something else',
      'name: x\nmodels:\n  m:\n    gates:\n      dev:\n        - {check: sample, |>}\n',
      ['min_rows', 'slice', 'severity', 'waive'],
    ],
    [
      'a check of data of which nothing is known yet',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    checks:\n      - {|>}\n',
      ['check', 'severity', 'waive'],
    ],
    [
      'a check of data',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    checks:\n      - {check: outliers, |>}\n',
      ['at_most', 'score', 'columns', 'ignore', 'severity', 'waive'],
    ],
    [
      'an empty file',
      '|>',
      ['name', 'datasets', 'pipelines', 'models', ...featureKeys, 'ci', 'infrastructure', 'security', 'tracking'],
    ],
    [
      'the top, half typed',
      'name: x\nda|>',
      ['datasets', 'pipelines', 'models', ...featureKeys, 'ci', 'infrastructure', 'security', 'tracking'],
    ],
    [
      'an empty line in the middle',
      'name: x\n|>\nmodels: {}\n',
      ['datasets', 'pipelines', ...featureKeys, 'ci', 'infrastructure', 'security', 'tracking'],
    ],
    [
      'under a key, on an empty line',
      'name: x\ndatasets:\n  a:\n    |>\n',
      ['path', 'format', 'description', 'delimiter', 'table', 'query', 'missing', 'expect', 'checks'],
    ],
    [
      'beside other keys',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    f|>\n',
      ['format', 'description', 'delimiter', 'table', 'query', 'missing', 'expect', 'checks'],
    ],
    [
      'before other keys',
      'name: x\ndatasets:\n  a:\n    |>\n    path: a.csv\n',
      ['format', 'description', 'delimiter', 'table', 'query', 'missing', 'expect', 'checks'],
    ],
    [
      'in a list of checks',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    expect:\n      - |>\n',
      ['column', ...ofCheck],
    ],
    [
      'in a check that has begun',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    expect:\n      - column: y\n        |>\n',
      ofCheck,
    ],
    [
      'a step of which nothing is known',
      `${head}      t:\n        |>\n`,
      [
        'uses',
        'run',
        'needs',
        'timeout',
        'if',
        'retry',
        'cache',
        'matrix',
        'max-parallel',
        'fail-fast',
        'pick',
        'with',
      ],
    ],
    [
      'a built-in step',
      `${head}      t:\n        uses: validate\n        |>\n`,
      ['with', 'needs', 'timeout', 'if', 'retry', 'cache', 'matrix', 'max-parallel', 'fail-fast', 'pick'],
    ],
    [
      'a command',
      `${head}      t: {run: ls, |>}\n`,
      [
        'needs',
        'timeout',
        'if',
        'retry',
        'cache',
        'matrix',
        'max-parallel',
        'fail-fast',
        'pick',
        'env',
        'executor',
        'environment',
        'outs',
        'deps',
      ],
    ],
    [
      'options in flow style',
      `${head}      t: {uses: split, with: {|>}}\n`,
      ['dataset', 'test', 'stratify', 'group', 'time', 'seed'],
    ],
    [
      'options, half typed, after others',
      `${head}      t: {uses: split, with: {test: 0.3, st|>}}\n`,
      ['dataset', 'stratify', 'group', 'time', 'seed'],
    ],
    [
      'options of the learner that was chosen',
      `${head}      t: {uses: train, with: {learner: logistic, |>}}\n`,
      ['C', 'class_weight', 'max_iterations', 'tolerance', 'seed', 'calibrate', 'calibrate_folds'],
    ],
    [
      'options before a learner is chosen',
      `${head}      t:\n        uses: train\n        with:\n          |>\n`,
      ['learner'],
    ],
    [
      'brackets that are still open',
      `${head}      t: {uses: split, with: {|>`,
      ['dataset', 'test', 'stratify', 'group', 'time', 'seed'],
    ],
    [
      'broken text around',
      `name: x\ndatasets:\n  a: {path: a.csv, |>\nmodels:\n  - [}\n`,
      ['format', 'description', 'delimiter', 'table', 'query', 'missing', 'expect', 'checks'],
    ],
    [
      'stages under gates',
      'name: x\nmodels:\n  m:\n    stages: [dev, prod]\n    gates:\n      dev: []\n      |>\n',
      ['prod'],
    ],
    [
      'a gate',
      'name: x\nmodels: {m: {gates: {dev: [{metric: auc, |>}]}}}\n',
      [
        'slice',
        'at_least',
        'at_most',
        'better_than',
        'not_worse_than',
        'margin',
        'confidence',
        'min_rows',
        'severity',
        'waive',
      ],
    ],
    [
      'a waiver',
      'name: x\nmodels: {m: {gates: {dev: [{metric: auc, at_least: 1, waive: {until: 2026-12-31, |>}}]}}}\n',
      ['owner', 'reason'],
    ],
    [
      'under a matrix',
      `${head}      t:\n        run: ls\n        matrix:\n          |>\n`,
      ['from', 'include', 'exclude'],
    ],
    ['under pick', `${head}      t: {run: ls, pick: {|>}}\n`, ['metric', 'best', 'step']],
    ['nothing in a comment', 'name: x # da|>\n', []],
    ["nothing for names of one's own", 'name: x\ndatasets:\n  |>\n', []],
  ];
  test.each(cases)('%s', async (_, source, expected) => expect(await labels(source)).toEqual(expected));

  test('what is inserted: a value, a mapping, a list, in block and flow style', async () => {
    const found = await completionsAt('name: x\ndatasets:\n  a:\n    |>\n');
    expect(found.find(one => one.label === 'path')).toEqual({
      label: 'path',
      kind: 'key',
      detail: 'text · required',
      documentation:
        'The file, relative to the workspace folder; a folder, or a pattern such as `loans/*.parquet`, for several files with the same columns, which are read in the order of their names.',
      insertText: 'path: ',
      range: { startLine: 4, startColumn: 5, endLine: 4, endColumn: 5 },
    });
    expect(found.find(one => one.label === 'expect')?.insertText).toBe('expect:\n  - ');
    const top = await completionsAt('|>');
    expect(top.find(one => one.label === 'models')?.insertText).toBe('models:\n  ');
    const flow = await completionsAt('name: x\nmodels: {m: {|>}}\n');
    expect(flow.map(one => one.insertText)).toEqual(['description: ', 'stages: ', 'gates: ']);
  });

  test('the whole word is replaced, a colon is not doubled', async () => {
    const source = withCursor('name: x\nda|>ta: {}\n');
    const { service } = serviceOn({});
    const [first] = await service.complete(source);
    expect(first).toMatchObject({ label: 'datasets', insertText: 'datasets' });
    expect(slice(source.text, first!.range)).toBe('data');
  });

  test('defaults and closed lists are told', async () => {
    const found = await completionsAt(`${head}      t: {uses: train, with: {learner: logistic, |>}}\n`);
    expect(found.map(one => one.detail)).toEqual([
      'number · default 1',
      'none | balanced · default none',
      'number · default 100',
      'number · default 1e-8',
      'number · default 0',
      'isotonic | platt',
      'number',
    ]);
    expect(found[1]?.documentation).toBe(
      '`balanced`: rows weigh inversely to the frequency of their class.\n\nOne of `none`, `balanced`.\n\nDefault: `none`.',
    );
  });
});

describe('values', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'the name of a check by itself, without those there are',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    checks: [duplicates, dup|>]\n',
      dataCheckNames.filter(name => name !== 'duplicates'),
    ],
    [
      'the name of a check of data',
      'name: x\ndatasets:\n  a:\n    path: a.csv\n    checks:\n      - {check: |>}\n',
      dataCheckNames,
    ],
    [
      'uses',
      `${head}      t:\n        uses: |>\n`,
      [
        'validate',
        'features',
        'materialise',
        'check-features',
        'split',
        'prepare',
        'tune',
        'train',
        'cross-validate',
        'learning-curve',
        'import',
        'evaluate',
        'test',
        'gate',
        'register',
      ],
    ],
    [
      'uses, half typed, in flow style',
      `${head}      t: {uses: tr|>, needs: s}\n`,
      [
        'validate',
        'features',
        'materialise',
        'check-features',
        'split',
        'prepare',
        'tune',
        'train',
        'cross-validate',
        'learning-curve',
        'import',
        'evaluate',
        'test',
        'gate',
        'register',
      ],
    ],
    [
      'a learner',
      `${head}      t: {uses: train, with: {learner: |>}}\n`,
      ['logistic', 'neural-network', 'boosted-trees', 'forest', 'tuned'],
    ],
    [
      'true and false',
      'name: x\ndatasets: {a: {path: a.csv, expect: [{column: y, not_null: |>}]}}\n',
      ['true', 'false'],
    ],
    [
      'a closed list',
      `${head}      t: {uses: prepare, with: {label: good, numeric: {scale: |>}}}\n`,
      ['standard', 'min-max', 'none'],
    ],
    [
      'closed words beside numbers',
      `${head}      t: {uses: evaluate, with: {threshold: |>}}\n`,
      ['cost', 'held-out', 'best'],
    ],
    ['datasets', `${head}      t: {uses: validate, with: {dataset: |>}}\n`, ['a', 'b']],
    ['steps, without itself', `${head}      t:\n        uses: prepare\n        needs: |>\n`, ['v', 's']],
    ['steps in a list, without those it has', `${head}      t: {run: ls, needs: [v, |>]}\n`, ['s']],
    ['steps in a block list', `${head}      t:\n        run: ls\n        needs:\n          - |>\n`, ['v', 's']],
    ['models', `${head}      t: {uses: register, with: {model: |>}}\n`, ['m', 'other']],
    [
      'stages of the model that is named',
      `${head}      t: {uses: register, with: {model: m, stage: |>}}\n`,
      ['dev', 'prod'],
    ],
    [
      'stages in better_than',
      'name: x\nmodels: {m: {stages: [dev, prod], gates: {prod: [{metric: auc, better_than: |>}]}}}\n',
      ['dev', 'prod'],
    ],
    [
      'columns of the dataset before',
      `${head}      t: {uses: prepare, needs: s, with: {label: |>}}\n`,
      ['age', 'good', 'paid: on time'],
    ],
    [
      'columns in a list, without those it has',
      `${head}      t: {uses: prepare, needs: s, with: {label: good, drop: [age, |>]}}\n`,
      ['good', 'paid: on time'],
    ],
    [
      'columns as keys',
      `${head}      t: {uses: prepare, needs: s, with: {label: good, columns: {|>}}}\n`,
      ['age', 'good', 'paid: on time'],
    ],
    [
      'columns of the own dataset',
      'name: x\ndatasets: {a: {path: a.csv, expect: [{column: |>}]}}\n',
      ['age', 'good', 'paid: on time'],
    ],
    [
      'columns in a slice',
      `${head}      t: {uses: evaluate, needs: s, with: {slices: [|>]}}\n`,
      ['age', 'good', 'paid: on time', 'age_in_years <= 25'],
    ],
    [
      'columns in a slice in quotes',
      `${head}      t: {uses: evaluate, needs: s, with: {slices: ["ag|>`,
      ['age', 'good', 'paid: on time', 'age_in_years <= 25'],
    ],
    ['a default', `${head}      t: {uses: split, with: {test: |>}}\n`, ['0.2']],
    [
      'no columns of a dataset that is not known',
      'name: x\ndatasets: {b: {path: b.csv, expect: [{column: |>}]}}\n',
      [],
    ],
  ];
  test.each(cases)('%s', async (_, source, expected) => expect(await labels(source)).toEqual(expected));

  test('what stands behind them', async () => {
    const [uses] = await completionsAt(`${head}      t: {uses: |>}\n`);
    expect(uses).toMatchObject({
      kind: 'value',
      detail: 'step',
      documentation: 'Reads a dataset, records its version and profile, and checks what it `expect`s.',
    });
    const [dataset] = await completionsAt(`${head}      t: {uses: validate, with: {dataset: |>}}\n`);
    expect(dataset).toMatchObject({ kind: 'reference', detail: 'a.csv', insertText: 'a' });
    const columns = await completionsAt(`${head}      t: {uses: prepare, needs: s, with: {label: |>}}\n`);
    expect(columns.map(one => [one.kind, one.detail, one.insertText])).toEqual([
      ['column', 'integer', 'age'],
      ['column', 'string', 'good'],
      ['column', 'boolean', '"paid: on time"'],
    ]);
    const inSlice = await completionsAt(`${head}      t: {uses: evaluate, needs: s, with: {slices: ["|>"]}}\n`);
    expect(inSlice[2]).toMatchObject({ insertText: '`paid: on time`' });
  });
});

test('anywhere in a text, and in any cut of it, completion and hover answer', async () => {
  const text = `${head}      t: {uses: train, needs: s, with: {learner: logistic}}\n`;
  const { service } = serviceOn({});
  const lines = text.split('\n');
  for (const [index, content] of lines.entries()) {
    for (let column = 1; column <= content.length + 1; column += 4) {
      const position = { line: index + 1, column };
      const cut = [...lines.slice(0, index), content.slice(0, column - 1)].join('\n');
      for (const one of await service.complete({ text: cut, ...position })) {
        expect(one.range.endLine).toBe(position.line);
        expect(one.range.startColumn).toBeLessThanOrEqual(column);
        expect(one.range.endColumn).toBeGreaterThanOrEqual(column);
      }
      await service.hover({ text, ...position });
    }
  }
});

describe('names that stand for values', () => {
  const steps = (value: string): string => `name: x
pipelines:
  p:
    params: {lr: 0.1}
    steps:
      a: {run: ls, matrix: {seed: [1, 2]}}
      b:
        run: ${value}
        matrix: {from: a, C: [1, 10], include: [{C: 1, note: x}]}
`;
  test.each([
    ['begun', '"echo ${{ |> }}"', ['params.lr', 'matrix.C', 'matrix.note', 'matrix.seed']],
    ['half typed', 'echo ${{ matrix.s|>', ['params.lr', 'matrix.C', 'matrix.note', 'matrix.seed']],
    ['not outside', '"echo ${{ matrix.C }} |>"', []],
  ])('%s', async (_, value, expected) => expect(await labels(steps(value))).toEqual(expected));

  test('a matrix only where there is one', async () => {
    expect(
      await labels('name: x\npipelines:\n  p:\n    params: {lr: 0.1}\n    steps:\n      a: {run: "echo ${{ |>"}\n'),
    ).toEqual(['params.lr']);
  });

  test.each([
    [
      '{every: day, start: 2024-01-01}',
      ['params.lr', 'partition', 'partition.start', 'partition.end', 'partition.start_time', 'partition.end_time'],
    ],
    ['[eu, us]', ['params.lr', 'partition']],
  ])('partitions %s', async (partitions, expected) => {
    const text = `name: x\npipelines:\n  p:\n    partitions: ${partitions}\n    params: {lr: 0.1}\n    steps:\n      a: {run: "echo \${{ |>"}\n`;
    expect(await labels(text)).toEqual(expected);
  });

  test('the steps that a matrix can go on with', async () => {
    expect(await labels(steps('ls').replace('from: a', 'from: |>'))).toEqual(['a']);
  });
});

import { describe, expect, test } from 'vitest';
import { judge } from '../../../engine/gates/judge';
import { breaks } from '../../../engine/gates/kinds/signature';
import { parseModelTests } from '../../../engine/gates/modelTestsFile';
import type { GateRule } from '../../../engine/protocol/gateRules';
import type { ModelTests } from '../../../engine/protocol/modelTests';

const column = (name: string, type = 'double') => ({ name, type });
const signature = { inputs: [column('age', 'long')], outputs: [column('label', 'string')] };
const tests: ModelTests = {
  version: 1,
  signature,
  tests: [
    {
      test: { test: 'monotonic', column: 'age', direction: 'increasing', rows: 200 },
      value: 0.015,
      rows: 200,
      examples: [
        { file: 'a.csv', line: 7, what: 'age 1 → 2: 0.3 → 0.2' },
        { file: 'a.csv', line: 9, what: 'age 1 → 2: 0.4 → 0.35' },
        { file: 'a.csv', line: 11, what: 'third' },
      ],
      sentence: 'The score of 3 of 200 rows somewhere falls while age rises',
    },
    {
      test: { test: 'reproducible', trainings: 2 },
      value: 1,
      rows: 9,
      examples: [],
      sentence: 'A second training gave another model (a, then b)',
    },
    { test: { test: 'parity', rows: 200 }, problem: 'The ONNX file is broken.', rows: 0, examples: [], sentence: '' },
  ],
  footprint: {
    latency_p50_ms: { value: 0.5, rounds: [0.5] },
    latency_p99_ms: { value: 6, rounds: [6] },
    rows_per_second: { value: 20_000, rounds: [20_000] },
    size_mb: { value: Number.NaN, rounds: [] },
  },
  training: { seconds: 3, earlier: [2, 2.02, 1.98, 2.01, 1.99] },
  beside: {
    model: 'm',
    version: 2,
    ratios: {
      latency_p50_ms: { ratio: 1.3, interval: [1.25, 1.4], noise: 0.05 },
      latency_p99_ms: { ratio: 1.3, interval: [1.1, 1.6], noise: 0.2 },
      rows_per_second: { ratio: 0.5, interval: [0.48, 0.55], noise: 0.1 },
    },
  },
  machine: { processor: 'x', cores: 2, node: 'v20' },
};

const one = (rule: GateRule, given: Partial<Parameters<typeof judge>[0]> = { tests }) =>
  judge({
    ...{
      model: 'm',
      version: 3,
      stage: 'live',
      rules: [rule],
      evaluation: { rows: 9, metrics: {} },
      holder: () => undefined,
      now: 5,
    },
    ...given,
  }).results[0]!;
const error = { severity: 'error' } as const;
const monotonic = { check: 'monotonic', column: 'age', direction: 'increasing', rows: 200, ...error } as const;

describe('what the step test has measured', () => {
  test('more than is allowed, with the worst two rows', () => {
    expect(one({ ...monotonic, at_most: 0.01 })).toMatchObject({
      verdict: 'failed',
      value: 0.015,
      bound: 0.01,
      rule: 'increasing with age',
      sentence:
        'The score of 3 of 200 rows somewhere falls while age rises (1.5 %), more than the allowed 1 %; line 7 of a.csv: age 1 → 2: 0.3 → 0.2; line 9 of a.csv: age 1 → 2: 0.4 → 0.35.',
    });
  });

  test('no more than is allowed', () => {
    expect(one({ ...monotonic, at_most: 0.015 })).toMatchObject({
      verdict: 'passed',
      sentence: 'The score of 3 of 200 rows somewhere falls while age rises (1.5 %), no more than the allowed 1.5 %.',
    });
  });

  test('another column, or another number of rows, was not tested', () => {
    for (const other of [{ column: 'income' }, { rows: 300 }])
      expect(one({ ...monotonic, ...other, at_most: 1 })).toMatchObject({
        verdict: 'unknown',
        sentence: 'This was not tested when the model was: run the pipeline again.',
      });
  });

  test('what could not be tested is no pass', () => {
    expect(one({ check: 'parity', rows: 200, at_most: 1, ...error })).toMatchObject({
      verdict: 'unknown',
      sentence: 'It could not be tested: The ONNX file is broken.',
    });
  });

  test('without the step everything is unknown', () => {
    for (const rule of [
      { ...monotonic, at_most: 1 },
      { check: 'latency', p50_ms: 1, ...error },
      { check: 'throughput', at_least: 1, ...error },
      { check: 'size', at_most_mb: 1, ...error },
      { check: 'signature', compatible_with: 'live', ...error },
      { check: 'regression', measures: ['size_mb'], at_most: 0.1, ...error },
    ] as const)
      expect(one(rule, {})).toMatchObject({ verdict: 'unknown', sentence: expect.stringContaining('uses: test') });
  });

  test('two trainings that differ', () => {
    expect(one({ check: 'reproducible', trainings: 2, at_most: 0, ...error })).toMatchObject({
      verdict: 'failed',
      sentence: 'A second training gave another model (a, then b).',
    });
  });
});

describe('speed and size', () => {
  test.each([
    [{ check: 'latency', p50_ms: 1 }, 'passed', 'latency p50 is 0.5 ms, at most the allowed 1 ms.'],
    [
      { check: 'latency', p50_ms: 1, p99_ms: 5 },
      'failed',
      'latency p50 is 0.5 ms, at most the allowed 1 ms. latency p99 is 6 ms, above the allowed 5 ms.',
    ],
    [
      { check: 'throughput', at_least: 30_000 },
      'failed',
      'It scores 20000 rows a second, fewer than the required 30000.',
    ],
    [{ check: 'training-time', at_most_s: 2 }, 'failed', 'training is 3 s, above the allowed 2 s.'],
    [{ check: 'memory', at_most_mb: 9 }, 'unknown', expect.stringContaining('was not tested')],
    [{ check: 'size', at_most_mb: 9 }, 'unknown', expect.stringContaining('was not tested')],
  ] as const)('%o is %s', (rule, verdict, sentence) => {
    expect(one({ ...rule, ...error })).toMatchObject({ verdict, sentence });
  });
});

describe('regression', () => {
  const rule = (...measures: Extract<GateRule, { check: 'regression' }>['measures'][number][]) =>
    one({ check: 'regression', measures, at_most: 0.1, ...error });

  test('is called only where even the better end of the interval is worse by more than bound and noise together', () => {
    // 1.25 > 1.1 × 1.05, but 1.1 < 1.1 × 1.2
    expect(rule('latency_p50_ms')).toMatchObject({ verdict: 'failed', bound: 0.1 });
    expect(rule('latency_p99_ms').verdict).toBe('passed');
  });

  test('of rows a second less is worse', () => {
    expect(rule('rows_per_second')).toMatchObject({ verdict: 'failed', value: 1 });
  });

  test('of the training beside five earlier ones', () => {
    expect(rule('training_seconds')).toMatchObject({ verdict: 'failed', value: expect.closeTo(0.5) });
    const few: ModelTests = { ...tests, training: { seconds: 3, earlier: [1, 1, 1, 1] } };
    const noisy: ModelTests = { ...tests, training: { seconds: 3, earlier: [1, 2, 3, 1.5, 2.5] } };
    const judged = (given: ModelTests) =>
      one({ check: 'regression', measures: ['training_seconds'], at_most: 0.1, ...error }, { tests: given });
    expect(judged(few)).toMatchObject({ verdict: 'passed', sentence: expect.stringContaining('4 of the 5 earlier') });
    expect(judged(noisy).verdict).toBe('passed');
  });

  test('without a version to compare with there is none', () => {
    const { beside: _, ...alone } = tests;
    const judged = one({ check: 'regression', measures: ['latency_p50_ms'], at_most: 0, ...error }, { tests: alone });
    expect(judged).toMatchObject({
      verdict: 'passed',
      sentence: 'latency_p50_ms has nothing to be compared with yet.',
    });
  });
});

describe('signature', () => {
  const rule = { check: 'signature', compatible_with: 'live', ...error } as const;
  const against = (other: ModelTests | undefined, version = 2) =>
    one(rule, { tests, holder: () => ({ version, metrics: {}, ...(other && { tests: other }) }) });

  test('nobody there, itself, and one whose signature is not known', () => {
    expect(one(rule).verdict).toBe('passed');
    expect(against(tests, 3).verdict).toBe('passed');
    expect(against(undefined)).toMatchObject({ verdict: 'unknown', sentence: expect.stringContaining('is not known') });
  });

  test('what callers would stumble over', () => {
    expect(breaks(signature, signature)).toEqual([]);
    expect(breaks(signature, { ...signature, inputs: [column('age', 'double')] })).toEqual([]);
    expect(breaks(signature, { ...signature, inputs: [] })).toEqual([]);
    expect(breaks({ ...signature, inputs: [column('age')] }, signature)).toEqual(['age is long instead of double']);
    expect(breaks(signature, { inputs: [column('age', 'long'), column('rent')], outputs: [] })).toEqual([
      'it takes rent, which they do not send',
      'its answer lacks label',
    ]);
    expect(breaks(signature, { ...signature, outputs: [column('label', 'long')] })).toEqual([
      'label in its answer is long instead of string',
    ]);
    expect(against({ ...tests, signature: { ...signature, inputs: [] } })).toMatchObject({
      verdict: 'failed',
      sentence: 'Who calls version 2 in live cannot call it so: it takes age, which they do not send.',
    });
  });
});

describe('model-tests.json', () => {
  test('is read as it was written; what is not measured is null there', () => {
    expect(parseModelTests(JSON.stringify(tests))).toEqual(tests);
  });

  test('anything else says where it is wrong', () => {
    expect(() => parseModelTests('{"version":1}')).toThrow(
      /model-tests\.json does not hold the tests of a model: signature/,
    );
    expect(() => parseModelTests('[')).toThrow(/model-tests\.json/);
  });
});

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { buildChecks, type BuiltCheck } from '../../../../engine/data/checks/buildChecks';
import { divergence, fitP } from '../../../../engine/data/checks/divergences';
import { aloneP } from '../../../../engine/data/compare/kolmogorov';
import { scanDataset } from '../../../../engine/data/scan';
import type { Expectation } from '../../../../engine/protocol/expectations';
import { fixture, never, sourceOf } from '../support';

const n = v.number();
const reference = v.parse(
  v.object({
    ...{ mean: n, std: n, median: n, sum: n, min: n, max: n, kl: n, klBins: n, chi: n, chiBins: n, chiTwo: n },
    ...{ ksTwo: n, ksTwoD: n, ksNormal: n, ksNormalD: n, ksExponential: n, ksUniform: n, ksBins: n, cramers: n },
    quantiles: v.record(v.string(), n),
    farLines: v.array(n),
    alone: v.array(v.tuple([n, n, n])),
  }),
  JSON.parse(readFileSync(fixture('expectations.json'), 'utf8')),
);
const edges = [0, 30, 40, 50, 60, 70, 120];
const binWeights = [0.05, 0.15, 0.3, 0.3, 0.15, 0.05];
const values = ['car', 'radio', 'house', 'trip'];
const weights = [4, 3, 2, 1];

type Rule = Omit<Expectation, 'severity'>;
const scan = async (rule: Rule, references = {}) => {
  const source = { ...sourceOf(fixture('expectations.csv'), { expect: [rule] }), references };
  const { checks } = await scanDataset(source, { signal: never, now: 0, progress: () => undefined });
  return checks[0]!;
};
/** A bound just below and just above the reference: the one fails, the other holds. */
const around = (value: number): readonly [number, number] => {
  const room = Math.max(Math.abs(value) * 1e-7, 1e-300);
  return [value - room, value + room];
};

describe('aggregates are those of NumPy', () => {
  const cases = [
    ...(['mean', 'std', 'median', 'sum', 'min', 'max'] as const).map(key => [key, reference[key]] as const),
    ...Object.entries(reference.quantiles).map(([share, value]) => [Number(share), value] as const),
  ];
  test.each(cases)('%s', async (key, value) => {
    const [low, high] = around(value);
    const rule = (range: readonly [number | null, number | null]): Rule =>
      typeof key === 'number' ? { column: 'amount', quantiles: { [key]: range } } : { column: 'amount', [key]: range };
    expect((await scan(rule([low, high]))).passed).toBe(true);
    expect((await scan(rule([null, low]))).passed).toBe(false);
    expect((await scan(rule([high, null]))).passed).toBe(false);
  });
});

describe('tests of distributions are those of SciPy', () => {
  test.each<[string, number, (p: number) => Rule]>([
    ['χ² of values', reference.chi, p => ({ column: 'kind', chi_squared: { p_at_least: p, values, weights } })],
    [
      'χ² of bins',
      reference.chiBins,
      p => ({ column: 'amount', chi_squared: { p_at_least: p, edges, weights: binWeights } }),
    ],
    [
      'Kolmogorov–Smirnov against a normal distribution',
      reference.ksNormal,
      p => ({ column: 'amount', kolmogorov_smirnov: { p_at_least: p, normal: { mean: 50, std: 12 } } }),
    ],
    [
      'against an exponential one',
      reference.ksExponential,
      p => ({ column: 'wait', kolmogorov_smirnov: { p_at_least: p, exponential: 7 } }),
    ],
    [
      'against a uniform one',
      reference.ksUniform,
      p => ({ column: 'amount', kolmogorov_smirnov: { p_at_least: p, uniform: [0, 100] } }),
    ],
    [
      'against bins',
      reference.ksBins,
      p => ({ column: 'amount', kolmogorov_smirnov: { p_at_least: p, edges, weights: binWeights } }),
    ],
  ])('%s', async (_, p, rule) => {
    // SciPy's own p is good to about 1e-6 relatively in the far tail.
    const room = p < 1e-6 ? 1e-4 : 1e-6;
    expect((await scan(rule(p * (1 - room)))).passed).toBe(true);
    expect((await scan(rule(p * (1 + room)))).passed).toBe(false);
  });

  test('the divergence, by values and by bins', async () => {
    for (const [value, rule] of [
      [reference.kl, (most: number): Rule => ({ column: 'kind', kl_divergence: { at_most: most, values, weights } })],
      [
        reference.klBins,
        (most: number): Rule => ({ column: 'amount', kl_divergence: { at_most: most, edges, weights: binWeights } }),
      ],
    ] as const) {
      const [low, high] = around(value);
      expect((await scan(rule(high))).passed).toBe(true);
      expect((await scan(rule(low))).passed).toBe(false);
    }
  });

  test("Cramér's V", async () => {
    const [low, high] = around(reference.cramers);
    const rule = (most: number): Rule => ({ cramers_phi: { columns: ['kind', 'region'], at_most: most } });
    expect((await scan(rule(high))).passed).toBe(true);
    const found = await scan(rule(low));
    expect([found.passed, found.message]).toEqual([
      false,
      "Cramér's V of kind and region at most 0.585063: it is 0.585063.",
    ]);
  });

  test('the one-sample law, exact for few values', () => {
    for (const [d, m, p] of reference.alone) expect(aloneP(d, m) / p, `${d}, ${m}`).toBeCloseTo(1, m > 140 ? 6 : 9);
  });

  test('a value that the reference lacks', async () => {
    expect(divergence([1, 1], [1, 0])).toBe(Infinity);
    expect(fitP([1, 1], [1, 0])).toBe(0);
    const rest = { values: ['car', 'radio', 'house'], weights: [1, 1, 1] };
    const { passed, message } = await scan({ column: 'kind', chi_squared: { p_at_least: 0.0001, ...rest } });
    expect(passed).toBe(false);
    expect(message).toMatch(/p is 0: \d+ rows are outside of the reference; first at line \d+: "trip"\.$/);
  });
});

describe('against another version', () => {
  const references = async () => {
    const later = sourceOf(fixture('expectations-later.csv'));
    const { columns, rows, distributions } = await scanDataset(later, {
      signal: never,
      now: 0,
      progress: () => undefined,
    });
    const version = { dataset: 'later', digest: 'f00d', profile: { rows, columns } };
    return { version: { ...version, distributions: new Map(distributions.map(one => [one.name, one])) } };
  };
  const judge = async (rule: Rule) => {
    const { version } = await references();
    const source = sourceOf(fixture('expectations.csv'), { expect: [rule] });
    const given = new Map([['later', { versions: [version] }]]);
    const [built] = buildChecks(source, { now: 0, references: given });
    return feed(built!);
  };
  const feed = async ({ check }: BuiltCheck) => {
    const { openReader } = await import('../../../../engine/data/read/openReader');
    const { Feed } = await import('../../../../engine/data/checkFeed');
    const source = sourceOf(fixture('expectations.csv'));
    const { reader } = await openReader(source, { signal: never, digest: false });
    const fed = new Feed(source, reader, [{ check, index: 0 }]);
    for await (const batch of reader.batches()) await fed.add(batch);
    await reader.close();
    return check.finish({ rows: 400, modifiedAt: 0, columns: reader.columns, digest: 'c0de', profile: [] });
  };
  test.each<[string, number, (p: number) => Rule]>([
    ['χ²', reference.chiTwo, p => ({ column: 'kind', chi_squared: { p_at_least: p, compared_with: 'later' } })],
    [
      'Kolmogorov–Smirnov',
      reference.ksTwo,
      p => ({ column: 'amount', kolmogorov_smirnov: { p_at_least: p, compared_with: 'later' } }),
    ],
  ])('%s', async (_, p, rule) => {
    expect((await judge(rule(p * (1 - 1e-6)))).passed).toBe(true);
    const failed = await judge(rule(p * (1 + 1e-6)));
    expect(failed.passed).toBe(false);
    expect(failed.message).toContain(' against dataset later.');
  });
});

test('z scores by the mean and deviation of all rows', async () => {
  const { rows, failing, passed } = await scan({ column: 'amount', z_score: 2.5 });
  expect([passed, failing, rows.map(({ line }) => line)]).toEqual([false, 6, reference.farLines]);
});

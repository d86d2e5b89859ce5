import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DistinctSketch } from '../../../engine/data/profile/distinctSketch';
import { FrequentTexts } from '../../../engine/data/profile/frequentTexts';
import { StreamingHistogram, histogramOf } from '../../../engine/data/profile/histogram';
import { Reservoir, quantile } from '../../../engine/data/profile/reservoir';
import { Fingerprint } from '../../../engine/data/fingerprint';
import type { ColumnProfile } from '../../../engine/protocol/data';
import { dataset, fixture, scan, sourceOf } from './support';

interface Reference {
  readonly numbers: Record<string, Record<string, number> & { histogram: number[] }>;
  readonly texts: Record<string, Partial<ColumnProfile>>;
}
const reference = JSON.parse(readFileSync(fixture('applications.profile.json'), 'utf8')) as Reference;

describe('a profile equals what Python computes', async () => {
  const { columns, rows } = await scan(sourceOf(fixture('applications.csv')));
  const byName = new Map(columns.map(column => [column.name, column]));

  test.each(Object.entries(reference.numbers))('%s', (name, expected) => {
    const column = byName.get(name)!;
    expect(rows).toBe(250);
    for (const key of ['count', 'nulls', 'distinct', 'min', 'max'] as const)
      expect(column[key], key).toBe(expected[key]);
    for (const key of ['mean', 'std'] as const) {
      const scale = Math.max(1, Math.abs(expected[key]!));
      expect(column[key]! / scale, key).toBeCloseTo(expected[key]! / scale, 12);
    }
    for (const [key, value] of Object.entries(column.quantiles!)) {
      const scale = Math.max(1, Math.abs(value));
      expect(value / scale, key).toBeCloseTo(expected[key]! / scale, 12);
    }
    expect(column.histogram!.counts).toEqual(expected.histogram);
    expect(column.histogram!.edges).toHaveLength(21);
    expect([column.histogram!.edges[0], column.histogram!.edges[20]]).toEqual([expected['min'], expected['max']]);
    expect(column.distinctEstimated).toBe(false);
  });

  test.each(Object.entries(reference.texts))('%s', (name, expected) => {
    expect(byName.get(name)).toMatchObject({ ...expected, nulls: 0, count: 250 });
  });

  test('types', () => {
    expect(columns.map(({ type }) => type)).toEqual([
      'string',
      'date',
      'number',
      'integer',
      'string',
      'integer',
      'integer',
      'string',
      'string',
      'string',
    ]);
  });
});

test('a column that turns into texts far below is profiled as texts throughout', async () => {
  const rows = Array.from({ length: 15_000 }, (_, i) => `${i % 3}.0,${'t'.repeat(100)}`);
  const { columns } = await scan(dataset(`x,y\n${rows.join('\n')}\nA,t\n`));
  expect(columns[0]).toEqual({
    name: 'x',
    type: 'string',
    count: 15_001,
    nulls: 0,
    distinct: 4,
    distinctEstimated: false,
    minLength: 1,
    maxLength: 3,
    top: [
      { value: '0.0', count: 5000 },
      { value: '1.0', count: 5000 },
      { value: '2.0', count: 5000 },
      { value: 'A', count: 1 },
    ],
  });
});

test('numbers that are as large as numbers can be leave no statistic that is none', async () => {
  const { columns } = await scan(dataset('x,y,z\n1e308,1.7e308,1\n1e308,1.7e308,-1.7976931348623157e308\n-1e308,,2\n'));
  for (const { name, mean, std, quantiles = {}, histogram } of columns) {
    for (const value of [mean, std ?? 0, ...Object.values(quantiles), ...(histogram?.edges ?? [])])
      expect([name, Number.isFinite(value)]).toEqual([name, true]);
    expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(name === 'y' ? 2 : 3);
  }
  expect(columns[0]!.mean).toBeCloseTo(1e308 / 3, -295);
  expect(columns[1]!.mean).toBe(1.7e308);
});

test('infinite and missing numbers enter no statistic; booleans and empty columns', async () => {
  const { columns } = await scan(dataset('x,b,none\n1,True,\ninf,false,\nNaN,true,\n3,,\n'));
  expect(columns[0]).toMatchObject({ type: 'number', count: 3, nulls: 1, min: 1, max: 3, mean: 2, distinct: 3 });
  expect(columns[1]).toMatchObject({
    type: 'boolean',
    count: 3,
    nulls: 1,
    distinct: 2,
    top: [
      { value: 'true', count: 2 },
      { value: 'false', count: 1 },
    ],
  });
  expect(columns[2]).toEqual({
    name: 'none',
    type: 'string',
    count: 0,
    nulls: 4,
    distinct: 0,
    distinctEstimated: false,
  });
});

test('lengths are counted in characters, not in bytes', async () => {
  const { columns } = await scan(dataset('x,y\nü,1\n😀😀,2\nabc,3\n'));
  expect(columns[0]).toMatchObject({ minLength: 1, maxLength: 3 });
});

const numbers = (count: number, of: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => of(i));
/** Numerical Recipes' generator: numbers in [0, 1). */
function uniform(seed = 1) {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

describe('the sketches for large data', () => {
  test('different values: exact up to the bound, then within 3 %, the same for repeated values', () => {
    const fingerprint = new Fingerprint();
    const count = (different: number) => {
      const sketch = new DistinctSketch(1 << 14);
      for (let round = 0; round < 2; round++)
        for (let i = 0; i < different; i++) {
          fingerprint.number(i);
          sketch.add(fingerprint.low, fingerprint.high);
        }
      return sketch;
    };
    for (const n of [0, 1, 100, 16_384]) expect([count(n).count, count(n).estimated]).toEqual([n, false]);
    for (const n of [16_385, 50_000, 300_000]) {
      const sketch = count(n);
      expect(sketch.estimated).toBe(true);
      expect(Math.abs(sketch.count / n - 1), String(n)).toBeLessThan(0.03);
    }
  });

  test('fingerprints of like texts and numbers do not collide, and each half is as good as chance', () => {
    const fingerprint = new Fingerprint();
    const n = 200_000;
    const all = new Set<string>();
    const halves = [new Set<number>(), new Set<number>()] as const;
    for (let i = 0; i < n; i++) {
      const bytes = Buffer.from(`A${String(i).padStart(9, '0')}`);
      fingerprint.bytes(bytes, 0, bytes.length);
      all.add(`${fingerprint.low} ${fingerprint.high}`);
      halves[0].add(fingerprint.low);
      halves[1].add(fingerprint.high);
    }
    expect(all.size).toBe(n);
    // n² / 2^33 = 4.7 collisions are expected in 32 bits.
    for (const half of halves) expect(n - half.size).toBeLessThan(20);
  });

  test('a sample of 1,024 out of 100,000 has the quantiles of the whole, and is the same each time', () => {
    const random = uniform();
    const stream = numbers(100_000, () => random());
    const draw = () => {
      const sample = new Reservoir(1024);
      for (let at = 0; at < stream.length; at += 777) {
        const part = stream.slice(at, at + 777);
        sample.add(part, part.length);
      }
      return sample;
    };
    const sorted = draw().sorted();
    expect(sorted).toEqual(draw().sorted());
    expect(draw().complete).toBe(false);
    expect(new Set(sorted).size).toBeGreaterThan(1000);
    for (const share of [0.05, 0.25, 0.5, 0.75, 0.95]) expect(quantile(sorted, share)).toBeCloseTo(share, 1);
    // Early and late values are drawn alike.
    const late = new Set(stream.slice(50_000));
    expect(sorted.filter(value => late.has(value)).length / 1024).toBeCloseTo(0.5, 1);
  });

  test.each([
    ['uniform', (_: number, u: number) => u * 10],
    ['growing range', (i: number, u: number) => u * i],
    ['times', (_: number, u: number) => 1.6e12 + u * 1e11],
    ['an outlier', (i: number, u: number) => (i === 9000 ? 1e12 : u)],
    ['tiny', (_: number, u: number) => -u * 1e-300],
    ['huge', (_: number, u: number) => (u - 0.5) * 1e308],
    ['constant first', (i: number, u: number) => (i < 5000 ? 7 : u * 100)],
    ['integers', (_: number, u: number) => Math.floor(u * 60)],
  ])('the streamed histogram of %s counts exactly between its edges', (_, of) => {
    const random = uniform(7);
    const stream = numbers(10_000, i => of(i, random()));
    const histogram = new StreamingHistogram();
    for (let at = 0; at < stream.length; at += 500) {
      const part = stream.slice(at, at + 500);
      histogram.add(part, part.length, { min: Math.min(...part), max: Math.max(...part) });
    }
    const min = stream.reduce((a, b) => Math.min(a, b));
    const max = stream.reduce((a, b) => Math.max(a, b));
    const { edges, counts } = histogram.finish(min, max);
    expect([edges.length, counts.length, edges[0], edges[20]]).toEqual([21, 20, min, max]);
    const expected = counts.map(
      (__, i) => stream.filter(v => v >= edges[i]! && (i === 19 ? v <= edges[20]! : v < edges[i + 1]!)).length,
    );
    expect(counts).toEqual(expected);
    const width = (max - min) / 20;
    for (let i = 1; i < 20; i++) expect(Math.abs((edges[i]! - min) / width - i)).toBeLessThan(0.05);
  });

  test('histograms of few values', () => {
    expect(histogramOf(Float64Array.of(5, 5)).counts[10]).toBe(2);
    expect(histogramOf(Float64Array.of(0, 1, 20)).counts).toEqual([1, 1, ...Array<number>(17).fill(0), 1]);
  });

  test('frequent texts survive any number of rare ones, counted too low by at most the error', () => {
    const frequent = new FrequentTexts();
    const fingerprint = new Fingerprint();
    for (let i = 0; i < 100_000; i++) {
      const bytes = Buffer.from(i % 10 === 0 ? 'common' : i % 50 === 1 ? 'second' : `rare ${i}`);
      fingerprint.bytes(bytes, 0, bytes.length);
      frequent.add(fingerprint.low, bytes, 0, bytes.length);
    }
    const top = frequent.top(20);
    expect(top.map(({ value }) => value)).toEqual(['common', 'second']);
    for (const [i, real] of [10_000, 2000].entries()) {
      expect(top[i]!.count).toBeLessThanOrEqual(real);
      expect(top[i]!.count).toBeGreaterThanOrEqual(real - frequent.error);
    }
    expect(frequent.error).toBeLessThan(100);
  });
});

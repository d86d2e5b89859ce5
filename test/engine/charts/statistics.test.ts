import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { between } from '../../../engine/charts/plots/contour';
import { delaunay } from '../../../engine/charts/statistics/delaunay';
import { seeded } from '../../../engine/charts/statistics/forest';
import { importance } from '../../../engine/charts/statistics/importance';
import { boxSummary, quantile } from '../../../engine/charts/statistics/quantiles';
import { ranks, spearman } from '../../../engine/charts/statistics/ranks';

interface Reference {
  readonly spearman: { readonly a: number[]; readonly b: number[]; readonly rho: number; readonly ranks: number[] };
  readonly quantiles: { readonly values: number[]; readonly q: number[]; readonly wanted: number[] };
  readonly linear: {
    readonly points: [number, number][];
    readonly values: number[];
    readonly at: [number, number][];
    readonly wanted: (number | null)[];
  };
  readonly importance: {
    readonly x: number[][];
    readonly y: number[];
    readonly wanted: number[];
    readonly explained: number;
  };
}
const file = path.resolve(import.meta.dirname, '../../fixtures/charts/statistics.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
const { signal } = new AbortController();
const pause = () => Promise.resolve();

test('ranks and their correlation are those of SciPy, with ties', () => {
  const { a, b, rho, ranks: wanted } = reference.spearman;
  expect(ranks(a)).toEqual(wanted);
  expect(spearman(a, b)).toBeCloseTo(rho, 12);
  expect(spearman([1, 2, 3], [5, 5, 5])).toBeNaN();
  expect(spearman([1, 2], [1, 2])).toBeNaN();
});

test('quantiles are those of NumPy; a box reaches to what is within one and a half of it', () => {
  const { values, q, wanted } = reference.quantiles;
  const sorted = values.toSorted((x, y) => x - y);
  q.forEach((share, at) => expect(quantile(sorted, share)).toBeCloseTo(wanted[at]!, 12));
  expect(boxSummary([1, 2, 3, 4, 100])).toEqual({ n: 5, q1: 2, median: 3, q3: 4, low: 1, high: 4, outliers: [100] });
  expect(boxSummary([7])).toMatchObject({ low: 7, high: 7, median: 7, outliers: [] });
});

describe('interpolation over triangles', () => {
  const { points, values, at, wanted } = reference.linear;
  const places = points.map(([x, y], index) => ({ x, y, value: values[index]! }));
  const triangles = delaunay(places);

  test('says what SciPy says within the hull, and nothing beyond', () => {
    const valueAt = (x: number, y: number): number | null => {
      for (const triangle of triangles) {
        const [a, b, c] = triangle.map(index => places[index]!);
        const whole = (b!.y - c!.y) * (a!.x - c!.x) + (c!.x - b!.x) * (a!.y - c!.y);
        const u = ((b!.y - c!.y) * (x - c!.x) + (c!.x - b!.x) * (y - c!.y)) / whole;
        const v = ((c!.y - a!.y) * (x - c!.x) + (a!.x - c!.x) * (y - c!.y)) / whole;
        const w = 1 - u - v;
        if (u >= -1e-12 && v >= -1e-12 && w >= -1e-12) return u * a!.value + v * b!.value + w * c!.value;
      }
      return null;
    };
    at.forEach(([x, y], index) => {
      const found = valueAt(x, y);
      if (wanted[index] === null) expect(found).toBeNull();
      else expect(found).toBeCloseTo(wanted[index]!, 10);
    });
  });

  test('bands cover a triangle without a gap and without an overlap', () => {
    const corners = [{ x: 0, y: 0, value: 0 }, { x: 4, y: 0, value: 1 }, { x: 0, y: 2, value: 0.3 }]; // prettier-ignore
    const area = (polygon: readonly { x: number; y: number }[]): number =>
      Math.abs(
        polygon.reduce((sum, point, index) => {
          const next = polygon[(index + 1) % polygon.length]!;
          return sum + point.x * next.y - next.x * point.y;
        }, 0),
      ) / 2;
    const bands = [0, 0.25, 0.5, 0.75].map(from => area(between(corners, from, from + 0.25)));
    expect(bands.reduce((a, b) => a + b)).toBeCloseTo(4, 10);
    expect(bands[3]).toBeCloseTo((4 * 0.25 * 0.25) / 0.7, 10); // the corner of 1: 0.25 of one side, 0.25/0.7 of the other
    expect(between(corners, 2, 3)).toEqual([]);
  });

  test('there is none of points in a line', () => {
    expect(delaunay([{ x: 0, y: 0 }, { x: 1, y: 1 }])).toEqual([]); // prettier-ignore
    expect(delaunay([{ x: 0, y: 0 }, { x: 0.5, y: 0.5 }, { x: 1, y: 1 }])).toEqual([]); // prettier-ignore
  });
});

describe('what a metric depends on', () => {
  const { x, y, wanted, explained } = reference.importance;
  const columns = x.map(values => ({ values, isCategory: false }));

  test('is what scikit-learn’s forests say when columns are shuffled among the rows they have not seen', async () => {
    const report = (await importance({ columns, target: y }, pause, signal))!;
    expect(report.runs).toBe(300);
    expect(report.explained).toBeCloseTo(explained, 1);
    for (const one of report.columns)
      expect(Math.abs(one.importance - wanted[one.column]!), `column ${one.column}`).toBeLessThan(
        0.05 + 0.15 * wanted[one.column]!,
      );
    expect(report.columns.map(({ column }) => column)).toEqual(
      wanted.map((_, column) => column).sort((p, q) => wanted[q]! - wanted[p]!),
    );
    expect(report.columns.find(({ column }) => column === 0)!.correlation).toBeGreaterThan(0.8);
  });

  test('divides categories whatever their order is', async () => {
    const random = seeded(5);
    const names = Array.from({ length: 120 }, () => Math.floor(random() * 6));
    const other = names.map(() => random());
    const target = names.map(name => ([1, 4, 0, 5].includes(name) ? 0 : 1) + random() * 0.1);
    const data = [{ values: other, isCategory: false }, { values: names, isCategory: true }]; // prettier-ignore
    const report = (await importance({ columns: data, target }, pause, signal))!;
    expect(report.columns[0]).toMatchObject({ column: 1, correlation: NaN });
    expect(report.columns[0]!.importance).toBeGreaterThan(10 * report.columns[1]!.importance);
    expect(report.explained).toBeGreaterThan(0.9);
  });

  test('of noise is said to explain nothing, and of few runs or a constant nothing is said', async () => {
    const random = seeded(9);
    const noise = Array.from({ length: 40 }, () => random());
    const column = { values: noise.map(() => random()), isCategory: false };
    const report = (await importance({ columns: [column], target: noise }, pause, signal))!;
    expect(report.explained).toBeLessThan(0.2);
    expect(await importance({ columns: [column], target: noise.slice(0, 7) }, pause, signal)).toBeUndefined();
    expect(await importance({ columns: [column], target: noise.map(() => 1) }, pause, signal)).toBeUndefined();
  });

  test('is the same every time, and stops when it is no longer wanted', async () => {
    const data = { columns: columns.slice(0, 2), target: y };
    expect(await importance(data, pause, signal)).toEqual(await importance(data, pause, signal));
    await expect(importance(data, pause, AbortSignal.abort())).rejects.toThrow('abort');
  });
});

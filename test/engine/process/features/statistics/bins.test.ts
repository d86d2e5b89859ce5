import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  counted,
  type NumberDistribution,
  type TextDistribution,
} from '../../../../../engine/data/profile/distribution';
import { binsLike, binsOf, comparedWith, quantileOf } from '../../../../../engine/process/features/statistics/bins';

/** By NumPy: test/fixtures/features/make_psi.py. */
interface ByNumpy {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly psi: number;
}
const numpy: ByNumpy = JSON.parse(readFileSync('test/fixtures/features/psi.json', 'utf8'));

const numbers = (values: readonly number[]): NumberDistribution => ({
  ...{ kind: 'numbers', name: 'x', of: values.length, complete: true },
  ...counted(Float64Array.from(values).sort()),
});
const texts = (counts: Readonly<Record<string, number>>, of: number): TextDistribution => ({
  ...{ kind: 'texts', name: 'x', of, complete: false },
  ...{ values: Object.keys(counts), counts: Object.values(counts) },
});

describe('numbers', () => {
  const bins = binsOf(numbers(numpy.reference));

  it('lie in tenths of the reference, as NumPy has them', () => {
    expect(bins?.kind === 'numbers' && bins.edges.map(edge => edge.toFixed(9))).toEqual(
      numpy.edges.map(edge => edge.toFixed(9)),
    );
    expect(bins && binsLike(bins, numbers(numpy.current))?.counts).toEqual(numpy.counts);
  });

  it('have drifted as far as NumPy says, those of the reference not at all', () => {
    const now = bins && comparedWith(bins, numbers(numpy.current));
    expect(now?.drift).toBeCloseTo(numpy.psi, 10);
    expect(now?.counts).toEqual(numpy.counts);
    expect(bins && comparedWith(bins, numbers(numpy.reference))?.drift).toBe(0);
  });

  it('with few values have fewer bins', () => {
    expect(binsOf(numbers([...new Array<number>(10).fill(0), 1]))).toEqual({
      kind: 'numbers',
      edges: [-Number.MIN_VALUE, 0],
      counts: [0, 10, 1],
    });
    expect(binsOf(numbers([]))).toBeUndefined();
  });

  it.each([5, -5, 0, 1e-320])('that are all the same drift to either side (%d)', value => {
    const constant = binsOf(numbers(new Array<number>(50).fill(value)));
    const shifted = (by: number) =>
      constant && comparedWith(constant, numbers(new Array<number>(50).fill(value + by)))?.drift;
    expect(shifted(0)).toBe(0);
    expect(shifted(2)).toBeGreaterThan(1);
    expect(shifted(-2)).toBeGreaterThan(1);
  });

  it('have quantiles between values, however far these are apart', () => {
    expect(quantileOf(numbers([-1e308, 1e308]), 0.5)).toBe(0);
    expect(quantileOf(numbers([1, 2, 2, 4]), 0.5)).toBe(2);
    expect(quantileOf(numbers([1, 2, 2, 4]), 0.9)).toBeCloseTo(3.4, 12);
  });
});

it('texts lie in the values of the reference, and all others together', () => {
  const bins = binsOf(texts({ a: 50, b: 30 }, 100));
  expect(bins).toEqual({ kind: 'texts', values: ['a', 'b'], counts: [50, 30, 20] });
  // (0.5 − 0.2) ln(0.5 / 0.2) + (0.3 − 0.3) ln 1 + (0.2 − 0.5) ln(0.2 / 0.5)
  expect(bins && comparedWith(bins, texts({ b: 3, a: 2 }, 10))?.drift).toBeCloseTo(0.6 * Math.log(2.5), 12);
  expect(bins && comparedWith(bins, numbers([1]))).toBeUndefined();
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createAccumulator } from '../../../../engine/features/windows/accumulator';
import { ExactSum } from '../../../../engine/features/windows/exactSum';

const lists = v.parse(
  v.array(v.strictObject({ values: v.array(v.number()), sum: v.number(), std: v.number() })),
  JSON.parse(readFileSync(path.resolve('test/fixtures/features/sums.json'), 'utf8')),
);
const place = { event: 0, created: 0, row: 0 };

function of(aggregate: 'sum' | 'std' | 'mean', values: readonly number[]) {
  const made = createAccumulator(aggregate);
  for (const value of values) made.add(value, place);
  return made.value();
}

test('sums are those of math.fsum, whatever the order', () => {
  for (const { values, sum } of lists) {
    expect(of('sum', values)).toBe(sum + 0);
    expect(of('sum', values.toReversed())).toBe(sum + 0);
    expect(
      of(
        'sum',
        values.toSorted((a, b) => a - b),
      ),
    ).toBe(sum + 0);
  }
});

test('deviations are those of statistics.stdev, where differences of rounded sums of squares would be far off', () => {
  for (const { values, std } of lists) {
    const found = Number(of('std', values));
    expect(Math.abs(found - std)).toBeLessThanOrEqual(4e-16 * std);
    expect(of('std', values.toReversed())).toBe(found);
  }
});

test('sums beyond all doubles are null', () => {
  expect(of('sum', [1e308, 1e308])).toBeNull();
  expect(of('mean', [1e308, 1e308])).toBeNull();
  expect(of('sum', [])).toBe(0);
  expect(of('mean', [])).toBeNull();
});

test('what was gathered apart gives the same together', () => {
  const some = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { maxLength: 30 });
  fc.assert(
    fc.property(some, some, (a, b) => {
      const [left, right, all] = [new ExactSum(), new ExactSum(), new ExactSum()];
      for (const value of a) left.add(value);
      for (const value of b) right.add(value);
      for (const value of [...b, ...a]) all.add(value);
      left.addAll(right);
      expect(left.value()).toBe(all.value());
    }),
  );
});

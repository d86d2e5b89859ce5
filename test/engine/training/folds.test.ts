import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../engine/protocol/frame';
import type { FoldOptions } from '../../../engine/protocol/steps/evaluation';
import { makeFolds } from '../../../engine/training/folds/makeFolds';
import { Random } from '../../../engine/random';
import { stratifiedGroupFolds } from '../../../engine/training/folds/assign';
import { reference } from './evaluationReference';

const { y, group, many, owner, ...wanted } = reference.folds;
const column = (name: string, values: readonly number[]) =>
  ({ kind: 'number', name, type: 'integer', values: Float64Array.from(values) }) as const;
const frame: Frame = {
  rows: y.length,
  columns: [
    column('y', y),
    column('group', group),
    column(
      'when',
      y.map((_, i) => i),
    ),
  ],
};
const rows = Int32Array.from(y.keys());
const options = (given: Partial<FoldOptions> = {}): FoldOptions => ({ folds: 5, repeats: 1, seed: 3, ...given });
const made = (given: Partial<FoldOptions>, label?: string) =>
  makeFolds({ frame, rows, options: options(given), ...(label !== undefined && { label }) });

/** Every row is judged once in each repeat, by a model that has not seen it. */
function checkPartition(folds: ReturnType<typeof made>, repeats: number): void {
  for (let repeat = 0; repeat < repeats; repeat++) {
    const own = folds.folds.filter(fold => fold.repeat === repeat);
    expect(own.flatMap(({ test: part }) => [...part]).sort((a, b) => a - b)).toEqual([...rows]);
    for (const { train, test: part } of own) {
      expect(train.length + part.length).toBe(rows.length);
      expect([...new Set([...train, ...part])]).toHaveLength(rows.length);
    }
  }
}

describe('folds', () => {
  test('stratified: as many of each class in each fold as scikit-learn has', () => {
    const folds = made({ repeats: 2 }, 'y');
    expect(folds).toMatchObject({ method: 'stratified', by: ['y'] });
    checkPartition(folds, 2);
    const counts = folds.folds.map(({ test: part }) =>
      [0, 1, 2].map(label => part.filter(row => y[row] === label).length),
    );
    expect(counts.slice(0, 5)).toEqual(wanted.stratified);
    expect([...folds.folds[0]!.test]).not.toEqual([...folds.folds[5]!.test]);
  });

  test('at random: sizes differ by one, the seed decides', () => {
    const folds = made({});
    expect(folds.method).toBe('random');
    checkPartition(folds, 1);
    expect(folds.folds.map(({ test: part }) => part.length).sort()).toEqual([20, 20, 21, 21, 21]);
    expect(made({})).toEqual(folds);
    expect(made({ seed: 4 })).not.toEqual(folds);
  });

  test('groups stay whole, and folds nearly as even as scikit-learn’s', () => {
    const folds = made({ group: 'group', repeats: 3 });
    expect(folds.method).toBe('group');
    checkPartition(folds, 3);
    for (const { train, test: part } of folds.folds) {
      const seen = new Set(Array.from(train, row => group[row]));
      expect(Array.from(part).some(row => seen.has(group[row]))).toBe(false);
    }
    const sizes = folds.folds.map(({ test: part }) => part.length);
    expect(Math.max(...sizes)).toBe(Math.max(...wanted.grouped)); // the one big group
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.min(...wanted.grouped) - 3);
    expect(sizes).toHaveLength(15);
    expect(folds.folds[1]!.test).not.toEqual(folds.folds[6]!.test);
  });

  test('stratified groups are scikit-learn’s', () => {
    const [groups, classes] = [Int32Array.from(owner, value => value - 1), Int32Array.from(many)];
    const foldOf = stratifiedGroupFolds({ groups, classes }, 4, new Random(1));
    const found = [0, 1, 2, 3].map(fold =>
      [...new Set(owner.filter((_, row) => foldOf[row] === fold))].sort((a, b) => a - b),
    );
    expect(found).toEqual(wanted.stratified_grouped);
    expect(made({ group: 'group', stratify: 'y' })).toMatchObject({ method: 'stratified-group', by: ['y', 'group'] });
  });

  test('time: each part is predicted from all before it, with a gap', () => {
    const shape = (folds: ReturnType<typeof made>) =>
      folds.folds.map(({ train, test: part }) => [train.length, part[0], part.length]);
    expect(shape(made({ time: 'when' }))).toEqual(wanted.time);
    // scikit-learn's gap counts rows: 4 rows are times 1 … 4 before the first test row
    expect(shape(made({ time: 'when', gap: 5 }))).toEqual(wanted.gap);
  });

  test('time: rows of one moment are never divided', () => {
    const tied: Frame = { rows: 12, columns: [column('when', [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3])] };
    const folds = makeFolds({
      frame: tied,
      rows: Int32Array.from({ length: 12 }, (_, i) => i),
      options: options({ folds: 3, time: 'when' }),
    });
    expect(folds.folds.map(({ train, test: part }) => [[...train], [...part]])).toEqual([
      [
        [0, 1, 2, 3, 4],
        [5, 6, 7],
      ],
      [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [8, 9, 10, 11],
      ],
    ]);
  });

  test('what does not fit is said', () => {
    expect(() => made({ time: 'when', repeats: 2 })).toThrow('Folds by `time` are the same each time.');
    expect(() => made({ time: 'when', group: 'group' })).toThrow('cannot go by `group` as well');
    expect(() => made({ gap: 3 })).toThrow('`gap` needs `time`.');
    expect(() => made({ folds: 104 })).toThrow('103 rows cannot be divided into 104 folds.');
    expect(() => made({ folds: 30, group: 'group' })).toThrow('group has 23 distinct values');
    expect(() => made({ folds: 12 }, 'y')).toThrow(/^2 of y has 11 rows, fewer than the 12 folds/);
  });
});

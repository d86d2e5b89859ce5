import { describe, expect, test } from 'vitest';
import {
  combinationsOf,
  instanceNames,
  type Combination,
  type MatrixDefinition,
} from '../../../../engine/config/matrix/combinations';

const matrix = (
  axes: Record<string, (string | number | boolean)[]>,
  more: Partial<Pick<MatrixDefinition, 'include' | 'exclude'>> = {},
): MatrixDefinition => ({ axes: new Map(Object.entries(axes)), include: [], exclude: [], ...more });
const values = (definition: MatrixDefinition, base?: readonly Combination[]): readonly Combination[] =>
  combinationsOf(definition, base).combinations.map(one => one.values);

describe('combinations', () => {
  test('vary the last name fastest', () => {
    expect(values(matrix({ C: [0.1, 1], penalty: ['l1', 'l2'] }))).toEqual([
      { C: 0.1, penalty: 'l1' },
      { C: 0.1, penalty: 'l2' },
      { C: 1, penalty: 'l1' },
      { C: 1, penalty: 'l2' },
    ]);
  });

  test('are included as in the example of GitHub Actions', () => {
    // https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
    const include = [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ];
    expect(values(matrix({ fruit: ['apple', 'pear'], animal: ['cat', 'dog'] }, { include }))).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  test('are left out before any are included, and what leaves nothing out is told', () => {
    const exclude = [{ os: 'mac', node: 18 }, { node: 20 }, { node: 18, os: 'mac' }, { os: 'bsd' }];
    const include = [{ os: 'mac', node: 18 }];
    const found = combinationsOf(matrix({ os: ['linux', 'mac'], node: [18, 20] }, { exclude, include }));
    expect(found.combinations.map(one => one.values)).toEqual([
      { os: 'linux', node: 18 },
      { os: 'mac', node: 18 },
    ]);
    expect(found.idle).toEqual([3]);
  });

  test('may all be included', () => {
    expect(values(matrix({}, { include: [{ a: 1 }, { a: 2, b: 'x' }] }))).toEqual([{ a: 1 }, { a: 2, b: 'x' }]);
  });

  test('go on with those of another step', () => {
    const base = [{ seed: 1 }, { seed: 2 }];
    const found = combinationsOf(matrix({ C: [0.1, 1] }, { exclude: [{ seed: 2, C: 1 }], include: [{ z: 1 }] }), base);
    expect(found.combinations).toEqual([
      { base: 0, values: { seed: 1, C: 0.1, z: 1 } },
      { base: 0, values: { seed: 1, C: 1, z: 1 } },
      { base: 1, values: { seed: 2, C: 0.1, z: 1 } },
    ]);
    expect(combinationsOf(matrix({}, { include: [{ seed: 3 }] }), base).homeless).toEqual([0]);
  });
});

test('names can be read, are each another one, and can be names of files', () => {
  const names = instanceNames('train', [
    { C: 0.1, penalty: 'l2' },
    { C: '0.1', penalty: 'l2' },
    { file: 'data/a:b.csv' },
    { text: 'x'.repeat(200) },
    {},
  ]);
  expect(names.slice(0, 3)).toEqual([
    'train (C=0.1, penalty=l2)',
    'train (C=0.1, penalty=l2) 2',
    'train (file=data-a-b.csv)',
  ]);
  expect(names[3]).toHaveLength('train (text=)'.length + 40);
  expect(names[4]).toBe('train');
});

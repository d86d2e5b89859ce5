import { describe, expect, test } from 'vitest';
import { readLightgbm } from '../../../../engine/training/foreign/lightgbm';
import { numberedCategories } from '../../../../engine/training/foreign/inputColumns';
import { withNames } from '../../../../engine/training/foreign/preparationOf';
import type { Preparation } from '../../../../engine/training/preparation';
import { transformRows } from '../../../../engine/training/transform';
import { treeContributions } from '../../../../engine/training/explain/treeShap';
import { differences, frameOf, reference, type ReferenceCase } from './reference';

const { cases } = reference<string>('lightgbm');
const named = (name: string): ReferenceCase<string> => cases.find(one => one.name === name)!;
const read = (text: string) => readLightgbm(text, 'model.txt');

describe('a model of LightGBM says what LightGBM says', () => {
  test.each(cases.filter(({ name }) => name !== 'averaged' && name !== 'steep sigmoid'))('$name', async given => {
    const found = await differences(read(given.model), given);
    expect(found.raw).toBeLessThan(1e-12);
    expect(found.scores).toBeLessThan(1e-12);
    expect(found.contributions).toBeLessThan(1e-12);
  });

  test('the sigmoid’s own steepness is in the raw scores', async () => {
    const given = named('steep sigmoid');
    const foreign = read(given.model);
    expect((await differences(foreign, given)).scores).toBeLessThan(1e-12);
    expect(foreign.notes).toEqual(['Raw scores are those of LightGBM times its sigmoid, 1.7.']);
    const times = (numbers: ReferenceCase<string>['raw']): number[] => numbers.flat().map(value => value * 1.7);
    const found = await differences(foreign, {
      ...given,
      raw: times(given.raw),
      contributions: given.contributions.map(times),
    });
    expect(found.raw).toBeLessThan(1e-12);
    expect(found.contributions).toBeLessThan(1e-12);
  });

  test('a random forest is averaged: LightGBM says so of its scores, not of its contributions', async () => {
    const given = named('averaged');
    const foreign = read(given.model);
    expect((await differences(foreign, given)).scores).toBeLessThan(1e-12);
    const { model, preparation } = withNames(foreign, {});
    const x = transformRows(preparation, frameOf(given.rows, preparation), [0, 1]);
    const { values } = await treeContributions(model, x, new AbortController().signal);
    for (const row of [0, 1])
      for (const feature of [0, 1, 2])
        expect(values[row * 3 + feature]! * 4).toBeCloseTo(given.contributions[row]!.flat()[feature]!, 12);
  });

  test('codes of categories are cut off at the point, others are no category', () => {
    expect(read(named('several classes with codes').model).columns.map(({ op }) => op.op)).toEqual([
      'scale',
      'scale',
      'scale',
      'bins',
    ]);
    const given = [-1, -0.5, 0, 0.9, 1, 2.99, 3, 40.2, 41, null];
    const codes = (fromBelowZero: boolean): number[] => {
      const column = numberedCategories('c', new Set([40, 0, 2, 1]), { missing: -7, fromBelowZero });
      const common = {
        version: 1,
        task: 'binary',
        label: { name: 'y', type: 'integer' },
        classes: ['0', '1'],
      } as const;
      const preparation: Preparation = { ...common, columns: [column], features: ['c'], notes: [] };
      const frame = frameOf(
        given.map(code => [code]),
        preparation,
      );
      return Array.from(transformRows(preparation, frame, [...given.keys()]).values);
    };
    expect(codes(true)).toEqual([-1, 0, 0, 0, 1, 2, -1, 40, -1, -7]);
    expect(codes(false)).toEqual([-1, -1, 0, 0, 1, 2, -1, 40, -1, -7]);
  });
});

describe('what is not taken over is said', () => {
  const binary = named('binary with texts').model;
  const line = (text: string, start: string): number => text.split('\n').findIndex(one => one.startsWith(start)) + 1;
  test.each<[string, (text: string) => string, string]>([
    [
      'linear trees',
      text => text.replace('is_linear=0', 'is_linear=1'),
      'model.txt has linear models in its leaves (`linear_tree`), which cannot be taken over.',
    ],
    [
      'a ranking',
      text => text.replace('objective=binary sigmoid:1', 'objective=lambdarank'),
      'model.txt has the objective lambdarank, of which the predictions cannot be taken over.',
    ],
    [
      'a root of the label',
      text => text.replace('objective=binary sigmoid:1', 'objective=regression sqrt'),
      'model.txt has the objective regression sqrt, of which the predictions cannot be taken over.',
    ],
    [
      'an objective of one’s own',
      text => text.replace('objective=binary sigmoid:1\n', ''),
      'model.txt does not say how its raw scores become predictions: it was trained with an objective of your own.',
    ],
    [
      'names of categories for other columns',
      text => text.replace(', [1, 2, 3, 4, 5, 6]]', ', [1], [2]]'),
      'model.txt has names for 3 columns of categories, and does not tell which columns these are.',
    ],
    [
      'a file that is cut off',
      text => text.slice(0, text.indexOf('end of trees')),
      'is not whole: “end of trees” is missing.',
    ],
    [
      'a tree that is missing',
      text => text.replace('Tree=3', 'Tree=4'),
      `model.txt (line ${line(binary, 'Tree=3')}) is not whole: tree 3 is missing.`,
    ],
    [
      'a value too few',
      text => text.replace(/leaf_value=\S+ /, 'leaf_value='),
      `model.txt (line ${line(binary, 'leaf_value')}, leaf_value) is not whole: it has 7 numbers, and 8 are needed.`,
    ],
    [
      'a text for a number',
      text => text.replace(/threshold=\S+/, 'threshold=x'),
      `model.txt (line ${line(binary, 'threshold')}, threshold) holds x where a number should be.`,
    ],
    [
      'a key that is missing',
      text => text.replace(/\nleft_child=.*/, ''),
      `model.txt (line ${line(binary, 'Tree=0')}, left_child) is not whole: the key is missing.`,
    ],
    [
      'a loop',
      text => text.replace(/left_child=1 2/, 'left_child=1 1'),
      `model.txt (line ${line(binary, 'left_child')}, left_child) leads node 1 to 1.`,
    ],
    [
      'a leaf twice',
      text => text.replace(/left_child=1 2 -1/, 'left_child=1 2 -4'),
      `model.txt (line ${line(binary, 'right_child')}, right_child) leads node 2 to -4.`,
    ],
    [
      'a feature that is not there',
      text => text.replace('split_feature=0', 'split_feature=9'),
      `model.txt (line ${line(binary, 'split_feature')}, split_feature) asks for feature 9, and there are 5.`,
    ],
    [
      'a set of categories that is not there',
      text => text.replace(/decision_type=8/, 'decision_type=9').replace(/threshold=\S+/, 'threshold=7'),
      `model.txt (line ${line(binary, 'threshold')}, threshold) names the set 7 of categories, and there are 1.`,
    ],
    [
      'a name twice',
      text => text.replace('income age_of_loan', 'debt age_of_loan'),
      'model.txt (line 8, feature_names) does not name 5 different features.',
    ],
    [
      'trees that do not fit the outputs',
      text => text.replace('num_tree_per_iteration=1', 'num_tree_per_iteration=4'),
      'model.txt (line 4, num_tree_per_iteration) is 4, and there are 6 trees.',
    ],
  ])('%s', (_, change, message) => {
    const changed = change(binary);
    expect(changed).not.toBe(binary);
    expect(() => read(changed)).toThrow(expect.objectContaining({ code: 'data.unreadable' }));
    expect(() => read(changed)).toThrow(message);
  });
});

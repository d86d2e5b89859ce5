import { describe, expect, test } from 'vitest';
import { thresholdBelow } from '../../../../engine/training/foreign/float32';
import { withNames } from '../../../../engine/training/foreign/preparationOf';
import { readXgboost } from '../../../../engine/training/foreign/xgboost';
import { Random } from '../../../../engine/random';
import { transformRows } from '../../../../engine/training/transform';
import { differences, frameOf, reference } from './reference';

const newest = reference<object>('xgboost').cases;
const older = reference<object>('xgboost-2').cases;
const cases = [...newest, ...older.map(one => ({ ...one, name: `${one.name} of 2.1` }))];
const textOf = (name: string): string => JSON.stringify(newest.find(one => one.name === name)!.model);
const read = (text: string) => readXgboost(JSON.parse(text), 'model.json');

describe('a model of XGBoost says what XGBoost says', () => {
  test.each(cases)('$name', async given => {
    const found = await differences(readXgboost(given.model, 'model.json'), given);
    expect(found.raw).toBeLessThan(2e-6); // float32
    expect(found.scores).toBeLessThan(1e-6);
    expect(found.contributions).toBeLessThan(1e-6);
  });

  test('without names of categories their codes are taken', () => {
    const text = textOf('binary with texts').replace(/"cats":\{.*?\]\},"gbtree/, '"gbtree');
    const foreign = read(text);
    expect(foreign.columns.map(({ op }) => op.op)).toEqual(['scale', 'scale', 'scale', 'bins', 'bins']);
    const { preparation } = withNames(foreign, {});
    const rows = [0, 1.5, 2, -0.5, 99, null].map(code => [1, 1, 1, code, code]);
    const x = transformRows(preparation, frameOf(rows, preparation), [...rows.keys()]);
    expect(Array.from(x.values).filter((_, at) => at % 5 === 3)).toEqual([0, 1, 2, -1, -1, -2]);
  });

  test('trees after the best iteration are said', () => {
    const text = textOf('binary').replace('"attributes":{}', '"attributes":{"best_iteration":"2"}');
    expect(read(text).notes).toEqual([
      'Its best iteration was 3 of 5; all trees of the file are taken. Save booster[: best_iteration + 1] to leave out the rest.',
    ]);
  });
});

test('a threshold in double says what one in float32 says', () => {
  const random = new Random(2);
  const floats = [0, -0, 1, -1, 0.1, 2 ** -149, -(2 ** -149), 2 ** 24, 3.4028234663852886e38];
  for (let i = 0; i < 300; i++) floats.push(random.normal() * 10 ** (random.below(20) - 10));
  for (const value of floats) {
    const condition = Math.fround(value);
    const threshold = thresholdBelow(condition);
    const near = [
      threshold,
      condition,
      condition * (1 + 2 ** -25),
      condition * (1 - 2 ** -25),
      condition * (1 - 2 ** -26),
    ];
    near.push(threshold + Math.abs(threshold) * 2 ** -52, threshold - Math.abs(threshold) * 2 ** -52, 0, -1e-50);
    for (const x of near) expect(x <= threshold).toBe(Math.fround(x) < condition);
  }
});

describe('what is not taken over is said', () => {
  const tree = 'learner.gradient_booster.model.trees[0]';
  test.each<[string, string, (text: string) => string, string]>([
    [
      'dart',
      'binary',
      text => text.replace('"name":"gbtree"', '"name":"dart"'),
      'model.json is a model of the booster dart, which cannot be taken over.',
    ],
    [
      'an objective',
      'binary',
      text => text.replace('"name":"binary:logistic"', '"name":"rank:ndcg"'),
      'model.json has the objective rank:ndcg, of which the predictions cannot be taken over.',
    ],
    [
      'leaves of several values',
      'binary',
      text => text.replace('"size_leaf_vector":"1"', '"size_leaf_vector":"3"'),
      'model.json has leaves of several values (`multi_strategy="multi_output_tree"`), which cannot be taken over.',
    ],
    [
      'something else',
      'binary',
      () => '{"learner": {"objective": 1}}',
      'model.json (learner.learner_model_param) is no model of XGBoost',
    ],
    [
      'a text for a number',
      'binary',
      text => text.replace('"left_children":[1', '"left_children":["x"'),
      'model.json (learner.gradient_booster.model.trees.0.left_children.0) is no model of XGBoost',
    ],
    [
      'a node too few',
      'binary',
      text => text.replace('"left_children":[1,', '"left_children":['),
      `model.json (${tree}.left_children) has 14 entries, and there are 15 nodes.`,
    ],
    [
      'a loop',
      'binary',
      text => text.replace('"left_children":[1,', '"left_children":[0,'),
      `model.json (${tree}.left_children) leads to node 0, which is not there or already taken.`,
    ],
    [
      'a feature that is not there',
      'binary',
      text => text.replace('"split_indices":[0', '"split_indices":[3'),
      `model.json (${tree}.split_indices) asks for feature 3, and there are 3.`,
    ],
    [
      'a base score that is none',
      'binary',
      text => text.replace('[3E-1]', 'x'),
      'model.json (learner.learner_model_param.base_score) is x, which is no base score for 1 output.',
    ],
    [
      'a base score that is no probability',
      'binary',
      text => text.replace('[3E-1]', '[1E0]'),
      'model.json (learner.learner_model_param.base_score) is [1E0], no probability.',
    ],
    [
      'categories that lead nowhere',
      'binary with texts',
      text => text.replace('"categories_segments":[0', '"categories_segments":[999'),
      `model.json (${tree}.categories_segments) leads out of the list of categories at node 1.`,
    ],
    [
      'categories that are missing',
      'binary with texts',
      text =>
        text.replace(/"categories_nodes":\[1,(.*?)"categories_segments":\[0,(.*?)"categories_sizes":\[3,/, (_, a, b) =>
          ['"categories_nodes":[', a, '"categories_segments":[', b, '"categories_sizes":['].join(''),
        ),
      `model.json (${tree}.categories_nodes) lacks the categories of node 1.`,
    ],
    [
      'trees of a class too few',
      'several classes',
      text => text.replace('"tree_info":[0,1,2', '"tree_info":[0,1,1'),
      'model.json (learner.gradient_booster.model.tree_info) does not give each of 3 outputs as many trees.',
    ],
  ])('%s', (_, name, change, message) => {
    const changed = change(textOf(name));
    expect(changed).not.toBe(textOf(name));
    expect(() => read(changed)).toThrow(expect.objectContaining({ code: 'data.unreadable' }));
    expect(() => read(changed)).toThrow(message);
  });
});

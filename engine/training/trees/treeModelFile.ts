import * as v from 'valibot';
import { calibrationJson, calibrationSchema } from '../calibration/calibrationFile';
import { numbers } from '../files';
import type { Tree, TreeModel } from './tree';

const indexes = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 31 - 1))),
  v.transform(values => Int32Array.from(values)),
);
const flags = v.pipe(
  v.array(v.picklist([0, 1])),
  v.transform(values => Uint8Array.from(values)),
);

const treeSchema: v.GenericSchema<unknown, Tree> = v.pipe(
  v.object({
    feature: indexes,
    threshold: numbers,
    categories: v.pipe(
      v.array(v.nullable(numbers)),
      v.transform(list => list.map(set => set ?? undefined)),
    ),
    missingLeft: flags,
    left: indexes,
    right: indexes,
    gain: numbers,
    rows: numbers,
    leafRows: numbers,
    value: numbers,
  }),
  v.check(
    ({ feature, ...tree }) =>
      [tree.threshold, tree.categories, tree.missingLeft, tree.left, tree.right, tree.gain, tree.rows].every(
        ({ length }) => length === feature.length,
      ),
    'the nodes of a tree are not whole',
  ),
  v.check(
    ({ feature, value, leafRows }) => value.length === feature.length + 1 && leafRows.length === value.length,
    'the leaves of a tree are not whole',
  ),
  v.check(tree => leadsDown(tree), 'a node of a tree leads nowhere'),
);

/** Every child is a leaf, or a node further on: whoever walks the tree arrives. */
function leadsDown({ left, right, value, feature }: Tree): boolean {
  const isBelow = (child: number, node: number): boolean =>
    child < 0 ? ~child < value.length : child > node && child < feature.length;
  return feature.every((_, node) => isBelow(left[node]!, node) && isBelow(right[node]!, node));
}

export const treeModelSchema: v.GenericSchema<unknown, TreeModel> = v.pipe(
  v.object({
    kind: v.literal('trees'),
    learner: v.string(),
    task: v.picklist(['binary', 'multiclass', 'regression']),
    link: v.picklist(['sigmoid', 'softmax', 'share', 'identity']),
    features: v.array(v.string()),
    base: v.pipe(numbers, v.minLength(1)),
    trees: v.array(treeSchema),
    calibration: v.exactOptional(calibrationSchema),
  }),
  v.check(
    ({ trees, features }) => trees.every(({ feature }) => feature.every(at => at >= 0 && at < features.length)),
    'a tree asks for a feature that is not there',
  ),
  v.check(({ trees, base }) => trees.length % base.length === 0, 'an output lacks a tree'),
);

/** Plain lists, of which reading makes the same bits. */
export const treeModelJson = (model: TreeModel): object => ({
  ...model,
  base: Array.from(model.base),
  ...(model.calibration && { calibration: calibrationJson(model.calibration) }),
  trees: model.trees.map(tree => ({
    feature: Array.from(tree.feature),
    threshold: Array.from(tree.threshold),
    categories: tree.categories.map(set => (set ? Array.from(set) : null)),
    missingLeft: Array.from(tree.missingLeft),
    left: Array.from(tree.left),
    right: Array.from(tree.right),
    gain: Array.from(tree.gain),
    rows: Array.from(tree.rows),
    leafRows: Array.from(tree.leafRows),
    value: Array.from(tree.value),
  })),
});

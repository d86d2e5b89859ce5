import type { Task } from '../learner';
import type { Link } from '../links';
import type { PreparedColumn } from '../preparation';
import type { Tree } from '../trees/tree';
import { malformed, notTaken, type ForeignModel } from './foreignModel';
import { namedCategories, numberColumn, numberedCategories, type CategoryName } from './inputColumns';
import { ensembleOf, learnerOf, type XgboostEncoding, type XgboostEnsemble, type XgboostLearner } from './xgboostFile';
import { missingCode, xgboostTree } from './xgboostTree';
import { counted } from '../../plural';

const tasks = new Map<string, { readonly task: Task; readonly link: Link }>([
  ['binary:logistic', { task: 'binary', link: 'sigmoid' }],
  ['multi:softprob', { task: 'multiclass', link: 'softmax' }],
  ['multi:softmax', { task: 'multiclass', link: 'softmax' }],
  ...['reg:squarederror', 'reg:linear', 'reg:absoluteerror', 'reg:pseudohubererror', 'reg:squaredlogerror'].map(
    name => [name, { task: 'regression', link: 'identity' }] as const,
  ),
]);

/**
 * A model as XGBoost's `save_model` writes it as JSON (1.0 and newer).
 * @param file as people know it
 * @throws ModelyardError `data.unreadable` naming the key
 */
export function readXgboost(json: unknown, file: string): ForeignModel {
  const learner = learnerOf(json, file);
  const kind = learner.gradient_booster.name;
  if (kind !== 'gbtree')
    throw notTaken(
      { file, key: 'learner.gradient_booster.name' },
      `is a model of the booster ${kind}, which cannot be taken over.`,
      'Train it with booster="gbtree".',
    );
  const objective = tasks.get(learner.objective.name);
  if (!objective)
    throw notTaken(
      { file, key: 'learner.objective.name' },
      `has the objective ${learner.objective.name}, of which the predictions cannot be taken over.`,
      `Objectives that can be: ${[...tasks.keys()].join(', ')}.`,
    );
  const ensemble = ensembleOf(learner, file);
  const { num_class: classes, num_feature: features } = learner.learner_model_param;
  const outputs = objective.task === 'multiclass' ? classes : 1;
  if (outputs < 1 || ensemble.tree_info.length !== ensemble.trees.length)
    throw malformed({ file, key: 'learner.gradient_booster.model.tree_info' }, 'does not fit the trees and classes.');
  const trees = ensemble.trees.map((tree, at) =>
    xgboostTree(tree, { file, key: `learner.gradient_booster.model.trees[${at}]` }, features),
  );
  const columns = columnsOf({ learner, ensemble, trees }, file);
  return {
    columns,
    notes: notesOf(learner, trees.length, outputs),
    model: {
      ...{ kind: 'trees', learner: 'xgboost', ...objective, features: columns.map(({ name }) => name) },
      base: baseOf(learner, outputs, file),
      trees: byOutput(trees, ensemble.tree_info, { outputs, file }),
    },
  };
}

/** Training stopped early, but the file has all trees: XGBoost's own `Booster.predict` takes all as well. */
function notesOf({ attributes }: XgboostLearner, trees: number, outputs: number): string[] {
  const best = Number(attributes['best_iteration'] ?? NaN);
  const rounds = trees / outputs;
  if (!(best + 1 < rounds)) return [];
  return [
    `Its best iteration was ${best + 1} of ${rounds}; all trees of the file are taken. Save booster[: best_iteration + 1] to leave out the rest.`,
  ];
}

/** Tree i of ours adds to output i modulo outputs; XGBoost says of each tree what it adds to. */
function byOutput(
  trees: readonly Tree[],
  info: readonly number[],
  { outputs, file }: { readonly outputs: number; readonly file: string },
): Tree[] {
  const own = Array.from({ length: outputs }, (_, output) => trees.filter((_tree, at) => info[at] === output));
  const rounds = trees.length / outputs;
  if (own.some(list => list.length !== rounds))
    throw malformed(
      { file, key: 'learner.gradient_booster.model.tree_info' },
      `does not give each of ${counted(outputs, 'output')} as many trees.`,
    );
  return Array.from({ length: trees.length }, (_, at) => own[at % outputs]![Math.floor(at / outputs)]!);
}

/** `5E-1` up to XGBoost 3.0, `[5E-1]` or one for each class since; a probability where margins are log-odds. */
function baseOf(learner: XgboostLearner, outputs: number, file: string): Float64Array {
  const text = learner.learner_model_param.base_score;
  const place = { file, key: 'learner.learner_model_param.base_score' };
  const scores = /^\[.*\]$/.test(text) ? text.slice(1, -1).split(',') : [text];
  const given = scores.map(score => (score.trim() === '' ? NaN : Math.fround(Number(score))));
  if (given.some(score => !Number.isFinite(score)) || (given.length !== 1 && given.length !== outputs))
    throw malformed(place, `is ${text}, which is no base score for ${counted(outputs, 'output')}.`);
  const isShare = learner.objective.name === 'binary:logistic';
  if (isShare && given.some(score => score <= 0 || score >= 1)) throw malformed(place, `is ${text}, no probability.`);
  return Float64Array.from({ length: outputs }, (_, output) => {
    const score = given[output % given.length]!;
    return isShare ? Math.log(score / (1 - score)) : score;
  });
}

interface Parts {
  readonly learner: XgboostLearner;
  readonly ensemble: XgboostEnsemble;
  readonly trees: readonly Tree[];
}

function columnsOf({ learner, ensemble, trees }: Parts, file: string): PreparedColumn[] {
  const { feature_names: given, feature_types: types, learner_model_param: param } = learner;
  const features = param.num_feature;
  const names = given.length === 0 ? Array.from({ length: features }, (_, at) => `f${at}`) : given;
  if (names.length !== features || new Set(names).size !== features)
    throw malformed({ file, key: 'learner.feature_names' }, `does not name ${features} different features.`);
  const codes = listedCodes(trees, features);
  const encodings = ensemble.cats?.enc ?? [];
  return names.map((name, feature) => {
    const known = categoriesOf(encodings[feature]);
    if (known.length > 0) {
      const column = namedCategories(name, known, { missing: missingCode });
      if (column) return column;
    }
    const listed = codes[feature]!;
    if (types[feature] === 'c' || listed.size > 0)
      return numberedCategories(name, listed, { missing: missingCode, fromBelowZero: false });
    return numberColumn(name);
  });
}

function listedCodes(trees: readonly Tree[], features: number): Set<number>[] {
  const codes = Array.from({ length: features }, () => new Set<number>());
  for (const { feature, categories } of trees)
    for (const [node, set] of categories.entries())
      for (const code of set ?? []) if (code !== missingCode) codes[feature[node]!]!.add(code);
  return codes;
}

/** Texts are the bytes between two offsets. */
function categoriesOf(encoding: XgboostEncoding | undefined): readonly CategoryName[] {
  if (!encoding) return [];
  if (!('offsets' in encoding)) return encoding.values;
  const bytes = Buffer.from(encoding.values.map(value => value & 255));
  return encoding.offsets.slice(1).map((end, at) => bytes.toString('utf8', encoding.offsets[at], end));
}

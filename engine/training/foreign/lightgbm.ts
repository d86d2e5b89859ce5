import * as v from 'valibot';
import type { Task } from '../learner';
import type { Link } from '../links';
import type { PreparedColumn } from '../preparation';
import type { Tree } from '../trees/tree';
import { malformed, notTaken, type ForeignModel } from './foreignModel';
import { namedCategories, numberColumn, numberedCategories, unknownCode, type CategoryName } from './inputColumns';
import { lightgbmText, type LightgbmText, type TextSection } from './lightgbmText';
import { lightgbmTree, type LightgbmTree } from './lightgbmTree';
import { counted } from '../../plural';

interface Objective {
  readonly task: Task;
  readonly link: Link;
  /** What raw scores are multiplied by before the link. */
  readonly steepness: number;
}

const values = new Set(['regression', 'regression_l1', 'l1', 'huber', 'fair', 'quantile', 'mape']);

/**
 * A model as LightGBM's `save_model` writes it, versions 2 to 4 of the format.
 * @param file as people know it
 * @throws ModelyardError `data.unreadable` naming line and key
 */
export function readLightgbm(text: string, file: string): ForeignModel {
  const parts = lightgbmText(text, file);
  const { head, trees: sections } = parts;
  const objective = objectiveOf(head);
  const outputs = head.whole('num_tree_per_iteration', 1);
  const names = head.words('feature_names');
  const features = head.whole('max_feature_idx', 0) + 1;
  if (names.length !== features || new Set(names).size !== names.length)
    throw malformed(head.place('feature_names'), `does not name ${features} different features.`);
  if (sections.length === 0 || sections.length % outputs !== 0)
    throw malformed(head.place('num_tree_per_iteration'), `is ${outputs}, and there are ${sections.length} trees.`);
  if ((objective.task === 'multiclass' ? head.whole('num_class', 2) : 1) !== outputs)
    throw malformed(head.place('num_class'), 'does not fit the number of trees an iteration.');
  const read = sections.map(section => lightgbmTree(section, features));
  // a random forest's trees are averaged
  const rounds = head.has('average_output') ? sections.length / outputs : 1;
  const factor = objective.steepness / rounds;
  return {
    columns: columnsOf(parts, names, read),
    notes: [
      ...(objective.steepness === 1
        ? []
        : [`Raw scores are those of LightGBM times its sigmoid, ${objective.steepness}.`]),
      ...(rounds === 1 ? [] : ['The trees of the random forest are averaged, as its scores are.']),
    ],
    model: {
      kind: 'trees',
      learner: 'lightgbm',
      task: objective.task,
      link: objective.link,
      features: names,
      base: new Float64Array(outputs),
      trees: read.map(({ tree }) => scaled(tree, factor)),
    },
  };
}

const scaled = (tree: Tree, factor: number): Tree =>
  factor === 1 ? tree : { ...tree, value: tree.value.map(value => value * factor) };

function objectiveOf(head: TextSection): Objective {
  if (!head.has('objective'))
    throw notTaken(
      head.place('objective'),
      'does not say how its raw scores become predictions: it was trained with an objective of your own.',
      'Train it with an objective that LightGBM knows, such as binary.',
    );
  const [name = '', ...settings] = head.words('objective');
  const place = head.place('objective');
  const given = new Map(settings.map(setting => [setting.split(':')[0], setting.split(':')[1]]));
  if (name === 'binary') {
    const steepness = Number(given.get('sigmoid') ?? 1);
    if (!(steepness > 0)) throw malformed(place, 'has a sigmoid that is no positive number.');
    return { task: 'binary', link: 'sigmoid', steepness };
  }
  if (name === 'multiclass') return { task: 'multiclass', link: 'softmax', steepness: 1 };
  if (values.has(name) && !given.has('sqrt')) return { task: 'regression', link: 'identity', steepness: 1 };
  throw notTaken(
    place,
    `has the objective ${[name, ...settings].join(' ')}, of which the predictions cannot be taken over.`,
    'Objectives that can be: binary, multiclass, regression, regression_l1, huber, fair, quantile, mape.',
  );
}

const categoriesSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.nullable(v.array(v.array(v.union([v.string(), v.number(), v.boolean()])))),
);

function columnsOf(
  { head, pandasCategories: pandas }: LightgbmText,
  names: readonly string[],
  read: readonly LightgbmTree[],
): PreparedColumn[] {
  const infos = head.words('feature_infos');
  if (infos.length !== names.length)
    throw malformed(
      head.place('feature_infos'),
      `has ${counted(infos.length, 'entry', 'entries')}, and there are ${counted(names.length, 'feature')}.`,
    );
  const uses = featureUses(head, names, read);
  const known = knownCategories(pandas, infos);
  return names.map((name, feature) => {
    const { missing, codes } = uses[feature]!;
    const categories = known.get(feature);
    if (categories) {
      const column = namedCategories(name, categories, { missing: unknownCode });
      if (column) return column;
      throw malformed(pandas.place('pandas_categorical'), `has categories of several kinds for ${name}.`);
    }
    if (codes || isCategorical(infos[feature]!))
      return numberedCategories(name, codes ?? new Set(), { missing: unknownCode, fromBelowZero: true });
    return numberColumn(name, missing === 'zero' ? { zero: 'missing' } : {});
  });
}

/** How the nodes of each feature decide: what is missing for them, or which categories they list. */
function featureUses(
  head: TextSection,
  names: readonly string[],
  read: readonly LightgbmTree[],
): { missing?: string; codes?: Set<number> }[] {
  const uses = names.map((): { missing?: string; codes?: Set<number> } => ({}));
  for (const { tree, missing } of read)
    for (const [node, feature] of tree.feature.entries()) {
      const use = uses[feature]!;
      const kind = missing[node];
      if (kind === undefined) for (const code of tree.categories[node] ?? []) (use.codes ??= new Set()).add(code);
      else {
        // that a zero is missing is said of the column, for all its nodes
        const isClash = use.missing !== undefined && use.missing !== kind && [use.missing, kind].includes('zero');
        if (isClash || use.codes)
          throw notTaken(
            head.place('feature_infos'),
            `decides by ${names[feature] ?? ''} in ways that do not fit together.`,
            'Train it in one go, with the same zero_as_missing and categorical_feature for all its trees.',
          );
        use.missing = kind;
      }
    }
  return uses;
}

/** A range `[0:1]` is of numbers, `none` of a column that was not used, a list `3:0:1` of categories. */
const isCategorical = (info: string): boolean => info !== 'none' && !info.startsWith('[');

/** Names of categories by feature: pandas lists them for its columns of categories alone, in their order. */
function knownCategories(pandas: TextSection, infos: readonly string[]): Map<number, readonly CategoryName[]> {
  if (!pandas.has('pandas_categorical')) return new Map();
  const parsed = v.safeParse(categoriesSchema, pandas.text('pandas_categorical'));
  if (!parsed.success) throw malformed(pandas.place('pandas_categorical'), 'is no list of categories.');
  const lists = parsed.output ?? [];
  const which = (test: (info: string) => boolean): number[] =>
    infos.flatMap((info, feature) => (test(info) ? [feature] : []));
  for (const features of [which(isCategorical), which(info => isCategorical(info) || info === 'none')])
    if (features.length === lists.length) return new Map(features.map((feature, at) => [feature, lists[at]!]));
  if (lists.length === 0) return new Map();
  throw notTaken(
    pandas.place('pandas_categorical'),
    `has names for ${counted(lists.length, 'column')} of categories, and does not tell which columns these are.`,
    'Leave columns that are constant, and categorical_feature, out of the training.',
  );
}

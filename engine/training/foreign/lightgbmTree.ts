import type { Tree } from '../trees/tree';
import { malformed, notTaken } from './foreignModel';
import type { TextSection } from './lightgbmText';

/** Bits of LightGBM's `decision_type`. */
const categorical = 1;
const defaultLeft = 2;
const missingKinds = ['none', 'zero', 'nan'] as const;
export type MissingKind = (typeof missingKinds)[number];

export interface LightgbmTree {
  readonly tree: Tree;
  /** How each node that decides by a number takes what is missing; undefined: it decides by category. */
  readonly missing: readonly (MissingKind | undefined)[];
}

/**
 * One tree as LightGBM writes it (`Tree::ToString`), with the meaning of its `Decision`: a number that is missing is 0,
 * or goes the default way; a category that is missing, negative or not listed goes right.
 * @throws ModelyardError `data.unreadable`
 */
export function lightgbmTree(section: TextSection, features: number): LightgbmTree {
  if (section.has('is_linear') && section.whole('is_linear', 0) !== 0)
    throw notTaken(
      section.place('is_linear'),
      'has linear models in its leaves (`linear_tree`), which cannot be taken over.',
      'Train it with linear_tree=false.',
    );
  const leaves = section.whole('num_leaves', 1);
  const value = section.numbers('leaf_value', leaves);
  if (leaves === 1) return { tree: { ...none, leafRows: Float64Array.of(1), value }, missing: [] };
  const inner = leaves - 1;
  const at = (key: string): Float64Array => section.numbers(key, inner);
  const feature = Int32Array.from(at('split_feature'));
  const left = Int32Array.from(at('left_child'));
  const right = Int32Array.from(at('right_child'));
  requireTree(section, { feature, left, right, leaves, features });
  const kinds = at('decision_type');
  const thresholds = at('threshold');
  const sets = categorySets(section, kinds, thresholds);
  const missing = Array.from(kinds, (kind, node) =>
    sets[node] ? undefined : (missingKinds[(kind >> 2) & 3] ?? refuseKind(section, kind)),
  );
  return {
    missing,
    tree: {
      feature,
      threshold: thresholds.map((threshold, node) => (sets[node] ? 0 : threshold)),
      categories: sets,
      missingLeft: Uint8Array.from(missing, (kind, node) => {
        if (kind === 'none') return 0 <= thresholds[node]! ? 1 : 0;
        return kind !== undefined && (kinds[node]! & defaultLeft) !== 0 ? 1 : 0;
      }),
      left,
      right,
      gain: at('split_gain'),
      rows: at('internal_count'),
      leafRows: section.numbers('leaf_count', leaves),
      value,
    },
  };
}

function refuseKind(section: TextSection, kind: number): never {
  throw malformed(section.place('decision_type'), `holds ${kind}, which is none.`);
}

/** Every node but the root and every leaf is reached once, from a node before it. */
function requireTree(
  section: TextSection,
  tree: {
    readonly feature: Int32Array;
    readonly left: Int32Array;
    readonly right: Int32Array;
    readonly leaves: number;
    readonly features: number;
  },
): void {
  const { feature, left, right, leaves, features } = tree;
  const wrong = feature.find(one => one < 0 || one >= features);
  if (wrong !== undefined)
    throw malformed(section.place('split_feature'), `asks for feature ${wrong}, and there are ${features}.`);
  const nodes = new Uint8Array(leaves);
  const ends = new Uint8Array(leaves);
  for (let node = 0; node < leaves - 1; node++)
    for (const [key, child] of [
      ['left_child', left[node]!],
      ['right_child', right[node]!],
    ] as const) {
      const isThere = child < 0 ? ~child < leaves : child > node && child < leaves - 1;
      const seen = child < 0 ? ends : nodes;
      const place = child < 0 ? ~child : child;
      if (!isThere || seen[place] === 1) throw malformed(section.place(key), `leads node ${node} to ${child}.`);
      seen[place] = 1;
    }
}

function categorySets(
  section: TextSection,
  kinds: Float64Array,
  thresholds: Float64Array,
): (Float64Array | undefined)[] {
  if (!kinds.some(kind => (kind & categorical) !== 0)) return Array.from(kinds, () => undefined);
  const sets = section.whole('num_cat', 1);
  const bounds = section.numbers('cat_boundaries', sets + 1);
  const words = section.numbers('cat_threshold', bounds.at(-1) ?? 0);
  return Array.from(kinds, (kind, node) => {
    if ((kind & categorical) === 0) return undefined;
    const at = thresholds[node]!;
    if (!Number.isInteger(at) || at < 0 || at >= sets)
      throw malformed(section.place('threshold'), `names the set ${at} of categories, and there are ${sets}.`);
    return bitsOf(words.subarray(bounds[at], bounds[at + 1]));
  });
}

/** The numbers of the bits that are set in words of 32. */
function bitsOf(words: Float64Array): Float64Array {
  const bits: number[] = [];
  for (const [index, word] of words.entries())
    for (let bit = 0; bit < 32; bit++) if (((word / 2 ** bit) & 1) === 1) bits.push(32 * index + bit);
  return Float64Array.from(bits);
}

const none = {
  feature: new Int32Array(0),
  threshold: new Float64Array(0),
  categories: [],
  missingLeft: new Uint8Array(0),
  left: new Int32Array(0),
  right: new Int32Array(0),
  gain: new Float64Array(0),
  rows: new Float64Array(0),
};

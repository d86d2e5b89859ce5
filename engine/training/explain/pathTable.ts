import type { Tree } from '../trees/tree';
import { gaussLegendre, type Quadrature } from './quadrature';

const rules = new Map<number, Quadrature>();

/**
 * What of a tree does not hang on a row. Each inner node has two edges, 2 · node to the left and 2 · node + 1 to the
 * right. Tables have a line of `points` numbers an edge.
 */
export interface PathTable {
  readonly points: number;
  /** Of each edge, the nearest one above that decides by the same feature; −1: none. */
  readonly above: Int32Array;
  /** Share of the rows of a node that take the edge. */
  readonly share: Float64Array;
  /** By what an edge multiplies when the row takes it, and when it does not but took the one `above`. */
  readonly taken: Float64Array;
  readonly left: Float64Array;
  /** What the feature of an edge adds when its row takes it, and (by point only) when it does not. */
  readonly gain: Float64Array;
  readonly loss: Float64Array;
  /** What the tree says when nothing is known. */
  readonly expected: number;
}

export function pathTable(tree: Tree): PathTable {
  const { above, share, known, most } = edgesOf(tree);
  const points = Math.ceil(most / 2);
  const { points: t, weights } = ruleOf(points);
  const taken = new Float64Array(share.length * points);
  const left = new Float64Array(share.length * points);
  const gain = new Float64Array(share.length * points);
  for (let edge = 0; edge < share.length; edge++) {
    const z = known[edge]!;
    for (let at = 0; at < points; at++) {
      const before = above[edge]! < 0 ? 1 : mixed(known[above[edge]!]!, t[at]!);
      taken[edge * points + at] = mixed(z, t[at]!) / before;
      left[edge * points + at] = (z * (1 - t[at]!)) / before;
      gain[edge * points + at] = (weights[at]! * (1 - z)) / mixed(z, t[at]!);
    }
  }
  const loss = weights.map((weight, at) => -weight / (1 - t[at]!));
  return { points, above, share, taken, left, gain, loss, expected: expectedOf(tree, share) };
}

/** What a feature that is known with probability t multiplies a path by that it takes. */
const mixed = (z: number, t: number): number => z + (1 - z) * t;

function ruleOf(points: number): Quadrature {
  const known = rules.get(points);
  if (known) return known;
  const rule = gaussLegendre(Math.max(1, points));
  rules.set(points, rule);
  return rule;
}

/** `known`: the share of rows that pass all edges of the same feature down to here. `most`: different features on a path. */
function edgesOf(tree: Tree): { above: Int32Array; share: Float64Array; known: Float64Array; most: number } {
  const { feature, left, right, rows, leafRows } = tree;
  const nodes = feature.length;
  const above = new Int32Array(2 * nodes).fill(-1);
  const share = new Float64Array(2 * nodes);
  const known = new Float64Array(2 * nodes);
  const into = new Int32Array(nodes).fill(-1);
  const different = new Int32Array(nodes);
  let most = 1;
  const cover = (child: number): number => Math.max(0, child < 0 ? leafRows[~child]! : rows[child]!);
  for (let node = 0; node < nodes; node++) {
    let same = into[node]!;
    while (same >= 0 && feature[same >> 1] !== feature[node]) same = into[same >> 1]!;
    const children = [left[node]!, right[node]!];
    const whole = cover(children[0]!) + cover(children[1]!);
    const features = different[node]! + (same < 0 ? 1 : 0);
    most = Math.max(most, features);
    for (const [side, child] of children.entries()) {
      const edge = 2 * node + side;
      above[edge] = same;
      share[edge] = whole > 0 ? cover(child) / whole : 0.5;
      known[edge] = share[edge] * (same < 0 ? 1 : known[same]!);
      if (child < 0) continue;
      into[child] = edge;
      different[child] = features;
    }
  }
  return { above, share, known, most };
}

function expectedOf({ feature, left, right, value }: Tree, share: Float64Array): number {
  if (feature.length === 0) return value[0]!;
  const says = new Float64Array(feature.length);
  const of = (child: number): number => (child < 0 ? value[~child]! : says[child]!);
  for (let node = feature.length - 1; node >= 0; node--)
    says[node] = share[2 * node]! * of(left[node]!) + share[2 * node + 1]! * of(right[node]!);
  return says[0]!;
}

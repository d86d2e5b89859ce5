import { Graph, layout as arrange } from '@dagrejs/dagre';
import { isRecord } from '../json';
import { inOrder } from './inOrder';

/** Something with a place in the graph: a step, a group of steps, a dataset, a model version. */
export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Ids of what stands before it. */
  readonly after: readonly string[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle of a node, and its size. */
export interface Placed extends Point {
  readonly width: number;
  readonly height: number;
  /** From 0: how many stand before it at least, one behind the other. */
  readonly column: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** From the right side of `from` to the left side of `to`. */
  readonly points: readonly Point[];
}

export interface Layout {
  readonly nodes: ReadonlyMap<string, Placed>;
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

const gap = { column: 34, row: 16, edge: 10, margin: 12 };

/**
 * Places from left to right. The columns are those in which steps can begin at the earliest, counted here: that is what
 * a pipeline means, and takes dagre's longest part; dagre orders each column so that few edges cross, and places it.
 * docs/decisions/0035 has what that takes. Of the picture and its mirror image it is the one that has more steps in the order of
 * `nodes`, so that the instances of a matrix are in the order of its values.
 */
export function layout(nodes: readonly LayoutNode[]): Layout {
  const known = new Set(nodes.map(({ id }) => id));
  const sorted = inOrder(nodes.map(node => ({ name: node.id, needs: node.after, node })));
  const columns = new Map<string, number>();
  const graph = new Graph();
  graph.setGraph({
    ...{ rankdir: 'LR', ranker: 'none', nodesep: gap.row, edgesep: gap.edge, ranksep: gap.column },
    ...{ marginx: gap.margin, marginy: gap.margin },
  });
  for (const { name, needs, node } of sorted) {
    const column = Math.max(-1, ...needs.map(needed => columns.get(needed) ?? -1)) + 1;
    columns.set(name, column);
    // dagre keeps a rank free between two columns, for what is written on edges
    graph.setNode(name, { width: node.width, height: node.height, rank: 2 * column });
  }
  for (const { name, needs } of sorted)
    for (const needed of needs) if (known.has(needed)) graph.setEdge(needed, name, {});
  arrange(graph);
  const found = placed(graph, columns);
  return isReversed(nodes, found) ? upsideDown(found) : found;
}

/** Whether more neighbours in a column stand against the order in which they were given than along it: dagre cares for crossings alone. */
function isReversed(nodes: readonly LayoutNode[], { nodes: places }: Layout): boolean {
  const last = new Map<number, number>();
  let along = 0;
  for (const { id } of nodes) {
    const place = places.get(id);
    if (place === undefined) continue;
    const { column, y } = place;
    along += Math.sign(y - (last.get(column) ?? y));
    last.set(column, y);
  }
  return along < 0;
}

function upsideDown({ nodes, edges, width, height }: Layout): Layout {
  const turned = <P extends Point>(point: P): P => ({ ...point, y: height - point.y });
  return {
    nodes: new Map([...nodes].map(([id, place]) => [id, turned(place)])),
    edges: edges.map(edge => ({ ...edge, points: edge.points.map(turned) })),
    width,
    height,
  };
}

function placed(graph: Graph, columns: ReadonlyMap<string, number>): Layout {
  const nodes = new Map<string, Placed>();
  let [width, height] = [0, 0];
  for (const [id, column] of columns) {
    const node = numbers(graph.node(id));
    nodes.set(id, { ...node, column });
    width = Math.max(width, node.x + node.width / 2);
    height = Math.max(height, node.y + node.height / 2);
  }
  const edges = graph.edges().map(({ v: from, w: to }) => {
    const [a, b] = [nodes.get(from), nodes.get(to)];
    // dagre's own ends are where a straight line would meet the box, perhaps at its top
    const between = pointsOf(graph.edge(from, to)).slice(1, -1);
    const start = a ? [{ x: a.x + a.width / 2, y: a.y }] : [];
    const end = b ? [{ x: b.x - b.width / 2, y: b.y }] : [];
    return { from, to, points: [...start, ...between, ...end] };
  });
  return { nodes, edges, width: width + gap.margin, height: height + gap.margin };
}

function numbers(node: unknown): Omit<Placed, 'column'> {
  const read = (key: string): number => {
    const value = isRecord(node) ? node[key] : undefined;
    if (typeof value !== 'number') throw new Error(`A node was not placed: ${key}.`);
    return value;
  };
  return { x: read('x'), y: read('y'), width: read('width'), height: read('height') };
}

function pointsOf(edge: unknown): readonly Point[] {
  const points: unknown = isRecord(edge) ? edge['points'] : undefined;
  if (!Array.isArray(points)) return [];
  return points.flatMap((point: unknown) => {
    const { x, y } = isRecord(point) ? { x: point['x'], y: point['y'] } : {};
    return typeof x === 'number' && typeof y === 'number' ? [{ x, y }] : [];
  });
}

/** A smooth line through the points, as the `d` of an SVG path; it leaves and arrives level. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let [text, at] = [`M${round(first.x)},${round(first.y)}`, first];
  for (const to of rest) {
    const middle = round((at.x + to.x) / 2);
    text += `C${middle},${round(at.y)} ${middle},${round(to.y)} ${round(to.x)},${round(to.y)}`;
    at = to;
  }
  return text;
}

const round = (value: number): number => Math.round(value * 10) / 10;

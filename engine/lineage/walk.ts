import type { LineageEdge, LineageKind, LineageWay } from '../protocol/lineage';
import { mostNodes, mostOpened } from '../protocol/lineage';
import type { LineageRef, Link, LinkRequest } from '../protocol/lineageSource';
import { idOf } from './refs';

/** What is asked of the rooms together. */
export type Ask = (request: LinkRequest) => readonly Link[];

export interface WalkOptions {
  readonly ways: readonly LineageWay[];
  readonly depth: number;
  /** Neighbours by one relation that stand one by one. */
  readonly most: number;
  readonly opened: ReadonlySet<string>;
  /** Ids that stand one by one rather than others. */
  readonly first: readonly string[];
  readonly steps: boolean;
}

export interface WalkedNode {
  readonly ref: LineageRef;
  readonly distance: number;
}
export interface WalkedGroup {
  readonly id: string;
  readonly of: LineageKind;
  readonly count: number;
  readonly distance: number;
}
export interface Walked {
  /** By id. */
  readonly nodes: ReadonlyMap<string, WalkedNode>;
  readonly groups: readonly WalkedGroup[];
  readonly edges: readonly LineageEdge[];
  readonly isCut: boolean;
}

/**
 * What came before a thing and what came of it, level by level. Of many neighbours some stand one by one, the others are
 * one group: so the graph of a dataset that 10,000 runs have read has a dozen nodes, and the rooms count the rest.
 */
export function walk(root: LineageRef, ask: Ask, options: WalkOptions): Walked {
  const found = new Found(root);
  for (const way of options.ways) walkOneWay(found, ask, { ...options, way });
  return found;
}

class Found implements Walked {
  readonly nodes = new Map<string, WalkedNode>();
  readonly groups: WalkedGroup[] = [];
  readonly #edges = new Map<string, LineageEdge>();
  isCut = false;

  constructor(readonly root: LineageRef) {
    this.nodes.set(idOf(root), { ref: root, distance: 0 });
  }

  get edges(): readonly LineageEdge[] {
    return [...this.#edges.values()];
  }

  get isFull(): boolean {
    return this.nodes.size + this.groups.length >= mostNodes;
  }

  edge(edge: LineageEdge): void {
    const key = `${edge.from}\n${edge.to}`;
    if (!this.#edges.has(key) && !this.#edges.has(`${edge.to}\n${edge.from}`)) this.#edges.set(key, edge);
  }
}

type OneWay = WalkOptions & { readonly way: LineageWay };

function walkOneWay(found: Found, ask: Ask, options: OneWay): void {
  const { depth, way } = options;
  let frontier: readonly LineageRef[] = [found.root];
  for (let level = 1; level <= depth && frontier.length > 0; level++) {
    const bundles = bundlesOf(linksFrom(frontier, ask, options), way);
    const next: LineageRef[] = [];
    for (const bundle of bundles) next.push(...take(found, bundle, { ...options, level }));
    frontier = next;
  }
  if (!found.isCut && frontier.length > 0)
    found.isCut = ask({ from: frontier, way, most: 1, steps: options.steps }).some(
      ({ to }) => !found.nodes.has(idOf(to)),
    );
}

/** The links of nodes; more of those that have a group which somebody opened. */
function linksFrom(frontier: readonly LineageRef[], ask: Ask, options: OneWay): readonly Link[] {
  const { way, most, opened, first, steps } = options;
  const ends = [...opened];
  const isOpened = (ref: LineageRef): boolean =>
    ends.some(id => id.startsWith(`group:${way}:`) && id.endsWith(`:of ${idOf(ref)}`));
  const wide = frontier.filter(isOpened);
  const plain = frontier.filter(ref => !isOpened(ref));
  const request = { way, first, steps };
  return [
    // one more, as a group of one would be no shorter
    ...(plain.length > 0 ? ask({ ...request, from: plain, most: most + 1 }) : []),
    ...(wide.length > 0 ? ask({ ...request, from: wide, most: mostOpened }) : []),
  ];
}

/** The links from one node by one relation to one kind of things. */
interface Bundle {
  readonly id: string;
  readonly from: LineageRef;
  readonly links: Map<string, Link>;
  total: number;
}

function bundlesOf(links: readonly Link[], way: LineageWay): readonly Bundle[] {
  const bundles = new Map<string, Bundle>();
  for (const link of links) {
    const id = `group:${way}:${link.relation}:${link.to.kind}:of ${idOf(link.from)}`;
    const bundle = bundles.get(id) ?? { id, from: link.from, links: new Map<string, Link>(), total: 0 };
    bundle.links.set(idOf(link.to), link);
    bundle.total = Math.max(bundle.total, link.total, bundle.links.size);
    bundles.set(id, bundle);
  }
  return [...bundles.values()];
}

/** Adds what a bundle leads to. @returns what is new and is gone on from */
function take(found: Found, bundle: Bundle, options: OneWay & { readonly level: number }): readonly LineageRef[] {
  const { way, most, opened, level } = options;
  const [any] = bundle.links.values();
  if (any === undefined) return [];
  const distance = way === 'down' ? level : -level;
  const isOpened = opened.has(bundle.id);
  const room = isOpened ? mostOpened : any.isFolded === true && bundle.total > 1 ? 0 : most;
  const shown = [...bundle.links.values()].slice(0, bundle.total <= room + 1 && room > 0 ? room + 1 : room);
  const next: LineageRef[] = [];
  for (const { to, relation } of shown) {
    const id = idOf(to);
    if (!found.nodes.has(id)) {
      if (found.isFull) {
        found.isCut = true;
        continue;
      }
      found.nodes.set(id, { ref: to, distance });
      next.push(to);
    }
    found.edge(edgeOf(way, { from: idOf(bundle.from), to: id, relation }));
  }
  const hidden = bundle.total - shown.length;
  if (hidden > 0 && !found.isFull) {
    found.groups.push({ id: bundle.id, of: any.to.kind, count: hidden, distance });
    found.edge(edgeOf(way, { from: idOf(bundle.from), to: bundle.id, relation: any.relation }));
  }
  return next;
}

const edgeOf = (way: LineageWay, edge: LineageEdge): LineageEdge =>
  way === 'down' ? edge : { ...edge, from: edge.to, to: edge.from };

import { ModelyardError } from '../errors';
import type { Affected, LineageGraph, LineageNode, LineageQuery, LineageThing } from '../protocol/lineage';
import type { LineageRef, LinkRequest } from '../protocol/lineageSource';
import { affectedBy } from './affected';
import { fileKey, withOneName } from './files';
import { placesOf } from './places';
import type { LineagePorts, LineageRooms, OpenLineage } from './ports';
import { idOf, refOf } from './refs';
import type { Walked } from './walk';
import { walk } from './walk';

const defaultDepth = 8;
const defaultMost = 6;
/** Levels above the versions in use whose nodes stand one by one. */
const levelsAboveLive = 3;

/** What came of what, over all rooms: it knows none of them but by the interface that they hand in. */
export class LineageService {
  readonly #ports: LineagePorts;

  constructor(ports: LineagePorts) {
    this.#ports = ports;
  }

  /** @throws ModelyardError `not-found`: nothing has that name */
  async graph(query: LineageQuery): Promise<LineageGraph> {
    const open = await this.#open();
    const root = this.#find(open, query.node);
    const { up = true, down = true, depth = defaultDepth, most = defaultMost, steps = false, opened = [] } = query;
    const walked = walk(root, open.ask, {
      ways: [...(up ? (['up'] as const) : []), ...(down ? (['down'] as const) : [])],
      ...{ depth, most, steps, opened: new Set(opened), first: aboveLive(open) },
    });
    return described(root, walked, open);
  }

  /** What is affected if this is wrong. @throws ModelyardError `not-found` */
  async affected(node: string): Promise<Affected> {
    const open = await this.#open();
    return affectedBy(this.#find(open, node), open);
  }

  async #open(): Promise<OpenLineage> {
    const { workspace, exists } = this.#ports;
    const rooms = await this.#ports.rooms();
    const { sources, config } = rooms;
    const ask = withOneName(workspace, (request: LinkRequest) => sources.flatMap(source => source.links(request)));
    return {
      ...rooms,
      ask,
      describe: refs => this.#describe(rooms, refs),
      node: (thing, distance) => ({ ...thing, distance, places: placesOf(thing, { workspace, exists, config }) }),
    };
  }

  #describe({ sources }: LineageRooms, refs: readonly LineageRef[]): readonly LineageThing[] {
    const things = new Map<string, LineageThing>();
    for (const source of sources)
      for (const thing of source.describe(refs.filter(({ kind }) => source.kinds.includes(kind))))
        if (!things.has(thing.id)) things.set(thing.id, thing);
    return refs.flatMap((ref): LineageThing[] => {
      const id = idOf(ref);
      if (ref.kind === 'file') return [{ kind: 'file', id, path: ref.key }];
      if (ref.kind === 'dataset') return [{ kind: 'dataset', id, dataset: ref.key }];
      const thing = things.get(id);
      return thing ? [thing] : [];
    });
  }

  #find(open: OpenLineage, name: string): LineageRef {
    const ref = refOf(name);
    if (ref && this.#describe(open, [ref]).length > 0) return ref;
    for (const source of open.sources) {
      const found = source.find(name);
      if (found) return found;
    }
    if (open.config && Object.hasOwn(open.config.config.datasets, name)) return { kind: 'dataset', key: name };
    const key = fileKey(this.#ports.workspace, name);
    const file: LineageRef = { kind: 'file', key };
    if (this.#ports.exists(key) || open.ask({ from: [file], way: 'down', most: 1 }).length > 0) return file;
    throw new ModelyardError('not-found', `Nothing here is called ${name}.`, {
      fix: 'Name a dataset (`applications`, `applications@3f2a`), a run (`r-12`), a model version (`credit-risk@3`, `credit-risk@champion`), a feature view (`loans@v2`), a study (`s-3`) or a file.',
    });
  }
}

/** Ids of what the versions in use came from: among many these are looked for. */
function aboveLive({ versions, ask }: OpenLineage): readonly string[] {
  let frontier = versions.live();
  const ids = new Set(frontier.map(idOf));
  for (let level = 0; level < levelsAboveLive && frontier.length > 0; level++) {
    const next = ask({ from: frontier, way: 'up', most: 20, onlyFaults: true }).map(({ to }) => to);
    frontier = next.filter(ref => !ids.has(idOf(ref)));
    for (const ref of frontier) ids.add(idOf(ref));
  }
  return [...ids];
}

function described(root: LineageRef, walked: Walked, open: OpenLineage): LineageGraph {
  const distances = new Map([...walked.nodes].map(([id, { distance }]) => [id, distance]));
  const things = open.describe([...walked.nodes.values()].map(({ ref }) => ref));
  const nodes: readonly LineageNode[] = [
    ...things.map(thing => open.node(thing, distances.get(thing.id) ?? 0)),
    ...walked.groups.map(({ id, of, count, distance }) => ({
      ...{ kind: 'group' as const, id, of, count, distance, places: [] },
    })),
  ];
  const known = new Set(nodes.map(({ id }) => id));
  const edges = walked.edges.filter(({ from, to }) => known.has(from) && known.has(to));
  return { root: idOf(root), nodes, edges, isCut: walked.isCut };
}

import type { LineageRelation } from '../protocol/lineage';
import type { LineageRef, Link, LinkRequest } from '../protocol/lineageSource';
import { carries } from './linkTable';

export interface KnownLink {
  readonly from: LineageRef;
  readonly to: LineageRef;
  readonly relation: LineageRelation;
}

/** Relations that no table has, such as what is served just now: they are named and counted as those of tables are. */
export class KnownLinks {
  readonly #down = new Map<string, KnownLink[]>();
  readonly #up = new Map<string, KnownLink[]>();

  /** What is to be named first comes first. */
  constructor(links: Iterable<KnownLink>) {
    for (const link of links) {
      push(this.#down, idOf(link.from), link);
      push(this.#up, idOf(link.to), link);
    }
  }

  links({ from, way, most = Infinity, first = [], onlyFaults = false }: LinkRequest): readonly Link[] {
    const wanted = new Set(first);
    return from.flatMap(ref => {
      const own = (way === 'down' ? this.#down : this.#up).get(idOf(ref)) ?? [];
      const groups = new Map<string, Omit<Link, 'total'>[]>();
      for (const { from: above, to: below, relation } of own) {
        const to = way === 'down' ? below : above;
        if (!onlyFaults || carries.has(relation)) push(groups, `${relation} ${to.kind}`, { from: ref, to, relation });
      }
      const rank = ({ to }: Omit<Link, 'total'>): number => Number(wanted.has(idOf(to)));
      return [...groups.values()].flatMap(group =>
        group
          .toSorted((a, b) => rank(b) - rank(a))
          .slice(0, most)
          .map(link => ({ ...link, total: group.length })),
      );
    });
  }
}

const idOf = ({ kind, key }: LineageRef): string => `${kind}:${key}`;

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

import type { Layout, Placed } from './layout';

/** Keys that lead from node to node. */
export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

export const directionOf = (key: string): Direction | undefined =>
  Object.hasOwn(directions, key) ? directions[key] : undefined;

/** The node that a key leads to: left and right along the edges, up and down in the column. Undefined: none. */
export function neighbour(layout: Layout, from: string, direction: Direction): string | undefined {
  const at = layout.nodes.get(from);
  switch (direction) {
    case 'first':
    case 'last':
      return ends(layout)[direction];
    case 'left':
      return at && nearest(layout, at, into(layout, from));
    case 'right':
      return at && nearest(layout, at, outOf(layout, from));
    case 'up':
    case 'down':
      return at && inColumn(layout, { id: from, at, direction });
  }
}

const into = ({ edges }: Layout, id: string): readonly string[] => edges.filter(({ to }) => to === id).map(e => e.from);
const outOf = ({ edges }: Layout, id: string): readonly string[] =>
  edges.filter(({ from }) => from === id).map(e => e.to);

/** Of several the one that lies most on a level. */
function nearest({ nodes }: Layout, at: Placed, ids: readonly string[]): string | undefined {
  const distance = (id: string): number => Math.abs((nodes.get(id)?.y ?? Number.POSITIVE_INFINITY) - at.y);
  let found: string | undefined;
  for (const id of ids) if (found === undefined || distance(id) < distance(found)) found = id;
  return found;
}

function inColumn(
  { nodes }: Layout,
  { id, at, direction }: { readonly id: string; readonly at: Placed; readonly direction: 'up' | 'down' },
): string | undefined {
  const sign = direction === 'down' ? 1 : -1;
  let found: { readonly id: string; readonly way: number } | undefined;
  for (const [other, { column, y }] of nodes) {
    const way = (y - at.y) * sign;
    if (other === id || column !== at.column || way <= 0) continue;
    if (found === undefined || way < found.way) found = { id: other, way };
  }
  return found?.id;
}

function ends({ nodes }: Layout): { readonly first: string | undefined; readonly last: string | undefined } {
  const sorted = [...nodes].sort(([, a], [, b]) => a.column - b.column || a.y - b.y).map(([id]) => id);
  return { first: sorted[0], last: sorted.at(-1) };
}

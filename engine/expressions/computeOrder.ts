/** Either an order in which each name comes after those it needs, or a way in a circle: `['a', 'b', 'a']`. */
export type ComputeOrder =
  | { readonly order: readonly string[]; readonly cycle?: undefined }
  | { readonly cycle: readonly string[] };

/**
 * Orders what is computed from one another.
 * @param needs of each name what it reads; names that are no key are there already
 */
export function computeOrder(needs: ReadonlyMap<string, readonly string[]>): ComputeOrder {
  const order: string[] = [];
  const done = new Set<string>();
  for (const start of needs.keys()) {
    /** The way to the name that is looked at, and for each on it what is still to be looked at. */
    const path: { readonly name: string; readonly rest: string[] }[] = [];
    const enter = (name: string) => path.push({ name, rest: [...(needs.get(name) ?? [])] });
    if (!done.has(start)) enter(start);
    for (let last = path.at(-1); last; last = path.at(-1)) {
      const next = last.rest.shift();
      if (next === undefined) {
        done.add(last.name);
        order.push(last.name);
        path.pop();
      } else if (!done.has(next) && needs.has(next)) {
        const at = path.findIndex(({ name }) => name === next);
        if (at >= 0) return { cycle: [...path.slice(at).map(({ name }) => name), next] };
        enter(next);
      }
    }
  }
  return { order };
}

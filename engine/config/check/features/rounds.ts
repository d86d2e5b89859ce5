/** From one name to itself again, over names that each needs the next. */
export type Round = readonly [string, ...string[]];

/**
 * Rounds in a graph, one for each edge that closes one. In time linear in the edges, and without recursion: a chain may be
 * as long as the file allows.
 */
export function roundsIn(graph: ReadonlyMap<string, readonly string[]>): readonly Round[] {
  const rounds: Round[] = [];
  const done = new Set<string>();
  for (const start of graph.keys()) if (!done.has(start)) rounds.push(...roundsFrom(start, graph, done));
  return rounds;
}

function roundsFrom(start: string, graph: ReadonlyMap<string, readonly string[]>, done: Set<string>): readonly Round[] {
  const rounds: Round[] = [];
  const trail: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
  const onTrail = new Map([[start, 0]]);
  for (let top = trail.at(-1); top; top = trail.at(-1)) {
    const next = graph.get(top.name)?.[top.next++];
    if (next === undefined) {
      done.add(top.name);
      onTrail.delete(top.name);
      trail.pop();
      continue;
    }
    const first = onTrail.get(next);
    if (first !== undefined) rounds.push([next, ...trail.slice(first + 1).map(({ name }) => name), next]);
    else if (!done.has(next) && graph.has(next)) {
      onTrail.set(next, trail.length);
      trail.push({ name: next, next: 0 });
    }
  }
  return rounds;
}

/** `a → b → a`; of long rounds the ends. */
export function shownRound(round: Round): string {
  const shown = round.length > 12 ? [...round.slice(0, 6), '...', ...round.slice(-5)] : round;
  return shown.map(name => (name === '...' ? name : `\`${name}\``)).join(' → ');
}

import type { LineageKind } from '../protocol/lineage';
import type { LineageRef } from '../protocol/lineageSource';
import { idOf } from './refs';
import type { Ask } from './walk';

/** Things that are asked about at once. */
const batch = 5_000;

/** All that something has gone into, however many: by kind, without what was only compared with it or started by it. */
export function faultsOf(roots: readonly LineageRef[], ask: Ask): ReadonlyMap<LineageKind, readonly LineageRef[]> {
  const seen = new Set(roots.map(idOf));
  const found = new Map<LineageKind, LineageRef[]>();
  let frontier = roots;
  while (frontier.length > 0) {
    const next: LineageRef[] = [];
    for (let at = 0; at < frontier.length; at += batch)
      for (const { to } of ask({ from: frontier.slice(at, at + batch), way: 'down', onlyFaults: true })) {
        const id = idOf(to);
        if (seen.has(id)) continue;
        seen.add(id);
        next.push(to);
        const same = found.get(to.kind);
        if (same) same.push(to);
        else found.set(to.kind, [to]);
      }
    frontier = next;
  }
  return found;
}

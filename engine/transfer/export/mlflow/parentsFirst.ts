import type { SelectedRun } from '../selectRuns';

/** The runs so that each comes after its parent; those in a circle of parents come as they are. */
export function parentsFirst(runs: readonly SelectedRun[]): readonly SelectedRun[] {
  const byId = new Map(runs.map(run => [run.id, run]));
  const ordered: SelectedRun[] = [];
  const placed = new Set<string>();
  for (const run of runs) {
    const chain: SelectedRun[] = [];
    let at: SelectedRun | undefined = run;
    while (at !== undefined && !placed.has(at.id)) {
      placed.add(at.id);
      chain.push(at);
      at = at.parentRunId === undefined ? undefined : byId.get(at.parentRunId);
    }
    ordered.push(...chain.reverse());
  }
  return ordered;
}

import { ModelyardError } from '../../errors';
import type { StepConfig } from '../../protocol/workspaceConfig';

export type Steps = Readonly<Record<string, StepConfig>>;

/**
 * Step names so that each stands after all that it needs; among equals in the order of the file.
 * @throws ModelyardError `config.invalid` on a cycle or an unknown name
 */
export function topologicalOrder(steps: Steps): readonly string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string, path: readonly string[]): void => {
    if (state.get(name) === 'done') return;
    const step = steps[name];
    if (step === undefined)
      throw new ModelyardError('config.invalid', `Step ${path.at(-1) ?? ''} needs ${name}, which does not exist.`);
    if (state.get(name) === 'open') {
      const cycle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new ModelyardError('config.invalid', `The steps need each other in a circle: ${cycle}.`);
    }
    state.set(name, 'open');
    for (const needed of step.needs) visit(needed, [...path, name]);
    state.set(name, 'done');
    order.push(name);
  };
  for (const name of Object.keys(steps)) visit(name, []);
  return order;
}

/** All that a step needs, nearest first (breadth first), without the step itself. */
export function ancestors(steps: Steps, name: string): readonly string[] {
  const found = new Set<string>();
  let level = steps[name]?.needs ?? [];
  while (level.length > 0) {
    const next = [...new Set(level)].filter(needed => !found.has(needed));
    for (const needed of next) found.add(needed);
    level = next.flatMap(needed => steps[needed]?.needs ?? []);
  }
  found.delete(name);
  return [...found];
}

/** Those of all that a step needs which have succeeded whenever it runs: through `always()` and `failure()` nothing is sure. */
export function surelyMade(steps: Steps, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (one: string): void => {
    const { needs = [], if: condition = true } = steps[one] ?? {};
    if (condition === 'always()' || condition === 'failure()') return;
    for (const needed of needs) {
      if (found.has(needed)) continue;
      found.add(needed);
      visit(needed);
    }
  };
  visit(name);
  return found;
}

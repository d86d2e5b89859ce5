import type { Steps } from './graph';
import { ancestors } from './graph';

/** Steps that have a run of their own, for themselves and what follows them. */
export function runOwners(steps: Steps): ReadonlySet<string> {
  const names = Object.keys(steps);
  const trained = names.filter(name => steps[name]?.uses === 'train');
  return new Set([...(trained.length < 2 ? [] : trained), ...names.filter(name => hasOwnValues(name, steps))]);
}

/** Whose run a step logs to; undefined: that of the pipeline. `steps`: as they stand, with what has been picked. */
export function runOwner(step: string, steps: Steps, owners: ReadonlySet<string>): string | undefined {
  if (owners.size === 0) return undefined;
  const line = [step, ...ancestors(steps, step)];
  const owner = line.find(name => owners.has(name));
  const matrix = owner === undefined ? undefined : steps[owner]?.matrix?.step;
  // Where several of one matrix come together, what is found is about all of them.
  const isJoint = matrix !== undefined && line.some(name => name !== owner && steps[name]?.matrix?.step === matrix);
  return owner !== step && isJoint ? undefined : owner;
}

/** Whether the step's matrix has values that the one which it goes on with has not. */
function hasOwnValues(name: string, steps: Steps): boolean {
  const { matrix, needs = [] } = steps[name] ?? {};
  if (matrix === undefined) return false;
  const from = needs.map(needed => steps[needed]?.matrix).find(other => other?.step === matrix.from);
  return from === undefined || Object.keys(matrix.values).length > Object.keys(from.values).length;
}

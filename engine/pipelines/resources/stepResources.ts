import * as v from 'valibot';
import type { StepResources } from '../../protocol/resources';

const amount = v.pipe(v.number(), v.minValue(0));
export const stepResourcesSchema = v.object({
  cpu: v.exactOptional(amount),
  memory: v.exactOptional(amount),
  written: v.exactOptional(amount),
  isSampled: v.boolean(),
});

/** What two parts of a step (its trials, its attempts) took: times and bytes add up, of memory the greater counts. */
export function together(a: StepResources | undefined, b: StepResources): StepResources {
  if (a === undefined) return b;
  const cpu = combined(a.cpu, b.cpu, (x, y) => x + y);
  const memory = combined(a.memory, b.memory, Math.max);
  const written = combined(a.written, b.written, (x, y) => x + y);
  return {
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(written !== undefined && { written }),
    isSampled: a.isSampled || b.isSampled,
  };
}

const combined = (
  a: number | undefined,
  b: number | undefined,
  join: (a: number, b: number) => number,
): number | undefined => (a === undefined || b === undefined ? (a ?? b) : join(a, b));

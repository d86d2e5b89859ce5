import path from 'node:path';
import { ModelyardError } from '../../errors';
import { restoreStep } from '../cache/restoreStep';
import { ancestors, surelyMade, type Steps } from '../graph/graph';
import { madeFor, readHandovers, refuseOther, type Handover } from '../outputs/handover';
import { madeOf } from '../outputs/madeOf';
import { restoreOutput, type Made } from '../outputs/outputs';
import { placesOf, type ExecutionOptions } from './executionOptions';
import type { RunLogger } from './runLogger';

export interface EarlierOptions extends ExecutionOptions {
  readonly steps: Steps;
  readonly logger: RunLogger;
}

/**
 * What steps outside a run have made, for those inside it that need it: as they were handed over, or when they last
 * succeeded. By step.
 * @throws ModelyardError `conflict`: one has not succeeded yet, or was handed over for another run; those of `readHandovers`
 */
export async function earlierSteps(options: EarlierOptions, signal: AbortSignal): Promise<Map<string, Made>> {
  const { order, steps, objects, handover } = options;
  const found = new Map<string, Made>();
  const needed = new Set(order.flatMap(name => ancestors(steps, name)));
  const handed = await readHandovers(handover.from, objects);
  for (const name of needed) {
    if (order.includes(name)) continue;
    const one = handed.get(name);
    const made = one ? await takeHandover(options, one, signal) : await lastMade(options, name);
    if (made) found.set(name, made);
  }
  return found;
}

/** Undefined: the steps that run go without it. */
async function lastMade(options: EarlierOptions, name: string): Promise<Made | undefined> {
  const { order, steps, store, objects, folder, ports, state } = options;
  const { pipeline, partition = null } = state.snapshot();
  const last = store.lastMade({ pipeline, partition }, name);
  if (last === undefined) {
    // what runs also when something before it fails goes without it
    if (!order.some(one => surelyMade(steps, one).has(name))) return undefined;
    const message = `Step ${order[0] ?? ''} needs the result of ${name}, which has not succeeded yet.`;
    throw new ModelyardError('conflict', message, { fix: `Run the whole pipeline ${pipeline} first.` });
  }
  const { outputs } = last;
  const paths = await Promise.all(outputs.map(output => restoreOutput(objects, path.join(folder, name), output)));
  return madeOf({ step: name, ...last, paths, datasets: ports.tracking.inputs(last.runId) });
}

/** What a step made elsewhere counts as made in this run: its model can be registered here, its metrics are judged. */
async function takeHandover(
  options: EarlierOptions,
  { step: name, result, outputs, ...made }: Handover,
  signal: AbortSignal,
): Promise<Made> {
  const { loaded, folder, ports, state, store, steps, logger } = options;
  refuseOther({ step: name, ...made }, { ...madeFor(state.snapshot()), ...loaded });
  const runId = logger.runOf(name);
  const own = steps[name];
  if (own === undefined) throw new ModelyardError('internal', `There is no step ${name}.`);
  const paths = await restoreStep({ step: own, outputs }, placesOf(options, path.join(folder, name)), signal);
  await ports.outputsMade(outputs.map((output, i) => ({ ...output, absolutePath: paths[i] ?? '' })));
  const whole = { ...result, outputs };
  await logger.metrics(runId, whole);
  store.together(() => logger.record(name, { runId, result: whole, outputs }));
  return madeOf({ step: name, runId, outputs, paths, datasets: result.inputs });
}

import { existsSync } from 'node:fs';
import { ModelyardError, isAbort } from '../../errors';
import type { Digest } from '../../protocol/ids';
import type { EnvironmentConfig, PipelineConfig, WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { EnvironmentParts, Environments } from '../environments/environments';
import { topologicalOrder } from '../graph/graph';
import type { Objects } from '../outputs/outputs';
import type { PipelinePorts } from '../ports';
import type { CachedStep, CacheStore } from './cacheStore';
import { datasetsNamed, filesRead } from './facts';
import type { Ignored } from './ignoring';
import type { PlanWorld } from './plan';
import { lastValues } from './points';
import type { WorkspaceFiles } from './workspaceFiles';

export interface Planned {
  readonly name: string;
  readonly partition?: string | undefined;
  readonly pipeline: PipelineConfig;
  readonly config: WorkspaceConfig;
  readonly ignored: Ignored;
  readonly parallel: number;
}

export interface Sources {
  readonly store: CacheStore;
  readonly files: WorkspaceFiles;
  readonly environments: Pick<Environments, 'parts'>;
  readonly objects: Objects;
  readonly ports: Pick<PipelinePorts, 'dataDigest' | 'features'>;
}

/**
 * Looks at all that a plan needs to know: the files as they are now, and what earlier runs were made of.
 * @throws ModelyardError `config.invalid`, `data.unreadable`, `cancelled`
 */
export async function readWorld(
  { name, partition, pipeline, config, ignored, parallel }: Planned,
  { store, files, environments, objects, ports }: Sources,
  signal: AbortSignal,
): Promise<PlanWorld> {
  const { steps } = pipeline;
  const datasets = new Map<string, Digest | undefined>();
  for (const step of Object.values(steps)) {
    for (const named of datasetsNamed(step))
      if (!datasets.has(named)) datasets.set(named, await ports.dataDigest(named, signal));
  }
  const features = new Map<string, Readonly<Record<string, string>>>();
  for (const [step, one] of Object.entries(steps))
    if (one.uses === 'features') features.set(step, await partsOrProblem(ports.features.parts(one.with, signal)));
  const read = new Map<string, Readonly<Record<string, string>>>();
  for (const [step, stepConfig] of Object.entries(steps)) {
    const paths = filesRead(stepConfig);
    if (paths.length > 0) read.set(step, await files.digests(paths, signal));
  }
  const found = new Map<EnvironmentConfig, EnvironmentParts>();
  for (const step of Object.values(steps))
    if (step.uses === 'run' && step.environment && !found.has(step.environment))
      found.set(step.environment, await environments.parts(step.environment, signal));
  const history = store.history(name, partition);
  return {
    pipeline: name,
    steps,
    order: topologicalOrder(steps),
    config,
    ignored,
    datasets,
    files: read,
    features,
    environments: found,
    history,
    metrics: fingerprint => {
      const restored = store.find(fingerprint);
      return restored ? measuredBy(restored, objects) : {};
    },
    find: (fingerprint, step) => {
      // Mostly it is the last one: that spares a question.
      const last = history.get(step);
      if (last?.fingerprint === fingerprint && last.restorable) {
        const { origin, outputs } = last.restorable;
        const made = { origin, outputs: outputs() };
        if (isWhole(made, objects)) return made;
      }
      const found = store.find(fingerprint);
      return found && isWhole(found, objects) ? found : undefined;
    },
    parallel,
  };
}

/** A step whose features cannot be resolved runs, and says itself what is wrong. */
async function partsOrProblem(
  parts: Promise<Readonly<Record<string, string>>>,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await parts;
  } catch (error) {
    if (isAbort(error) || !(error instanceof ModelyardError)) throw error;
    return { features: error.message };
  }
}

/** Whether everything that it has left is still kept. */
export function isWhole(
  { outputs, points, log }: Pick<CachedStep, 'outputs' | 'points' | 'log'>,
  objects: Objects,
): boolean {
  const kept = outputs.flatMap(output => output.files.map(({ digest }) => digest));
  return [...kept, ...(points === undefined ? [] : [points]), ...(log === undefined ? [] : [log])].every(digest =>
    existsSync(objects.path(digest)),
  );
}

/** The last value of each metric, as a run has it that the step is restored to. */
const measuredBy = ({ findings, points }: CachedStep, objects: Objects): Readonly<Record<string, number>> => ({
  ...findings().metrics,
  ...(points !== undefined && lastValues(objects, points)),
});

import { ModelyardError, isAbort } from '../../errors';
import type { Digest, PipelineRunId } from '../../protocol/ids';
import type { JobResult } from '../../protocol/jobs';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { Steps } from '../graph/graph';
import { topologicalOrder } from '../graph/graph';
import type { Made, Objects } from '../outputs/outputs';
import type { Environments } from '../environments/environments';
import type { PipelinePorts } from '../ports';
import type { Resumed } from '../graph/selection';
import type { CachedStep, CacheStore } from './cacheStore';
import { eachTime } from './eachTime';
import { changesOf, changesText } from './explain';
import { datasetFacts, filesRead, takesOutputs } from './facts';
import type { StepFlows } from './flow';
import { stepFlows } from './flow';
import type { Ignored } from './ignoring';
import type { Parts } from './parts';
import { fingerprintOf, isTaken, partsOf } from './parts';
import type { Point } from './points';
import { mostPoints, storePoints } from './points';
import { isWhole } from './readWorld';
import type { WorkspaceFiles } from './workspaceFiles';

export interface StepCacheOptions {
  readonly steps: Steps;
  readonly config: WorkspaceConfig;
  readonly store: CacheStore;
  readonly objects: Objects;
  readonly files: WorkspaceFiles;
  readonly environments: Pick<Environments, 'parts'>;
  readonly ports: Pick<PipelinePorts, 'dataDigest' | 'features'>;
  /** Says why a step's result is not looked for; undefined when it is. */
  readonly ignored: Ignored;
  /** What has succeeded there and is made of the same is taken from it, whatever else is said. */
  readonly resumed?: Resumed;
}

/** What a step is made of now, and what an earlier one that was made of the same has left. */
export interface Look {
  readonly parts: Parts;
  readonly fingerprint: Digest;
  readonly found?: CachedStep;
}

export interface Before {
  readonly made: readonly Made[];
  readonly isAnew: boolean;
}

export interface Finished {
  /** What the steps before it have made, nearest first. */
  readonly before: readonly Made[];
  readonly id: PipelineRunId;
  readonly look: Look;
  readonly result: JobResult;
  readonly points: readonly Point[];
  /** An own folder of the step. */
  readonly folder: string;
  /** Something that is not in the result came of it, so that it cannot be given to another run. */
  readonly hasMore: boolean;
}

/** Finds what need not be computed again, and keeps what has been. */
export class StepCache {
  private readonly flows: Pick<StepFlows, 'get'>;

  constructor(private readonly options: StepCacheOptions) {
    this.flows = stepFlows(options.steps, topologicalOrder(options.steps));
  }

  /**
   * Undefined when it cannot be told what the step is made of: then it runs, and says itself what is wrong.
   * @param before what the steps before it have made, nearest first, and whether one of them has run in this run
   * @throws ModelyardError `config.invalid` (a dependency out of the workspace), `cancelled`
   */
  async look(name: string, before: Before, signal: AbortSignal): Promise<Look | undefined> {
    const { steps, config, ignored } = this.options;
    const step = steps[name];
    if (step === undefined) return undefined;
    try {
      const parts = await this.parts(name, before.made, signal);
      const fingerprint = fingerprintOf(parts);
      const isLooked = eachTime(step, config) === undefined && ignored(step, name) === undefined;
      const found = this.resumed(name, fingerprint, before.isAnew) ?? (isLooked ? this.find(fingerprint) : undefined);
      return { parts, fingerprint, ...(found && { found }) };
    } catch (error) {
      if (isAbort(error) || (error instanceof ModelyardError && error.code === 'config.invalid')) throw error;
      return undefined;
    }
  }

  /** What a run that is gone on with has left; of a command also when it does not say what it reads and makes. */
  private resumed(name: string, fingerprint: string, isAnew: boolean): CachedStep | undefined {
    const { steps, config, resumed, store, objects } = this.options;
    const step = steps[name];
    if (step === undefined || resumed?.steps.has(name) !== true) return undefined;
    // nobody knows what such a command reads: perhaps what has been made anew before it
    if ((step.uses !== 'run' || isAnew) && eachTime(step, config) !== undefined) return undefined;
    const found = store.findIn(resumed.run, name, fingerprint);
    return found && isWhole(found, objects) ? found : undefined;
  }

  /** One of which everything is still there. */
  find(fingerprint: string): CachedStep | undefined {
    const found = this.options.store.find(fingerprint);
    return found && isWhole(found, this.options.objects) ? found : undefined;
  }

  /**
   * Keeps what a step has made for later runs, unless what it read has changed while it ran. Returns, in words, what has
   * changed; empty: nothing.
   */
  async keep(name: string, finished: Finished, signal: AbortSignal): Promise<string> {
    const { steps, config, store, objects } = this.options;
    const step = steps[name];
    if (step === undefined) return '';
    const { id, look, result, points, folder, before } = finished;
    const { fingerprint, parts } = look;
    const after = await this.parts(name, before, signal).catch((error: unknown) => {
      if (isAbort(error)) throw error;
      return undefined; // what it read is gone: it has succeeded all the same
    });
    const isSame = after !== undefined && fingerprintOf(after) === fingerprint;
    const readSame = result.inputs.every(input => parts[`data ${input.dataset}`] === input.digest);
    const isRestorable =
      isSame && readSame && !finished.hasMore && points.length <= mostPoints && eachTime(step, config) === undefined;
    const curves = isRestorable ? await storePoints(objects, points, folder) : undefined;
    const { params, metrics, tags, inputs, summary } = result;
    const findings = { params, metrics, tags, inputs, summary };
    store.put(id, name, {
      fingerprint,
      parts,
      ...(isRestorable && { restorable: { findings, ...(curves !== undefined && { points: curves }) } }),
    });
    if (after === undefined) return 'what it read can no longer be read';
    return isSame
      ? ''
      : changesText(changesOf(parts, after), { path: dataset => config.datasets[dataset]?.path ?? dataset });
  }

  private async parts(name: string, before: readonly Made[], signal: AbortSignal): Promise<Parts> {
    const { steps, config, files, ports, environments } = this.options;
    const step = steps[name];
    if (step === undefined) throw new ModelyardError('internal', `There is no step ${name}.`);
    const named = step.uses === 'run' ? new Set<string>() : (this.flows.get(name)?.datasets ?? new Set<string>());
    const digests = new Map<string, Digest | undefined>();
    for (const dataset of named) digests.set(dataset, await ports.dataDigest(dataset, signal));
    const environment = step.uses === 'run' && step.environment && (await environments.parts(step.environment, signal));
    return partsOf({
      step,
      config,
      datasets: datasetFacts(config, named, digests),
      inputs: takesOutputs(step) ? nearest(before) : [],
      ...(step.uses === 'features' && { features: await ports.features.parts(step.with, signal) }),
      files: await files.digests(filesRead(step), signal),
      ...(environment && { environment }),
    });
  }
}

/** As `inputsFor` chooses. */
function nearest(before: readonly Made[]): Parameters<typeof partsOf>[0]['inputs'] {
  const found = new Map<Parameters<typeof isTaken>[0], string>();
  for (const { digests } of before)
    for (const [kind, digest] of digests) if (isTaken(kind) && !found.has(kind)) found.set(kind, digest);
  return [...found].map(([kind, digest]) => ({ kind, digest }));
}

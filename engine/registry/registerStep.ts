import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { Digest, RunId } from '../protocol/ids';
import type { EngineStepContext, EngineStepRunner, JobResult } from '../protocol/jobs';
import type { Lineage, Promotion } from '../protocol/registry';
import type { RegistryService } from './service';

/** What the step asks of tracking. */
export interface RegisteredRun {
  readonly metrics: Readonly<Record<string, number>>;
  readonly gitCommit?: string;
  readonly gitDirty?: boolean;
  /** The model's folder among the run's artifacts, and one digest over its files. */
  readonly model: { readonly artifactPath: string; readonly digest: Digest } | undefined;
}

export interface RegisterStepOptions {
  readonly registry: Pick<RegistryService, 'register' | 'promote' | 'judgeAll'>;
  readonly run: (id: RunId) => RegisteredRun;
  /** Keeps the file of the evaluation that the step needs, else finds the run's own. */
  readonly evaluation: (run: { id: RunId; needed: string | undefined }) => Promise<Digest | undefined>;
}

/** The step `uses: register`: a new version of the model that the pipeline trained, moved on if its gates let it. */
export const createRegisterStep =
  ({ registry, run, evaluation }: RegisterStepOptions): EngineStepRunner<'register'> =>
  async (options, context) => {
    const needed = context.inputs.find(({ kind }) => kind === 'evaluation')?.path;
    const evaluationDigest = await evaluation({ id: context.runId, needed });
    const source = run(context.runId);
    if (source.model === undefined) {
      throw new ModelyardError('not-found', 'The run has no model to register.', {
        fix: 'Let the step need one that trains.',
      });
    }
    const version = await registry.register({
      model: options.model,
      runId: context.runId,
      artifactPath: source.model.artifactPath,
      description: options.description ?? '',
      metrics: source.metrics,
      lineage: {
        ...lineageOf(context, { ...source, model: source.model }),
        ...(evaluationDigest !== undefined && { evaluationDigest }),
      },
    });
    context.log(`Version ${version.version} of ${options.model} begins in ${version.stage}.`);
    const promotion =
      options.stage === undefined || options.stage === version.stage
        ? undefined
        : await registry.promote({
            name: options.model,
            version: version.version,
            to: options.stage,
            reason: `by pipeline ${context.pipeline}`,
          });
    await registry.judgeAll(promotion?.version ?? version);
    await writeFile(path.join(context.workDir, 'version.json'), JSON.stringify(promotion?.version ?? version, null, 2));
    return {
      outputs: [{ kind: 'model-version', path: 'version.json', artifactPath: 'model_version.json' }],
      params: {},
      metrics: {},
      tags: { 'modelyard.model': options.model, 'modelyard.modelVersion': String(version.version) },
      inputs: [],
      summary: `${options.model} version ${version.version} in ${promotion?.version.stage ?? version.stage}`,
      ...blocked(promotion),
    };
  };

function lineageOf(context: EngineStepContext, source: RegisteredRun & { model: { digest: Digest } }): Lineage {
  return {
    pipeline: context.pipeline,
    configDigest: context.configDigest,
    ...(source.gitCommit !== undefined && { gitCommit: source.gitCommit }),
    ...(source.gitDirty !== undefined && { gitDirty: source.gitDirty }),
    datasets: context.datasets,
    modelDigest: source.model.digest,
  };
}

function blocked(promotion: Promotion | undefined): Pick<JobResult, 'error'> {
  if (promotion === undefined || promotion.promoted) return {};
  const sentences = promotion.gates.results
    .filter(result => result.verdict === 'failed' || result.verdict === 'unknown')
    .map(result => result.sentence);
  return {
    error: {
      code: 'gate.failed',
      message: `Version ${promotion.version.version} is registered, but the gates of ${promotion.to} keep it in ${promotion.from}: ${sentences.join(' ')}`,
      fix: 'Improve the model, or change the rule under `models:` in modelyard.yaml and say why in the commit.',
    },
  };
}

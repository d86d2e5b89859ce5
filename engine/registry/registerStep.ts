import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError } from '../errors';
import type { Digest, RunId } from '../protocol/ids';
import type { EngineStepContext, EngineStepRunner, JobResult, OutputKind } from '../protocol/jobs';
import type { Lineage, Promotion } from '../protocol/registry';
import type { RegistryService } from './service';

/** What the step asks of tracking. */
export interface RegisteredRun {
  readonly startedAt: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the config that the run was made with. */
  readonly configDigest?: Digest;
  readonly gitCommit?: string;
  readonly gitDirty?: boolean;
  /** The model's folder among the run's artifacts, and one digest over its files. */
  readonly model: { readonly artifactPath: string; readonly digest: Digest } | undefined;
}

export interface RegisterStepOptions {
  readonly registry: Pick<RegistryService, 'register' | 'retested' | 'versionOf' | 'promote' | 'judgeAll'> & {
    readonly stages: Pick<RegistryService['stages'], 'first'>;
  };
  /** `modelPath`: where the model is among its artifacts; absent: where the step `train` puts it. */
  readonly run: (id: RunId, modelPath?: string) => RegisteredRun;
  /** Keeps the file of the evaluation that the step needs, else finds the run's own. */
  readonly evaluation: (run: { id: RunId; needed: string | undefined }) => Promise<Digest | undefined>;
  /** The same of what the step `test` has measured. */
  readonly tests: (run: { id: RunId; needed: string | undefined }) => Promise<Digest | undefined>;
}

/** The step `uses: register`: a new version of the model that the pipeline trained, moved on if its gates let it. */
export const createRegisterStep =
  ({ registry, run, evaluation, tests }: RegisterStepOptions): EngineStepRunner<'register'> =>
  async (options, context) => {
    const { runId, source } = trainedRun(run, context);
    const metrics = { ...source.metrics, ...laterEvaluation(run, { runId, source, inputs: context.inputs }) };
    const needed = (kind: OutputKind) => context.inputs.find(input => input.kind === kind)?.path;
    const evaluationDigest = await evaluation({ id: runId, needed: needed('evaluation') });
    const testsDigest = await tests({ id: runId, needed: needed('model-tests') });
    const lineage = {
      ...lineageOf(context, source),
      ...(evaluationDigest !== undefined && { evaluationDigest }),
      ...(testsDigest !== undefined && { testsDigest }),
    };
    const known = await registry.versionOf(options.model, lineage);
    const same = known && testsDigest !== undefined ? registry.retested(known, testsDigest) : known;
    const version =
      same ??
      (await registry.register({
        model: options.model,
        runId,
        artifactPath: source.model.artifactPath,
        description: options.description ?? '',
        metrics,
        lineage,
      }));
    context.log(
      same
        ? `This is version ${version.version} of ${options.model} already, in ${version.stage}.`
        : `Version ${version.version} of ${options.model} begins in ${version.stage}.`,
    );
    // Where somebody has moved it meanwhile it stays.
    const isWhereItBegan = version.stage === (same ? await registry.stages.first(options.model) : version.stage);
    const promotion =
      options.stage === undefined || options.stage === version.stage || !isWhereItBegan
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
      summary: `${options.model} version ${version.version} ${same ? 'as before, in' : 'in'} ${promotion?.version.stage ?? version.stage}`,
      ...blocked(promotion),
    };
  };

type WithModel = RegisteredRun & { readonly model: NonNullable<RegisteredRun['model']> };
interface Trained {
  readonly runId: RunId;
  readonly source: WithModel;
}

/** The run that trained the model which the step takes: its own, or an earlier one when the step runs alone. */
function trainedRun(run: RegisterStepOptions['run'], { runId: own, inputs }: EngineStepContext): Trained {
  const { runId = own, artifactPath } = inputs.find(({ kind }) => kind === 'model') ?? {};
  const source = run(runId, artifactPath);
  if (source.model !== undefined) return { runId, source: { ...source, model: source.model } };
  throw new ModelyardError('not-found', 'The run has no model to register.', {
    fix: 'Let the step need one that trains.',
  });
}

/**
 * The metrics of an evaluation that was made for the model in a run of its own.
 * @throws ModelyardError `conflict` when it was made before the model
 */
function laterEvaluation(
  run: RegisterStepOptions['run'],
  { runId, source, inputs }: Trained & Pick<EngineStepContext, 'inputs'>,
): RegisteredRun['metrics'] {
  const evaluation = inputs.find(({ kind }) => kind === 'evaluation');
  if (evaluation?.runId === undefined || evaluation.runId === runId) return {};
  const { metrics, startedAt } = run(evaluation.runId);
  if (startedAt >= source.startedAt) return metrics;
  const message = `The evaluation of step ${evaluation.step} is older than the model that is to be registered.`;
  throw new ModelyardError('conflict', message, { fix: `Run step ${evaluation.step} again, or the whole pipeline.` });
}

function lineageOf(context: EngineStepContext, source: WithModel): Lineage {
  return {
    pipeline: context.pipeline,
    configDigest: source.configDigest ?? context.configDigest,
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

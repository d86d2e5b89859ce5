import type { Evaluation } from '../protocol/evaluation';
import type { DataAccess } from '../protocol/frame';
import type { Job, JobContext, JobResult, JobRunner } from '../protocol/jobs';
import type { DecisionOptions, EvaluateOptions } from '../protocol/steps/evaluation';
import type { StepUse } from '../protocol/steps';
import { ModelyardError } from '../errors';
import { plural } from '../plural';
import { placedInData } from './dataPlace';
import { mostDrawn } from './evaluation/bootstrap';
import { compareWithChampion } from './evaluation/champion';
import { decide, type Decision } from './evaluation/decision';
import { evaluateScores } from './evaluation/evaluate';
import { gateEvidence } from './evaluation/gateEvidence';
import { writeEvaluation } from './evaluation/files';
import { drawnIntervals } from './evaluation/drawnIntervals';
import { heldOutThreshold } from './evaluation/heldOut';
import { permutationImportance, type Importance } from './evaluation/importance';
import { scoreAnyRows, type Scored } from './evaluation/scored';
import { allSlices } from './evaluation/sliceStep';
import { explainModel } from './explain/explainStep';
import type { AnyScoringModel } from './scoringModel';
import { readSplitData, requireInput, type SplitData } from './stepData';

type EvaluateJob = Job<Extract<StepUse, { readonly uses: 'evaluate' }>>;

/**
 * The step `uses: evaluate`: judges the model on the test part. Makes the output `evaluation` and the plots' data.
 * @param loadModel reads a model's folder
 */
export function createEvaluateRunner(
  data: DataAccess,
  loadModel: (folder: string) => Promise<AnyScoringModel>,
): JobRunner<'evaluate'> {
  return async (job, context) => {
    context.progress('Reading the test part', 0);
    const folder = requireInput(job, 'model', 'train');
    const input = await readSplitData(job, data, context.signal);
    const model = await loadModel(folder);
    context.progress(`Scoring ${plural(input.split.test.length, 'row')}`, 0.1);
    const { frame, split } = input;
    const scored = await placedInData({ data, source: input.source, signal: context.signal }, () =>
      scoreAnyRows(model, frame, split.test),
    );
    requireClasses(scored, model);
    const before = model.uncalibrated && { ...scored, scores: model.uncalibrated(frame, split.test) };
    const { options, decision, training } = await decided(job, { model, input, scored });
    const { bootstrap, interval, seed } = job.with;
    context.progress('Drawing intervals', 0.2);
    const drawing = { method: interval, rounds: bootstrap, stratified: isStratified(input, model) };
    const levels = [...new Set([0.95, ...job.with.confidence])];
    const drawn = await drawnIntervals(scored, { decision, seed, levels, ...drawing }, context.signal);
    const { stratified } = drawing;
    const beside = await compareWithChampion(
      { job: { ...job, with: options }, loadModel, model, input, scored, decision, stratified },
      context,
    );
    const asked = { ...options, confidence: levels };
    const slices = await allSlices(
      { data, frame, rows: split.test, scored, decision, options: asked, label: model.preparation.label.name },
      context,
    );
    const work = { data, loadModel, model, input, scored, decision, stratified, options: asked };
    const evidence = await gateEvidence({ ...work, training, rivals: job.rivals ?? [] }, context);
    const importance = await columnImportance(job, { model, input }, context);
    const { favourable } = decision;
    const explained = await explainModel(
      { model, input, options: job.with, favourable, importance: importance?.columns, folder: job.workDir },
      context,
    );
    const evaluation: Evaluation = {
      ...evaluateScores({ scored, preparation: model.preparation, decision, ...(before && { before }) }),
      ...evidence,
      ...(bootstrap > 0 && {
        ...drawn,
        intervalsBy: { ...drawing, rows: Math.min(scored.y.length, mostDrawn) },
      }),
      ...(importance && { importance: importance.columns, importanceRows: importance.rows }),
      ...explained.evaluation,
      ...slices,
    };
    context.progress('Writing the evaluation', 0.98);
    const files = await writeEvaluation(job.workDir, { evaluation, scored, decision, rows: split.test });
    const { champion } = job;
    const tags = champion && beside.length > 0 ? { 'modelyard.champion': `${champion.model}@${champion.version}` } : {};
    return result(job, { evaluation, input, tags, outputs: [...files, ...beside, ...explained.outputs] });
  };
}

/** With the training part where it had to be scored for that. */
async function decided(
  job: EvaluateJob,
  { model, input, scored }: { readonly model: AnyScoringModel; readonly input: SplitData; readonly scored: Scored },
): Promise<{ options: EvaluateOptions & DecisionOptions; decision: Decision; training: Scored | undefined }> {
  const { threshold: wanted } = job.with;
  const { frame, split } = input;
  const heldOut = wanted === 'held-out' ? await heldOutThreshold({ job, options: job.with, model, split }) : undefined;
  const options = { ...job.with, threshold: heldOut?.value ?? (wanted === 'held-out' ? 0.5 : wanted) };
  const training = wanted === 'best' ? await scoreAnyRows(model, frame, split.train) : undefined;
  const found = decide(options, model.preparation, () => training ?? scored);
  return { options, decision: heldOut ? { ...found, reason: heldOut.reason } : found, training };
}

/** The classes of the test part were counted out, so draws keep them too. */
const isStratified = ({ split }: SplitData, { preparation }: AnyScoringModel): boolean =>
  preparation.task !== 'regression' && split.method === 'stratified' && split.by === preparation.label.name;

/** @throws ModelyardError `training.label` when the test part holds one class only. */
function requireClasses({ task, y }: Scored, { preparation }: AnyScoringModel): void {
  if (task === 'regression' || y.some(label => label !== y[0])) return;
  const { name } = preparation.label;
  throw new ModelyardError(
    'training.label',
    `All ${plural(y.length, 'row')} of the test part have the ${name} ${preparation.classes[y[0]!] ?? ''}; nothing can be measured.`,
    { fix: `Split with \`stratify: ${name}\`, or take a larger test part.` },
  );
}

async function columnImportance(
  job: EvaluateJob,
  { model, input }: { readonly model: AnyScoringModel; readonly input: SplitData },
  context: JobContext,
): Promise<Importance | undefined> {
  const { importance: rounds, seed } = job.with;
  if (rounds === 0) return undefined;
  return permutationImportance(
    model,
    {
      frame: input.frame,
      rows: input.split.test,
      rounds,
      seed,
      progress: (message, fraction) => context.progress(message, 0.4 + 0.5 * fraction),
    },
    context.signal,
  );
}

function result(
  job: EvaluateJob,
  made: { readonly evaluation: Evaluation; readonly input: SplitData } & Pick<JobResult, 'outputs' | 'tags'>,
): JobResult {
  const { evaluation, input, outputs, tags } = made;
  const { cost, threshold, favourable, seed } = job.with;
  return {
    outputs,
    params: {
      ...(evaluation.task === 'binary' && { evaluate_threshold: threshold }),
      ...(cost && { cost_false_negative: cost.false_negative, cost_false_positive: cost.false_positive }),
      ...(favourable !== undefined && { favourable }),
      evaluate_seed: seed,
    },
    metrics: evaluation.metrics,
    tags,
    inputs: [{ dataset: input.source.name, digest: input.digest, context: 'evaluation' }],
    summary: summary(evaluation),
  };
}

function summary({ task, metrics, rows }: Evaluation): string {
  const shown = (key: string, name: string): string[] => {
    const value = metrics[key];
    return value === undefined ? [] : [`${name} ${value.toPrecision(3)}`];
  };
  const parts =
    task === 'regression'
      ? [...shown('rmse', 'RMSE'), ...shown('r2', 'R²')]
      : task === 'binary'
        ? [...shown('auc', 'AUC'), ...shown('expected_cost', 'cost'), ...shown('threshold', 'at threshold')]
        : [...shown('accuracy', 'accuracy'), ...shown('f1_macro', 'macro F1')];
  return [...parts, plural(rows, 'test row')].join(' · ').replace(' · at threshold', ' at threshold');
}

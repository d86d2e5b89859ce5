import { createHash } from 'node:crypto';
import path from 'node:path';
import type { CrossValidatedLearner, CrossValidation } from '../../protocol/crossValidation';
import type { DataAccess } from '../../protocol/frame';
import type { Job, JobContext, JobResult, JobRunner } from '../../protocol/jobs';
import type { StepUse } from '../../protocol/steps';
import { plural } from '../../plural';
import { placedInData } from '../dataPlace';
import type { Scored } from '../evaluation/scored';
import { writeJson } from '../files';
import { foldsLike } from '../fitModel';
import { makeFolds, type Folds } from '../folds/makeFolds';
import type { Preparation } from '../preparation';
import { readPreparation } from '../preparationFile';
import { readSplitData, requireInput, type SplitData } from '../stepData';
import { compareLearners, overFolds, testRatio } from './compareLearners';
import { heldOutThreshold } from './heldOutThreshold';
import { mainMetric, loggedMetrics } from './mainMetric';
import { besideEarlier } from './earlier';
import { keptFolds, writeOutOfFold } from './outOfFold';
import { runFolds, type FoldResult } from './runFolds';

type CrossValidateJob = Job<Extract<StepUse, { readonly uses: 'cross-validate' }>>;

const resultFile = 'cross_validation.json';
const predictionsFile = 'out_of_fold.csv';

/**
 * The step `uses: cross-validate`: judges learners on folds of the training part, each prepared, fitted and scored anew.
 * Makes the artifacts `cross_validation.json` and `out_of_fold.csv`.
 */
export function createCrossValidateRunner(surroundings: {
  readonly data: DataAccess;
  /** Where the WASM files of TensorFlow.js are. */
  readonly assetsDir: string;
}): JobRunner<'cross-validate'> {
  const { data, assetsDir } = surroundings;
  return async (job, context) => {
    context.progress('Reading the training part', 0);
    const preparation = await readPreparation(requireInput(job, 'preparation', 'prepare'));
    const input = await readSplitData(job, data, context.signal);
    const { frame, split, source } = input;
    const folds = await placedInData({ data, source, signal: context.signal }, () => divided(job, input, preparation));
    const kept = new Set(keptFolds(folds.folds));
    const results: FoldResult[] = [];
    const { learners } = job.with;
    await runFolds(
      { frame, folds: folds.folds, preparation, learners, decision: job.with, split, assetsDir },
      {
        signal: context.signal,
        metric: () => undefined,
        progress: (message, fraction) => context.progress(message, 0.02 + 0.95 * (fraction ?? 0)),
      },
      result => {
        results.push(kept.has(folds.folds[result.fold]!) ? result : withoutScores(result));
        tellFold(result, { context, job, preparation });
      },
    );
    const alone = crossValidation(results, { job, folds, input, preparation });
    const earlier = job.earlier && (await besideEarlier(alone, job.earlier));
    if (typeof earlier === 'string') context.log(earlier);
    const comparisons = [...alone.comparisons, ...(typeof earlier === 'object' ? earlier : [])];
    const found = { ...alone, comparisons };
    await writeJson(path.join(job.workDir, resultFile), found);
    if (kept.size < folds.folds.length) context.log('Only predictions of the first repeat are kept: they are many.');
    await writeOutOfFold(path.join(job.workDir, predictionsFile), {
      folds: [...kept],
      preparation,
      scored: byLearner(results),
    });
    return jobResult(found, { job, input });
  };
}

/** Of many rows and repeats only some scores are kept. */
const withoutScores = (result: FoldResult): FoldResult => ({
  ...result,
  scored: { ...result.scored, y: new Float64Array(0), scores: new Float64Array(0) },
});

/** As the options say; where they say nothing, as the training part was split off. */
function divided(job: CrossValidateJob, { frame, split }: SplitData, preparation: Preparation): Folds {
  const { group, time, stratify, rows } = job.with;
  const own = group !== undefined || time !== undefined || stratify !== undefined;
  return makeFolds({
    frame,
    rows: rows === 'all' ? Int32Array.from({ length: frame.rows }, (_, row) => row) : split.train,
    options: { ...job.with, ...(!own && foldsLike(split)) },
    ...(preparation.task !== 'regression' && { label: preparation.label.name }),
  });
}

/** One point of a curve a fold, and a line in the log. */
function tellFold(
  { learner, fold, metrics }: FoldResult,
  { context, job, preparation }: { context: JobContext; job: CrossValidateJob; preparation: Preparation },
): void {
  const main = mainMetric(preparation.task, job.with);
  const value = metrics[main];
  if (value === undefined) context.log(`${learner}, fold ${fold + 1}: ${main} is not defined.`);
  else {
    context.metric(nameOf(job, `fold_${main}`, learner), value, fold + 1);
    context.log(`${learner}, fold ${fold + 1}: ${main} ${value.toPrecision(4)}`);
  }
}

/** A metric of one of several learners has its name behind it. */
const nameOf = ({ with: { learners } }: CrossValidateJob, metric: string, learner: string): string =>
  Object.keys(learners).length > 1 ? `${metric}/${learner}` : metric;

interface Around {
  readonly job: CrossValidateJob;
  readonly folds: Folds;
  readonly input: SplitData;
  readonly preparation: Preparation;
}

function crossValidation(results: readonly FoldResult[], { job, folds, input, preparation }: Around): CrossValidation {
  const { task, label, positive } = preparation;
  const sizes = folds.folds.map(({ repeat, fold, train, test }) => ({
    repeat,
    fold,
    train: train.length,
    test: test.length,
  }));
  const ratio = testRatio(sizes);
  const learners = Object.entries(job.with.learners).map(([name, { learner }]): CrossValidatedLearner => {
    const own = results.filter(result => result.learner === name);
    const keys = [...new Set(own.flatMap(({ metrics }) => Object.keys(metrics)))];
    const first = own.filter(({ fold }) => folds.folds[fold]?.repeat === 0).map(({ scored }) => scored);
    const threshold = heldOutThreshold(first, job.with);
    const values = Object.fromEntries(keys.map(key => [key, own.map(({ metrics }) => metrics[key] ?? null)]));
    return {
      name,
      learner,
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0),
      values,
      metrics: Object.fromEntries(Object.entries(values).map(([key, list]) => [key, overFolds(list, ratio)])),
      ...(threshold && { threshold }),
    };
  });
  return {
    version: 1,
    task,
    label: label.name,
    ...(positive !== undefined && { positive }),
    rows: job.with.rows === 'all' ? input.frame.rows : input.split.train.length,
    method: folds.method,
    by: folds.by,
    repeats: job.with.repeats,
    seed: job.with.seed,
    digest: digestOf(input.digest, folds),
    folds: sizes,
    metric: mainMetric(task, job.with),
    learners,
    comparisons: compareLearners(learners, ratio),
  };
}

function digestOf(data: string, { folds }: Folds): string {
  const hash = createHash('sha256').update(data);
  for (const { train, test } of folds)
    for (const part of [train, test]) hash.update(`\n${part.length}\n`).update(new Uint8Array(part.slice().buffer));
  return hash.digest('hex');
}

function byLearner(results: readonly FoldResult[]): ReadonlyMap<string, readonly Scored[]> {
  const scored = new Map<string, Scored[]>();
  for (const result of results) {
    const own = scored.get(result.learner);
    if (own) own.push(result.scored);
    else scored.set(result.learner, [result.scored]);
  }
  return scored;
}

function jobResult(found: CrossValidation, { job, input }: Pick<Around, 'job' | 'input'>): JobResult {
  const { folds, repeats, seed } = job.with;
  const metrics = found.learners.flatMap(({ name, metrics: own }) =>
    loggedMetrics.flatMap(key => {
      const value = own[key];
      if (!value) return [];
      const sd = value.sd === undefined ? [] : [[nameOf(job, `cv_${key}_sd`, name), value.sd] as const];
      return [[nameOf(job, `cv_${key}`, name), value.mean] as const, ...sd];
    }),
  );
  return {
    outputs: [
      { kind: 'cross-validation', path: resultFile, artifactPath: resultFile },
      { kind: 'file', path: predictionsFile, artifactPath: predictionsFile },
    ],
    params: {
      folds,
      repeats,
      method: found.method,
      ...(found.by.length > 0 && { by: found.by.join(', ') }),
      learners: found.learners.map(({ name }) => name).join(', '),
      seed,
    },
    metrics: Object.fromEntries(metrics),
    tags: {},
    inputs: [{ dataset: input.source.name, digest: input.digest, context: 'training' }],
    summary: summary(found),
  };
}

function summary({ learners, metric, folds, comparisons }: CrossValidation): string {
  const parts = learners.map(({ name, metrics }) => {
    const { mean = NaN, sd } = metrics[metric] ?? {};
    return `${name} ${mean.toPrecision(3)}${sd === undefined ? '' : ` ± ${sd.toPrecision(2)}`}`;
  });
  const pair = comparisons.filter(one => one.metric === metric);
  const [only] = pair;
  const test = only && pair.length === 1 ? [`p ${only.p.toPrecision(2)}`] : [];
  return [`${metric} over ${plural(folds.length, 'fold')}: ${parts.join(', ')}`, ...test].join(' · ');
}

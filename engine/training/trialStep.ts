import type { DataAccess } from '../protocol/frame';
import type { Job, JobRunner, TrialUse } from '../protocol/jobs';
import type { DecisionOptions } from '../protocol/steps/evaluation';
import { runFolds } from './crossValidation/runFolds';
import type { MetricSet } from './evaluation/metricSet';
import { foldsLike } from './fitModel';
import type { Fold } from './folds/fold';
import { makeFolds } from './folds/makeFolds';
import type { Preparation } from './preparation';
import { readPreparation } from './preparationFile';
import { readSplitData, requireInput, type SplitData } from './stepData';

export interface TrialSurroundings {
  readonly data: DataAccess;
  /** Where the WASM files of TensorFlow.js are. */
  readonly assetsDir: string;
}

/**
 * One trial of a study: fits a learner on folds of the training part, with a preparation learnt anew on each, and
 * measures it on the rows left out. The test part is never looked at. Each fold is said as metrics at step 1, 2, ...;
 * the result has their means, and the deviation over folds as `METRIC_std`. With a held-out part the curves of the
 * learner are said as well.
 */
export function createTrialRunner({ data, assetsDir }: TrialSurroundings): JobRunner<'trial'> {
  return async (job, context) => {
    const preparation = await readPreparation(requireInput(job, 'preparation', 'prepare'));
    const input = await readSplitData(job, data, context.signal);
    const { frame, split } = input;
    const { options, cost } = job.with;
    const folds = foldsOf(job, preparation, input);
    const measured: MetricSet[] = [];
    const learners = { [options.learner]: options };
    const decision: DecisionOptions = { threshold: cost ? 'cost' : 0.5, ...(cost && { cost }) };
    await runFolds(
      {
        ...{ frame, folds, preparation, learners, decision, split, assetsDir },
        curves: job.with.holdout !== undefined,
        under: learner => `space.${learner}`,
      },
      { signal: context.signal, metric: (...point) => context.metric(...point), progress: () => undefined },
      ({ fold, metrics, seconds }) => {
        const all = { ...metrics, fit_seconds: seconds };
        measured.push(all);
        for (const [key, value] of Object.entries(all)) context.metric(key, value, fold + 1);
      },
    );
    return {
      outputs: [],
      params: {},
      metrics: summed(measured),
      tags: { 'modelyard.learner': job.with.options.learner, 'modelyard.task': preparation.task },
      inputs: [{ dataset: input.source.name, digest: input.digest, context: 'training' }],
      summary: `${folds.length} folds`,
    };
  };
}

function foldsOf(job: Job<TrialUse>, preparation: Preparation, { frame, split }: SplitData): readonly Fold[] {
  const { folds, holdout, seed } = job.with;
  const made = makeFolds({
    frame,
    rows: split.train,
    options: { folds: holdout === undefined ? folds : Math.round(1 / holdout), repeats: 1, seed, ...foldsLike(split) },
    ...(preparation.task !== 'regression' && { label: preparation.label.name }),
  });
  if (holdout === undefined) return made.folds;
  // forward in time the last fold has most to learn from
  return made.method === 'time' ? made.folds.slice(-1) : made.folds.slice(0, 1);
}

/** Means of what every fold has, and their sample deviations. */
function summed(folds: readonly MetricSet[]): MetricSet {
  const [first = {}] = folds;
  const result: Record<string, number> = {};
  for (const key of Object.keys(first)) {
    const values = folds.flatMap(metrics => metrics[key] ?? []);
    if (values.length < folds.length) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    result[key] = mean;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    // how much a time differs says nothing of the learner, and is another number each time
    if (values.length > 1 && key !== 'fit_seconds') result[`${key}_std`] = Math.sqrt(squares / (values.length - 1));
  }
  return result;
}

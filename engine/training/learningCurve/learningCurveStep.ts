import path from 'node:path';
import type { CurveStatistic, LearnerCurve, LearningCurve } from '../../protocol/learningCurve';
import type { DataAccess } from '../../protocol/frame';
import type { Job, JobContext, JobResult, JobRunner } from '../../protocol/jobs';
import type { StepUse } from '../../protocol/steps';
import { count } from '../columns';
import { loggedMetrics, mainMetric } from '../crossValidation/mainMetric';
import { placedInData } from '../dataPlace';
import type { MetricSet } from '../evaluation/metricSet';
import { writeJson } from '../files';
import { foldsLike } from '../fitModel';
import { makeFolds, type Folds } from '../folds/makeFolds';
import type { Preparation } from '../preparation';
import { readPreparation } from '../preparationFile';
import { Random } from '../../random';
import { readSplitData, requireInput, type SplitData } from '../stepData';
import { targetValues } from '../transform';
import { grow, type SizeResult, type Teaching } from './growing';
import { nestedOrder, sizesOf } from './subsets';

type LearningCurveJob = Job<Extract<StepUse, { readonly uses: 'learning-curve' }>>;

const resultFile = 'learning_curve.json';
/** A fifth of the training part judges. */
const parts = 5;

/** The step `uses: learning-curve`: how good learners are by the number of rows they learn from. */
export function createLearningCurveRunner(surroundings: {
  readonly data: DataAccess;
  /** Where the WASM files of TensorFlow.js are. */
  readonly assetsDir: string;
}): JobRunner<'learning-curve'> {
  const { data, assetsDir } = surroundings;
  return async (job, context) => {
    context.progress('Reading the training part', 0);
    const preparation = await readPreparation(requireInput(job, 'preparation', 'prepare'));
    const input = await readSplitData(job, data, context.signal);
    const { frame, split, source } = input;
    const { folds, teachings } = await placedInData({ data, source, signal: context.signal }, () =>
      teachingsOf(job, input, preparation),
    );
    const all = teachings.reduce((least, { order }) => Math.min(least, order.length), Infinity);
    const sizes = sizesOf(
      smallestWithAll(teachings, { input, preparation, wanted: job.with.smallest * all }),
      all,
      job.with.points,
    );
    const results: SizeResult[] = [];
    const { learners } = job.with;
    await grow(
      { frame, teachings, sizes, preparation, learners, decision: job.with, split, assetsDir },
      {
        signal: context.signal,
        metric: () => undefined,
        progress: (message, fraction) => context.progress(message, 0.02 + 0.96 * (fraction ?? 0)),
      },
      result => {
        results.push(result);
        const own = results.filter(({ learner, size }) => learner === result.learner && size === result.size);
        if (own.length === teachings.length) tellSize(own, { job, context, preparation, rows: sizes[result.size]! });
      },
    );
    const curve = learningCurve(results, { job, folds, teachings, sizes, preparation });
    await writeJson(path.join(job.workDir, resultFile), curve);
    return {
      outputs: [{ kind: 'file', path: resultFile, artifactPath: resultFile }],
      params: {
        points: sizes.length,
        repeats: curve.repeats,
        seed: job.with.seed,
      },
      metrics: {},
      tags: {},
      inputs: [{ dataset: source.name, digest: input.digest, context: 'training' }],
      summary: summary(curve),
    } satisfies JobResult;
  };
}

/** A fold of the training part judges in each repeat; the rest teaches, in an order of which each beginning is alike. */
function teachingsOf(
  job: LearningCurveJob,
  { frame, split }: SplitData,
  preparation: Preparation,
): { readonly folds: Folds; readonly teachings: readonly Teaching[] } {
  const { repeats, seed } = job.with;
  const like = foldsLike(split);
  const folds = makeFolds({
    frame,
    rows: split.train,
    options: { folds: parts, repeats: like.time === undefined ? Math.ceil(repeats / parts) : 1, seed, ...like },
    ...(preparation.task !== 'regression' && { label: preparation.label.name }),
  });
  // Forward in time only the newest part judges, and the newest rows before it teach first.
  const judging = folds.method === 'time' ? folds.folds.slice(-1) : folds.folds.slice(0, repeats);
  const times = frame.columns.find(({ name }) => name === like.time);
  const teachings = judging.map(({ train, test }, repeat): Teaching => {
    if (times?.kind === 'number') {
      const { values } = times;
      return { order: train.toSorted((a, b) => values[b]! - values[a]! || b - a), test };
    }
    const labels =
      preparation.task === 'regression'
        ? new Int32Array(train.length)
        : Int32Array.from(targetValues(preparation, frame, train));
    const order = nestedOrder(labels, new Random(seed + 7_919 * (repeat + 1)));
    return { order: order.map(at => train[at]!), test };
  });
  return { folds, teachings };
}

/** The wanted size, or what it takes until every class is there, in all repeats. */
function smallestWithAll(
  teachings: readonly Teaching[],
  {
    input,
    preparation,
    wanted,
  }: { readonly input: SplitData; readonly preparation: Preparation; readonly wanted: number },
): number {
  const least = Math.max(10, Math.round(wanted));
  if (preparation.task === 'regression') return least;
  return teachings.reduce((most, { order }) => {
    const labels = targetValues(preparation, input.frame, order);
    const seen = new Map<number, number>();
    // two of each: a learner may hold rows out
    const at = labels.findIndex(label => {
      seen.set(label, (seen.get(label) ?? 0) + 1);
      return seen.size === preparation.classes.length && [...seen.values()].every(rows => rows >= 2);
    });
    return Math.max(most, at < 0 ? order.length : at + 1);
  }, least);
}

function tellSize(
  results: readonly SizeResult[],
  around: { job: LearningCurveJob; context: JobContext; preparation: Preparation; rows: number },
): void {
  const { job, context, preparation, rows } = around;
  const main = mainMetric(preparation.task, job.with);
  const [first] = results;
  const { mean } = statistic(results.map(({ validation }) => validation[main]));
  if (!first || mean === null) return;
  const several = Object.keys(job.with.learners).length > 1;
  context.metric(several ? `learning_${main}/${first.learner}` : `learning_${main}`, mean, rows);
  context.log(`${first.learner}, ${count(rows)} rows: ${main} ${mean.toPrecision(4)}`);
}

function learningCurve(
  results: readonly SizeResult[],
  made: {
    readonly job: LearningCurveJob;
    readonly folds: Folds;
    readonly teachings: readonly Teaching[];
    readonly sizes: readonly number[];
    readonly preparation: Preparation;
  },
): LearningCurve {
  const { job, folds, teachings, sizes, preparation } = made;
  return {
    version: 1,
    task: preparation.task,
    label: preparation.label.name,
    method: folds.method,
    by: folds.by,
    repeats: teachings.length,
    seed: job.with.seed,
    sizes,
    judged: Math.round(teachings.reduce((sum, { test }) => sum + test.length, 0) / teachings.length),
    metric: mainMetric(preparation.task, job.with),
    learners: Object.entries(job.with.learners).map(([name, { learner }]): LearnerCurve => {
      const bySize = sizes.map((_, size) => results.filter(one => one.learner === name && one.size === size));
      const over = (part: (one: SizeResult) => MetricSet) =>
        Object.fromEntries(
          loggedMetrics
            .filter(key => results.some(one => key in part(one)))
            .map(key => [key, bySize.map(own => statistic(own.map(one => part(one)[key])))]),
        );
      return {
        name,
        learner,
        training: over(({ training }) => training),
        validation: over(({ validation }) => validation),
        seconds: bySize.map(own => own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length),
      };
    }),
  };
}

function statistic(values: readonly (number | undefined)[]): CurveStatistic {
  const defined = values.filter(value => value !== undefined);
  if (defined.length === 0) return { mean: null, sd: null };
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  if (defined.length < 2) return { mean, sd: null };
  return { mean, sd: Math.sqrt(defined.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (defined.length - 1)) };
}

function summary({ learners, metric, sizes }: LearningCurve): string {
  const parted = learners.map(({ name, validation }) => {
    const points = validation[metric] ?? [];
    const shown = [points[0]?.mean, points.at(-1)?.mean].map(value => value?.toPrecision(3) ?? '–');
    return `${name} ${shown.join(' → ')}`;
  });
  return `${metric} from ${count(sizes[0] ?? 0)} to ${count(sizes.at(-1) ?? 0)} rows: ${parted.join(', ')}`;
}

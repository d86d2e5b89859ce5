import type { Frame } from '../../protocol/frame';
import type { DecisionOptions } from '../../protocol/steps/evaluation';
import type { TrainOptions } from '../../protocol/steps/learners';
import { throwIfAborted } from '../../errors';
import { decide } from '../evaluation/decision';
import { metricSet, type MetricSet } from '../evaluation/metricSet';
import { scoreRows, type Scored } from '../evaluation/scored';
import type { SplitFile } from '../files';
import { fitModel, preparationOn, quiet, within } from '../fitModel';
import type { Fold } from '../folds/fold';
import type { LearnerProgress } from '../learner';
import { predict } from '../model';
import { placedUnder } from '../placedUnder';
import type { Preparation } from '../preparation';
import type { ScoringModel } from '../scoringModel';
import { transformRows } from '../transform';

export interface FoldsTask {
  readonly frame: Frame;
  readonly folds: readonly Fold[];
  /** Learnt anew in each fold. */
  readonly preparation: Preparation;
  readonly learners: Readonly<Record<string, TrainOptions>>;
  readonly decision: DecisionOptions;
  readonly split: Pick<SplitFile, 'method' | 'by'>;
  readonly assetsDir: string;
  /** Whether the curves of learners are told; else they are of models that are thrown away. */
  readonly curves?: boolean;
  /** Where the options of a learner are in the step's; absent: `learners.NAME`. */
  readonly under?: (learner: string) => string;
}

/** What a learner did with a fold. */
export interface FoldResult {
  readonly learner: string;
  /** Index in `folds`. */
  readonly fold: number;
  readonly metrics: MetricSet;
  readonly scored: Scored;
  readonly seconds: number;
}

/** Prepares, fits and scores fold by fold; each result is handed over as soon as it is there. */
export async function runFolds(
  task: FoldsTask,
  progress: LearnerProgress,
  take: (result: FoldResult) => void,
): Promise<void> {
  const { frame, folds, learners, split, assetsDir } = task;
  const names = Object.keys(learners);
  for (const [at, { train, test, repeat, fold }] of folds.entries()) {
    const preparation = preparationOn(task.preparation, { frame, rows: train }, progress.signal);
    for (const [i, [name, options]] of Object.entries(learners).entries()) {
      throwIfAborted(progress.signal);
      const done = (at * names.length + i) / (folds.length * names.length);
      const step = within(task.curves === true ? progress : quiet(progress), {
        from: done,
        to: done + 1 / (folds.length * names.length),
      });
      const what = `${name}: fold ${fold + 1}${folds.some(one => one.repeat > 0) ? ` of repeat ${repeat + 1}` : ''}`;
      step.progress(what, 0);
      const started = performance.now();
      const { model } = await placedUnder(task.under?.(name) ?? `learners.${name}`, () =>
        fitModel(
          { frame, rows: train, preparation, options, split, assetsDir },
          { ...step, progress: (_, fraction) => step.progress(what, fraction) },
        ),
      );
      const seconds = (performance.now() - started) / 1000;
      const scoring: ScoringModel = {
        preparation,
        score: (other, rows) => predict(model, transformRows(preparation, other, rows)),
      };
      const scored = scoreRows(scoring, frame, test);
      const decision = decide(task.decision, preparation, () => scoreRows(scoring, frame, train));
      take({ learner: name, fold: at, metrics: metricSet(scored, decision), scored, seconds });
    }
  }
}

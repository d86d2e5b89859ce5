import type { Frame } from '../../protocol/frame';
import type { DecisionOptions } from '../../protocol/steps/evaluation';
import type { TrainOptions } from '../../protocol/steps/learners';
import { throwIfAborted } from '../../errors';
import { decide } from '../evaluation/decision';
import { metricSet, type MetricSet } from '../evaluation/metricSet';
import { scoreRows } from '../evaluation/scored';
import type { SplitFile } from '../files';
import { fitModel, preparationOn, quiet, within } from '../fitModel';
import type { LearnerProgress } from '../learner';
import { predict } from '../model';
import { placedUnder } from '../placedUnder';
import type { Preparation } from '../preparation';
import type { ScoringModel } from '../scoringModel';
import { transformRows } from '../transform';

/** Rows to learn from in the order in which they come, and rows to judge on. */
export interface Teaching {
  readonly order: Int32Array;
  readonly test: Int32Array;
}

export interface GrowingTask {
  readonly frame: Frame;
  /** One a repeat. */
  readonly teachings: readonly Teaching[];
  readonly sizes: readonly number[];
  readonly preparation: Preparation;
  readonly learners: Readonly<Record<string, TrainOptions>>;
  readonly decision: DecisionOptions;
  readonly split: Pick<SplitFile, 'method' | 'by'>;
  readonly assetsDir: string;
}

export interface SizeResult {
  readonly learner: string;
  /** Index in `sizes`. */
  readonly size: number;
  readonly training: MetricSet;
  readonly validation: MetricSet;
  readonly seconds: number;
}

/** Fits every learner on ever more rows, the smallest size of all repeats first; results come as they are made. */
export async function grow(
  task: GrowingTask,
  progress: LearnerProgress,
  take: (result: SizeResult) => void,
): Promise<void> {
  const { frame, teachings, sizes, learners, split, assetsDir } = task;
  const names = Object.keys(learners);
  const whole = sizes.reduce((sum, size) => sum + size, 0) * teachings.length * names.length;
  let done = 0;
  for (const [size, rowsWanted] of sizes.entries())
    for (const [repeat, { order, test }] of teachings.entries()) {
      const rows = order.slice(0, rowsWanted).sort();
      const preparation = preparationOn(task.preparation, { frame, rows }, progress.signal);
      for (const [name, options] of Object.entries(learners)) {
        throwIfAborted(progress.signal);
        const step = within(quiet(progress), { from: done / whole, to: (done + rowsWanted) / whole });
        const what = `${name}: ${rows.length} rows${teachings.length > 1 ? `, repeat ${repeat + 1}` : ''}`;
        step.progress(what, 0);
        const started = performance.now();
        const { model } = await placedUnder(`learners.${name}`, () =>
          fitModel(
            { frame, rows, preparation, options, split, assetsDir },
            { ...step, progress: (_, fraction) => step.progress(what, fraction) },
          ),
        );
        const seconds = (performance.now() - started) / 1000;
        const scoring: ScoringModel = {
          preparation,
          score: (other, which) => predict(model, transformRows(preparation, other, which)),
        };
        const own = scoreRows(scoring, frame, rows);
        const decision = decide(task.decision, preparation, () => own);
        const validation = metricSet(scoreRows(scoring, frame, test), decision);
        take({ learner: name, size, training: metricSet(own, decision), validation, seconds });
        done += rowsWanted;
      }
    }
}

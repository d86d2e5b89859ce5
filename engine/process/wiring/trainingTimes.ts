import type { RunId } from '../../protocol/ids';
import type { ModelTraining } from '../../protocol/jobs';
import type { TrackingService } from '../../tracking/service';

/** What a train step logs: s. */
const metric = 'fit_seconds';
/** Runs of the pipeline that are looked at, and trainings that are given. */
const [mostRuns, mostTimes] = [50, 20];

/** How long the training of a run took, and that of other runs of the pipeline, newest first; copies of one count once. */
export const trainingTimes =
  (tracking: Pick<TrackingService, 'search' | 'record'>) =>
  ({
    pipeline,
    runId,
  }: {
    readonly pipeline: string;
    readonly runId: RunId;
  }): Pick<ModelTraining, 'seconds' | 'earlier'> => {
    const seconds = tracking.record(runId).metrics[metric]?.value;
    const { runs } = tracking.search({ filter: `tags."modelyard.pipeline" = '${pipeline}'`, limit: mostRuns });
    const others = runs
      .filter(({ id }) => id !== runId)
      .toSorted((a, b) => b.startedAt - a.startedAt)
      .flatMap(({ metrics }) => metrics[metric]?.value ?? []);
    // a result that was taken from an earlier run has its very time
    const earlier = [...new Set(others)].filter(time => time !== seconds).slice(0, mostTimes);
    return { ...(seconds !== undefined && { seconds }), earlier };
  };

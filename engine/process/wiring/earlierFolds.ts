import { ModelyardError } from '../../errors';
import type { RunId } from '../../protocol/ids';
import type { EarlierFolds } from '../../protocol/jobs';
import type { RunSummary } from '../../protocol/tracking';
import type { ObjectStore } from '../../store/objects';
import type { TrackingService } from '../../tracking/service';

export interface EarlierQuery {
  /** `previous`, or a run as people name it: `r-12`. */
  readonly wanted: string;
  readonly pipeline: string;
  /** The run that asks. */
  readonly runId: RunId;
}

const foldsFile = 'cross_validation.json';
/** Runs of the pipeline that are looked at for one with folds. */
const mostRuns = 50;

/**
 * The cross-validation of an earlier run: of the one that is named, else of the newest of the same pipeline that has one.
 * @returns undefined when there is none
 * @throws ModelyardError `not-found` for a named run that is not there, or has none
 */
export const earlierFolds =
  (tracking: TrackingService, objects: Pick<ObjectStore, 'path'>) =>
  ({ wanted, pipeline, runId }: EarlierQuery): EarlierFolds | undefined => {
    const has = (run: RunSummary): boolean =>
      run.id !== runId &&
      tracking.artifacts(run.id, foldsFile).some(({ path, isFolder }) => path === foldsFile && !isFolder);
    const found =
      wanted === 'previous'
        ? tracking
            .search({ filter: `tags."modelyard.pipeline" = '${pipeline}'`, limit: mostRuns })
            .runs.toSorted((a, b) => b.startedAt - a.startedAt)
            .find(has)
        : named(tracking.getRun(wanted), has);
    if (found === undefined) return undefined;
    const { digest } = tracking.artifact(found.id, foldsFile);
    return { name: `r-${found.number}`, path: objects.path(digest) };
  };

function named(run: RunSummary, has: (run: RunSummary) => boolean): RunSummary {
  if (has(run)) return run;
  throw new ModelyardError('not-found', `Run r-${run.number} has no ${foldsFile} to compare with.`, {
    fix: 'Name a run of a pipeline with a `cross-validate` step, or `previous`.',
  });
}

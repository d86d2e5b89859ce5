import { ModelyardError, toWireError } from '../../errors';
import type { RunId } from '../../protocol/ids';
import type { PipelineRun } from '../../protocol/pipelines';
import type { Database } from '../../store/database';
import { endLeftovers } from '../processes/leftovers';
import type { RunTracking } from '../ports';
import type { PipelineStore } from '../store';

/** What an engine that was killed had left running ends now, and is marked as failed, truthfully. */
export async function endInterrupted({
  db,
  store,
  tracking,
}: {
  readonly db: Database;
  readonly store: PipelineStore;
  readonly tracking: Pick<RunTracking, 'endRun'>;
}): Promise<void> {
  const interrupted = store.search({ limit: 1000 }).filter(run => run.status === 'running');
  await endLeftovers([...new Set(interrupted.flatMap(runsOf))]);
  for (const run of interrupted) {
    const error = toWireError(
      new ModelyardError('step.failed', 'The engine was ended while this ran.', { fix: 'Run it again.' }),
    );
    db.transaction(() => {
      for (const step of run.steps) {
        if (step.status === 'running')
          store.updateStep(run.id, { ...step, status: 'failed', endedAt: Date.now(), error });
        if (step.status === 'waiting') store.updateStep(run.id, { ...step, status: 'skipped' });
      }
      store.finish({ ...run, status: 'failed', endedAt: Date.now(), error });
      tracking.endRun(run.runId, 'FAILED');
    });
  }
}

/** The run of the pipeline, and those of its models. */
const runsOf = ({ runId, steps }: PipelineRun): readonly RunId[] => [
  runId,
  ...steps.flatMap(step => (step.runId === undefined ? [] : [step.runId])),
];

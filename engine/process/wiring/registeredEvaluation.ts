import { ModelyardError } from '../../errors';
import type { Digest, RunId } from '../../protocol/ids';
import type { ModelVersion } from '../../protocol/registry';
import type { ObjectStore } from '../../store/objects';
import type { StoredArtifact } from '../../tracking/artifactStore';
import type { TrackingService } from '../../tracking/service';

/** Where the step `evaluate`, or a command, logs the evaluation of a run's model. */
const evaluationFile = 'evaluation.json';

export interface EvaluationRooms {
  readonly tracking: TrackingService;
  readonly objects: ObjectStore;
}

/** Where the step `test` logs what it has measured. */
const testsFile = 'model-tests.json';

/** The evaluation to register a run's model with: what the step needs, else what the run has logged. */
export const keepEvaluation = keepFile(evaluationFile);
/** The same of its tests. */
export const keepTests = keepFile(testsFile);

function keepFile(name: string) {
  return async (
    { tracking, objects }: EvaluationRooms,
    run: { readonly id: RunId; readonly needed: string | undefined },
  ): Promise<Digest | undefined> => {
    if (run.needed !== undefined) return (await objects.putFile(run.needed)).digest;
    return loggedFile(tracking, run.id, name)?.digest;
  };
}

/** The newest tests of a version; undefined when it has none. */
export const registeredTests = ({ objects }: EvaluationRooms, { lineage }: ModelVersion): Uint8Array | undefined =>
  lineage.testsDigest === undefined ? undefined : objects.read(lineage.testsDigest);

/**
 * The evaluation that a version was registered with. A version that does not tell which one that was has its run's, as
 * long as nothing was logged over it since.
 * @throws ModelyardError `not-found` when there is none, `store.corrupt` when it is damaged
 */
export function registeredEvaluation({ tracking, objects }: EvaluationRooms, version: ModelVersion): Uint8Array {
  const { lineage, runId, createdAt } = version;
  if (lineage.evaluationDigest !== undefined) return objects.read(lineage.evaluationDigest);
  const ofRun = runId && loggedEvaluation(tracking, runId);
  const subject = `version ${version.version} of ${version.model}`;
  if (runId === undefined || ofRun === undefined) throw unknown(`There is no evaluation of ${subject}`);
  if (ofRun.loggedAt > createdAt)
    throw unknown(
      `The ${evaluationFile} of run r-${tracking.record(runId).number} was logged after ${subject} was made`,
    );
  return objects.read(ofRun.digest);
}

/** The evaluation that a run has logged. */
export const loggedEvaluation = (tracking: TrackingService, id: RunId): StoredArtifact | undefined =>
  loggedFile(tracking, id, evaluationFile);

const loggedFile = (tracking: TrackingService, id: RunId, name: string): StoredArtifact | undefined =>
  tracking.artifacts(id, name).some(({ isFolder, path }) => !isFolder && path === name)
    ? tracking.artifact(id, name)
    : undefined;

const unknown = (why: string): ModelyardError =>
  new ModelyardError('not-found', `${why}, so its gates cannot be judged.`, {
    fix: 'Let the `register` step need one that evaluates, and run the pipeline again: the new version can be judged.',
  });

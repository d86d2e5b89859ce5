import { ModelyardError } from '../../errors';
import type { ModelVersion } from '../../protocol/registry';
import type { ObjectStore } from '../../store/objects';
import type { TrackingService } from '../../tracking/service';

/** The file of the evaluation that a version is judged by. @throws ModelyardError `not-found` */
export function evaluationPath(
  { tracking, objects }: { tracking: TrackingService; objects: ObjectStore },
  { model, version, runId }: ModelVersion,
): string {
  if (runId === undefined)
    throw new ModelyardError('not-found', `There is no evaluation of version ${version} of ${model} to judge it by.`);
  return objects.path(tracking.artifact(runId, 'evaluation.json').digest);
}

import { createHash } from 'node:crypto';
import { digest, isDigest } from '../../ids';
import type { Digest, RunId } from '../../protocol/ids';
import type { ArtifactEntry } from '../../protocol/tracking';
import type { RegisteredRun } from '../../registry/registerStep';
import type { TrackingService } from '../../tracking/service';

/** The folder that the step `train` logs its model to. */
const modelFolder = 'model';

/** What a registered version keeps of the run it came from. */
export function registeredRun(
  tracking: TrackingService,
  { id, modelPath = modelFolder }: { readonly id: RunId; readonly modelPath: string | undefined },
): RegisteredRun {
  const { metrics, tags, startedAt } = tracking.getRun(id);
  const files = filesBelow(tracking, id, modelPath);
  const config = tags['modelyard.config.digest'];
  const commit = tags['mlflow.source.git.commit'];
  const dirty = tags['modelyard.git.dirty'];
  return {
    startedAt,
    ...(config !== undefined && isDigest(config) && { configDigest: config }),
    metrics: Object.fromEntries(Object.entries(metrics).map(([key, { value }]) => [key, value])),
    ...(commit !== undefined && { gitCommit: commit }),
    ...(dirty !== undefined && { gitDirty: dirty === 'true' }),
    model: files.length === 0 ? undefined : { artifactPath: modelPath, digest: digestOf(files) },
  };
}

/** The files of a folder of a run's artifacts, those of its folders too. */
export function filesBelow(tracking: TrackingService, id: RunId, folder?: string): readonly ArtifactEntry[] {
  return tracking
    .artifacts(id, folder)
    .flatMap(entry => (entry.isFolder ? filesBelow(tracking, id, entry.path) : [entry]));
}

/** sha-256 over `path\0digest\n` of every file, by path. */
function digestOf(files: readonly ArtifactEntry[]): Digest {
  const hash = createHash('sha256');
  const lines = files.map(({ path, digest: content }) => `${path}\0${content ?? ''}\n`).sort();
  for (const line of lines) hash.update(line);
  return digest(hash.digest('hex'));
}

import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ModelVersion } from '../../protocol/registry';
import type { ObjectStore } from '../../store/objects';
import type { TrackingService } from '../../tracking/service';
import { filesBelow } from './registeredRun';

export interface FileRooms {
  readonly tracking: TrackingService;
  readonly objects: Pick<ObjectStore, 'path'>;
}

/** Puts the files of a version's model into a folder; false when they are not those of a run of this workspace. */
export async function putVersionFiles(
  { tracking, objects }: FileRooms,
  { runId, artifactPath }: ModelVersion,
  folder: string,
): Promise<boolean> {
  if (runId === undefined || artifactPath === '') return false;
  const files = filesBelow(tracking, runId, artifactPath);
  for (const file of files) {
    const to = path.join(folder, path.posix.relative(artifactPath, file.path));
    await mkdir(path.dirname(to), { recursive: true });
    await copyFile(objects.path(tracking.artifact(runId, file.path).digest), to);
  }
  return files.length > 0;
}

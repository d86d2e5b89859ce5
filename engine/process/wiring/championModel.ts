import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { Digest, RunId } from '../../protocol/ids';
import type { ChampionModel } from '../../protocol/jobs';
import type { ModelVersion } from '../../protocol/registry';
import type { RegistryService } from '../../registry/service';
import type { SigningService } from '../../security/signing/service';
import type { ObjectStore } from '../../store/objects';
import type { TrackingService } from '../../tracking/service';
import { bestVersion } from './bestVersion';
import { putVersionFiles } from './versionFiles';

export interface ChampionRooms {
  readonly registry: Pick<RegistryService, 'models' | 'get'>;
  readonly tracking: TrackingService;
  readonly objects: Pick<ObjectStore, 'path'>;
  readonly signing: Pick<SigningService, 'require'>;
}

const splitFile = 'split.json';

/** The same of the version that has a stage or alias now. */
export const rivalModel =
  (rooms: ChampionRooms) =>
  async (model: string, name: string, folder: string): Promise<ChampionModel | undefined> => {
    if (rooms.registry.models.find(model) === undefined) return undefined;
    const { holders, aliases, versions } = await rooms.registry.get(model);
    const wanted = holders[name] ?? aliases[name];
    const version = versions.find(one => one.version === wanted);
    return version && filesOf(rooms, version, folder);
  };

/**
 * Puts the files of a registered model's best version into a folder: the one with the alias `champion`, else that in the
 * highest stage.
 * @returns undefined while there is none, or when its files are not those of a run of this workspace
 */
export const championModel =
  (rooms: ChampionRooms) =>
  async (model: string, folder: string): Promise<ChampionModel | undefined> => {
    if (rooms.registry.models.find(model) === undefined) return undefined;
    const version = bestVersion(await rooms.registry.get(model));
    return version && filesOf(rooms, version, folder);
  };

async function filesOf(
  { tracking, objects, signing }: ChampionRooms,
  version: ModelVersion,
  folder: string,
): Promise<ChampionModel | undefined> {
  const { runId, model } = version;
  const modelFolder = path.join(folder, 'model');
  await signing.require({ name: model, version: version.version });
  if (runId === undefined || !(await putVersionFiles({ tracking, objects }, version, modelFolder))) return undefined;
  const split = splitOf(tracking, runId);
  if (split) await copyFile(objects.path(split), path.join(folder, splitFile));
  return {
    model,
    version: version.version,
    stage: version.stage,
    path: modelFolder,
    ...(split && { split: path.join(folder, splitFile) }),
  };
}

/** Of the run, or of the one it is nested in: one of several models of a pipeline has a run of its own. */
function splitOf(tracking: TrackingService, runId: RunId): Digest | undefined {
  const { parentRunId } = tracking.getRun(runId);
  for (const id of [runId, ...(parentRunId ? [parentRunId] : [])])
    if (tracking.artifacts(id, splitFile).some(({ path: at, isFolder }) => at === splitFile && !isFolder))
      return tracking.artifact(id, splitFile).digest;
  return undefined;
}

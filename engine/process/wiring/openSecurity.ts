import { createHash } from 'node:crypto';
import path from 'node:path';
import { digest as asDigest, runId as asRunId } from '../../ids';
import type { Digest, RunId } from '../../protocol/ids';
import type { ArtifactEntry } from '../../protocol/tracking';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { RegistryService } from '../../registry/service';
import type { VersionFiles } from '../../security/service';
import { SecurityService } from '../../security/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { loaderSource } from '../../training/modelLoader';
import type { Hold } from '../lifetime';
import type { Log } from '../log';
import { filesBelow } from './registeredRun';
import { scanInChild } from './scanChild';

export interface SecurityRooms {
  readonly store: Pick<Store, 'db' | 'objects'>;
  readonly tracking: TrackingService;
  readonly registry: () => Pick<RegistryService, 'versions'>;
  readonly config: () => Promise<WorkspaceConfig>;
  readonly workspace: string;
  /** The bundle that runs one job; the one that scans lies beside it. */
  readonly jobFile: string;
  readonly changed: (model: string) => void;
  readonly busy: () => Hold;
  readonly log: Log;
}

/** The room that scans model files, with the versions of this workspace. */
export function openSecurity(rooms: SecurityRooms): SecurityService {
  const { store, config, workspace, jobFile, changed, busy, log } = rooms;
  const scanFile = path.join(path.dirname(jobFile), 'scan.js');
  return new SecurityService({
    db: store.db,
    allow: async () => (await config()).security?.allow ?? [],
    files: (name, version) => versionFiles(rooms, name, version),
    scan: (request, progress, signal) => scanInChild({ ...request, from: workspace }, { scanFile, progress }, signal),
    changed,
    busy,
    log: (what, error) => log.error(what, error),
  });
}

/** The program that this engine writes into every model folder for Python: to the byte the same, it needs no review. */
const ownLoader = createHash('sha256').update(loaderSource).digest('hex');

interface OwnFile {
  readonly path: string;
  readonly digest: Digest;
}

/** Where the files of a version are in the store of contents; one without any of this workspace says so. */
function versionFiles({ registry, tracking, store }: SecurityRooms, name: string, number: number): VersionFiles {
  const version = registry().versions.get(name, number);
  const own = version.runId !== undefined && version.artifactPath !== '';
  const files = own ? ofRun(tracking, version.runId, version.artifactPath) : storedFiles(tracking, version.storage);
  if (files === undefined) return { elsewhere: `are at ${version.storage}, in no store of this workspace` };
  if (files.length === 0) return { elsewhere: 'are not there' };
  const hash = createHash('sha256');
  for (const line of files.map(({ path: at, digest }) => `${at}\0${digest}\n`).sort()) hash.update(line);
  const places = files
    .filter(({ digest }) => digest !== ownLoader)
    .map(({ path: at, digest }) => ({
      file: at,
      path: store.objects.path(digest),
      name: path.posix.basename(at),
    }));
  return { places, content: hash.digest('hex') };
}

/** By the address of files of a run or of a logged model; undefined: it is of another store. */
function storedFiles(tracking: TrackingService, uri: string): readonly OwnFile[] | undefined {
  const ofModel = /^mlflow-artifacts:\/+[^/]+\/models\/([^/]+)\/artifacts(?:\/(.*))?$/.exec(uri);
  if (ofModel?.[1] !== undefined) {
    if (tracking.models.find(ofModel[1]) === undefined) return undefined;
    const folder = tracking.models.folder(ofModel[1]);
    return below(at => folder.list(at), decode(ofModel[2]));
  }
  const run = /^(?:mlflow-artifacts:\/+[^/]+|runs:)\/+([^/]+)(?:\/artifacts)?(?:\/(.*))?$/.exec(uri);
  if (run?.[1] === undefined) return undefined;
  try {
    return ofRun(tracking, asRunId(run[1]), decode(run[2]));
  } catch {
    return undefined;
  }
}

const decode = (part: string | undefined): string => (part ?? '').replace(/\/$/, '');

const ofRun = (tracking: TrackingService, id: RunId, folder: string): readonly OwnFile[] =>
  filesBelow(tracking, id, folder).flatMap(withDigest);

const below = (list: (folder: string) => readonly ArtifactEntry[], folder: string): readonly OwnFile[] =>
  list(folder).flatMap(entry => (entry.isFolder ? below(list, entry.path) : withDigest(entry)));

const withDigest = ({ path: at, digest }: ArtifactEntry): readonly OwnFile[] =>
  digest === undefined ? [] : [{ path: at, digest: asDigest(digest) }];

import { digest as asDigest, runId as asRunId } from '../../ids';
import path from 'node:path';
import type { Digest, RunId } from '../../protocol/ids';
import type { ArtifactEntry } from '../../protocol/tracking';
import type { RegistryService } from '../../registry/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { filesBelow } from './registeredRun';

export interface FileRooms {
  readonly store: Pick<Store, 'db' | 'objects'>;
  readonly tracking: TrackingService;
  readonly registry: () => Pick<RegistryService, 'versions'>;
}

export interface OwnFile {
  readonly path: string;
  readonly digest: Digest;
}

/** Where a version's files are in the store of contents, and the folder that its model is in; one without any of this workspace says so. */
export function filesOfVersion(
  { registry, tracking }: FileRooms,
  name: string,
  number: number,
): { readonly folder: string; readonly files: readonly OwnFile[] } | { readonly elsewhere: string } {
  const version = registry().versions.get(name, number);
  const own = version.runId !== undefined && version.artifactPath !== '';
  const files = own ? ofRun(tracking, version.runId, version.artifactPath) : storedFiles(tracking, version.storage);
  if (files === undefined) return { elsewhere: `are at ${version.storage}, in no store of this workspace` };
  if (files.length === 0) return { elsewhere: 'are not there' };
  const [only] = files;
  const folder = own ? version.artifactPath : folderOf(version.storage);
  // The model may be one file.
  return { files, folder: files.length === 1 && only?.path === folder ? path.posix.dirname(folder) : folder };
}

/** Of an address in the store the folder that its files' paths begin with. */
const folderOf = (uri: string): string =>
  decode(
    (
      /\/models\/[^/]+\/artifacts(?:\/(.*))?$/.exec(uri) ??
      /^(?:mlflow-artifacts:\/+[^/]+|runs:)\/+[^/]+(?:\/artifacts)?(?:\/(.*))?$/.exec(uri)
    )?.[1],
  );

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

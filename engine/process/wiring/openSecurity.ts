import { createHash } from 'node:crypto';
import path from 'node:path';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import type { RegistryService } from '../../registry/service';
import type { VersionFiles } from '../../security/service';
import { SecurityService } from '../../security/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import { loaderSource } from '../../training/modelLoader';
import type { Hold } from '../lifetime';
import type { Log } from '../log';
import { filesOfVersion } from './filesOfVersion';
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

/** Where the files of a version are in the store of contents; one without any of this workspace says so. */
function versionFiles(rooms: SecurityRooms, name: string, number: number): VersionFiles {
  const found = filesOfVersion(rooms, name, number);
  if ('elsewhere' in found) return found;
  const { files } = found;
  const hash = createHash('sha256');
  for (const line of files.map(({ path: at, digest }) => `${at}\0${digest}\n`).sort()) hash.update(line);
  const places = files
    .filter(({ digest }) => digest !== ownLoader)
    .map(({ path: at, digest }) => ({
      file: at,
      path: rooms.store.objects.path(digest),
      name: path.posix.basename(at),
    }));
  return { places, content: hash.digest('hex') };
}

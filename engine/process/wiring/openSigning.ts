import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelyardError } from '../../errors';
import { digest as asDigest } from '../../ids';
import type { WorkspaceConfig } from '../../protocol/workspaceConfig';
import { SigningService } from '../../security/signing/service';
import type { FilesToSign } from '../../security/signing/service';
import type { FileRooms } from './filesOfVersion';
import { filesOfVersion } from './filesOfVersion';

export interface SigningRooms extends FileRooms {
  readonly config: () => Promise<WorkspaceConfig>;
  readonly workspace: string;
  readonly user: string;
  readonly changed: (model: string) => void;
}

/** Signatures of the versions of this workspace. */
export function openSigning(rooms: SigningRooms): SigningService {
  const { store, config, workspace, user, changed } = rooms;
  return new SigningService({
    db: store.db,
    files: (name, version) => filesToSign(rooms, name, version),
    digestOnDisk: (digest, signal) => hashOf(store.objects.path(asDigest(digest)), signal),
    isRequired: async () => (await config()).security?.signatures === 'required',
    keys: async () => Promise.all(((await config()).security?.keys ?? []).map(key => keyText(workspace, key))),
    user: () => user,
    changed,
  });
}

function filesToSign(rooms: FileRooms, name: string, version: number): FilesToSign {
  const found = filesOfVersion(rooms, name, version);
  if ('elsewhere' in found) return found;
  const { folder, files } = found;
  return { files: files.map(({ path: at, digest }) => ({ path: path.posix.relative(folder, at), digest })) };
}

/** Undefined: it cannot be read, or no longer shall be. */
async function hashOf(file: string, signal?: AbortSignal): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash, { ...(signal && { signal }) });
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

async function keyText(workspace: string, file: string): Promise<string> {
  try {
    return await readFile(path.resolve(workspace, file), 'utf8');
  } catch (cause) {
    throw new ModelyardError('config.invalid', `The key ${file} under security.keys cannot be read.`, {
      cause,
      place: { file, key: 'security.keys' },
    });
  }
}

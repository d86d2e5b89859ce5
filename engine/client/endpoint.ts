import { createHash } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { ModelyardError } from '../errors';

/**
 * The real path of a workspace folder: every process must come to the same text, however the folder was reached.
 * @throws ModelyardError `not-found` when there is no such folder.
 */
export function realWorkspace(folder: string): string {
  try {
    const real = realpathSync.native(folder);
    if (statSync(real).isDirectory()) return real;
  } catch (cause) {
    throw noFolder(folder, cause);
  }
  throw noFolder(folder);
}

const noFolder = (folder: string, cause?: unknown): ModelyardError =>
  new ModelyardError('not-found', `There is no folder ${folder}.`, {
    cause,
    fix: 'Name an existing folder with --workspace.',
  });

/**
 * Bytes of an abstract name. Some versions of Node fill a shorter one up with zeros and others do not (20 and 24, say):
 * an editor and a command line would then own the same folder side by side.
 */
const abstractBytes = 108;

/**
 * Where the engine of a workspace listens, and by that who owns it: only one process can bind the name, and the kernel
 * frees it at any death. An abstract socket on Linux, a named pipe on Windows, a socket file elsewhere.
 */
export function endpointOf(workspace: string): string {
  const id = createHash('sha256').update(workspace).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\modelyard-${id}`;
  const name = `modelyard-${process.getuid?.() ?? 0}-${id}`; // nobody else can take the name
  // Not the temporary folder of the environment: a shell may have another one than the editor.
  return process.platform === 'linux' ? `\0${name}`.padEnd(abstractBytes, '-') : `/tmp/${name}.sock`;
}

/** Whether an endpoint is that of the workspace, for this user or another: root may meet the engine of a person. */
export const isEndpointOf = (workspace: string, endpoint: string): boolean =>
  withoutUser(endpoint) === withoutUser(endpointOf(workspace));

const withoutUser = (endpoint: string): string => endpoint.replace(/modelyard-\d+-/, 'modelyard-').replace(/-+$/, '');

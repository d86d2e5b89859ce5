import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeOwnFolder, refuseLinks } from './ownFolder';
import { unwritable } from './unwritable';

export interface SpawnOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  readonly configFile: string;
  /** The bundle `dist/engine.js`. */
  readonly engineFile: string;
}

/** An engine that was started and then lives on its own. */
export interface SpawnedEngine {
  /** Its exit code when it has ended while this process watched. */
  ended(): number | undefined;
  /** The last line it wrote. */
  lastWords(): string;
}

const maxLogBytes = 1 << 20;

/**
 * Starts an engine with the Node that runs us (the editor's own, in the extension host). When another engine owns the
 * workspace, the new one ends at once with code 0: starting too many does no harm.
 * @throws ModelyardError `store.readonly`, `store.full` when the folder cannot be written, `store.foreign` when it is a link
 */
export function spawnEngine({ workspace, configFile, engineFile }: SpawnOptions): SpawnedEngine {
  refuseLinks(workspace);
  const logFile = path.join(workspace, '.modelyard', 'engine.log');
  const log = openLog(workspace, logFile);
  let code: number | undefined;
  try {
    const child = spawn(process.execPath, [engineFile, '--workspace', workspace, '--config', configFile], {
      cwd: workspace,
      detached: true,
      stdio: ['ignore', log, log],
      // A step that starts the engine of another workspace must not take it along when it ends.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', MODELYARD_RUN_ID: undefined, MODELYARD_STEP: undefined },
      windowsHide: true,
    });
    child.on('error', () => (code = -1));
    child.on('exit', exitCode => (code = exitCode ?? -1));
    child.unref();
  } finally {
    closeSync(log);
  }
  return { ended: () => code, lastWords: () => lastLine(logFile) };
}

function openLog(workspace: string, logFile: string): number {
  try {
    makeOwnFolder(path.dirname(logFile));
    const log = openSync(logFile, 'a', 0o600);
    if (statSync(logFile).size <= maxLogBytes) return log;
    closeSync(log);
    renameSync(logFile, `${logFile}.1`);
    return openSync(logFile, 'a', 0o600);
  } catch (cause) {
    throw unwritable(workspace, cause);
  }
}

function lastLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  } catch {
    return '';
  }
}

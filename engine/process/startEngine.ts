import path from 'node:path';
import { version } from '../../package.json';
import { realWorkspace } from '../client/endpoint';
import { refuseLinks } from '../client/ownFolder';
import { compose } from './compose';
import { Engine } from './engine';
import type { Log } from './log';
import { announceEngine } from './orphanWatch';

export interface StartOptions {
  readonly workspace: string;
  /** Relative to the workspace. */
  readonly configFile: string;
  /** The folder of the bundles: job.js and the WASM files are there. */
  readonly assetsDir: string;
  /** ms the engine stays after the last client has left. */
  readonly grace: number;
  readonly log: Log;
}

/** The engine of a workspace in this process, or undefined when another process has it. */
export async function startEngine(options: StartOptions): Promise<Engine | undefined> {
  const { configFile, assetsDir, grace, log } = options;
  const workspace = realWorkspace(options.workspace);
  refuseLinks(workspace);
  const jobFile = path.join(assetsDir, 'job.js');
  announceEngine();
  return Engine.start({
    workspace,
    configFile,
    version,
    grace,
    log,
    compose: (emit, http, busy) => compose({ workspace, configFile, assetsDir, jobFile, emit, http, busy, log }),
  });
}

/** Why an engine ends, when this process itself ends it: it was told to, or something unforeseen happened. */
export interface Ending {
  readonly cause: 'signal' | 'defect' | undefined;
}

/** Ends the engine cleanly when the process is asked to end, and when something unforeseen leaves it in doubt. */
export function endOnSignals(engine: Engine, log: Log): Ending {
  const ending: { cause: Ending['cause'] } = { cause: undefined };
  const end = (cause: 'signal' | 'defect'): void => {
    ending.cause ??= cause;
    void engine.stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end('signal'));
  process.on('unhandledRejection', error => log.error('Unhandled rejection', error));
  process.on('uncaughtException', error => {
    log.error('Uncaught exception', error);
    process.exitCode = 70;
    end('defect');
  });
  return ending;
}

import { statSync } from 'node:fs';
import { ModelyardError } from '../errors';
import { openStore } from '../store/store';
import type { Emit } from './engine';
import type { Log } from './log';
import type { Services } from './services';

export interface ComposeOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  readonly configFile: string;
  readonly assetsDir: string;
  /** The bundle that runs one job. */
  readonly jobFile: string;
  readonly emit: Emit;
  readonly log: Log;
}

/** Builds the rooms of the engine, each handed what it needs of the others. */
export async function compose({ workspace, assetsDir }: ComposeOptions): Promise<Services> {
  const store = await openStore({ root: workspace, wasmDir: assetsDir });
  const missing = (): never => {
    throw new ModelyardError('internal', 'This room is not built yet.');
  };
  return {
    config: { outline: missing, diagnose: missing, complete: missing, hover: missing, definition: missing },
    data: { list: missing, get: missing, validate: missing },
    tracking: {
      experiments: missing,
      search: missing,
      find: missing,
      series: missing,
      artifacts: missing,
      artifact: missing,
      update: missing,
      deleteRun: missing,
      restoreRun: missing,
    },
    pipelines: {
      list: missing,
      run: missing,
      get: missing,
      search: missing,
      cancel: missing,
      log: missing,
      running: () => [],
    },
    registry: { list: missing, get: missing, gates: missing, promote: missing },
    store,
    http: () => undefined,
    databaseFile: () => ({ path: store.path, bytes: statSync(store.path).size }),
    cancelAll: () => undefined,
    close: () => {
      store.close();
      return Promise.resolve();
    },
  };
}

import { statSync } from 'node:fs';
import path from 'node:path';
import { version } from '../../package.json';
import { ConfigService } from '../config/service';
import { parseCondition } from '../data/condition';
import { DataService } from '../data/service';
import { createGateStep } from '../gates/gateStep';
import { GateService } from '../gates/service';
import { createMlflowHandler } from '../mlflow/handler';
import { datasetSources } from '../pipelines/jobInput';
import { PipelineService } from '../pipelines/service';
import type { RunId } from '../protocol/ids';
import { createRegisterStep } from '../registry/registerStep';
import { RegistryService } from '../registry/service';
import type { Store } from '../store/store';
import { openStore } from '../store/store';
import { collectEnvironment } from '../tracking/environment';
import { TrackingService } from '../tracking/service';
import type { Emit } from './engine';
import type { Log } from './log';
import type { Services } from './services';
import { watchConfig } from './watchConfig';
import { openTransfer } from './wiring/openTransfer';
import { packages } from './wiring/packages';
import { registeredRun } from './wiring/registeredRun';
import { runTracking } from './wiring/runTracking';
import { trackingCalls } from './wiring/trackingCalls';
import { userName } from './wiring/user';
import { validateDatasets } from './wiring/validateDatasets';

export interface ComposeOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  /** Relative to it, with `/`. */
  readonly configFile: string;
  /** Where the WASM files are. */
  readonly assetsDir: string;
  /** The bundle that runs one job. */
  readonly jobFile: string;
  readonly emit: Emit;
  readonly log: Log;
}

/** ms between looks for runs whose heartbeat has stopped. */
const sweepInterval = 10_000;

/** Builds the rooms of the engine, each handed what it needs of the others. */
export async function compose(options: ComposeOptions): Promise<Services> {
  const { workspace, assetsDir, log } = options;
  const store = await openStore({ root: workspace, wasmDir: assetsDir });
  try {
    const rooms = buildRooms(store, options);
    await rooms.pipelines.recover();
    rooms.tracking.recover();
    await rooms.transfer.recover();
    return doors(store, rooms, options);
  } catch (error) {
    log.error('The rooms cannot be built', error);
    store.close();
    throw error;
  }
}

type Rooms = ReturnType<typeof buildRooms>;

function buildRooms(store: Store, { workspace, configFile, jobFile, emit }: ComposeOptions) {
  const { db, objects } = store;
  const user = userName();
  const data = new DataService({ db });
  const config = new ConfigService({
    root: workspace,
    configFile,
    columns: source => data.columns(source),
    readCondition: parseCondition,
  });
  const loaded = async () => ({ ...(await config.load()), file: configFile });
  const workspaceConfig = async () => (await config.load()).config;
  const tracking = new TrackingService({
    store,
    events: {
      runChanged: (runId, experimentId) => emit('run/changed', { runId, experimentId }),
      points: (runId, points) => emit('run/points', { runId, points }),
    },
  });
  const evaluationPath = (runId: RunId): string => objects.path(tracking.artifact(runId, 'evaluation.json').digest);
  const gates = new GateService({
    db,
    config: workspaceConfig,
    holder: (model, stage) => registry.holder(model, stage),
  });
  const registry: RegistryService = new RegistryService({
    db,
    config: workspaceConfig,
    judge: ({ runId, ...subject }) => gates.judgeVersion({ ...subject, evaluationPath: evaluationPath(runId) }),
    reports: model => gates.latest(model),
    user: () => user,
    changed: model => emit('model/changed', { name: model }),
  });
  const pipelines = new PipelineService({
    db,
    objects,
    workspace,
    jobFile,
    ports: {
      config: loaded,
      tracking: runTracking(tracking, user),
      environment: signal =>
        collectEnvironment({ folder: workspace, version, command: ['modelyard', 'run'], packages }, signal),
      gate: createGateStep(gates),
      register: createRegisterStep({ registry, run: id => registeredRun(tracking, id) }),
      outputsMade: async outputs => {
        for (const { kind, absolutePath } of outputs) {
          if (kind === 'dataset') emit('dataset/changed', { name: (await data.recordOutput(absolutePath)).name });
        }
      },
      changed: run => emit('pipeline/changed', { run }),
    },
  });
  const transfer = openTransfer({ store, tracking, workspace, jobFile });
  return { config, data, tracking, registry, pipelines, transfer };
}

function doors(store: Store, rooms: Rooms, { workspace, configFile, jobFile, emit }: ComposeOptions): Services {
  const { config, data, tracking, registry, pipelines, transfer } = rooms;
  const validation = {
    workspace,
    jobFile,
    data,
    sources: async () => datasetSources({ workspace, loaded: await config.load() }),
    recorded: (name: string) => emit('dataset/changed', { name }),
  };
  const sweep = setInterval(() => tracking.sweep(), sweepInterval).unref();
  const watcher = watchConfig(path.resolve(workspace, configFile), () => emit('config/changed', {}));
  return {
    config,
    data: {
      list: () => data.list(),
      get: (name, digest) => data.get(name, digest),
      validate: (names, progress, signal) => validateDatasets(validation, { names, progress }, signal),
    },
    tracking: trackingCalls(tracking),
    pipelines,
    registry,
    transfer,
    store,
    http: createMlflowHandler({ tracking }),
    databaseFile: () => ({ path: store.path, bytes: statSync(store.path).size }),
    cancelAll: () => pipelines.cancelAll(),
    close: () => {
      clearInterval(sweep);
      watcher.close();
      tracking.close();
      store.close();
      return Promise.resolve();
    },
  };
}

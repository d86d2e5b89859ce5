import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigService } from '../config/service';
import { parseCondition } from '../data/condition';
import { fileStamp, hashFile } from '../dataFiles';
import { DataService } from '../data/service';
import { FeaturesStep } from '../features/step/featuresStep';
import type { ExecutorService } from '../executors/service';
import { createFeastHandler } from '../features/online/feastHandler';
import { createGateStep } from '../gates/gateStep';
import type { GateService } from '../gates/service';
import { createMlflowHandler } from '../mlflow/handler';
import { modelArtifactRoot } from '../mlflow/loggedModelCalls';
import { datasetSources } from '../pipelines/step/datasetSources';
import { LockFile } from '../pipelines/outputs/lockFile';
import { PipelineService } from '../pipelines/service';
import type { HttpEndpoint } from '../protocol/methods';
import type { PipelineRun } from '../protocol/pipelines';
import type { InfrastructureService } from '../infrastructure/service';
import { createRegisterStep } from '../registry/registerStep';
import type { RegistryService } from '../registry/service';
import type { SigningService } from '../security/signing/service';
import type { Store } from '../store/store';
import { collectObjects } from '../store/collect';
import { openStore } from '../store/store';
import { TrackingService } from '../tracking/service';
import type { TriggerService } from '../triggers/service';
import type { TuningService } from '../tuning/service';
import type { Emit } from './engine';
import type { Hold } from './lifetime';
import type { Log } from './log';
import type { DataCalls, Services } from './services';
import { watchConfig } from './watchConfig';
import { Effects } from './wiring/effects';
import { championModel, rivalModel } from './wiring/championModel';
import { earlierFolds } from './wiring/earlierFolds';
import { configOrNone } from './wiring/configOrNone';
import { columnReader } from './wiring/datasets/columnReader';
import type { OpenedDatasets } from './wiring/datasets/openDatasets';
import { openDatasets } from './wiring/datasets/openDatasets';
import { ModelImports } from './wiring/modelImports';
import { machineLoad } from './wiring/machineLoad';
import { measuredRuns } from './wiring/measuredRuns';
import type { OpenedFeatures } from './wiring/features/openFeatures';
import { featureFacts } from './wiring/features/featureFacts';
import { openFeatures } from './wiring/features/openFeatures';
import { openExecutors } from './wiring/openExecutors';
import { openModelRooms } from './wiring/openModelRooms';
import { modelBom } from './wiring/modelBom';
import { openLineage } from './wiring/openLineage';
import { openInfrastructure } from './wiring/openInfrastructure';
import { openReplay } from './wiring/openReplay';
import { openTransfer } from './wiring/openTransfer';
import { openTriggers } from './wiring/openTriggers';
import { openTuning, readTuned } from './wiring/openTuning';
import { keepEvaluation, keepTests } from './wiring/registeredEvaluation';
import { registeredRun } from './wiring/registeredRun';
import { registrableModels } from './wiring/registrableModels';
import { RunCards } from './wiring/runCards';
import { RunDiffs } from './wiring/runDiffs';
import { runTracking } from './wiring/runTracking';
import { surroundings } from './wiring/surroundings';
import { trainingTimes } from './wiring/trainingTimes';
import { trackingCalls } from './wiring/trackingCalls';
import { userName } from './wiring/user';
import type { VerdictService } from '../verdicts/service';
import { openVerdicts } from './wiring/verdicts/openVerdicts';
import { VersionDiffs } from './wiring/versions/versionDiffs';

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
  /** Has the engine listen for HTTP, with a token. */
  readonly http: () => Promise<HttpEndpoint>;
  /** Keeps the engine from ending. */
  readonly busy: () => Hold;
  readonly log: Log;
}

/** ms for which a file of which no row speaks yet is kept. */
const leastAge = 3_600_000;
/** ms between looks for runs whose heartbeat has stopped. */
const sweepInterval = 10_000;

/** Builds the rooms of the engine, each handed what it needs of the others. */
export async function compose(options: ComposeOptions): Promise<Services> {
  const { workspace, assetsDir, log } = options;
  const store = await openStore({ root: workspace, wasmDir: assetsDir });
  try {
    const rooms = buildRooms(store, options);
    rooms.tracking.recover(); // before pipelines end their runs: it knows when the last sign of life was
    rooms.tuning.recover();
    await rooms.pipelines.recover();
    await rooms.transfer.recover();
    await rooms.serving.recover();
    rooms.onlineFeatures.recover();
    // what is left of a replay lies elsewhere: nobody waits for it
    void rooms.replay.recover().catch((error: unknown) => log.error('What a replay left behind', error));
    return doors(store, rooms, options);
  } catch (error) {
    log.error('The rooms cannot be built', error);
    store.close();
    throw error;
  }
}

type Rooms = ReturnType<typeof buildRooms>;

const dataRoom = ({ db, objects }: Store, options: ComposeOptions, isTrusted: () => boolean): DataService =>
  new DataService({ db, objects, readColumns: columnReader({ ...options, isTrusted }) });

function buildRooms(store: Store, options: ComposeOptions) {
  const { db, objects } = store;
  const { workspace, emit, log } = options;
  const user = userName();
  const data = dataRoom(store, options, () => executors.isTrusted);
  const { config, infrastructure } = configRooms(options, data, {
    tracking: () => tracking,
    features: () => features,
  });
  const modelConfig = () => configOrNone(config);
  const tracking: TrackingService = trackingRoom(store, emit, () => registry);
  const changes = { models: 0 };
  const models = openModelRooms({
    ...{ ...options, store, tracking, user, config: modelConfig },
    changed: model => {
      changes.models++;
      emit('model/changed', { name: model });
    },
    moved: () => triggers.lookSoon(),
    online: request => features.onlineFeatures.get(request),
  });
  const registry: RegistryService = models.registry;
  const lockFile = new LockFile(workspace);
  const datasets = datasetRoom(options, { config, data, tracking, lockFile });
  const tuning = openTuning({ db, tracking, user, changed: id => emit('study/changed', { id }) });
  const changed = (run: PipelineRun): void => {
    emit('pipeline/changed', { run });
    if (run.status !== 'running') triggers.runEnded();
  };
  const executors = openExecutors({ config, configFile: options.configFile, workspace });
  const features: OpenedFeatures = openFeatures({
    ...{ ...options, ...models, store, config, data, datasets, tracking },
    modelChanges: () => changes.models,
  });
  const shared = { config, data, datasets, lockFile, tracking, tuning, executors, user, changed };
  const rooms = { ...models, ...features, ...shared };
  const pipelines = pipelineRoom(store, options, rooms);
  const triggers: TriggerService = openTriggers({
    ...{ db, workspace, pipelines, registry, tracking, log },
    compare: datasets.compareWith,
    modelChanges: () => changes.models,
    config: () => config.load(),
    happened: event => emit('trigger/happened', event),
    busy: options.busy,
  });
  const transfer = openTransfer({
    ...{ store, tracking, registry, workspace },
    signing: models.signing,
    jobFile: options.jobFile,
  });
  const replay = openReplay({ store, tracking, pipelines, workspace, jobFile: options.jobFile });
  const modelImports = new ModelImports({ tracking, objects, registry, user, workspace, jobFile: options.jobFile });
  return { ...rooms, infrastructure, pipelines, triggers, transfer, replay, modelImports };
}

const trackingRoom = (store: Store, emit: Emit, registry: () => RegistryService): TrackingService =>
  new TrackingService({
    store,
    events: {
      runsChanged: runs => emit('runs/changed', { runIds: runs.map(({ runId }) => runId) }),
      points: (runId, points) => emit('run/points', { runId, points }),
    },
    partOf: (runId, file) => registry().partOf(runId, file),
    modelPartOf: (model, file) => registry().partOfStored(`${modelArtifactRoot(model)}/${file}`),
  });

interface ConfigRooms {
  readonly config: ConfigService;
  readonly infrastructure: InfrastructureService;
}

/** Those that are built after it and that the config asks once it is asked itself. */
interface LaterRooms {
  readonly tracking: () => TrackingService;
  readonly features: () => OpenedFeatures;
}

/** Of these two the second asks the first what is in the file, and the first the second how what is made of it stands. */
function configRooms(options: ComposeOptions, data: DataService, { tracking, features }: LaterRooms): ConfigRooms {
  const { workspace, configFile } = options;
  const config: ConfigService = new ConfigService({
    root: workspace,
    configFile,
    columns: source => data.columns(source),
    readCondition: parseCondition,
    measured: measuredRuns(tracking),
    drift: one => infrastructure.drift(one),
    featureFacts: featureFacts(
      () => features().features,
      () => features().monitoring,
    ),
  });
  const infrastructure = openInfrastructure(config, options);
  return { config, infrastructure };
}

const datasetRoom = (
  { workspace, jobFile, emit }: ComposeOptions,
  { config, ...rooms }: Pick<PipelineNeeds, 'config' | 'data' | 'tracking' | 'lockFile'>,
): OpenedDatasets =>
  openDatasets({
    workspace,
    jobFile,
    config,
    ...rooms,
    sources: async () => datasetSources({ workspace, loaded: await config.load() }),
    recorded: name => emit('dataset/changed', { name }),
  });

interface PipelineNeeds {
  readonly config: ConfigService;
  readonly data: DataService;
  readonly datasets: OpenedDatasets;
  readonly lockFile: LockFile;
  readonly tracking: TrackingService;
  readonly registry: RegistryService;
  readonly signing: SigningService;
  readonly gates: GateService;
  readonly tuning: TuningService;
  readonly executors: ExecutorService;
  readonly featureJoins: OpenedFeatures['featureJoins'];
  readonly user: string;
  readonly changed: (run: PipelineRun) => void;
}

function pipelineRoom({ db, objects }: Store, options: ComposeOptions, rooms: PipelineNeeds): PipelineService {
  const { workspace, configFile, jobFile, emit, log, http } = options;
  const { config, data, datasets, lockFile, tracking, registry, signing, gates, tuning, executors, user, changed } =
    rooms;
  return new PipelineService({
    db,
    objects,
    workspace,
    jobFile,
    lockFile,
    ports: {
      config: async given => ({ ...(await config.load(given)), file: configFile }),
      tracking: runTracking(tracking, user),
      environment: surroundings(workspace),
      watchSystem: machineLoad({ tracking, workspace, log }),
      http,
      gate: createGateStep(gates),
      register: createRegisterStep({
        registry,
        run: (id, modelPath) => registeredRun(tracking, { id, modelPath }),
        evaluation: run => keepEvaluation({ tracking, objects }, run),
        tests: run => keepTests({ tracking, objects }, run),
      }),
      champion: championModel({ registry, tracking, objects, signing }),
      rival: rivalModel({ registry, tracking, objects, signing }),
      earlierFolds: earlierFolds(tracking, objects),
      trainingTimes: trainingTimes(tracking),
      remote: (command, signal) => executors.run(command, signal),
      trials: pool => executors.trials(pool, jobFile),
      endElsewhere: folder => executors.endLeft(folder),
      tune: tuning.step,
      tuned: readTuned,
      outputsMade: async outputs => {
        for (const { kind, absolutePath } of outputs) {
          if (kind === 'dataset') emit('dataset/changed', { name: (await data.recordOutput(absolutePath)).name });
        }
      },
      features: new FeaturesStep(rooms.featureJoins),
      dataDigest: datasets.digest,
      files: { stamp: fileStamp, hash: hashFile },
      references: datasets.references,
      dataRead: datasets.keepRead,
      changed,
    },
  });
}

function verdictsOn(
  { objects }: Store,
  rooms: Rooms,
  { workspace, configFile }: Pick<ComposeOptions, 'workspace' | 'configFile'>,
): VerdictService {
  const { config, data, datasets, tracking, registry, gates, pipelines, infrastructure, serving, audit, audits } =
    rooms;
  return openVerdicts({
    ...{ config, configFile, data, registry, gates, pipelines, infrastructure, serving, calls: datasets.calls },
    ...{ audit, audits },
    deployments: infrastructure.deploy,
    artifactText: async (runId, file) =>
      tracking.artifacts(runId, file).some(entry => entry.path === file && !entry.isFolder)
        ? readFile(objects.path(tracking.artifact(runId, file).digest), 'utf8')
        : undefined,
    sources: async () => datasetSources({ workspace, loaded: await config.load() }),
  });
}

function doors(store: Store, rooms: Rooms, { workspace, configFile, emit }: ComposeOptions): Services {
  const { config, datasets, tracking, registry, gates, webhooks, tuning, pipelines, transfer, replay } = rooms;
  const { modelImports, security, signing, audit, triggers, executors, infrastructure, serving } = rooms;
  const { features, featureJoins, onlineFeatures, monitoring } = rooms;
  const mlflow = createMlflowHandler({
    tracking,
    registry: { registry, webhooks, loggedModels: registrableModels(tracking) },
  });
  const feast = createFeastHandler(onlineFeatures);
  const calls = trackingCalls(tracking, workspace);
  const sweep = setInterval(() => tracking.sweep(), sweepInterval).unref();
  const watcher = watchConfig(path.resolve(workspace, configFile), () => {
    emit('config/changed', {});
    triggers.lookSoon();
  });
  const status: DataCalls['status'] = signal => datasets.calls.status(signal);
  const runDiffs = new RunDiffs({ tracking, config, status, workspace, configFile });
  return {
    config,
    data: datasets.calls,
    tracking: calls,
    runCards: new RunCards({ tracking: calls, pipelines }),
    table: tracking.table,
    runDiffs,
    versionDiffs: new VersionDiffs({
      ...{ tracking, registry, gates, runDiffs, data: datasets.calls, objects: store.objects },
    }),
    effects: new Effects({ config, reader: tracking.effects, db: store.db }),
    pipelines,
    partitions: pipelines.partitions,
    ...{ executors, infrastructure, triggers, tuning, registry, features, featureJoins, onlineFeatures, monitoring },
    deployments: infrastructure.deploy,
    verdicts: verdictsOn(store, rooms, { workspace, configFile }),
    ...{ wayBack: registry.wayBack, cleaning: registry.cleaning, approvals: registry.approvals },
    lineage: openLineage({
      ...{ db: store.db, config, tracking, registry, workspace, configFile },
      featureModels: rooms.featureModels,
      endpoints: () => serving.list(),
    }),
    ...{ modelImports, security, signing, serving, audit: { run: audit }, transfer, replay, store },
    bom: { of: (name, version) => modelBom({ store, tracking, registry, signing }, name, version) },
    collect: collecting(store, pipelines),
    http: request => feast(request) ?? mlflow(request),
    databaseFile: () => ({ path: store.path, bytes: statSync(store.path).size }),
    cancelAll: () => {
      triggers.close();
      pipelines.cancelAll();
    },
    close: async () => {
      clearInterval(sweep);
      watcher.close();
      security.close();
      await serving.close();
      await webhooks.close();
      onlineFeatures.close();
      tracking.close();
      store.close();
    },
  };
}

/** Files that a run which is under way may still name are kept. */
const collecting =
  (store: Store, pipelines: Pick<PipelineService, 'running'>): Services['collect'] =>
  (remove, signal) => {
    const begun = pipelines.running().map(({ startedAt }) => startedAt);
    return collectObjects(store, { remove, before: Math.min(Date.now() - leastAge, ...begun) }, signal);
  };

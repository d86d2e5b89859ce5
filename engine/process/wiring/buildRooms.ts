import { DataService } from '../../data/service';
import { datasetSources } from '../../pipelines/step/datasetSources';
import { LockFile } from '../../pipelines/outputs/lockFile';
import type { PipelineRun } from '../../protocol/pipelines';
import type { RegistryService } from '../../registry/service';
import type { Store } from '../../store/store';
import type { TrackingService } from '../../tracking/service';
import type { TriggerService } from '../../triggers/service';
import { configOrNone } from './configOrNone';
import { columnReader } from './datasets/columnReader';
import type { OpenedDatasets } from './datasets/openDatasets';
import { openDatasets } from './datasets/openDatasets';
import { ModelImports } from './modelImports';
import type { OpenedFeatures } from './features/openFeatures';
import { openFeatures } from './features/openFeatures';
import { openExecutors } from './openExecutors';
import { openModelRooms } from './openModelRooms';
import { openReplay } from './openReplay';
import { openTransfer } from './openTransfer';
import { openTriggers } from './openTriggers';
import { openTuning } from './openTuning';
import { userName } from './user';
import type { ComposeOptions } from '../composeOptions';
import { openConfig } from './openConfig';
import { openPipelines, type PipelineNeeds } from './openPipelines';
import { openTracking } from './openTracking';

/** Each is handed what it needs of the others. */
export type Rooms = ReturnType<typeof buildRooms>;

const dataRoom = ({ db, objects }: Store, options: ComposeOptions, isTrusted: () => boolean): DataService =>
  new DataService({ db, objects, readColumns: columnReader({ ...options, isTrusted }) });

/** With plain constructors; rooms that need one another look for each other once they are asked themselves. */
export function buildRooms(store: Store, options: ComposeOptions) {
  const { db, objects } = store;
  const { workspace, emit, log } = options;
  const user = userName();
  const data = dataRoom(store, options, () => executors.isTrusted);
  const { config, infrastructure } = openConfig(options, data, {
    tracking: () => tracking,
    features: () => features,
  });
  const modelConfig = () => configOrNone(config);
  const tracking: TrackingService = openTracking(store, emit, () => registry);
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
  const pipelines = openPipelines(store, options, rooms);
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

import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createFeastHandler } from '../features/online/feastHandler';
import { createMlflowHandler } from '../mlflow/handler';
import { datasetSources } from '../pipelines/step/datasetSources';
import type { PipelineService } from '../pipelines/service';
import type { Store } from '../store/store';
import { collectObjects } from '../store/collect';
import { openStore } from '../store/store';
import type { DataCalls, Services } from './services';
import { watchConfig } from './watchConfig';
import { Effects } from './wiring/effects';
import { modelBom } from './wiring/modelBom';
import { openLineage } from './wiring/openLineage';
import { registrableModels } from './wiring/registrableModels';
import { RunCards } from './wiring/runCards';
import { RunDiffs } from './wiring/runDiffs';
import { trackingCalls } from './wiring/trackingCalls';
import type { VerdictService } from '../verdicts/service';
import { openVerdicts } from './wiring/verdicts/openVerdicts';
import { VersionDiffs } from './wiring/versions/versionDiffs';
import type { ComposeOptions } from './composeOptions';
import { buildRooms, type Rooms } from './wiring/buildRooms';

/** ms for which a file of which no row speaks yet is kept. */
const leastAge = 3_600_000;
/** ms between looks for runs whose heartbeat has stopped. */
const sweepInterval = 10_000;

/** Opens the store, builds the rooms, puts right what a killed engine has left, and opens the doors. */
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

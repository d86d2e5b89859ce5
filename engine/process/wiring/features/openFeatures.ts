import path from 'node:path';
import type { ConfigService } from '../../../config/service';
import { CurrentFiles } from '../../../data/currentFiles';
import type { DataService } from '../../../data/service';
import { ModelyardError } from '../../../errors';
import type { FeatureModel } from '../../../features/catalogue/consumers';
import type { LoadedFeatures } from '../../../features/definition/definitions';
import { FeatureJoins } from '../../../features/offline/featureJoins';
import type { OnlineFeatures } from '../../../features/online/onlineFeatures';
import { KeptStatistics } from '../../../features/monitor/keptStatistics';
import { FeatureMonitoring } from '../../../features/monitor/monitor';
import { MonitorStore } from '../../../features/monitor/monitorStore';
import { FeatureService } from '../../../features/service';
import type { StatisticsPlan } from '../../../protocol/featurePlans';
import type { FeatureViewVersion } from '../../../protocol/features';
import type { DatasetSource } from '../../../protocol/jobs';
import { digest } from '../../../ids';
import { datasetSources } from '../../../pipelines/step/datasetSources';
import type { Emit } from '../../engine';
import { noConfig } from '../configOrNone';
import type { OpenedDatasets } from '../datasets/openDatasets';
import { FeaturesChild } from './featuresChild';
import { featureModels, type FeatureModelRooms } from './featureModels';
import { withMaker } from './makerOf';
import { makeRoom, namedFile } from './namedFile';
import { openOnline, pushedSources } from './openOnline';

export interface FeatureRooms extends FeatureModelRooms {
  readonly config: ConfigService;
  readonly data: DataService;
  readonly datasets: Pick<OpenedDatasets, 'keepRead'>;
  readonly workspace: string;
  readonly configFile: string;
  readonly jobFile: string;
  readonly emit: Emit;
}

export interface OpenedFeatures {
  readonly onlineFeatures: OnlineFeatures;
  readonly features: FeatureService;
  readonly featureJoins: FeatureJoins;
  readonly monitoring: FeatureMonitoring;
  /** Versions of models that were trained with features. */
  readonly featureModels: () => Promise<readonly FeatureModel[]>;
}

/** Feature views over the datasets of the workspace. */
export function openFeatures(rooms: FeatureRooms): OpenedFeatures {
  const { store, config, data, datasets, workspace, configFile, jobFile, emit } = rooms;
  const load = (): Promise<LoadedFeatures> => loadedFeatures(config, configFile);
  const sources = async () => datasetSources({ workspace, loaded: await load() });
  const monitorStore = new MonitorStore(store.db);
  const models = featureModels(rooms);
  const features = new FeatureService({
    db: store.db,
    load,
    columns: async name => {
      const loaded = await load();
      const source = datasetSources({ workspace, loaded }).find(one => one.name === name);
      if (!source) throw new ModelyardError('not-found', `There is no dataset ${name}.`);
      const known = await data.columns(source);
      if (known) return known;
      // which says why it cannot be read
      return data.readColumns(source).catch((error: unknown) => {
        throw withMaker(error, name, loaded.config);
      });
    },
    models,
    pushedTo: view => onlineFeatures.pushedTo(view),
    online: version => onlineFeatures.entities(version),
    alerts: version => monitorStore.alerts(version),
    changed: views => emit('features/changed', { views }),
  });
  const featuresFile = path.join(path.dirname(jobFile), 'features.js');
  const files = new CurrentFiles((name, stamp) => data.stamped(name, stamp));
  const featureJoins = new FeatureJoins({
    ...{ service: features, workspace },
    computer: progress => new FeaturesChild({ featuresFile, progress }),
    file: async name => namedFile(name, { workspace, sources: await sources() }),
    makeRoom: (file, options) => makeRoom(workspace, file, options),
    pushed: view => Promise.resolve(pushedSources(view, { workspace, online: onlineFeatures })),
    digest: async ({ source }, signal) => {
      const found = await files.look(source, signal);
      if (found) return found.digest;
      throw noFile(source);
    },
    statistics: new KeptStatistics({
      store: monitorStore,
      training: version => trainingOf(version, { features, data }),
    }),
    keep: (dataset, written, signal) => datasets.keepRead([{ dataset, digest: digest(written) }], signal),
  });
  const onlineFeatures: OnlineFeatures = openOnline({
    ...rooms,
    db: store.db,
    load,
    features,
    sources: featureJoins.views,
    featuresFile,
  });
  const monitoring = new FeatureMonitoring({
    ...{ service: features, joins: featureJoins, store: monitorStore },
    served: (version, range) => onlineFeatures.served(version, range),
    changed: views => emit('features/changed', { views }),
  });
  return { features, featureJoins, featureModels: models, onlineFeatures, monitoring };
}

const noFile = ({ path: absolute, file = absolute }: DatasetSource): ModelyardError =>
  new ModelyardError('data.missing', `There is no file ${file}.`, {
    ...{ place: { file }, fix: 'Put it there, or name another one; paths begin at the folder of the workspace.' },
  });

/** The newest training set with features of a version, where the distributions of its columns are kept. */
function trainingOf(
  version: FeatureViewVersion,
  { features, data }: { readonly features: FeatureService; readonly data: DataService },
): StatisticsPlan['training'] {
  const set = features.sets.newestOf(version);
  const distributions = set && data.distributions(set.dataset, digest(set.digest));
  if (set === undefined || distributions === undefined) return undefined;
  return { dataset: set.dataset, distributions, columns: set.columns };
}

/** A folder without a modelyard.yaml has no views. @throws ModelyardError `config.invalid` */
async function loadedFeatures(config: ConfigService, file: string): Promise<LoadedFeatures> {
  try {
    const loaded = await config.load();
    return { config: loaded.config, file, locate: key => loaded.locate(key) };
  } catch (error) {
    if (error instanceof ModelyardError && error.code === 'config.missing')
      return { config: noConfig, file, locate: () => undefined };
    throw error;
  }
}

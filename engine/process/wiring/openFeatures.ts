import type { ConfigService } from '../../config/service';
import { firstColumns } from '../../data/firstColumns';
import type { DataService } from '../../data/service';
import { ModelyardError } from '../../errors';
import type { LoadedFeatures } from '../../features/definitions';
import { FeatureService } from '../../features/service';
import { datasetSources } from '../../pipelines/jobInput';
import type { Database } from '../../store/database';
import type { Emit } from '../engine';
import { noConfig } from './configOrNone';

export interface FeatureRooms {
  readonly db: Database;
  readonly config: ConfigService;
  readonly data: DataService;
  readonly workspace: string;
  readonly configFile: string;
  readonly emit: Emit;
}

/** Feature views over the datasets of the workspace. */
export function openFeatures({ db, config, data, workspace, configFile, emit }: FeatureRooms): FeatureService {
  const load = (): Promise<LoadedFeatures> => loadedFeatures(config, configFile);
  return new FeatureService({
    db,
    load,
    columns: async name => {
      const source = datasetSources({ workspace, loaded: await load() }).find(one => one.name === name);
      if (!source) throw new ModelyardError('not-found', `There is no dataset ${name}.`);
      return (await data.columns(source)) ?? firstColumns(source); // which says why it cannot be read
    },
    models: () => Promise.resolve([]),
    changed: views => emit('features/changed', { views }),
  });
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

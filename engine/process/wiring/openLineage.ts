import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ConfigService } from '../../config/service';
import { DataLineage } from '../../data/lineage';
import { ModelyardError } from '../../errors';
import type { FeatureModel } from '../../features/catalogue/consumers';
import { FeatureLineage, hasViews } from '../../features/lineage';
import { LineageService } from '../../lineage/service';
import type { LineageConfig } from '../../lineage/ports';
import { PipelineLineage } from '../../pipelines/lineage';
import { RegistryLineage } from '../../registry/lineage';
import type { RegistryService } from '../../registry/service';
import type { Endpoint } from '../../protocol/serving';
import { ServingLineage } from '../../serving/lineage';
import type { Database } from '../../store/database';
import { TrackingLineage } from '../../tracking/lineage';
import type { TrackingService } from '../../tracking/service';
import { TriggerLineage } from '../../triggers/lineage';
import { TuningLineage } from '../../tuning/lineage';

export interface LineageRoomsOptions {
  readonly db: Database;
  readonly workspace: string;
  readonly configFile: string;
  readonly config: Pick<ConfigService, 'load'>;
  readonly tracking: Pick<TrackingService, 'numberOf'>;
  readonly registry: Pick<RegistryService, 'stages' | 'holder'>;
  /** Versions of models that were trained with features. */
  readonly featureModels: () => Promise<readonly FeatureModel[]>;
  /** What is served now. */
  readonly endpoints: () => readonly Endpoint[];
}

/** The lineage over all rooms that something comes from; a room that is added hands in its source here. */
export function openLineage(rooms: LineageRoomsOptions): LineageService {
  const { db, workspace, tracking, registry } = rooms;
  const others = [
    new DataLineage(db),
    new TrackingLineage(db, name => tracking.numberOf(name)),
    new PipelineLineage(db),
    new TuningLineage(db),
    new TriggerLineage(db),
  ];
  return new LineageService({
    workspace,
    exists: file => existsSync(path.resolve(workspace, file)),
    rooms: async () => {
      const stages = await registry.stages.lookup();
      const holder = (model: string, stage: string) => registry.holder(model, stage)?.version;
      const endpoints = rooms.endpoints();
      const served = new Set(endpoints.map(({ model, version }) => `${model}@${version}`));
      const versions = new RegistryLineage(db, { stages, holder, served });
      const config = await configNow(rooms);
      const features = new FeatureLineage(db, {
        models: hasViews(db) ? await rooms.featureModels() : [],
        services: config?.config.feature_services ?? {},
      });
      const sources = [...others, versions, features, new ServingLineage(endpoints)];
      return { sources, versions, ...(config && { config }) };
    },
  });
}

/** A file with mistakes has no places; the lineage of what was done before is there all the same. */
async function configNow({ config, configFile }: LineageRoomsOptions): Promise<LineageConfig | undefined> {
  try {
    const loaded = await config.load();
    return { config: loaded.config, file: configFile, locate: key => loaded.locate(key) };
  } catch (error) {
    if (error instanceof ModelyardError && error.code.startsWith('config.')) return undefined;
    throw error;
  }
}

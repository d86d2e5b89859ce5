import { ConfigService } from '../../config/service';
import { parseCondition } from '../../data/condition';
import type { DataService } from '../../data/service';
import type { InfrastructureService } from '../../infrastructure/service';
import type { TrackingService } from '../../tracking/service';
import { measuredRuns } from './measuredRuns';
import type { OpenedFeatures } from './features/openFeatures';
import { featureFacts } from './features/featureFacts';
import { openInfrastructure } from './openInfrastructure';
import type { ComposeOptions } from '../composeOptions';

export interface ConfigRooms {
  readonly config: ConfigService;
  readonly infrastructure: InfrastructureService;
}

/** Those that are built after it and that the config asks once it is asked itself. */
export interface LaterRooms {
  readonly tracking: () => TrackingService;
  readonly features: () => OpenedFeatures;
}

/** Of these two the second asks the first what is in the file, and the first the second how what is made of it stands. */
export function openConfig(
  options: ComposeOptions,
  data: DataService,
  { tracking, features }: LaterRooms,
): ConfigRooms {
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

import type {
  EntityKey,
  FeatureServiceSummary,
  FeatureSummary,
  FeatureViewSummary,
  FeatureViewVersion,
} from '../../engine/protocol/features';
import type { FeatureAlert, FeatureStatistics } from '../../engine/protocol/featureMonitoring';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

/** The nodes of the Features view. Those of a view carry it: commands know from them what they are about. */
interface OfView<Kind extends string> {
  readonly kind: Kind;
  readonly engine: WorkspaceEngine;
  readonly view: FeatureViewSummary;
}
interface Of<Kind extends string> {
  readonly kind: Kind;
  readonly engine: WorkspaceEngine;
}

export type ViewNode = OfView<'featureView'>;
export interface FeatureNode extends OfView<'feature'> {
  readonly feature: FeatureSummary;
  /** Of all rows of the source, if they have been computed. */
  readonly statistics?: FeatureStatistics;
}
export interface AlertNode extends OfView<'featureAlert'> {
  readonly alert: FeatureAlert;
}
export type FreshnessNode = OfView<'featureFreshness'>;
export type VersionsNode = OfView<'featureVersions'>;
export interface FeatureVersionNode extends OfView<'featureVersion'> {
  readonly version: FeatureViewVersion;
}
export type ConsumersNode = OfView<'featureConsumers'>;
export interface ConsumerNode extends OfView<'featureConsumer'> {
  readonly consumer:
    | { readonly service: string }
    | { readonly model: string; readonly version: number; readonly stage?: string }
    | { readonly endpoint: string };
}
export interface ServicesNode extends Of<'featureServices'> {
  readonly services: readonly FeatureServiceSummary[];
}
export interface ServiceNode extends Of<'featureService'> {
  readonly service: FeatureServiceSummary;
}
export interface ServedNode extends Of<'servedFeatures'> {
  readonly service: FeatureServiceSummary;
  readonly reference: string;
}
export interface EntitiesNode extends Of<'featureEntities'> {
  readonly entities: readonly FeatureEntity[];
}
export interface EntityNode extends Of<'featureEntity'> {
  readonly entity: FeatureEntity;
}
export type FeatureEntity = EntityKey & { readonly description?: string };

export type FeaturesNode =
  | ViewNode
  | FeatureNode
  | AlertNode
  | FreshnessNode
  | VersionsNode
  | FeatureVersionNode
  | ConsumersNode
  | ConsumerNode
  | ServicesNode
  | ServiceNode
  | ServedNode
  | EntitiesNode
  | EntityNode;

import type { FeatureMonitor } from '../../protocol/featureConfig';
import type { FeatureConsumers, FeatureViewVersion } from '../../protocol/features';

/** A version of a view that is watched, with its bounds and who uses it. */
export interface WatchedView {
  readonly version: FeatureViewVersion;
  readonly monitor: FeatureMonitor;
  readonly consumers: FeatureConsumers;
}

import type { ColumnType } from '../../protocol/data';
import type { FeatureStatistics } from '../../protocol/featureMonitoring';
import type { FeatureFreshness } from '../../protocol/features';

/** What is known of a view, or of one of its features, beyond the text. */
export interface KnownFeature {
  /** That of the definition as it stands in the file; absent: it has not been recorded. */
  readonly version?: number;
  /** How many there are. */
  readonly versions: number;
  readonly type?: ColumnType;
  readonly freshness: FeatureFreshness;
  /** Of a feature, over its source, as last computed. */
  readonly statistics?: FeatureStatistics;
}

/** Undefined: nothing. */
export type FeatureFacts = (view: string, feature?: string) => Promise<KnownFeature | undefined>;

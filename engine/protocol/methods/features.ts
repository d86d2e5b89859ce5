import type { FeatureCheck, FeatureStatistics } from '../featureMonitoring';
import type { AppliedFeatures, ComputedView, FeatureList, FeatureViewDetail, FeatureViewDiff } from '../features';
import type { JoinPreview, JoinRequest, PreviewFilter, TrainingSet } from '../featureJoins';
import type { Materialisation, OnlineAnswer, OnlineRequest, PushReport, PushRequest } from '../featureOnline';
import type { Empty } from './empty';

export interface FeatureMethods {
  'features/list': { params: Empty; result: FeatureList };
  /** `view`: `loans`, or `loans@v2`. */
  'features/get': { params: { view: string }; result: FeatureViewDetail };
  /** Records the definitions as they stand in the file. Reads the first rows of sources. Long. */
  'features/apply': { params: { views?: readonly string[] }; result: AppliedFeatures };
  /** `values`: also how the values differ. Long. */
  'features/diff': {
    params: { view: string; before: number; after: number; values?: boolean };
    result: FeatureViewDiff;
  };
}

export interface FeatureJoinMethods {
  /** Computes all rows of a view and keeps statistics of them. Long. */
  'features/compute': { params: { view: string; limit?: number }; result: ComputedView };
  /** Joins features to the rows of a file and writes what comes of it. Long. */
  'features/trainingSet': {
    params: JoinRequest & { readonly to: string; readonly force?: boolean };
    result: TrainingSet;
  };
  /** The same for some rows, with the reason of each value. Long. */
  'features/preview': {
    params: JoinRequest & { readonly offset?: number; readonly limit?: number; readonly filter?: PreviewFilter };
    result: JoinPreview;
  };
}

export interface FeatureOnlineMethods {
  /** Brings what is new in sources into the online store; `full`: from the beginning. Times are ms since 1970. Long. */
  'features/materialise': {
    params: {
      readonly views?: readonly string[];
      readonly from?: number;
      readonly to?: number;
      readonly full?: boolean;
    };
    result: readonly Materialisation[];
  };
  'features/online': { params: OnlineRequest; result: OnlineAnswer };
  'features/push': { params: PushRequest; result: PushReport };
}

export interface FeatureMonitorMethods {
  /** As last computed. */
  'features/statistics': {
    params: { readonly view: string; readonly feature?: string };
    result: readonly FeatureStatistics[];
  };
  /** Computes statistics, drift and skew, and raises or ends alerts. Long. */
  'features/check': { params: { readonly views?: readonly string[] }; result: FeatureCheck };
}

import type { FeatureFacts } from '../../../config/editor/featureFacts';
import { ModelyardError } from '../../../errors';
import type { FeatureMonitoring } from '../../../features/monitor/monitor';
import type { FeatureService } from '../../../features/service';

/** What the editor tells of features that were recorded, computed or kept; nothing of those that the saved file lacks. */
export const featureFacts =
  (service: () => Pick<FeatureService, 'get'>, monitoring: () => Pick<FeatureMonitoring, 'statistics'>): FeatureFacts =>
  async (view, feature) => {
    try {
      const { version, versions, freshness, features } = await service().get(view);
      const type = features.find(({ name }) => name === feature)?.type;
      const found = feature === undefined ? [] : await monitoring().statistics({ view, feature });
      const statistics = found.find(({ of, window }) => of === 'source' && window === undefined);
      return {
        versions,
        freshness,
        ...(statistics && { statistics }),
        ...(version !== undefined && { version }),
        ...(type && { type }),
      };
    } catch (error) {
      if (error instanceof ModelyardError) return undefined;
      throw error;
    }
  };

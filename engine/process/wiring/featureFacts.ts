import type { FeatureFacts } from '../../config/editor/featureFacts';
import { ModelyardError } from '../../errors';
import type { FeatureService } from '../../features/service';

/** What the editor tells of features that were recorded, computed or kept; nothing of those that the saved file lacks. */
export const featureFacts =
  (service: () => Pick<FeatureService, 'get'>): FeatureFacts =>
  async (view, feature) => {
    try {
      const { version, versions, freshness, features } = await service().get(view);
      const type = features.find(({ name }) => name === feature)?.type;
      return { versions, freshness, ...(version !== undefined && { version }), ...(type && { type }) };
    } catch (error) {
      if (error instanceof ModelyardError) return undefined;
      throw error;
    }
  };

import type { FeatureDefinition } from '../../protocol/features';

/**
 * The order in which the values of a version's features are kept. It is not that of modelyard.yaml, which is no part of a version:
 * what was kept before features were listed in another order is read as it was meant.
 */
export const keptOrder = (features: readonly FeatureDefinition[]): readonly FeatureDefinition[] =>
  [...features].sort((a, b) => (a.name < b.name ? -1 : 1));

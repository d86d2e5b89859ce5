import type { ComputedRows, ComputePlan } from '../../../protocol/featurePlans';
import { computeView } from '../computeView';
import { FeatureProfiles } from './featureProfiles';
import { referencesOf } from './references';

/** Computes all rows of a view, and statistics of its features where they are asked for. @throws as `computeView` */
export async function computeWithStatistics(
  plan: ComputePlan,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<ComputedRows> {
  if (!plan.statistics) return computeView(plan, { progress }, signal);
  const references = await referencesOf(plan.statistics);
  const { features } = plan.view.definition;
  const observer = new FeatureProfiles({ features: features.length, now: plan.now, references });
  const computed = await computeView(plan, { observer, progress }, signal);
  return { ...computed, statistics: observer.found() };
}

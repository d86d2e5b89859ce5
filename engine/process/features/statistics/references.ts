import { readDistributions } from '../../../data/distributionFile';
import type { StatisticsPlan } from '../../../protocol/featurePlans';
import { binsOf } from './bins';
import type { Reference } from './featureProfiles';

/** What each feature is compared with: the training set where it had it, else the baseline. */
export async function referencesOf({ baselines, training }: StatisticsPlan): Promise<ReadonlyMap<string, Reference>> {
  const found = new Map<string, Reference>();
  for (const [feature, bins] of Object.entries(baselines)) found.set(feature, { of: 'baseline', bins });
  if (!training) return found;
  const columns = await readDistributions(training.distributions);
  for (const [feature, column] of Object.entries(training.columns)) {
    const bins = binsOf(columns.get(column));
    if (bins) found.set(feature, { of: 'training', bins, dataset: training.dataset });
  }
  return found;
}

import type { FeatureStatistics } from '../../protocol/featureMonitoring';
import type { FoundStatistics, StatisticsPlan } from '../../protocol/featurePlans';
import type { FeatureViewVersion } from '../../protocol/features';
import type { StatisticsPort } from '../offline/featureJoins';
import type { MonitorStore } from './monitorStore';

export interface KeptStatisticsPorts {
  readonly store: MonitorStore;
  /** The newest training set that has features of a version, where something is kept of its values. */
  readonly training: (version: FeatureViewVersion) => StatisticsPlan['training'];
}

/** Keeps statistics of what is computed. The first that is computed of a version is its baseline. */
export class KeptStatistics implements StatisticsPort {
  constructor(private readonly ports: KeptStatisticsPorts) {}

  readonly plan = (version: FeatureViewVersion): StatisticsPlan => {
    const baselines = this.ports.store
      .statistics(version)
      .flatMap(({ of, feature, bins }) => (of === 'baseline' && bins ? [[feature, bins] as const] : []));
    const training = this.ports.training(version);
    return { baselines: Object.fromEntries(baselines), ...(training && { training }) };
  };

  readonly keep = (
    version: FeatureViewVersion,
    found: readonly FoundStatistics[],
    computedAt: number,
  ): readonly FeatureStatistics[] => {
    const { view, version: number } = version;
    const { store } = this.ports;
    const all = found.map((one): FeatureStatistics => ({ ...one, view, version: number, of: 'source', computedAt }));
    return store.together(() => {
      const based = new Set(
        store.statistics(version).flatMap(({ of, feature }) => (of === 'baseline' ? [feature] : [])),
      );
      const first = all.flatMap((one): FeatureStatistics[] =>
        one.window === undefined && one.bins && !based.has(one.feature) ? [{ ...one, of: 'baseline' }] : [],
      );
      store.putStatistics([...all, ...first]);
      return all;
    });
  };
}

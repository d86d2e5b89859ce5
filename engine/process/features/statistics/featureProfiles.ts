import { ColumnProfiler, profileBound } from '../../../data/profile/columnProfiler';
import type { Distribution } from '../../../data/profile/distribution';
import { ValueColumn } from '../../../data/read/valueColumn';
import { valueAt, type JoinedValue, type Values } from '../../../features/join/values';
import type { FeatureBins } from '../../../protocol/featureMonitoring';
import type { FoundStatistics } from '../../../protocol/featurePlans';
import type { FeatureDefinition } from '../../../protocol/features';
import type { ObservedBatch, ValueObserver } from '../computeView';
import type { JoinedFeature } from '../join/joinedFeature';
import { binsOf, comparedWith, quantileOf, type Compared } from './bins';
import { centralHistogram } from './centralHistogram';

/** What a feature is compared with. */
export interface Reference {
  readonly of: 'training' | 'baseline';
  readonly bins: FeatureBins;
  /** The dataset that a training set is. */
  readonly dataset?: string;
}

export interface ProfilesOptions {
  /** How many features there are. */
  readonly features: number;
  /** ms since 1970 */
  readonly now: number;
  readonly references: ReadonlyMap<string, Reference>;
}

/** Days before now of which there are statistics besides those of all rows. */
const windows = [1, 7, 14, 30, 90] as const;
const day = 86_400_000;
const shares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 };
const hints = { datesInTexts: false, decimals: true, days: false, missing: new Set<string>() };

interface Part {
  readonly days?: number;
  /** µs: events later than this one, up to now. */
  readonly after: number;
  readonly profiler: ColumnProfiler;
  rows: number;
}

/** Sums up the values of features: of all rows, and of the newest ones. Values of windows are those of each entity now. */
export class FeatureProfiles implements ValueObserver {
  private readonly parts = new Map<FeatureDefinition, readonly Part[]>();
  private newest = -Infinity;

  constructor(private readonly options: ProfilesOptions) {}

  rows(feature: FeatureDefinition, values: Values, { rows, keep, events }: ObservedBatch): void {
    for (const part of this.partsOf(feature, events !== undefined)) {
      const taken: JoinedValue[] = [];
      for (let row = 0; row < rows; row++) {
        if (keep?.[row] === 0) continue;
        const event = events?.[row] ?? -Infinity;
        const isYet = event > this.options.now * 1000;
        if (event > this.newest && !isYet) this.newest = event;
        if (part.days === undefined || (event > part.after && !isYet)) taken.push(valueAt(values, row));
      }
      add(part, taken);
    }
  }

  windows(feature: FeatureDefinition, values: JoinedFeature): void {
    const [all] = this.partsOf(feature, false);
    if (all)
      add(
        all,
        Array.from({ length: values.rows }, (_, row) => values.value(row)),
      );
  }

  found(): readonly FoundStatistics[] {
    return [...this.parts].flatMap(([feature, parts]) => parts.map(part => this.statistics(feature, part)));
  }

  private statistics({ name, type }: FeatureDefinition, part: Part): FoundStatistics {
    const { nulls, distinct, mean, std, min, max, histogram, top } = part.profiler.finish();
    const distribution = part.profiler.distribution();
    const reference = this.options.references.get(name);
    const comparison = reference && comparedWith(reference.bins, distribution);
    const central =
      distribution?.kind === 'numbers' && min !== undefined && max !== undefined
        ? centralHistogram(distribution, { min, max })
        : undefined;
    const bins = part.days === undefined ? binsOf(distribution) : undefined;
    return {
      ...{ feature: name, type, rows: part.rows, nulls, distinct },
      ...(part.days !== undefined && { window: part.days }),
      ...(mean !== undefined && { mean }),
      ...(std !== undefined && { std }),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(histogram && { histogram }),
      ...(central && { central }),
      ...(top && { top }),
      ...quantilesOf(distribution),
      ...(Number.isFinite(this.newest) && { newestEvent: this.newest / 1000 }),
      ...(reference && comparison && driftOf(reference, comparison)),
      ...(bins && { bins }),
    };
  }

  private partsOf(feature: FeatureDefinition, hasTimes: boolean): readonly Part[] {
    const known = this.parts.get(feature);
    if (known) return known;
    const bound = profileBound(this.options.features * (windows.length + 1));
    const type = feature.type === 'string' ? 'string' : 'number';
    const profiler = (): ColumnProfiler => new ColumnProfiler(feature.name, { rows: 0, bound, type });
    const since = hasTimes
      ? windows.map(days => ({ days, after: (this.options.now - days * day) * 1000, profiler: profiler(), rows: 0 }))
      : [];
    const made: readonly Part[] = [{ after: -Infinity, profiler: profiler(), rows: 0 }, ...since];
    this.parts.set(feature, made);
    return made;
  }
}

const driftOf = (
  { of, bins, dataset }: Reference,
  { drift, counts }: Compared,
): Pick<FoundStatistics, 'drift' | 'driftFrom' | 'compared'> => ({
  ...{ drift, driftFrom: of },
  compared: { bins, counts, ...(dataset !== undefined && { dataset }) },
});

function add(part: Part, values: readonly JoinedValue[]): void {
  if (values.length === 0) return;
  part.rows += values.length;
  part.profiler.add(new ValueColumn(values, values.length, hints));
}

function quantilesOf(distribution: Distribution | undefined): { quantiles?: Readonly<Record<string, number>> } {
  if (distribution?.kind !== 'numbers' || distribution.of === 0) return {};
  return {
    quantiles: Object.fromEntries(
      Object.entries(shares).map(([name, share]) => [name, quantileOf(distribution, share)]),
    ),
  };
}

import type { FeatureMonitor } from '../../protocol/featureConfig';
import type { FeatureAlert, FeatureSkew, FeatureStatistics } from '../../protocol/featureMonitoring';
import type { FeatureConsumers } from '../../protocol/features';

export type FoundAlert = Omit<FeatureAlert, 'since' | 'view' | 'version'>;

export interface Watched {
  /** `loans@v2` */
  readonly name: string;
  readonly monitor: FeatureMonitor;
  /** ms: how old a value may be that is still answered. */
  readonly ttl?: number;
  /** ms since 1970; absent: there is none up to now. */
  readonly newestEvent?: number;
  /** Whether its rows have times. */
  readonly hasTimes: boolean;
  readonly statistics: readonly FeatureStatistics[];
  /** Those of its features that are windows: they are looked at as they are now, once an entity. */
  readonly windows: ReadonlySet<string>;
  readonly skew: readonly FeatureSkew[];
  readonly consumers: FeatureConsumers;
  readonly now: number;
}

/** Days whose rows are judged, where there are so many of them; otherwise all rows are. */
const judgedDays = 30;
const judgedRows = 100;

/** What lies beyond the bounds of a view, with who uses it. Without `max_age` its `ttl` is the bound of its age. */
export function alertsOf(watched: Watched): readonly FoundAlert[] {
  const { monitor, skew } = watched;
  return [
    ...ageAlert(watched),
    ...judged(watched.statistics).flatMap(one => [...nullAlert(watched, one), ...driftAlert(watched, one)]),
    ...skew.flatMap(one => skewAlert(watched, one, monitor.skew)),
  ];
}

function ageAlert(watched: Watched): readonly FoundAlert[] {
  const { monitor, ttl, newestEvent, now, name } = watched;
  const bound = monitor.max_age ?? ttl;
  if (monitor.max_age !== undefined && watched.hasTimes && newestEvent === undefined)
    return [
      {
        ...{ kind: 'age', value: now, bound: monitor.max_age },
        message: `${name}: it has no event at all, where the newest may be ${span(monitor.max_age)} old.${usedBy(watched)}`,
      },
    ];
  if (bound === undefined || newestEvent === undefined || now - newestEvent <= bound) return [];
  const why = monitor.max_age === undefined ? 'all of its values have expired' : 'its newest event is too old';
  return [
    {
      kind: 'age',
      message: `${name}: ${why}, ${span(now - newestEvent)} instead of at most ${span(bound)}.${usedBy(watched)}`,
      value: now - newestEvent,
      bound,
    },
  ];
}

/** Of each feature of a view the statistics that are judged. */
export function judged(statistics: readonly FeatureStatistics[]): readonly FeatureStatistics[] {
  const found = new Map<string, FeatureStatistics>();
  for (const one of statistics) {
    if (one.of !== 'source') continue;
    if (one.window === undefined && !found.has(one.feature)) found.set(one.feature, one);
    if (one.window === judgedDays && one.rows >= judgedRows) found.set(one.feature, one);
  }
  return [...found.values()];
}

function nullAlert(watched: Watched, { feature, nulls, rows, window }: FeatureStatistics): readonly FoundAlert[] {
  const { null_rate: bound } = watched.monitor;
  if (bound === undefined || rows === 0 || nulls / rows <= bound) return [];
  const value = nulls / rows;
  const of = rowsOf(watched, { feature, window });
  return [
    {
      ...{ kind: 'nulls', feature, value, bound },
      message: `${watched.name}:${feature} is null in ${percent(value)} ${of}, at most ${percent(bound)} may be.${usedBy(watched)}`,
    },
  ];
}

function driftAlert(
  watched: Watched,
  { feature, drift: value, driftFrom, window }: FeatureStatistics,
): readonly FoundAlert[] {
  const { drift: bound } = watched.monitor;
  if (bound === undefined || value === undefined || value <= bound) return [];
  const from = driftFrom === 'training' ? 'the newest training set' : 'its baseline';
  return [
    {
      ...{ kind: 'drift', feature, value, bound },
      message: `${watched.name}:${feature} has drifted from ${from} (PSI ${value.toFixed(3)} ${rowsOf(watched, { feature, window })}, at most ${bound}).${usedBy(watched)}`,
    },
  ];
}

function skewAlert(
  watched: Watched,
  { feature, looked, differing }: FeatureSkew,
  bound: number | undefined,
): readonly FoundAlert[] {
  if (bound === undefined || looked === 0 || differing / looked <= bound) return [];
  const value = differing / looked;
  return [
    {
      ...{ kind: 'skew', feature, value, bound },
      message: `${watched.name}:${feature} was served with another value than training would have it, ${differing} of ${looked} times; at most ${percent(bound)} may be.${usedBy(watched)}`,
    },
  ];
}

function rowsOf(
  { windows }: Pick<Watched, 'windows'>,
  { feature, window }: { readonly feature: string; readonly window: number | undefined },
): string {
  if (windows.has(feature)) return 'of all entities as of now';
  return window === undefined ? 'of all rows' : `of the rows of the last ${window} days`;
}
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

function span(ms: number): string {
  const days = ms / 86_400_000;
  if (days >= 2) return `${Math.floor(days)} days`;
  const hours = ms / 3_600_000;
  return hours >= 2 ? `${Math.floor(hours)} hours` : `${Math.max(0, Math.floor(ms / 60_000))} minutes`;
}

/** The models and servers that take the view. */
function usedBy({ consumers: { models, endpoints } }: Watched): string {
  const names = [
    ...models.map(({ model, version, stage }) => `${model}@${version}${stage === undefined ? '' : ` (${stage})`}`),
    ...endpoints.map(endpoint => `the server of ${endpoint}`),
  ];
  return names.length === 0 ? '' : ` Used by ${names.join(', ')}.`;
}

import type { ChartSpec } from '../../../engine/charts/spec';
import type { FeatureBins, FeatureComparison, FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import { metric, percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import { rowsWord } from '../words';

export interface DriftOptions {
  /** Of `monitor`. */
  readonly bound?: number;
  /** Who depends on the view: `risk v3 (production)` */
  readonly users: readonly string[];
}

/**
 * The values of a feature in the bins of what it is compared with, both beside each other: what the population stability index is
 * the sum of. Undefined: there is nothing it was compared with.
 */
export function driftSpec(one: FeatureStatistics, { bound, users }: DriftOptions): ChartSpec | undefined {
  const { feature, drift, compared } = one;
  if (drift === undefined || compared === undefined) return undefined;
  const { bins, counts } = compared;
  const names = binNames(bins, one.type);
  const [then, now] = [sharesOf(bins.counts), sharesOf(counts)];
  const shown = names.flatMap((name, at) => ((then[at] ?? 0) + (now[at] ?? 0) > 0 ? [{ name, at }] : []));
  const sides = [
    { label: referenceWord(one, compared), shares: then, slot: 1 },
    { label: t('now: {0}', rowsWord(one.window)), shares: now, slot: 0 },
  ];
  const measured =
    bound === undefined ? t('drift {0}', metric(drift)) : t('drift {0} (at most {1})', metric(drift), String(bound));
  return {
    title: `${feature}: ${measured}`,
    summary: [greatestChange(names, then, now), usedBy(users)].filter(Boolean).join(' '),
    note: [greatestChange(names, then, now), usedBy(users)].filter(Boolean).join(' '),
    categories: shown.map(({ name }) => name),
    series: sides.map(({ label, shares, slot }) => ({
      ...{ label, slot, filled: true },
      points: shown.map(({ at }, x) => ({ x, y: shares[at] ?? 0 })),
    })),
    x: { label: feature },
    y: { label: t('Share of values'), min: 0, format: percent },
    height: 80 + 30 * shown.length,
  };
}

function referenceWord({ driftFrom }: FeatureStatistics, { dataset }: FeatureComparison): string {
  if (driftFrom === 'baseline') return t('the first time it was computed');
  return dataset === undefined ? t('training set') : t('training set “{0}”', dataset);
}

/** `≤ 5`, `5 – 12`, `> 12`: a bin ends with its upper edge. Of whole numbers those that are in it: `6 – 12`. */
function binNames(bins: FeatureBins, type: FeatureStatistics['type']): readonly string[] {
  if (bins.kind === 'texts') return [...bins.values, t('all others')];
  const { edges } = bins;
  return bins.counts.map((_, at) => {
    const [low, high] = [edges[at - 1], edges[at]];
    if (type === 'integer') return wholeName(low, high);
    // the first edge may be the number just below the second, where a tenth of the reference is its least value
    const least = edges[1];
    if (at < 2 && least !== undefined && isJustBelow(edges[0], least))
      return at === 0 ? `< ${metric(least)}` : metric(least);
    return numbersName(low, high);
  });
}

const isJustBelow = (number = NaN, other = NaN): boolean =>
  number < other && number >= other - Math.max(Math.abs(other) * 2 ** -52, Number.MIN_VALUE);

function numbersName(low: number | undefined, high: number | undefined): string {
  if (low === undefined) return high === undefined ? t('all values') : `≤ ${metric(high)}`;
  return high === undefined ? `> ${metric(low)}` : `${metric(low)} – ${metric(high)}`;
}

function wholeName(low: number | undefined, high: number | undefined): string {
  const [first, last] = [
    low === undefined ? undefined : Math.floor(low) + 1,
    high === undefined ? undefined : Math.floor(high),
  ];
  if (first === undefined) return numbersName(undefined, last);
  if (last === undefined) return `≥ ${metric(first)}`;
  return first === last ? metric(first) : `${metric(first)} – ${metric(last)}`;
}

function sharesOf(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((a, b) => a + b, 0);
  return counts.map(count => (total === 0 ? 0 : count / total));
}

function greatestChange(names: readonly string[], then: readonly number[], now: readonly number[]): string {
  const changes = names.map((name, at) => ({ name, was: then[at] ?? 0, is: now[at] ?? 0 }));
  const [first] = changes.toSorted((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was));
  if (first === undefined || first.is === first.was) return t('Nothing has moved.');
  return t('Most has changed at {0}: {1} of all values there, {2} now.', first.name, percent(first.was), percent(first.is)); // prettier-ignore
}

const usedBy = (users: readonly string[]): string => (users.length === 0 ? '' : t('Used by {0}.', users.join(', ')));

import type { ChartSpec, Series } from '../../engine/charts/spec';
import type { ColumnComparison, DatasetComparison } from '../../engine/protocol/datasets';
import { metric, percent } from '../shared/format';
import { t } from '../shared/l10n';
import { valueText, versionName } from './parts';

/** Both distributions of a column, one over the other. */
export function columnSpec(column: ColumnComparison, { before, after }: DatasetComparison): ChartSpec {
  const { name, bins, after: profile, change } = column;
  const sides = [
    { label: t('older {0}', versionName(before.digest)), shares: bins?.before ?? [], slot: 0 },
    { label: t('newer {0}', versionName(after.digest)), shares: bins?.after ?? [], slot: 1 },
  ];
  const share = { label: t('Share of rows'), min: 0, format: percent };
  const summary =
    change === undefined
      ? ''
      : t('Adjusted p {0}, Jensen–Shannon distance {1}.', metric(change.q), metric(change.jensenShannon));
  if (bins?.labels) {
    const categories = bins.labels;
    const series = sides.map(({ label, shares, slot }): Series => ({
      label,
      slot,
      points: shares.map((y, x) => ({ x, y })),
    }));
    const height = Math.max(140, 44 * categories.length + 60);
    return { title: name, summary, categories, x: { label: t('Value') }, y: share, series, height };
  }
  const edges = bins?.edges ?? [];
  const format = (value: number): string => (profile ? valueText(profile, value) : metric(value));
  const isTime = profile?.type === 'date' || profile?.type === 'datetime';
  const series = sides.map(({ label, shares, slot }): Series => ({
    label,
    slot,
    filled: true,
    stepped: true,
    points: edges.map((x, i) => ({ x, y: shares[Math.min(i, shares.length - 1)] ?? 0 })),
  }));
  const x = { label: name, min: edges[0] ?? 0, max: edges.at(-1) ?? 1, ...(isTime && { format }) };
  return { title: name, summary, x, y: share, series };
}

import type { ChartSpec } from '../../../engine/charts/spec';
import type { JoinCounts } from '../../../engine/protocol/featureJoins';
import { count, percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import { statuses, statusLook } from '../words';

const most = 30;

/** How the rows came out, a bar for each feature; of many features those with most misses. */
export function countsSpec(columns: readonly JoinCounts[], rows: number): ChartSpec {
  const missed = ({ statuses: of }: JoinCounts): number => rows - of.present;
  const shown = columns.length > most ? columns.toSorted((a, b) => missed(b) - missed(a)).slice(0, most) : columns;
  const there = statuses.filter(status => shown.some(column => column.statuses[status] > 0));
  const worst = shown.toSorted((a, b) => missed(b) - missed(a))[0];
  return {
    title: t('Values by feature'),
    summary:
      worst === undefined
        ? ''
        : t(
            '{0} misses most: {1} of its values are missing.',
            worst.column,
            percent(missed(worst) / Math.max(1, rows)),
          ),
    ...(columns.length > most && { note: t('The {0} features with most misses of {1}.', most, columns.length) }),
    x: { label: t('Feature') },
    y: { label: t('Rows'), min: 0, max: Math.max(1, rows), format: count },
    categories: shown.map(({ column }) => column),
    stacked: true,
    height: 70 + shown.length * 26,
    series: there.map(status => {
      const { word, slot } = statusLook(status);
      return { label: word, slot, filled: true, points: shown.map((column, x) => ({ x, y: column.statuses[status] })) };
    }),
  };
}

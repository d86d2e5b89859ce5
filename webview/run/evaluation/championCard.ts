import type { ChampionComparison, ChampionDifference } from '../../../engine/protocol/evaluation';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, metric, percent, signed } from '../../shared/format';
import { t } from '../../shared/l10n';
import { higherIsBetter } from '../../shared/metricDirection';
import { statusMark } from '../../shared/status';

/** The model beside a registered one on the same rows: what differs by more than the draws vary is marked. */
export function championCard(comparison: ChampionComparison | undefined): Child {
  if (!comparison) return false;
  const { model, modelVersion, stage, rows, seen, metrics, delong } = comparison;
  const columns = [
    { title: t('Metric') },
    { title: t('This model'), numeric: true },
    { title: t('Version {0}', modelVersion), numeric: true },
    { title: t('Difference'), numeric: true },
    { title: t('95 % interval'), numeric: true },
    { title: t('Verdict') },
  ];
  const cells = Object.entries(metrics).map(([key, found]) => [
    key,
    metric(found.own),
    metric(found.champion),
    signed(found.difference),
    found.interval ? `${signed(found.interval[0])} – ${signed(found.interval[1])}` : '–',
    verdict(key, found),
  ]);
  const test = delong && t('AUC by DeLong’s test: {0}, p {1}.', signed(delong.difference), probability(delong.p));
  return h('section', { class: 'card' }, [
    h('h2', null, t('Beside version {0} of {1} ({2})', modelVersion, model, stage)),
    h(
      'p',
      { class: 'muted' },
      [t('Both on the same {0} rows of the test part, by the same draws.', count(rows)), test]
        .filter(Boolean)
        .join(' '),
    ),
    seen > 0 &&
      h(
        'p',
        null,
        statusMark(
          'warn',
          'warn',
          t(
            'Version {0} has learnt from {1} of these rows ({2}), so it looks better than it is.',
            modelVersion,
            count(seen),
            percent(seen / rows),
          ),
        ),
      ),
    scrollingTable(t('Beside version {0} of {1} ({2})', modelVersion, model, stage), columns, cells),
  ]);
}

/** Nothing where the interval holds 0, or where more is neither good nor bad. */
function verdict(key: string, { difference, interval }: ChampionDifference): Child {
  const better = higherIsBetter(key);
  if (!interval || better === undefined || (interval[0] <= 0 && interval[1] >= 0)) return '';
  return difference > 0 === better ? statusMark('pass', 'good', t('better')) : statusMark('warn', 'warn', t('worse'));
}

const probability = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toPrecision(2));

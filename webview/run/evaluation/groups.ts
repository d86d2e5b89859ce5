import type { ChartSpec } from '../../../engine/charts/spec';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import type { GroupEvaluation, GroupsEvaluation, Range } from '../../../engine/protocol/evaluationParts';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, metric, percent } from '../../shared/format';
import { t } from '../../shared/l10n';

const largeOf = ({ groups }: GroupsEvaluation): readonly GroupEvaluation[] => groups.filter(({ isSmall }) => !isSmall);
const nameOf = ({ by }: GroupsEvaluation): string => by.join(' × ');

/** What share of each group is given the favourable outcome, a chart for each grouping that has two groups. */
export function groupSpecs({ groups = [] }: Evaluation): readonly ChartSpec[] {
  return groups.flatMap(found => {
    const shown = largeOf(found).filter(({ rates }) => rates['selection_rate'] !== undefined);
    if (shown.length < 2) return [];
    const ratio = found.measures['selection_rate_ratio'];
    return [
      {
        title: t('Selection rate by {0}', nameOf(found)),
        summary:
          ratio === undefined
            ? t('{0} groups.', shown.length)
            : t('The least rate of {0} groups is {1} of the greatest.', shown.length, metric(ratio)),
        x: { label: t('Group') },
        y: { label: t('Share that gets the favourable outcome, with its 95 % interval'), covers: [0, 1] },
        categories: shown.map(({ group }) => group),
        height: 90 + shown.length * 22,
        series: [
          {
            label: t('Selection rate'),
            slot: 0,
            points: shown.map(({ rates, rateIntervals }, x) => {
              const interval = rateIntervals?.['selection_rate'];
              return { x, y: rates['selection_rate'] ?? NaN, ...(interval && { low: interval[0], high: interval[1] }) };
            }),
          },
        ],
      },
    ];
  });
}

/** Each group with its size and rates, those that are too small by name only, and how far groups are apart. */
export function groupsCard({ groups = [] }: Evaluation): Child {
  if (groups.length === 0) return false;
  const cards = groups.map(found =>
    h('section', { class: 'card' }, [
      h('h2', null, t('Groups by {0}', nameOf(found))),
      h('p', { class: 'muted' }, aboutText(found)),
      groupTable(found),
      measureTable(found),
      proxyText(found),
    ]),
  );
  return h('div', { class: 'stack' }, cards);
}

function aboutText({ minRows, otherRows }: GroupsEvaluation): string {
  const base = t('Groups with fewer than {0} rows are not measured.', count(minRows));
  return otherRows > 0
    ? `${base} ${otherRows === 1 ? t('1 row has another value.') : t('{0} rows have other values.', count(otherRows))}`
    : base;
}

function groupTable(found: GroupsEvaluation): Child {
  const rates = [
    ['selection_rate', t('Selected')],
    ['true_positive_rate', t('Selected of those who deserve it')],
    ['false_positive_rate', t('Selected of those who do not')],
    ['precision', t('Deserving of those selected')],
    ['base_rate', t('Deserving')],
  ] as const;
  const used = rates.filter(([key]) => found.groups.some(group => key in group.rates));
  const metrics = ['auc', 'accuracy', 'rmse', 'mae'].filter(key => found.groups.some(group => key in group.metrics));
  const columns = [
    { title: t('Group') },
    { title: t('Rows'), numeric: true },
    ...used.map(([, title]) => ({ title, numeric: true })),
    ...metrics.map(title => ({ title, numeric: true })),
  ];
  const cells = found.groups.map(({ group, rows, isSmall, rates: own, rateIntervals, metrics: measured }) => [
    h('span', { class: 'mono' }, group),
    isSmall ? t('{0}, too few', count(rows)) : count(rows),
    ...used.map(([key]) => shareText(own[key], rateIntervals?.[key])),
    ...metrics.map(key => (measured[key] === undefined ? '–' : metric(measured[key]))),
  ]);
  return scrollingTable(t('Groups by {0}', nameOf(found)), columns, cells);
}

function measureTable(found: GroupsEvaluation): Child {
  const measured = Object.entries(found.measures);
  if (measured.length === 0) return false;
  const columns = [
    { title: t('Between the groups') },
    { title: t('Value'), numeric: true },
    { title: t('95 % interval'), numeric: true },
  ];
  const cells = measured.map(([name, value]) => {
    const interval = found.intervals?.['0.95']?.[name];
    return [name, metric(value), interval ? `${metric(interval[0])} – ${metric(interval[1])}` : '–'];
  });
  return scrollingTable(t('How far groups by {0} are apart', nameOf(found)), columns, cells);
}

function proxyText({ proxy }: GroupsEvaluation): Child {
  if (!proxy) return false;
  const told = t(
    'From the columns of the model, a logistic regression tells these groups with an AUC of {0}.',
    metric(proxy.auc),
  );
  const seen =
    proxy.seen.length > 0 ? t('The model sees {0} anyhow; the others were tried.', proxy.seen.join(', ')) : '';
  return h('p', { class: 'muted' }, [told, seen].filter(Boolean).join(' '));
}

const shareText = (value: number | undefined, interval: Range | undefined): string => {
  if (value === undefined) return '–';
  return interval ? `${percent(value)} (${percent(interval[0])} – ${percent(interval[1])})` : percent(value);
};

import type { Evaluation, SliceEvaluation, ThresholdPoint } from '../../../engine/protocol/evaluation';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, metric, percent } from '../../shared/format';
import { t } from '../../shared/l10n';
import { statusMark } from '../../shared/status';
import { nearest } from './threshold';

/** Four fifths: the bound that regulators of lending and hiring speak of. */
const bound = 0.8;

/** Each group beside all others. `marked`: the one that somebody wants to see. */
export function slicesCard({ slices = [], task }: Evaluation, at: ThresholdPoint | undefined, marked?: string): Child {
  if (slices.length === 0) return false;
  const shown = task === 'regression' ? ['rmse', 'mae'] : ['auc', 'accuracy', 'expected_cost'];
  const keys = shown.filter(key => slices.some(({ metrics }) => key in metrics));
  const rated = slices.some(({ metrics }) => 'selection_rate' in metrics);
  const moves = at !== undefined && slices.some(({ byThreshold = [] }) => byThreshold.length > 0);
  const columns = [
    { title: t('Group') },
    { title: t('Rows'), numeric: true },
    ...keys.map(title => ({ title, numeric: true })),
    ...(rated ? [{ title: t('Selection rate'), numeric: true }, { title: t('Ratio') }] : []),
    ...(moves ? [{ title: t('Ratio at {0}', metric(at.threshold)), numeric: true }] : []),
  ];
  const rows = slices.map(slice => [
    slice.slice === marked
      ? h('mark', { class: 'mono', attrs: { tabindex: '-1', 'aria-current': 'true' } }, slice.slice)
      : h('span', { class: 'mono' }, slice.slice),
    pair(count(slice.rows), count(slice.rest.rows)),
    ...keys.map(key => pair(number(slice.metrics[key]), number(slice.rest.metrics[key]))),
    ...(rated
      ? [
          pair(share(slice.metrics['selection_rate']), share(slice.rest.metrics['selection_rate'])),
          ratio(slice.metrics['selection_rate_ratio']),
        ]
      : []),
    ...(moves ? [number(ratioAt(slice, at.threshold))] : []),
  ]);
  return h('section', { class: 'card' }, [
    h(
      'div',
      { class: 'card-head' },
      h('h2', null, t('Groups')),
      h('span', { class: 'muted' }, t('each above all other rows')),
    ),
    scrollingTable(t('Groups'), columns, rows),
  ]);
}

const number = (value: number | undefined): string => (value === undefined ? '–' : metric(value));
const share = (value: number | undefined): string => (value === undefined ? '–' : percent(value));

const pair = (group: string, rest: string): Child =>
  h('div', { class: 'pair' }, h('div', null, group), h('div', { class: 'muted', title: t('all other rows') }, rest));

function ratio(value: number | undefined): Child {
  if (value === undefined) return '–';
  return value < bound
    ? statusMark('warn', 'warn', t('{0}, below {1}', metric(value), bound))
    : statusMark('pass', 'good', metric(value));
}

function ratioAt({ byThreshold = [] }: SliceEvaluation, threshold: number): number | undefined {
  if (byThreshold.length === 0) return undefined;
  return byThreshold[
    nearest(
      byThreshold.map(point => point.threshold),
      threshold,
    )
  ]?.selectionRateRatio;
}

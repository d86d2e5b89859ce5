import type { Evaluation, ThresholdPoint } from '../../../engine/protocol/evaluation';
import { dataTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, metric, percent, signed } from '../../shared/format';
import { t } from '../../shared/l10n';
import { scrollBox } from '../../shared/scrollBox';
import type { BinaryView } from './specs';
import { rates } from './threshold';

/** The four counts, the rates that follow from them, and how they differ from those at the model's own threshold. */
export function confusionCard({ evaluation, at }: BinaryView, own: ThresholdPoint): HTMLElement {
  const positive = evaluation.positive ?? t('positive');
  const negative = evaluation.classes?.find(name => name !== positive) ?? t('negative');
  const counts = matrixTable(
    [negative, positive],
    [
      [at.tn, at.fp],
      [at.fn, at.tp],
    ],
  );
  return h('div', { class: 'confusion' }, counts, h('div', { class: 'rates' }, ratesTable(at, own, positive)));
}

/** The confusion matrix of a task without a threshold. */
export function matrixCard({ confusion, classes = [] }: Evaluation): HTMLElement {
  if (!confusion) return h('div');
  return h('section', { class: 'card' }, [
    h('h2', null, t('Confusion matrix')),
    scrollBox(t('Confusion matrix'), matrixTable(classes, confusion)),
  ]);
}

/** Rows: what is true; columns: what is predicted. Shaded by the share within the row. */
function matrixTable(classes: readonly string[], matrix: readonly (readonly number[])[]): HTMLElement {
  const heads = classes.map(name => h('th', { attrs: { scope: 'col' } }, t('predicted {0}', name)));
  const rows = matrix.map((cells, actual) => {
    const total = cells.reduce((sum, value) => sum + value, 0);
    return h(
      'tr',
      null,
      h('th', { attrs: { scope: 'row' } }, t('really {0}', classes[actual] ?? '')),
      cells.map((value, predicted) => cell(value, value / total, actual === predicted)),
    );
  });
  return h(
    'table',
    { class: 'matrix' },
    h('caption', { class: 'visually-hidden' }, t('Confusion matrix')),
    h('thead', null, h('tr', null, h('td', null), heads)),
    h('tbody', null, rows),
  );
}

const cell = (value: number, share: number, isRight: boolean): Child =>
  h(
    'td',
    {
      class: isRight ? 'right' : 'wrong',
      style: { '--share': `${Math.round((Number.isFinite(share) ? share : 0) * 45)}%` },
    },
    h('div', { class: 'matrix-count' }, count(value)),
    h('div', { class: 'matrix-share' }, percent(share)),
  );

function ratesTable(at: ThresholdPoint, own: ThresholdPoint, positive: string): HTMLElement {
  const [now, before] = [rates(at), rates(own)];
  const row = (name: string, [value, old]: readonly [number, number], format = percent): readonly Child[] => [
    name,
    format(value),
    value === old || Number.isNaN(value - old) ? '' : signed(value - old),
  ];
  const cost =
    at.cost !== undefined && own.cost !== undefined ? [row(t('Cost a row'), [at.cost, own.cost], metric)] : [];
  return dataTable(
    t('Rates at the threshold'),
    [
      { title: t('At {0}', metric(at.threshold)) },
      { title: t('Value'), numeric: true },
      { title: t('Difference'), numeric: true },
    ],
    [
      ...cost,
      row(t('Recall: “{0}” found', positive), [now.recall, before.recall]),
      row(t('Precision: flagged and “{0}”', positive), [now.precision, before.precision]),
      row(t('False positive rate'), [now.falsePositiveRate, before.falsePositiveRate]),
      row(t('Specificity'), [now.specificity, before.specificity]),
      row(t('Flagged'), [now.flagged, before.flagged]),
      row(t('Accuracy'), [now.accuracy, before.accuracy]),
      row('F1', [now.f1, before.f1], metric),
    ],
  );
}

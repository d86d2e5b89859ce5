import type { ChartSpec } from '../../../engine/charts/spec';
import type { Evaluation, SliceEvaluation } from '../../../engine/protocol/evaluation';
import { scrollingTable } from '../../shared/dataTable';
import type { Child } from '../../shared/dom';
import { h } from '../../shared/dom';
import { count, metric, percent, signed } from '../../shared/format';
import { t } from '../../shared/l10n';

const mostBars = 30;

/** By how much the mean loss of each group is higher than that of all other rows. */
export function sliceLossSpec({ slices = [], worstSlices, task }: Evaluation): ChartSpec | undefined {
  const found = worstSlices?.slices ?? [];
  const known = new Set(slices.map(({ slice }) => slice));
  const shown = [...found.filter(({ slice }) => !known.has(slice)), ...slices]
    .filter(({ loss }) => loss !== undefined)
    .slice(0, mostBars);
  if (shown.length === 0) return undefined;
  const worst = shown.reduce((a, b) => ((a.loss?.difference ?? 0) >= (b.loss?.difference ?? 0) ? a : b));
  return {
    title: t('Loss by group'),
    summary: t('“{0}” is off most: {1} a row above all others.', worst.slice, metric(worst.loss?.difference ?? NaN)),
    ...(found.length > 0 && { note: t('In the second colour: groups that were found by looking at all.') }),
    x: { label: t('Group') },
    y: {
      label:
        task === 'regression'
          ? t('Mean squared error above that of all other rows, with its 95 % interval')
          : t('Mean −ln P(true class) above that of all other rows, with its 95 % interval'),
      covers: [0, ...shown.flatMap(({ loss }) => loss?.interval ?? [])],
    },
    categories: shown.map(({ slice }) => slice),
    height: 90 + shown.length * 22,
    series: [
      {
        label: t('Difference'),
        slot: 0,
        slots: shown.map(slice => (found.includes(slice) ? 1 : 0)),
        points: shown.map(({ loss }, x) => ({
          x,
          y: loss?.difference ?? NaN,
          low: loss?.interval[0] ?? NaN,
          high: loss?.interval[1] ?? NaN,
        })),
      },
    ],
  };
}

/** Groups nobody named in which the model is worse than chance allows, or that there are none. */
export function worstSlicesCard({ worstSlices, task, rows }: Evaluation): Child {
  if (!worstSlices) return false;
  const { tested, support, slices } = worstSlices;
  const about =
    slices.length > 0
      ? t(
          'Of {0} groups of one and two columns with {1} rows or more, those whose loss is higher than chance allows. They were chosen for it, so new data will be a little kinder.',
          count(tested),
          count(support),
        )
      : t(
          'None of {0} groups of one and two columns with {1} rows or more is worse than the others by more than chance.',
          count(tested),
          count(support),
        );
  return h('section', { class: 'card' }, [
    h('h2', null, t('Worst groups')),
    h('p', { class: 'muted' }, about),
    slices.length > 0 && worstTable(slices, task === 'regression' ? ['rmse', 'mae'] : ['auc', 'accuracy'], rows),
  ]);
}

function worstTable(slices: readonly SliceEvaluation[], keys: readonly string[], all: number): Child {
  const shown = keys.filter(key => slices.some(({ metrics }) => key in metrics));
  const columns = [
    { title: t('Group') },
    { title: t('Rows'), numeric: true },
    { title: t('Loss'), numeric: true },
    { title: t('Other rows'), numeric: true },
    { title: t('Difference'), numeric: true },
    { title: t('p, adjusted'), numeric: true },
    ...shown.map(title => ({ title, numeric: true })),
  ];
  const cells = slices.map(({ slice, rows, loss, metrics }) => [
    h('span', { class: 'mono' }, slice),
    `${count(rows)} (${percent(rows / all)})`,
    number(loss?.mean),
    number(loss?.rest),
    loss ? signed(loss.difference) : '–',
    loss ? (loss.adjustedP < 0.0001 ? '< 0.0001' : loss.adjustedP.toPrecision(2)) : '–',
    ...shown.map(key => number(metrics[key])),
  ]);
  return scrollingTable(t('Worst groups'), columns, cells);
}

const number = (value: number | undefined): string => (value === undefined ? '–' : metric(value));

import type { ColumnProfile } from '../../engine/protocol/data';
import type { Digest } from '../../engine/protocol/ids';
import { h } from '../shared/dom';
import { metric, percent } from '../shared/format';
import { language, t } from '../shared/l10n';

export const versionName = (digest: Digest): string => digest.slice(0, 12);

const isTime = ({ type }: ColumnProfile): boolean => type === 'date' || type === 'datetime';

/** A number of a column, or the day it stands for. */
export function valueText(column: ColumnProfile, value: number): string {
  if (!isTime(column)) return metric(value);
  const style =
    column.type === 'date'
      ? ({ dateStyle: 'medium' } as const)
      : ({ dateStyle: 'medium', timeStyle: 'short' } as const);
  return new Date(value).toLocaleString(language(), { ...style, timeZone: 'UTC' });
}

export const missingShare = ({ count, nulls }: ColumnProfile): number =>
  count + nulls === 0 ? 0 : nulls / (count + nulls);

/** What the values are, in a line: range and median, or the most frequent ones. */
export function valuesText(column: ColumnProfile): string {
  const { min, max, quantiles, top = [], count, minLength, maxLength, distinct } = column;
  if (count === 0) return t('no value');
  if (min !== undefined && max !== undefined) {
    const median = quantiles?.['p50'];
    const range = `${valueText(column, min)} … ${valueText(column, max)}`;
    return median === undefined ? range : t('{0}, median {1}', range, valueText(column, median));
  }
  if (distinct > count / 2 && distinct > 20) return t('{0} to {1} characters', minLength ?? 0, maxLength ?? 0);
  return top
    .slice(0, 3)
    .map(entry => `${entry.value} ${percent(entry.count / count)}`)
    .join(', ');
}

/** Bars of a histogram, or of the most frequent values; the numbers are in the row beside it and read out. */
export function miniHistogram(column: ColumnProfile): HTMLElement {
  const bars = barsOf(column);
  const most = Math.max(...bars.map(({ count }) => count), 1);
  const label = bars.map(({ name, count }) => `${name}: ${count}`).join('; ');
  return h(
    'span',
    { class: 'mini', role: 'img', attrs: { 'aria-label': label === '' ? t('no value') : label } },
    bars.map(({ name, count }) =>
      h('span', {
        class: 'mini-bar',
        title: `${name}: ${count}`,
        style: { height: `${count === 0 ? 0 : Math.max(6, (count / most) * 100)}%` },
      }),
    ),
  );
}

function barsOf(column: ColumnProfile): readonly { readonly name: string; readonly count: number }[] {
  const { histogram, top = [], distinct, count } = column;
  if (histogram)
    return histogram.counts.map((n, i) => {
      const [low, high] = [histogram.edges[i] ?? 0, histogram.edges[i + 1] ?? 0];
      return { name: `${valueText(column, low)} – ${valueText(column, high)}`, count: n };
    });
  if (distinct > count / 2 && distinct > 20) return [];
  return top.slice(0, 12).map(({ value, count: n }) => ({ name: value, count: n }));
}

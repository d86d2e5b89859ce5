import type { FeatureOrigin } from '../../engine/protocol/featureConfig';
import type { Cell } from '../../engine/protocol/data';
import type { FeatureStatus } from '../../engine/protocol/featureJoins';
import { h } from '../shared/dom';
import { ago, count, dateTime, metric } from '../shared/format';
import type { IconName } from '../shared/icons';
import { t } from '../shared/l10n';
import { statusMark } from '../shared/status';

/** In the order in which they are drawn and counted. */
export const statuses: readonly FeatureStatus[] = [
  ...(['present', 'null-value', 'no-row', 'not-yet-known', 'expired', 'no-key', 'no-time'] as const),
];

interface StatusLook {
  readonly word: string;
  /** What it means, on the pointer. */
  readonly meaning: string;
  readonly icon: IconName;
  readonly tone: Parameters<typeof statusMark>[1];
  /** Colour in charts. */
  readonly slot: number;
}

export function statusLook(status: FeatureStatus): StatusLook {
  switch (status) {
    case 'present':
      return look(['pass', 'good', 2], t('matched'), t('The newest row that was known at the time.'));
    case 'null-value':
      return look(['ring', 'idle', 8], t('empty'), t('The row that holds has no value.'));
    case 'no-row':
      return look(['question', 'warn', 1], t('no row'), t('No row of the entity at or before the time.'));
    case 'not-yet-known':
      return look(['history', 'warn', 5], t('not yet known'), t('There are rows, but none was known at the time.'));
    case 'expired':
      return look(['stop', 'warn', 4], t('expired'), t('The newest row is older than the view allows.'));
    case 'no-key':
      return look(['fail', 'bad', 6], t('no key'), t('The key of the entity is missing, or not of its type.'));
    case 'no-time':
      return look(['fail', 'bad', 11], t('no time'), t('The row that asks has no time.'));
  }
}

function look(
  [icon, tone, slot]: readonly [StatusLook['icon'], StatusLook['tone'], number],
  word: string,
  meaning: string,
): StatusLook {
  return { icon, tone, slot, word, meaning };
}

export function statusOf(status: FeatureStatus): HTMLElement {
  const { icon, tone, word, meaning } = statusLook(status);
  const mark = statusMark(icon, tone, word);
  mark.title = meaning;
  return mark;
}

/** A value as it is; numbers as people read them, with all digits on the pointer. */
export function valueText(value: Cell): string {
  if (value === null) return '–';
  return typeof value === 'number' ? metric(value) : String(value);
}

/** `14 d`, `12 h`, `30 min`, `12 s` */
export function span(ms: number): string {
  const size = Math.abs(ms);
  if (size < 60_000) return t('{0} s', Math.round(size / 1000));
  if (size < 3_600_000) return t('{0} min', Math.round(size / 60_000));
  if (size < 86_400_000) return t('{0} h', rounded(size / 3_600_000));
  return t('{0} d', rounded(size / 86_400_000));
}

const rounded = (value: number): string => (value < 10 ? String(Number(value.toFixed(1))) : count(Math.round(value)));

/** A moment as people say it; the whole of it on the pointer. */
export const when = (at: number | undefined): HTMLElement | string =>
  at === undefined ? '–' : h('span', { class: 'nowrap', title: dateTime(at) }, ago(at));

export const rowsCount = (rows: number): string => (rows === 1 ? t('1 row') : t('{0} rows', count(rows)));

export const entitiesWord = (entities: number): string =>
  entities === 1 ? t('1 entity') : t('{0} entities', count(entities));

/** Which rows statistics are of, by days. */
export function rowsWord(days: number | undefined): string {
  if (days === undefined) return t('all rows');
  return days === 1 ? t('the last day') : t('the last {0} days', days);
}

/** A time of midnight is told as its day. */
export const plainTime = (text: string): string => text.replace(/^(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?Z$/, '$1');

/** Where the values of a feature come from, as it is written. */
export function originText(from: FeatureOrigin): string {
  switch (from.kind) {
    case 'column':
      return from.column;
    case 'expression':
      return from.expression;
    case 'window': {
      const over = t('{0} over {1}', `${from.aggregate}(${from.of ?? '*'})`, span(from.over));
      return from.where === undefined ? over : t('{0} where {1}', over, from.where);
    }
  }
}

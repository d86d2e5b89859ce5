import { h } from '../shared/dom';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import type { GroupRow, MoreRow } from './tableRow';

/** The name of what runs are grouped by, as its column is called. */
export function groupTitle(by: string): string {
  const known: Readonly<Record<string, string>> = {
    datasets: t('Data'),
    'attributes.status': t('Status'),
    'attributes.user_id': t('User'),
    'attributes.pipeline': t('Pipeline'),
    'attributes.experiment': t('Experiment'),
    'attributes.run_name': t('Name'),
    'tags.`mlflow.source.git.commit`': t('Commit'),
  };
  return (
    known[by] ??
    by
      .replace(/^\w+\./, '')
      .replace(/^`|`$/g, '')
      .replaceAll('``', '`')
  );
}

/** The first cell of a group: opens and closes it. */
export function groupCell({ by, group, level, isOpen }: GroupRow, onToggle: () => void): HTMLElement {
  const runs = group.runs === 1 ? t('1 run') : t('{0} runs', count(group.runs));
  return h(
    'button',
    {
      class: 'group-cell',
      style: { '--level': String(level - 1) },
      attrs: { type: 'button', tabindex: -1, 'aria-expanded': String(isOpen) },
      on: { click: onToggle },
    },
    h('span', { class: 'twistie', attrs: { 'aria-hidden': true } }, isOpen ? '▾' : '▸'),
    h('span', { class: 'muted' }, `${groupTitle(by)}: `),
    h('span', { class: 'group-value' }, group.value ?? t('none')),
    h('span', { class: 'muted group-runs' }, runs),
  );
}

export function moreCell({ level, left }: MoreRow, onMore: () => void): HTMLElement {
  const style = { '--level': String(level - 1) };
  if (left === undefined) return h('span', { class: 'muted group-cell', style }, t('Loading…'));
  const label = t('{0} more groups', count(left));
  return h(
    'button',
    { class: 'link group-cell', style, attrs: { type: 'button', tabindex: -1 }, on: { click: onMore } },
    label,
  );
}

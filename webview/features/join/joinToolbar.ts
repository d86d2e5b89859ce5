import type { JoinMode, PreviewFilter } from '../../../engine/protocol/featureJoins';
import { button, dropdown } from '../../shared/components';
import { fill, h } from '../../shared/dom';
import { count } from '../../shared/format';
import { t } from '../../shared/l10n';
import type { PageState } from '../../shared/state';

const pageSizes = [10, 25, 50, 100] as const;

/** What is asked for; kept by the page. */
export interface JoinView {
  readonly filter: PreviewFilter;
  readonly mode: JoinMode;
  readonly offset: number;
  readonly limit: number;
}

/** What of a join is shown, as the page was left. */
export function keptView(state: Pick<PageState, 'text' | 'number'>, mode: JoinMode = 'known'): JoinView {
  const filter = state.text('filter');
  const kept = state.text('mode');
  const limit = pageSizes.find(size => size === state.number('limit')) ?? 25;
  return {
    filter: filter === 'missed' || filter === 'changed' ? filter : 'all',
    mode: kept === 'known' || kept === 'tie-break' ? kept : mode,
    offset: Math.max(0, state.number('offset') ?? 0),
    limit,
  };
}

export interface ToolbarOptions {
  readonly view: JoinView;
  /** Rows of the whole file, and those that are shown. */
  readonly rows: number;
  readonly shown: number;
  readonly change: (view: Partial<JoinView>) => void;
}

/** Which rows, by which rule, and which page of them. */
export function joinToolbar({ view, rows, shown, change }: ToolbarOptions): HTMLElement {
  const filters = [
    { value: 'all', text: t('All rows') },
    { value: 'missed', text: t('Rows with a miss') },
    { value: 'changed', text: t('Rows that later knowledge changes') },
  ];
  const modes = [
    { value: 'known', text: t('Known at the time') },
    { value: 'tie-break', text: t('Known by now (tie-break)') },
  ];
  return h(
    'div',
    { class: 'row join-toolbar', role: 'group', attrs: { 'aria-label': t('What is shown') } },
    labelled(
      t('Show'),
      dropdown({
        ...{ label: t('Which rows'), options: filters, value: view.filter },
        onChange: value => change({ filter: value === 'missed' || value === 'changed' ? value : 'all', offset: 0 }),
      }),
    ),
    labelled(
      t('Match'),
      dropdown({
        ...{ label: t('What counts as matched'), options: modes, value: view.mode },
        onChange: value => change({ mode: value === 'tie-break' ? 'tie-break' : 'known', offset: 0 }),
      }),
    ),
    h('span', { class: 'spacer' }),
    ...pager({ view, rows, shown, change }),
  );
}

const labelled = (text: string, control: HTMLElement): HTMLElement =>
  h('span', { class: 'labelled' }, h('span', { attrs: { 'aria-hidden': 'true' } }, text), control);

/** With a filter nobody knows how many there are before the last page has been seen. */
function pager({ view, rows, shown, change }: ToolbarOptions): readonly HTMLElement[] {
  const { filter, offset, limit } = view;
  const hasMore = filter === 'all' ? offset + shown < rows : shown === limit;
  const label = h('span', { class: 'muted', attrs: { 'aria-live': 'polite' } });
  fill(label, rangeText(view, rows, shown));
  return [
    label,
    button({
      ...{ label: t('Previous'), disabled: offset === 0 },
      onClick: () => change({ offset: Math.max(0, offset - limit) }),
    }),
    button({ label: t('Next'), disabled: !hasMore, onClick: () => change({ offset: offset + limit }) }),
  ];
}

/** `1 – 25 of 1,000 rows` */
export function rangeText({ filter, offset }: JoinView, rows: number, shown: number): string {
  if (shown === 0) return offset === 0 ? t('no such row') : t('no more such rows');
  const range = `${count(offset + 1)} – ${count(offset + shown)}`;
  return filter === 'all' ? t('{0} of {1} rows', range, count(rows)) : t('{0} of such rows', range);
}

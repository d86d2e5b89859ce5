import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { fittingWidth } from '../shared/grid/fittingWidth';
import type { MenuItem } from '../shared/menu';
import { openMenu } from '../shared/menu';
import type { RunColumn } from './columns';
import type { Layout } from './layout';

export interface HeaderMenuOptions {
  readonly layout: Layout;
  readonly columns: () => readonly RunColumn[];
  /** Only how the table looks has changed. */
  readonly drawn: () => void;
  /** Its order or groups have. */
  readonly asked: () => void;
  readonly filterBy: (column: RunColumn) => void;
}

/** What can be done with a column. */
export function openHeaderMenu(id: string, anchor: Element, options: HeaderMenuOptions): void {
  const column = options.columns().find(one => one.id === id);
  openMenu({
    label: t('Menu of {0}', column?.title ?? t('Run')),
    anchor,
    groups: [
      sortItems(id, column, options),
      column ? contentItems(column, options) : [],
      column ? placeItems(column, options) : [],
      widthItems(id, anchor, options),
    ],
  });
}

const then = (change: () => void, show: () => void) => (): void => {
  change();
  show();
};

function sortItems(
  id: string,
  column: RunColumn | undefined,
  { layout, asked }: HeaderMenuOptions,
): readonly MenuItem[] {
  if (column && column.orderBy === undefined) return [];
  const sort = (descending: boolean) => then(() => layout.sort([{ column: id, descending }]), asked);
  return [
    { label: t('Sort ascending'), onClick: sort(false) },
    { label: t('Sort descending'), onClick: sort(true) },
    {
      label: t('Sort by this too'),
      hint: t('Shift+Enter'),
      onClick: then(() => layout.sortMoreBy(id, column?.numeric ?? false), asked),
    },
  ];
}

function contentItems(column: RunColumn, { layout, asked, drawn, filterBy }: HeaderMenuOptions): readonly MenuItem[] {
  const { id, groupBy: by, orderBy, group } = column;
  const isGrouped = by !== undefined && layout.groupBy.includes(by);
  const regroup = (key: string): void =>
    layout.setGroupBy(isGrouped ? layout.groupBy.filter(one => one !== key) : [...layout.groupBy, key]);
  const heat = (): void => layout.setHeat(id, !layout.isHeat(id));
  return [
    ...(by === undefined
      ? []
      : [{ label: t('Group by this'), checked: isGrouped, onClick: then(() => regroup(by), asked) }]),
    ...(orderBy === undefined ? [] : [{ label: t('Filter by this…'), onClick: () => filterBy(column) }]),
    ...(group === 'metrics'
      ? [{ label: t('Shade by size'), checked: layout.isHeat(id), onClick: then(heat, drawn) }]
      : []),
  ];
}

function placeItems({ id }: RunColumn, { layout, drawn, columns }: HeaderMenuOptions): readonly MenuItem[] {
  const visible = layout.visible(columns()).map(one => one.id);
  const at = visible.indexOf(id);
  const move = (before: string | undefined) => then(() => layout.move(columns(), id, before), drawn);
  const pin = then(() => layout.pin(id, !layout.isPinned(id)), drawn);
  return [
    { label: t('Pin to the left'), checked: layout.isPinned(id), onClick: pin },
    { label: t('Move left'), hint: t('Ctrl+Shift+←'), disabled: at <= 0, onClick: move(visible[at - 1]) },
    {
      label: t('Move right'),
      hint: t('Ctrl+Shift+→'),
      disabled: at < 0 || at >= visible.length - 1,
      onClick: move(visible[at + 2]),
    },
    { label: t('Move to the start'), disabled: at <= 0, onClick: move(visible[0]) },
    { label: t('Hide'), onClick: then(() => layout.show(id, false), drawn) },
  ];
}

const widthItems = (id: string, anchor: Element, { layout, drawn, asked }: HeaderMenuOptions): readonly MenuItem[] => [
  { label: t('Fit to the content'), onClick: then(() => layout.resize(id, fittingWidth(anchor)), drawn) },
  { label: t('Columns as at first'), onClick: then(() => layout.reset(), asked) },
];

/** What the table is sorted and grouped by, to be taken away piece by piece. */
export function orderChips(layout: Layout, titleOf: (id: string) => string, asked: () => void): readonly HTMLElement[] {
  const chip = (text: string, label: string, remove: () => void): HTMLElement =>
    h(
      'span',
      { class: 'chip' },
      text,
      h(
        'button',
        {
          class: 'chip-remove',
          attrs: { type: 'button', 'aria-label': label },
          on: {
            click: () => {
              remove();
              asked();
            },
          },
        },
        '×',
      ),
    );
  const { groupBy, sorts } = layout;
  return [
    ...groupBy.map(by =>
      chip(t('grouped by {0}', titleOf(by)), t('Do not group by {0}', titleOf(by)), () =>
        layout.setGroupBy(groupBy.filter(one => one !== by)),
      ),
    ),
    ...(sorts.length > 1
      ? sorts.map(sort =>
          chip(
            `${titleOf(sort.column)} ${sort.descending ? '↓' : '↑'}`,
            t('Do not sort by {0}', titleOf(sort.column)),
            () => layout.sort(sorts.filter(one => one !== sort)),
          ),
        )
      : []),
  ];
}

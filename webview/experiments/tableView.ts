import type { RunId } from '../../engine/protocol/ids';
import type { RunSummary } from '../../engine/protocol/tracking';
import { h } from '../shared/dom';
import type { GridColumn, GridOptions } from '../shared/grid/gridTypes';
import { VirtualGrid } from '../shared/grid/virtualGrid';
import { t } from '../shared/l10n';
import type { CellContext, RunColumn } from './columns';
import { groupCell, moreCell } from './groupCell';
import type { Layout } from './layout';
import { runCell } from './runCell';
import type { RunsModel } from './runsModel';
import type { RunSlots } from './runSlots';
import type { RowActions } from './rowActions';
import type { GroupRow, TableRow } from './tableRow';
import { runOf } from './tableRow';
import type { Ticks } from './ticks';

const nameColumn = 'attributes.run_name';
const nameWidth = 290;

export interface TableParts {
  readonly model: RunsModel;
  readonly layout: Layout;
  readonly ticks: Ticks;
  readonly slots: RunSlots;
  readonly actions: RowActions;
  readonly columns: () => readonly RunColumn[];
  /** The order or the groups are to be asked anew. */
  readonly asked: () => void;
  readonly drawn: () => void;
  readonly openRun: (id: RunId) => void;
  readonly openHeaderMenu: (column: string, anchor: Element) => void;
  readonly tickAll: (isOn: boolean) => void;
}

/** The table: what each column shows of a run or group, and what keys and clicks do. */
export class TableView {
  readonly grid: VirtualGrid<TableRow>;
  private stamp = 0;
  private looks: readonly unknown[] = [];

  constructor(private readonly parts: TableParts) {
    this.grid = new VirtualGrid<TableRow>(this.options());
  }

  show(baseline: RunSummary | undefined, total: number | undefined): void {
    const { model, layout } = this.parts;
    this.grid.show({
      columns: [
        this.nameColumn(),
        ...layout.visible(this.parts.columns()).map(column => this.column(column, baseline)),
      ],
      rows: model.rows,
      sorts: layout.sorts,
      isTree: layout.groupBy.length > 0,
      stamp: this.stampOf(baseline),
      ...(total !== undefined && { total }),
    });
  }

  /** Another one when something has changed that all rows show. */
  private stampOf(baseline: RunSummary | undefined): number {
    const { layout, ticks, slots, columns } = this.parts;
    const looks = [columns(), baseline, ticks.version, slots.current, layout.look];
    if (looks.some((one, index) => one !== this.looks[index])) this.stamp++;
    this.looks = looks;
    return this.stamp;
  }

  private options(): GridOptions<TableRow> {
    const { model, layout, ticks, actions, asked, drawn, openRun } = this.parts;
    const isNumeric = (id: string): boolean => this.parts.columns().find(column => column.id === id)?.numeric ?? false;
    return {
      label: t('Runs'),
      keyOf: ({ key }) => key,
      isSelected: row => row.kind === 'run' && ticks.has(row.key),
      onSort: id => {
        layout.sortBy(id, isNumeric(id));
        asked();
      },
      onSortMore: id => {
        layout.sortMoreBy(id, isNumeric(id));
        asked();
      },
      onResize: (id, width) => {
        layout.resize(id, width);
        drawn();
      },
      onMove: (id, before) => {
        layout.move(this.parts.columns(), id, before);
        drawn();
      },
      onOpen: row => {
        if (row.kind === 'run') openRun(row.key);
        else this.toggle(row);
      },
      onToggle: row => {
        if (row.kind === 'run') ticks.toggle(row.key);
        else if (row.kind === 'group') void actions.tickGroup(row);
      },
      onToggleTo: row => {
        if (row.kind === 'run') this.tickTo(row.key);
      },
      onNearEnd: () => undefined,
      onView: (first, end) => {
        const shown = model.rows.slice(first, end).flatMap(row => (row.kind === 'run' && !row.run ? [row.key] : []));
        if (shown.length > 0) void model.need(shown);
      },
      onHeaderMenu: (id, anchor) => this.parts.openHeaderMenu(id, anchor),
      onRowMenu: (row, place) => {
        if (row.kind === 'run' && row.run) actions.openMenu(row.run, place);
      },
      onKey: (event, row, column) => this.press(event, row, column),
      rowAttributes: row => (layout.groupBy.length > 0 ? treeAttributes(row) : {}),
      copyText: (row, id) => {
        const run = runOf(row);
        if (row.kind === 'group') return row.group.value ?? '';
        const column = this.parts.columns().find(one => one.id === id);
        return run ? (column?.text(run) ?? run.name) : '';
      },
    };
  }

  private press(event: KeyboardEvent, row: TableRow, column: string): boolean {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (row.kind === 'group' && isPlain && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
      if (column !== nameColumn || row.isOpen === (event.key === 'ArrowRight')) return false;
      this.toggle(row);
      return true;
    }
    const run = runOf(row);
    return run !== undefined && isPlain && this.parts.actions.press(event.key, run, column);
  }

  private toggle(row: TableRow): void {
    const { model } = this.parts;
    if (row.kind === 'group') void model.toggle(row.path);
    else if (row.kind === 'more') void model.moreGroups(row.path);
  }

  private tickTo(id: RunId): void {
    const { ticks, model } = this.parts;
    ticks.toggleTo(
      id,
      model.rows.flatMap(row => (row.kind === 'run' ? [row.key] : [])),
    );
  }

  private column(column: RunColumn, baseline: RunSummary | undefined): GridColumn<TableRow> {
    const { layout } = this.parts;
    const { look, summary, orderBy } = column;
    const context: CellContext = { baseline, isHeat: layout.isHeat(column.id) };
    return {
      id: column.id,
      title: column.title,
      width: layout.widthOf(column, baseline !== undefined),
      numeric: column.numeric,
      sortable: orderBy !== undefined,
      pinned: layout.isPinned(column.id),
      movable: true,
      cell: row => {
        if (row.kind === 'group') return summary?.(row.group);
        return row.kind === 'run' && row.run ? column.cell(row.run, context) : '';
      },
      look: row => (row.kind === 'run' && row.run ? look?.(row.run, context) : groupLook(row)),
    };
  }

  private nameColumn(): GridColumn<TableRow> {
    const { layout, model } = this.parts;
    return {
      id: nameColumn,
      title: t('Run'),
      width: layout.width(nameColumn) ?? nameWidth,
      sortable: true,
      lead: () => this.tickAllBox(),
      look: groupLook,
      cell: row => {
        switch (row.kind) {
          case 'group':
            return groupCell(row, () => this.toggle(row));
          case 'more':
            return moreCell(row, () => void model.moreGroups(row.path));
          case 'run':
            return this.runCell(row.run, row.level);
        }
      },
    };
  }

  private runCell(run: RunSummary | undefined, level: number): HTMLElement {
    const { ticks, slots, actions, openRun } = this.parts;
    const style = { '--level': String(level - 1) };
    if (!run) return h('span', { class: 'run-cell muted', style }, '…');
    const state = {
      slot: slots.of(run),
      isTicked: ticks.has(run.id),
      isBaseline: ticks.baseline === run.id,
      onTick: (isRange: boolean) => (isRange ? this.tickTo(run.id) : ticks.toggle(run.id)),
      onBaseline: () => ticks.setBaseline(ticks.baseline === run.id ? undefined : run.id),
      onStar: () => void actions.star([run]),
      onOpen: () => openRun(run.id),
    };
    return h('div', { class: 'run-cell', style }, runCell(run, state));
  }

  private tickAllBox(): HTMLElement {
    const { ticks, tickAll, model } = this.parts;
    const all = model.keys.runs;
    const isAll = all > 0 && ticks.size >= all;
    const box = h('input', {
      attrs: { type: 'checkbox', tabindex: -1, checked: isAll, 'aria-label': t('Tick all runs found') },
    });
    box.indeterminate = ticks.size > 0 && !isAll;
    box.addEventListener('click', event => event.stopPropagation());
    box.addEventListener('change', () => tickAll(box.checked));
    return box;
  }
}

const groupLook = (row: TableRow) => (row.kind === 'group' ? { class: 'group' } : undefined);

const treeAttributes = (row: TableRow): Readonly<Record<string, string | number | undefined>> => ({
  'aria-level': row.level,
  'aria-expanded': row.kind === 'group' ? String((row satisfies GroupRow).isOpen) : undefined,
});

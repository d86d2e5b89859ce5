import { fill, h, setAttribute } from '../dom';
import type { ColumnLayout } from './columnRange';
import { columnLayout, isTooNarrow, visibleColumns } from './columnRange';
import { GridActions } from './gridActions';
import { headerCell } from './gridHeader';
import type { CellAt } from './gridKeys';
import { findPlace, placeOf } from './gridPlace';
import type { CellPlace, RowView } from './gridRow';
import { bodyCell, syncCells } from './gridRow';
import type { GridContent, GridOptions } from './gridTypes';
import { visibleRows } from './visible';

export const rowHeight = 28;

/**
 * A table of any length and width: only the cells on the screen are in the document, and those of pinned columns. A grid
 * as ARIA has it: one cell can be reached with Tab, arrows lead on; Space ticks, Enter opens.
 */
export class VirtualGrid<R> {
  readonly element: HTMLElement;
  private readonly head = h('div', { class: 'grid-row grid-head', role: 'row', attrs: { 'aria-rowindex': 1 } });
  private readonly body = h('div', { class: 'grid-body', role: 'rowgroup' });
  private readonly headCells = new Map<number, HTMLElement>();
  private readonly shown = new Map<number, RowView<R>>();
  private content: GridContent<R> = { columns: [], rows: [] };
  private layout: ColumnLayout = columnLayout([]);
  private columns: readonly number[] = [];
  private at: CellAt = { row: 0, column: 0 };

  constructor(private readonly options: GridOptions<R>) {
    this.element = h('div', {
      class: 'grid',
      role: 'grid',
      attrs: { 'aria-label': options.label, 'aria-multiselectable': 'true' },
    });
    this.element.append(h('div', { class: 'grid-top', role: 'rowgroup' }, this.head), this.body);
    this.element.addEventListener('scroll', () => this.draw(), { passive: true });
    this.element.addEventListener('focusin', event => this.follow(event));
    new GridActions(options, {
      element: this.element,
      content: () => this.content,
      at: () => this.at,
      cell: () => this.cellAt(this.at),
      focus: at => this.focus(at),
      page: () => Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 2),
    });
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Shows this, with what somebody looks at in its place. */
  show(content: GridContent<R>): void {
    const hadFocus = this.element.contains(document.activeElement) && !isField(document.activeElement);
    const before = { ...placeOf(this.seen(), this.element.scrollTop), stamp: this.content.stamp };
    this.content = content;
    const { columns, rows, total = rows.length, stamp } = content;
    this.layout = columnLayout(columns);
    const { at, scrollTop } = findPlace(this.seen(), before);
    this.at = at;
    this.element.style.setProperty('--columns', columns.map(({ width }) => `${width}px`).join(' '));
    this.element.style.setProperty('--height', `${(rows.length + 1) * rowHeight}px`);
    setAttribute(this.element, 'role', content.isTree ? 'treegrid' : 'grid');
    setAttribute(this.element, 'aria-colcount', columns.length);
    setAttribute(this.element, 'aria-rowcount', total + 1);
    this.body.style.height = `${rows.length * rowHeight}px`;
    this.forget(stamp !== undefined && stamp === before.stamp);
    if (scrollTop !== undefined && scrollTop !== this.element.scrollTop) this.element.scrollTop = scrollTop;
    this.draw();
    if (hadFocus) this.focus(this.at);
  }

  /** Looks at the first rows again. */
  toTop(): void {
    this.element.scrollTop = 0;
    this.at = { ...this.at, row: Math.min(0, this.at.row) };
  }

  /** The cell of a row, brought into sight. */
  reveal(key: string, column: string): HTMLElement | undefined {
    const row = this.content.rows.findIndex(one => this.options.keyOf(one) === key);
    const index = this.content.columns.findIndex(({ id }) => id === column);
    if (row < 0 || index < 0) return undefined;
    this.focus({ row, column: index });
    return this.cellAt(this.at);
  }

  /** Takes out what has to be drawn again. */
  private forget(keepsSame: boolean): void {
    for (const [index, { row, element }] of this.shown) {
      if (keepsSame && this.content.rows[index] === row) continue;
      element.remove();
      this.shown.delete(index);
    }
    if (keepsSame) return;
    fill(this.head);
    this.headCells.clear();
  }

  private seen() {
    return { content: this.content, keyOf: this.options.keyOf, at: this.at, rowHeight };
  }

  private draw(): void {
    const { rows } = this.content;
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.element;
    this.element.classList.toggle('unpinned', isTooNarrow(this.layout, clientWidth));
    const columns = new Set(visibleColumns(this.layout, { scrollLeft, width: clientWidth }));
    if (this.at.column >= 0) columns.add(this.at.column); // it may hold the focus
    this.columns = [...columns].sort((a, b) => a - b);
    syncCells({ element: this.head, cells: this.headCells }, this.columns, index => this.header(index));
    const [first, end] = visibleRows({ scrollTop, height: clientHeight, rowHeight, rows: rows.length });
    for (const [index, { element }] of this.shown)
      if ((index < first || index >= end) && index !== this.at.row) {
        element.remove();
        this.shown.delete(index);
      }
    for (let index = first; index < end; index++) this.put(index);
    if (this.at.row >= 0) this.put(this.at.row);
    this.markActive();
    this.options.onView?.(first, end);
    if (end > rows.length - 40) this.options.onNearEnd();
  }

  private place(index: number): CellPlace {
    return { index, left: index < this.layout.pins ? this.layout.offsets[index] : undefined };
  }

  private header(index: number): HTMLElement | undefined {
    const column = this.content.columns[index];
    const { options } = this;
    return column && headerCell(column, { options, sorts: this.content.sorts, place: this.place(index) });
  }

  private put(index: number): void {
    const row = this.content.rows[index];
    if (row === undefined) return;
    const view = this.shown.get(index) ?? this.newRow(index, row);
    syncCells(view, this.columns, at => {
      const column = this.content.columns[at];
      return column && bodyCell(column, row, this.place(at));
    });
  }

  private newRow(index: number, row: R): RowView<R> {
    const { isSelected, rowAttributes } = this.options;
    const element = h('div', {
      class: 'grid-row',
      role: 'row',
      attrs: {
        'aria-rowindex': index + 2,
        'aria-selected': String(isSelected(row)),
        'data-row': index,
        ...rowAttributes?.(row),
      },
      style: { top: `${index * rowHeight}px` },
    });
    const view = { row, element, cells: new Map<number, HTMLElement>() };
    const after = [...this.shown.keys()].filter(other => other > index).sort((a, b) => a - b)[0];
    this.body.insertBefore(element, after === undefined ? null : (this.shown.get(after)?.element ?? null));
    this.shown.set(index, view);
    return view;
  }

  private cellAt({ row, column }: CellAt): HTMLElement | undefined {
    return (row < 0 ? this.headCells : this.shown.get(row)?.cells)?.get(column);
  }

  private markActive(): void {
    for (const cell of this.element.querySelectorAll<HTMLElement>('.grid-cell[tabindex="0"]')) cell.tabIndex = -1;
    const cell = this.cellAt(this.at);
    if (cell) cell.tabIndex = 0;
  }

  private focus(at: CellAt): void {
    this.at = at;
    const { clientHeight, scrollTop } = this.element;
    const top = at.row * rowHeight;
    const room = clientHeight - this.head.offsetHeight - rowHeight;
    if (at.row >= 0 && top < scrollTop) this.element.scrollTop = top;
    if (at.row >= 0 && top > scrollTop + room) this.element.scrollTop = top - room;
    this.scrollSideways(at.column);
    this.draw();
    this.cellAt(at)?.focus({ preventScroll: true });
  }

  private scrollSideways(column: number): void {
    const { layout, element } = this;
    const left = layout.offsets[column];
    if (left === undefined || element.clientWidth === 0) return;
    const pinned = element.classList.contains('unpinned') ? 0 : layout.pinnedWidth;
    if (column < layout.pins && pinned > 0) return;
    const right = layout.offsets[column + 1] ?? layout.width;
    if (left - pinned < element.scrollLeft) element.scrollLeft = left - pinned;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth;
  }

  private follow(event: FocusEvent): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('.grid-cell') : null;
    const line = target?.closest<HTMLElement>('.grid-row');
    if (!target || !line) return;
    const row = line === this.head ? -1 : Number(line.dataset['row']);
    this.at = { row, column: Number(target.dataset['column']) };
    this.markActive();
  }
}

const isField = (target: unknown): boolean =>
  (target instanceof HTMLInputElement && target.type !== 'checkbox') || target instanceof HTMLTextAreaElement;

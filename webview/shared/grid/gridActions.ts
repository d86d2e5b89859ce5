import { leastWidth } from './gridHeader';
import type { CellAt } from './gridKeys';
import { moveTo } from './gridKeys';
import type { GridColumn, GridContent, GridOptions } from './gridTypes';

/** What the keys and the mouse need to know of the grid. */
export interface GridHandle<R> {
  readonly element: HTMLElement;
  content(): GridContent<R>;
  at(): CellAt;
  cell(): HTMLElement | undefined;
  focus(at: CellAt): void;
  /** Rows that fit on the screen. */
  page(): number;
}

const step = 16;

/** Keys, double clicks, menus and copying in a grid. */
export class GridActions<R> {
  constructor(
    private readonly options: GridOptions<R>,
    private readonly grid: GridHandle<R>,
  ) {
    const { element } = grid;
    element.addEventListener('keydown', event => this.press(event));
    element.addEventListener('dblclick', event => this.openAt(event));
    element.addEventListener('contextmenu', event => this.menuAt(event));
    element.addEventListener('copy', event => this.copy(event));
  }

  private press(event: KeyboardEvent): void {
    if (isTyping(event.target)) return;
    const { rows, columns } = this.grid.content();
    const at = this.grid.at();
    const column = columns[at.column];
    const isDone = at.row < 0 && column ? this.actOnHeader(event, column) : this.actOnRow(event);
    if (!isDone) {
      const to = moveTo(at, event, { rows: rows.length, columns: columns.length, page: this.grid.page() });
      if (!to) return;
      this.grid.focus(to);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private actOnRow(event: KeyboardEvent): boolean {
    const { row: index, column: at } = this.grid.at();
    const { rows, columns } = this.grid.content();
    const [row, column] = [rows[index], columns[at]];
    if (row === undefined || column === undefined || event.target !== this.grid.cell()) return false;
    const { options } = this;
    if (event.key === ' ') {
      if (event.shiftKey && options.onToggleTo) options.onToggleTo(row);
      else options.onToggle(row);
    } else if (isMenuKey(event)) {
      const anchor = this.grid.cell();
      if (!anchor || !options.onRowMenu) return false;
      options.onRowMenu(row, { column: column.id, anchor });
    } else if (options.onKey?.(event, row, column.id) === true) return true;
    else if (event.key === 'Enter') options.onOpen(row);
    else return false;
    return true;
  }

  private actOnHeader(event: KeyboardEvent, column: GridColumn<R>): boolean {
    const { options } = this;
    const { key, shiftKey } = event;
    const isFar = event.ctrlKey || event.metaKey;
    const wider = shiftKey ? { '+': step, '*': step, '-': -step, _: -step }[key] : undefined;
    if (wider !== undefined) options.onResize(column.id, Math.max(leastWidth, column.width + wider));
    else if (isFar && shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight'))
      this.move(column, key === 'ArrowLeft' ? -1 : 1);
    else if (isMenuKey(event)) {
      const anchor = this.grid.cell();
      if (!anchor || !options.onHeaderMenu) return false;
      options.onHeaderMenu(column.id, anchor);
    } else if ((key === 'Enter' || key === ' ') && column.sortable && event.target === this.grid.cell()) {
      if (shiftKey && options.onSortMore) options.onSortMore(column.id);
      else options.onSort(column.id);
    } else return false;
    return true;
  }

  private move(column: GridColumn<R>, by: -1 | 1): void {
    const { columns } = this.grid.content();
    const at = columns.findIndex(({ id }) => id === column.id);
    const neighbour = columns[at + by];
    if (!column.movable || !neighbour?.movable) return;
    this.options.onMove?.(column.id, by < 0 ? neighbour.id : columns[at + 2]?.id);
  }

  private rowAt(event: Event): { readonly row: R; readonly cell: HTMLElement; readonly column: string } | undefined {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('.grid-cell') : null;
    const line = cell?.closest<HTMLElement>('.grid-row');
    const row = this.grid.content().rows[Number(line?.dataset['row'])];
    const column = this.grid.content().columns[Number(cell?.dataset['column'])];
    return row === undefined || !cell || !column ? undefined : { row, cell, column: column.id };
  }

  private openAt(event: MouseEvent): void {
    const found = this.rowAt(event);
    if (found && !(event.target instanceof Element && event.target.closest('button, input')))
      this.options.onOpen(found.row);
  }

  private menuAt(event: MouseEvent): void {
    const found = this.rowAt(event);
    if (!found || !this.options.onRowMenu) return;
    event.preventDefault();
    found.cell.focus({ preventScroll: true });
    this.options.onRowMenu(found.row, { column: found.column, anchor: found.cell, x: event.clientX, y: event.clientY });
  }

  /** What is copied when nothing is selected: the cell. */
  private copy(event: ClipboardEvent): void {
    const { rows, columns } = this.grid.content();
    const { row: index, column: at } = this.grid.at();
    const [row, column] = [rows[index], columns[at]];
    const selected = document.getSelection()?.toString() ?? '';
    if (selected !== '' || isTyping(event.target) || row === undefined || column === undefined) return;
    const text = this.options.copyText?.(row, column.id) ?? this.grid.cell()?.textContent ?? '';
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  }
}

const isMenuKey = ({ key, shiftKey, altKey }: KeyboardEvent): boolean =>
  key === 'ContextMenu' || (key === 'F10' && shiftKey) || (key === 'ArrowDown' && altKey);

const isTyping = (target: unknown): boolean =>
  (target instanceof HTMLInputElement && target.type !== 'checkbox') || target instanceof HTMLTextAreaElement;

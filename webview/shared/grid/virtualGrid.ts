import { fill, h, setAttribute } from '../dom';
import { gridHeader } from './gridHeader';
import type { CellAt } from './gridKeys';
import { moveTo } from './gridKeys';
import type { GridColumn, GridContent, GridOptions } from './gridTypes';
import { visibleRows } from './visible';

export const rowHeight = 28;

/**
 * A table of any length: only the rows on the screen are in the document. The first column stays in its place. A grid
 * as ARIA has it: one cell can be reached with Tab, arrows lead on; Space ticks, Enter opens.
 */
export class VirtualGrid<R> {
  readonly element: HTMLElement;
  private readonly head = h('div', { class: 'grid-row grid-head', role: 'row', attrs: { 'aria-rowindex': 1 } });
  private readonly body = h('div', { class: 'grid-body', role: 'rowgroup' });
  private readonly shown = new Map<number, { readonly key: string; readonly element: HTMLElement }>();
  private content: GridContent<R> = { columns: [], rows: [] };
  private at: CellAt = { row: 0, column: 0 };

  constructor(private readonly options: GridOptions<R>) {
    this.element = h('div', {
      class: 'grid',
      role: 'grid',
      attrs: { 'aria-label': options.label, 'aria-multiselectable': 'true' },
    });
    this.element.append(h('div', { class: 'grid-top', role: 'rowgroup' }, this.head), this.body);
    this.element.addEventListener('scroll', () => this.draw(), { passive: true });
    this.element.addEventListener('keydown', event => this.press(event));
    this.element.addEventListener('focusin', event => this.follow(event));
    this.body.addEventListener('dblclick', event => this.openAt(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(content: GridContent<R>): void {
    const hadFocus = this.element.contains(document.activeElement) && !isField(document.activeElement);
    this.content = content;
    const { columns, rows, total = rows.length } = content;
    this.at = { row: Math.min(this.at.row, rows.length - 1), column: Math.min(this.at.column, columns.length - 1) };
    this.element.style.setProperty('--columns', columns.map(({ width }) => `${width}px`).join(' '));
    this.element.style.setProperty('--height', `${(rows.length + 1) * rowHeight}px`);
    setAttribute(this.element, 'aria-colcount', columns.length);
    setAttribute(this.element, 'aria-rowcount', total + 1);
    fill(this.head, gridHeader(content, this.options));
    this.body.style.height = `${rows.length * rowHeight}px`;
    for (const { element } of this.shown.values()) element.remove();
    this.shown.clear();
    this.draw();
    if (hadFocus) this.focus(this.at);
  }

  private draw(): void {
    const { rows } = this.content;
    const { scrollTop, clientHeight } = this.element;
    const [first, end] = visibleRows({ scrollTop, height: clientHeight, rowHeight, rows: rows.length });
    for (const [index, { element }] of this.shown)
      if ((index < first || index >= end) && index !== this.at.row) {
        element.remove();
        this.shown.delete(index);
      }
    for (let index = first; index < end; index++) this.put(index);
    if (this.at.row >= 0) this.put(this.at.row); // it may hold the focus
    this.markActive();
    if (end > rows.length - 40) this.options.onNearEnd();
  }

  private put(index: number): void {
    const row = this.content.rows[index];
    if (row === undefined || this.shown.has(index)) return;
    const { isSelected, keyOf } = this.options;
    const cells = this.content.columns.map((column, at) =>
      h(
        'div',
        {
          class: `grid-cell${column.numeric ? ' num' : ''}`,
          role: at === 0 ? 'rowheader' : 'gridcell',
          attrs: { tabindex: -1, 'aria-colindex': at + 1 },
        },
        column.cell(row),
      ),
    );
    const element = h(
      'div',
      {
        class: 'grid-row',
        role: 'row',
        attrs: { 'aria-rowindex': index + 2, 'aria-selected': String(isSelected(row)), 'data-row': index },
        style: { top: `${index * rowHeight}px` },
      },
      cells,
    );
    this.shown.set(index, { key: keyOf(row), element });
    const after = [...this.shown.keys()].filter(other => other > index).sort((a, b) => a - b)[0];
    this.body.insertBefore(element, after === undefined ? null : (this.shown.get(after)?.element ?? null));
  }

  private cellAt({ row, column }: CellAt): HTMLElement | undefined {
    const line = row < 0 ? this.head : this.shown.get(row)?.element;
    const cell = line?.children[column];
    return cell instanceof HTMLElement ? cell : undefined;
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
    this.draw();
    const cell = this.cellAt(at);
    cell?.focus({ preventScroll: true });
    if (at.column > 0) cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private follow(event: FocusEvent): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('.grid-cell') : null;
    const line = target?.parentElement;
    if (!target || !line) return;
    const row = line === this.head ? -1 : Number(line.dataset['row']);
    this.at = { row, column: [...line.children].indexOf(target) };
    this.markActive();
  }

  private press(event: KeyboardEvent): void {
    if (isField(event.target)) return;
    const { rows, columns } = this.content;
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 2);
    const to = moveTo(this.at, event, { rows: rows.length, columns: columns.length, page });
    if (to) this.focus(to);
    else if (!this.act(event)) return;
    event.preventDefault();
  }

  private act(event: KeyboardEvent): boolean {
    const row = this.content.rows[this.at.row];
    const column = this.content.columns[this.at.column];
    if (this.at.row < 0 && column) return this.actOnHeader(event, column);
    if (!row || event.target !== this.cellAt(this.at)) return false;
    if (event.key === ' ') this.options.onToggle(row);
    else if (event.key === 'Enter') this.options.onOpen(row);
    else return false;
    return true;
  }

  private actOnHeader(event: KeyboardEvent, column: GridColumn<R>): boolean {
    const step = event.shiftKey ? { '+': 16, '-': -16, _: -16 }[event.key] : undefined;
    if (step !== undefined) this.options.onResize(column.id, Math.max(60, column.width + step));
    else if ((event.key === 'Enter' || event.key === ' ') && column.sortable) this.options.onSort(column.id);
    else return false;
    return true;
  }

  private openAt(event: MouseEvent): void {
    const line = event.target instanceof Element ? event.target.closest<HTMLElement>('.grid-row') : null;
    const row = this.content.rows[Number(line?.dataset['row'])];
    if (row) this.options.onOpen(row);
  }
}

const isField = (target: unknown): boolean => target instanceof HTMLInputElement && target.type !== 'checkbox';

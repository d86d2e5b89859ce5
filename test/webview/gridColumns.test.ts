import { beforeEach, describe, expect, test, vi } from 'vitest';
import { columnLayout, isTooNarrow, visibleColumns } from '../../webview/shared/grid/columnRange';
import type { GridContent } from '../../webview/shared/grid/gridTypes';
import { rowHeight, VirtualGrid } from '../../webview/shared/grid/virtualGrid';

interface Row {
  readonly id: string;
}
const rows: readonly Row[] = Array.from({ length: 10_000 }, (_, index) => ({ id: `run-${index}` }));
const columns = Array.from({ length: 40 }, (_, index) => ({
  id: `c${index}`,
  title: `column ${index}`,
  width: 100,
  sortable: true,
  movable: index > 0,
  cell: ({ id }: Row) => `${index} ${id}`,
}));
const options = {
  label: 'Runs',
  keyOf: ({ id }: Row) => id,
  isSelected: () => false,
  onSort: vi.fn(),
  onSortMore: vi.fn(),
  onResize: vi.fn(),
  onMove: vi.fn(),
  onOpen: vi.fn(),
  onToggle: vi.fn(),
  onToggleTo: vi.fn(),
  onNearEnd: vi.fn(),
  onHeaderMenu: vi.fn(),
  onRowMenu: vi.fn(),
  onView: vi.fn(),
  onKey: vi.fn(() => false),
};
let grid: VirtualGrid<Row>;

const cellsOf = (row: number) =>
  [...grid.element.querySelectorAll<HTMLElement>(`[data-row="${row}"] > .grid-cell`)].map(cell =>
    Number(cell.dataset['column']),
  );
const press = (key: string, more: KeyboardEventInit = {}) =>
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
  );
const focused = () => document.activeElement?.textContent;
function scrollTo(place: Partial<Record<'scrollTop' | 'scrollLeft', number>>): void {
  Object.assign(grid.element, place);
  grid.element.dispatchEvent(new Event('scroll'));
}
const show = (more: Partial<GridContent<Row>> = {}) => grid.show({ columns, rows, ...more });

beforeEach(() => {
  vi.clearAllMocks();
  document.body.replaceChildren();
  grid = new VirtualGrid<Row>(options);
  for (const [name, value] of [
    ['clientHeight', 600],
    ['clientWidth', 1000],
  ] as const)
    Object.defineProperty(grid.element, name, { value, configurable: true });
  document.body.append(grid.element);
  show();
});

describe('forty columns', () => {
  test('are in the document only where they are in sight, and the pinned ones', () => {
    expect(cellsOf(0)).toEqual(Array.from({ length: 13 }, (_, index) => index));
    scrollTo({ scrollLeft: 2000 });
    const cells = cellsOf(0);
    expect(cells[0]).toBe(0);
    expect(cells).toContain(20);
    expect(cells).not.toContain(5);
    expect(cells.length).toBeLessThan(20);
    expect(cells).toEqual([...cells].sort((a, b) => a - b));
    expect(grid.element.getAttribute('aria-colcount')).toBe('40');
    expect(grid.element.querySelector('[data-row="0"] > [data-column="20"]')!.getAttribute('aria-colindex')).toBe('21');
    expect(grid.element.querySelectorAll('.grid-cell').length).toBeLessThan(800);
  });

  test('stay pinned as far as they follow the first one, unless too little room is left', () => {
    const layout = columnLayout([
      { width: 200 },
      { width: 100, pinned: true },
      { width: 50 },
      { width: 70, pinned: true },
    ]);
    expect(layout).toEqual({ offsets: [0, 200, 300, 350], width: 420, pins: 2, pinnedWidth: 300 });
    expect(visibleColumns(layout, { scrollLeft: 9000, width: 100 })).toEqual([0, 1]);
    expect(isTooNarrow(layout, 400)).toBe(true);
    expect(isTooNarrow(layout, 900)).toBe(false);
    expect(isTooNarrow(columnLayout([{ width: 700 }]), 900)).toBe(true);
  });

  test('are reached by the keyboard beyond the edge; the focus is kept there', () => {
    grid.element.querySelector<HTMLElement>('[tabindex="0"]')!.focus();
    press('End');
    expect(focused()).toBe('39 run-0');
    expect(grid.element.scrollLeft).toBeGreaterThan(2900);
    scrollTo({ scrollLeft: 0 });
    expect(focused()).toBe('39 run-0');
  });
});

describe('the header', () => {
  const toHeader = (): void => {
    grid.element.querySelector<HTMLElement>('[tabindex="0"]')!.focus();
    press('ArrowUp');
    press('ArrowRight');
    press('ArrowRight');
  };

  test('sorts by one more column with Shift+Enter, and says which and how', () => {
    show({
      sorts: [
        { column: 'c1', descending: true },
        { column: 'c2', descending: false },
      ],
    });
    toHeader();
    press('Enter', { shiftKey: true });
    expect(options.onSortMore).toHaveBeenCalledWith('c2');
    expect(document.activeElement!.getAttribute('aria-sort')).toBe('ascending');
    expect(focused()).toContain('↑2');
    const head = grid.element.querySelector<HTMLElement>('[data-id="c1"]')!;
    head.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
    expect(options.onSortMore).toHaveBeenCalledWith('c1');
    head.click();
    expect(options.onSort).toHaveBeenCalledWith('c1');
  });

  test('moves a column by the keyboard, not past the first one; the focus goes with it', () => {
    toHeader();
    press('ArrowRight', { ctrlKey: true, shiftKey: true });
    expect(options.onMove).toHaveBeenLastCalledWith('c2', 'c4');
    press('ArrowLeft', { ctrlKey: true, shiftKey: true });
    expect(options.onMove).toHaveBeenLastCalledWith('c2', 'c1');
    const moved = [columns[0]!, columns[2]!, columns[1]!, ...columns.slice(3)];
    show({ columns: moved });
    expect(focused()).toContain('column 2');
    press('ArrowLeft', { ctrlKey: true, shiftKey: true });
    expect(options.onMove).toHaveBeenCalledTimes(2);
  });

  test('opens its menu by the keyboard and by the mouse', () => {
    toHeader();
    press('F10', { shiftKey: true });
    expect(options.onHeaderMenu).toHaveBeenLastCalledWith('c2', document.activeElement);
    const button = grid.element.querySelector<HTMLElement>('[data-id="c1"] .grid-menu')!;
    button.click();
    expect(options.onHeaderMenu).toHaveBeenLastCalledWith('c1', button);
    expect(options.onSort).not.toHaveBeenCalled();
  });
});

describe('new rows', () => {
  test('move nothing of what somebody looks at', () => {
    scrollTo({ scrollTop: 100 * rowHeight + 7 });
    const before = grid.element.querySelector('[data-row="100"]')!.firstElementChild!.textContent;
    show({ rows: [{ id: 'new-1' }, { id: 'new-2' }, ...rows] });
    expect(grid.element.scrollTop).toBe(102 * rowHeight + 7);
    expect(grid.element.querySelector('[data-row="102"]')!.firstElementChild!.textContent).toBe(before);
  });

  test('are seen at once by who looks at the first ones', () => {
    show({ rows: [{ id: 'new-1' }, ...rows] });
    expect(grid.element.scrollTop).toBe(0);
    expect(grid.element.querySelector('[data-row="0"]')!.firstElementChild!.textContent).toBe('0 new-1');
  });

  test('leave the focus on its run', () => {
    grid.element.querySelector<HTMLElement>('[tabindex="0"]')!.focus();
    press('ArrowDown');
    show({ rows: [{ id: 'new-1' }, ...rows] });
    expect(focused()).toBe('0 run-1');
  });
});

test('a row is ticked up to with Shift+Space; what the grid has no use for is offered', () => {
  grid.element.querySelector<HTMLElement>('[tabindex="0"]')!.focus();
  press(' ', { shiftKey: true });
  expect(options.onToggleTo).toHaveBeenCalledWith(rows[0]);
  press('F2');
  expect(options.onKey).toHaveBeenCalledWith(expect.objectContaining({ key: 'F2' }), rows[0], 'c0');
  press('ContextMenu');
  expect(options.onRowMenu).toHaveBeenCalledWith(rows[0], { column: 'c0', anchor: document.activeElement });
  expect(options.onView).toHaveBeenCalledWith(0, expect.any(Number));
});

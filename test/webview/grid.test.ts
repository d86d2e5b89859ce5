import { beforeEach, describe, expect, test, vi } from 'vitest';
import { moveTo } from '../../webview/shared/grid/gridKeys';
import { rowHeight, VirtualGrid } from '../../webview/shared/grid/virtualGrid';
import { visibleRows } from '../../webview/shared/grid/visible';

interface Row {
  readonly id: string;
}
const rows: readonly Row[] = Array.from({ length: 10_000 }, (_, index) => ({ id: `run-${index}` }));
const ticked = new Set<string>();
const options = {
  label: 'Runs',
  keyOf: ({ id }: Row) => id,
  isSelected: ({ id }: Row) => ticked.has(id),
  onSort: vi.fn(),
  onResize: vi.fn(),
  onOpen: vi.fn(),
  onToggle: vi.fn(),
  onNearEnd: vi.fn(),
};
const columns = ['name', 'auc', 'cost'].map(title => ({
  id: title,
  title,
  width: 100,
  sortable: title !== 'cost',
  cell: ({ id }: Row) => `${title} ${id}`,
}));
let grid: VirtualGrid<Row>;

const inDocument = () => [...grid.element.querySelectorAll<HTMLElement>('.grid-body .grid-row')];
const press = (key: string, more: KeyboardEventInit = {}) =>
  document.activeElement?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
  );
const focused = () => document.activeElement?.textContent;
function scrollTo(top: number): void {
  grid.element.scrollTop = top;
  grid.element.dispatchEvent(new Event('scroll'));
}

beforeEach(() => {
  vi.clearAllMocks();
  ticked.clear();
  document.body.replaceChildren();
  grid = new VirtualGrid<Row>(options);
  Object.defineProperty(grid.element, 'clientHeight', { value: 600, configurable: true });
  document.body.append(grid.element);
  grid.show({ columns, rows, total: 10_000 });
});

describe('a grid of 10,000 rows', () => {
  test('has less than a hundred of them in the document, wherever it is scrolled to', () => {
    for (const top of [0, 1234, 140_000, 10_000 * rowHeight - 600, 9e9, -50]) {
      scrollTo(top);
      expect(inDocument().length).toBeGreaterThan(0);
      expect(inDocument().length).toBeLessThan(100);
    }
    expect(visibleRows({ scrollTop: 0, height: 1e6, rowHeight, rows: 10_000 })).toEqual([0, 90]);
  });

  test('shows the rows that belong there, in order, and says where they stand', () => {
    scrollTo(5000 * rowHeight);
    const shown = inDocument().map(row => Number(row.dataset['row']));
    expect(shown).toContain(5000);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    const row = inDocument().find(element => element.dataset['row'] === '5000')!;
    expect(row.getAttribute('aria-rowindex')).toBe('5002');
    expect(row.firstElementChild!.textContent).toBe('name run-5000');
    expect(grid.element.getAttribute('aria-rowcount')).toBe('10001');
    expect(grid.element.getAttribute('aria-colcount')).toBe('3');
  });

  test('asks for more only near the end', () => {
    expect(options.onNearEnd).not.toHaveBeenCalled();
    scrollTo(9_980 * rowHeight);
    expect(options.onNearEnd).toHaveBeenCalled();
  });

  test('marks ticked rows', () => {
    ticked.add('run-3');
    grid.show({ columns, rows });
    expect(inDocument().filter(row => row.getAttribute('aria-selected') === 'true')).toHaveLength(1);
  });
});

describe('the keyboard', () => {
  const tabStops = () => [...grid.element.querySelectorAll('[tabindex="0"]')];

  test('reaches one cell with Tab, the others with arrows, and keeps the focus when the row scrolls away', () => {
    expect(tabStops()).toHaveLength(1);
    (tabStops()[0] as HTMLElement).focus();
    press('ArrowDown');
    press('ArrowRight');
    expect(focused()).toBe('auc run-1');
    expect(tabStops()).toHaveLength(1);
    press('End', { ctrlKey: true });
    expect(focused()).toBe('cost run-9999');
    expect(grid.element.scrollTop).toBeGreaterThan(9_900 * rowHeight);
    scrollTo(0);
    expect(focused()).toBe('cost run-9999');
    expect(inDocument().length).toBeLessThan(100);
    press('Home', { ctrlKey: true });
    expect(focused()).toBe('name run-0');
    press('ArrowUp');
    expect(focused()).toBe('name');
  });

  test('ticks with Space, opens with Enter, sorts and resizes in the header', () => {
    (tabStops()[0] as HTMLElement).focus();
    press(' ');
    expect(options.onToggle).toHaveBeenCalledWith(rows[0]);
    press('Enter');
    expect(options.onOpen).toHaveBeenCalledWith(rows[0]);
    press('ArrowUp');
    press('Enter');
    expect(options.onSort).toHaveBeenCalledWith('name');
    press('+', { shiftKey: true });
    expect(options.onResize).toHaveBeenCalledWith('name', 116);
    press('ArrowRight');
    press('ArrowRight');
    press('Enter');
    expect(options.onSort).toHaveBeenCalledTimes(1);
  });

  test('keeps its place when the rows change', () => {
    (tabStops()[0] as HTMLElement).focus();
    press('ArrowDown');
    grid.show({ columns, rows: rows.slice(0, 50) });
    expect(focused()).toBe('name run-1');
    grid.show({ columns, rows: [] });
    expect(inDocument()).toHaveLength(0);
  });

  test('stays inside', () => {
    const size = { rows: 3, columns: 2, page: 10 };
    const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false });
    expect(moveTo({ row: 2, column: 1 }, key('PageDown'), size)).toEqual({ row: 2, column: 1 });
    expect(moveTo({ row: 0, column: 0 }, key('PageUp'), size)).toEqual({ row: 0, column: 0 });
    expect(moveTo({ row: -1, column: 0 }, key('ArrowUp'), size)).toEqual({ row: -1, column: 0 });
    expect(moveTo({ row: 0, column: 0 }, key('a'), size)).toBeUndefined();
  });
});

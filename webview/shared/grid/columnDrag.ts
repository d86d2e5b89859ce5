import type { GridOptions } from './gridTypes';

/** Pixels after which a press has become a drag. */
const threshold = 6;

/** Lets a header be dragged between others. A press that does not move stays a click. */
export function dragColumn<R>(cell: HTMLElement, column: string, { onMove }: Pick<GridOptions<R>, 'onMove'>): void {
  if (!onMove) return;
  cell.addEventListener('pointerdown', event => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('.grid-edge, button'))) return;
    const start = event.clientX;
    let target: { readonly cell: HTMLElement; readonly after: boolean } | undefined;
    let isDragging = false;
    const mark = (next: typeof target): void => {
      target?.cell.classList.remove('drop-before', 'drop-after');
      target = next;
      next?.cell.classList.add(next.after ? 'drop-after' : 'drop-before');
    };
    const move = (at: PointerEvent): void => {
      if (!isDragging && Math.abs(at.clientX - start) < threshold) return;
      if (!isDragging) cell.setPointerCapture(event.pointerId);
      isDragging = true;
      cell.classList.add('dragged');
      scrollNear(cell, at.clientX);
      mark(headerAt(cell, at.clientX));
    };
    const end = (at: PointerEvent): void => {
      cell.removeEventListener('pointermove', move);
      cell.removeEventListener('pointerup', end);
      cell.removeEventListener('pointercancel', end);
      cell.classList.remove('dragged');
      const dropped = target;
      mark(undefined);
      if (!isDragging) return;
      cell.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => cell.removeEventListener('click', swallow, { capture: true }));
      if (at.type === 'pointerup' && dropped) onMove(column, before(dropped));
    };
    cell.addEventListener('pointermove', move);
    cell.addEventListener('pointerup', end);
    cell.addEventListener('pointercancel', end);
  });
}

const swallow = (event: Event): void => event.stopImmediatePropagation();

function headerAt(cell: HTMLElement, x: number): { cell: HTMLElement; after: boolean } | undefined {
  const cells = [...(cell.parentElement?.children ?? [])].filter(one => one instanceof HTMLElement);
  // pinned ones lie above the others
  const found = cells.find(one => {
    const { left, right } = one.getBoundingClientRect();
    return x >= left && x < right;
  });
  if (!found) return undefined;
  const { left, width } = found.getBoundingClientRect();
  return { cell: found, after: x > left + width / 2 };
}

function before({ cell, after }: { readonly cell: HTMLElement; readonly after: boolean }): string | undefined {
  const next = after ? cell.nextElementSibling : cell;
  return next instanceof HTMLElement ? next.dataset['id'] : undefined;
}

/** Scrolls when the pointer comes to the edge of the grid. */
function scrollNear(cell: HTMLElement, x: number): void {
  const grid = cell.closest<HTMLElement>('.grid');
  if (!grid) return;
  const { left, right } = grid.getBoundingClientRect();
  if (x > right - 30) grid.scrollLeft += 14;
  else if (x < left + 30) grid.scrollLeft -= 14;
}

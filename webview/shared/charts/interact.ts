import type { Range } from '../../../engine/charts/range';
import { nearestIndex, panned, zoomed } from '../../../engine/charts/range';
import { h } from '../dom';

/** What a chart that can be zoomed needs to know, and whom it tells. */
export interface ChartInteraction {
  /** Another part of the x axis is wanted; undefined: all of it. */
  readonly onRange: (range: Range | undefined) => void;
  /** An x is pointed at, or no more. */
  readonly onCursor: (x: number | undefined) => void;
}

export interface InteractionView {
  /** What is seen of the x axis. */
  readonly range: Range;
  readonly whole: Range;
  readonly cursor: number | undefined;
  /** Where the cursor can stop, from left to right. */
  readonly stops: readonly number[];
  /** The x of a pixel from the left edge of the picture. */
  readonly xAt: (pixel: number) => number;
}

/** Less of a drag than this is a click. */
const leastDrag = 6;
const zoomStep = 0.6;
const panStep = 0.25;

/** Zooms by dragging, moves the cursor by pointing; the keyboard does both. */
export function interact(picture: HTMLElement, chart: ChartInteraction, view: () => InteractionView | undefined): void {
  const brush = h('div', { class: 'chart-brush' });
  let start: number | undefined;
  const pixel = (event: PointerEvent): number => event.clientX - picture.getBoundingClientRect().left;
  const end = (): void => {
    start = undefined;
    brush.remove();
  };
  picture.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    start = pixel(event);
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener('pointermove', event => {
    const seen = view();
    if (!seen) return;
    chart.onCursor(Math.min(seen.range[1], Math.max(seen.range[0], seen.xAt(pixel(event)))));
    if (start === undefined || Math.abs(pixel(event) - start) < leastDrag) return;
    brush.style.left = `${Math.min(start, pixel(event))}px`;
    brush.style.width = `${Math.abs(pixel(event) - start)}px`;
    if (!brush.isConnected) picture.append(brush);
  });
  picture.addEventListener('pointerup', event => {
    const seen = view();
    const from = start;
    end();
    if (!seen || from === undefined || Math.abs(pixel(event) - from) < leastDrag) return;
    const [a, b] = [seen.xAt(from), seen.xAt(pixel(event))];
    chart.onRange([Math.max(seen.range[0], Math.min(a, b)), Math.min(seen.range[1], Math.max(a, b))]);
  });
  picture.addEventListener('pointercancel', end);
  picture.addEventListener('pointerleave', () => chart.onCursor(undefined));
  picture.addEventListener('dblclick', () => chart.onRange(undefined));
  picture.addEventListener('keydown', event => {
    const seen = view();
    if (!seen || event.ctrlKey || event.metaKey || event.altKey) return;
    if (press(event, chart, seen)) event.preventDefault();
  });
}

function press({ key, shiftKey }: KeyboardEvent, chart: ChartInteraction, seen: InteractionView): boolean {
  const { range, whole, cursor } = seen;
  const around = cursor ?? (range[0] + range[1]) / 2;
  switch (key) {
    case '+':
    case '=':
      chart.onRange(zoomed(range, whole, { factor: zoomStep, around }));
      return true;
    case '-':
      chart.onRange(zoomed(range, whole, { factor: 1 / zoomStep, around }));
      return true;
    case '0':
      chart.onRange(undefined);
      return true;
    case 'ArrowLeft':
    case 'ArrowRight': {
      const sign = key === 'ArrowLeft' ? -1 : 1;
      if (shiftKey) chart.onRange(panned(range, whole, sign * panStep));
      else chart.onCursor(nextStop(seen, sign));
      return true;
    }
    case 'Home':
    case 'End':
      chart.onCursor(key === 'Home' ? range[0] : range[1]);
      return true;
    case 'Escape':
      chart.onCursor(undefined);
      return cursor !== undefined;
    default:
      return false;
  }
}

/** The next x that any curve has, within what is seen. */
function nextStop({ stops, range, cursor }: InteractionView, sign: 1 | -1): number | undefined {
  const seen = stops.filter(x => x >= range[0] && x <= range[1]);
  if (cursor === undefined) return sign === 1 ? seen[0] : seen.at(-1);
  const at = nearestIndex(seen, cursor);
  return seen[Math.min(seen.length - 1, Math.max(0, at + sign))];
}

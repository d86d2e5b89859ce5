import type { PlotColumn } from '../../../engine/charts/plots/columns';
import type { Brush, Brushes, ParallelDrawn } from '../../../engine/charts/plots/parallel';
import type { Scale } from '../../../engine/charts/svg/scale';
import { tickText } from '../../../engine/charts/svg/scale';
import { t } from '../l10n';
import { svgElement } from './svgElement';
import { el } from '../../../engine/charts/svg/node';

type Axis = ParallelDrawn['axes'][number];

/** Less of a drag than this takes a brush away. */
const leastDrag = 4;
/** So far from an axis it is still meant. */
const reach = 14;
const keyStep = 0.05;

/** Brushes on the axes of parallel coordinates: drawn with the pointer, or set on the axis that has the focus. */
export class Brushing {
  private drawn: ParallelDrawn | undefined;
  private drag: { readonly id: string; readonly from: number } | undefined;

  constructor(
    picture: HTMLElement,
    private readonly brushes: () => Brushes,
    private readonly changed: (brushes: Brushes) => void,
  ) {
    const place = (event: PointerEvent): [number, number] => {
      const { left, top } = picture.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    picture.addEventListener('pointerdown', event => {
      const [x, y] = place(event);
      const axis = this.drawn?.axes.find(one => Math.abs(one.x - x) < reach);
      if (!axis || event.button !== 0) return;
      this.drag = { id: axis.column.id, from: y };
      picture.setPointerCapture(event.pointerId);
    });
    picture.addEventListener('pointermove', event => this.drawTo(place(event)[1]));
    picture.addEventListener('pointerup', event => {
      const { drag } = this;
      if (drag && Math.abs(place(event)[1] - drag.from) < leastDrag) this.set(drag.id, undefined);
      this.drag = undefined;
    });
    picture.addEventListener('pointercancel', () => (this.drag = undefined));
  }

  /** Puts what has the focus of the keyboard over each axis. */
  over(svg: SVGElement, drawn: ParallelDrawn): void {
    const focused = document.activeElement instanceof SVGElement ? document.activeElement.dataset['axis'] : undefined;
    this.drawn = drawn;
    svg.removeAttribute('aria-hidden');
    for (const axis of drawn.axes) {
      const handle = svgElement(
        el('rect', {
          x: axis.x - reach,
          y: drawn.top - 4,
          width: reach * 2,
          height: drawn.bottom - drawn.top + 8,
          fill: 'transparent',
          class: 'axis-handle',
          tabindex: 0,
          role: 'slider',
          'aria-orientation': 'vertical',
          'aria-label': t('Filter by {0}', axis.column.title),
          'aria-valuemin': axis.scale.from,
          'aria-valuemax': axis.scale.to,
          'aria-valuenow': this.brushes()[axis.column.id]?.[1] ?? axis.scale.to,
          'aria-valuetext': brushText(axis.column, this.brushes()[axis.column.id]),
          'data-axis': axis.column.id,
        }),
      );
      handle.addEventListener('keydown', event => this.press(event, axis));
      svg.append(handle);
      if (focused === axis.column.id) handle.focus();
    }
  }

  private drawTo(y: number): void {
    const { drag, drawn } = this;
    const axis = drawn?.axes.find(({ column }) => column.id === drag?.id);
    if (!drag || !drawn || !axis || Math.abs(y - drag.from) < leastDrag) return;
    const within = (pixel: number): number => Math.min(drawn.bottom, Math.max(drawn.top, pixel));
    const [a, b] = [axis.scale.value(within(drag.from)), axis.scale.value(within(y))];
    this.set(drag.id, [Math.min(a, b), Math.max(a, b)]);
  }

  private press(event: KeyboardEvent, { column, scale }: Axis): void {
    const next = pressed(event, this.brushes()[column.id], { column, scale });
    if (next === 'other') return;
    event.preventDefault();
    event.stopPropagation();
    this.set(column.id, next);
  }

  private set(id: string, brush: Brush | undefined): void {
    const others = Object.entries(this.brushes()).filter(([known]) => known !== id);
    this.changed(Object.fromEntries(brush ? [...others, [id, brush]] : others));
  }
}

/**
 * The brush after a key: arrows move it, with Shift its upper end; Escape and Delete take it away. Without one, an arrow
 * takes the upper or lower half.
 */
export function pressed(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  brush: Brush | undefined,
  { column, scale }: { readonly column: PlotColumn; readonly scale: Scale },
): Brush | undefined | 'other' {
  if (key === 'Escape' || key === 'Delete') return brush ? undefined : 'other';
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return 'other';
  const isUp = key === 'ArrowUp';
  const [low, high] = [scale.at(scale.from), scale.at(scale.to)];
  const share = (value: number): number => (scale.at(value) - low) / (high - low);
  const value = (at: number): number => scale.value(low + Math.min(1, Math.max(0, at)) * (high - low));
  if (!brush) return isUp ? [value(0.5), scale.to] : [scale.from, value(0.5)];
  const step = (column.kind === 'category' ? 1 / column.categories.length : keyStep) * (isUp ? 1 : -1);
  const [from, to] = [share(brush[0]), share(brush[1])];
  if (shiftKey) return [brush[0], value(Math.max(from, to + step))];
  const by = Math.min(1 - to, Math.max(-from, step));
  return [value(from + by), value(to + by)];
}

function brushText(column: PlotColumn, brush: Brush | undefined): string {
  if (!brush) return t('all');
  if (column.kind === 'number') return t('{0} to {1}', tickText(brush[0]), tickText(brush[1]));
  return column.categories.filter((_, at) => at >= brush[0] && at <= brush[1]).join(', ');
}

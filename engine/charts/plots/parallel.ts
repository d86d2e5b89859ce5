import type { Say } from '../say';
import { label } from '../svg/frame';
import type { ChartLook } from '../svg/look';
import { fitText } from '../svg/look';
import type { SvgNode } from '../svg/node';
import { el, pathOf } from '../svg/node';
import type { Scale } from '../svg/scale';
import { tickText } from '../svg/scale';
import { columnScale, shareOf, tickOf } from './axis';
import type { PlotColumn, PlotRun } from './columns';
import { valueText } from './columns';
import type { Drawn, Plot } from './plot';
import { cell } from './scatter';

/** A part of an axis, in values of its column (of categories: their places); ends included. */
export type Brush = readonly [from: number, to: number];
export type Brushes = Readonly<Record<string, Brush>>;

export interface ParallelOptions {
  readonly columns: readonly PlotColumn[];
  readonly runs: readonly PlotRun[];
  readonly brushes: Brushes;
  readonly color?: PlotColumn | undefined;
  readonly slotOf: (run: PlotRun) => number;
  readonly t: Say;
}

export interface ParallelPlot extends Plot {
  /** Indices of the runs that every brush lets through. */
  readonly selected: readonly number[];
  draw(width: number, look: ChartLook): ParallelDrawn;
}

export interface ParallelDrawn extends Drawn {
  readonly axes: readonly { readonly column: PlotColumn; readonly x: number; readonly scale: Scale }[];
  readonly top: number;
  readonly bottom: number;
}

/** Lines of one colour are one path: thousands of runs stay a few dozen elements. */
const shades = 24;
const height = 340;
const [top, bottom] = [44, height - 16];
/** Beside the outer axes. */
const margin = 50;

const isLetThrough = (columns: readonly PlotColumn[], brushes: Brushes, at: number): boolean =>
  columns.every(column => {
    const brush = brushes[column.id];
    const value = column.values[at] ?? NaN;
    return brush === undefined || (value >= brush[0] && value <= brush[1]);
  });

/** Every run as a line over its parameters and metrics. Where a run lacks a value, the line is dotted. */
export function parallel({ columns, runs, brushes, color, slotOf, t }: ParallelOptions): ParallelPlot {
  const selected = runs.map((_, at) => at).filter(at => isLetThrough(columns, brushes, at));
  const isSelected = new Set(selected);
  const lineOf = (at: number, axes: ParallelDrawn['axes']): string =>
    pathOf(axes.map(({ column, x, scale }) => [x, scale.at(column.values[at] ?? NaN)] as const));
  const bridgeOf = (at: number, axes: ParallelDrawn['axes']): string =>
    bridges(axes.map(({ column, x, scale }) => [x, scale.at(column.values[at] ?? NaN)] as const));
  return {
    title: t('Parallel coordinates'),
    summary: t('{0} of {1} runs over {2}.', selected.length, runs.length, columns.map(({ title }) => title).join(', ')),
    note: runs.length === 1 ? t('{0} of 1 run.', selected.length) : t('{0} of {1} runs.', selected.length, runs.length),
    selected,
    columns: [t('Run'), ...columns.map(({ title }) => title)],
    rows: selected.map(at => [runs[at]?.label ?? '', ...columns.map(column => cell(column, at))]),
    draw(width, look) {
      const step = (width - 2 * margin) / Math.max(1, columns.length - 1);
      const axes = columns.map((column, at) => ({
        column,
        x: columns.length === 1 ? width / 2 : margin + step * at,
        scale: columnScale(column, [bottom, top]),
      }));
      const lines = linesByColor(selected, { runs, color, slotOf, look, lineOf: at => lineOf(at, axes) });
      const gaps = linesByColor(selected, { runs, color, slotOf, look, lineOf: at => bridgeOf(at, axes) });
      const rest = runs.flatMap((_, at) => (isSelected.has(at) ? [] : [lineOf(at, axes)])).join('');
      const opacity = selected.length > 300 ? 0.35 : selected.length > 50 ? 0.6 : 0.9;
      const hits = selected.flatMap(at => {
        const run = runs[at];
        if (!run) return [];
        const text = [run.label, ...columns.map(column => `${column.title} ${valueText(column, at, tickText)}`)].join(
          ', ',
        );
        return axes
          .map(({ column, x, scale }) => ({ x, y: scale.at(column.values[at] ?? NaN), text, run: run.id }))
          .filter(({ y }) => Number.isFinite(y));
      });
      const node = el(
        'g',
        {},
        rest !== '' && el('path', { d: rest, fill: 'none', stroke: look.grid }),
        ...gaps.map(gap => gapNode(gap, opacity)),
        ...lines.map(path =>
          el('path', {
            d: path.d.join(''),
            fill: 'none',
            stroke: path.color,
            'stroke-width': selected.length > 50 ? 1.2 : 2,
            'stroke-opacity': opacity,
            'stroke-dasharray': path.dash.length > 0 ? path.dash.join(' ') : undefined,
          }),
        ),
        ...axes.map(axis => axisNode(axis, { look, step, width, brush: brushes[axis.column.id] })),
      );
      return { node, height, hits, axes, top, bottom };
    },
  };
}

const gapNode = ({ color, d }: Lines, opacity: number): SvgNode | false =>
  d.join('') !== '' &&
  el('path', {
    ...{ d: d.join(''), fill: 'none', stroke: color, 'stroke-width': 1 },
    ...{ 'stroke-opacity': opacity / 2, 'stroke-dasharray': '1 5' },
  });

/** From where a line stops to where it goes on. */
function bridges(points: readonly (readonly [number, number])[]): string {
  let last: readonly [number, number] | undefined;
  let hasGap = false;
  let d = '';
  for (const point of points) {
    if (Number.isFinite(point[1])) {
      if (last && hasGap) d += `M${last[0]} ${last[1]}L${point[0]} ${point[1]}`;
      last = point;
      hasGap = false;
    } else hasGap = true;
  }
  return d;
}

interface Lines {
  readonly color: string;
  readonly dash: readonly number[];
  readonly d: string[];
}

/** What has the same colour and dashes is drawn as one. */
function linesByColor(
  selected: readonly number[],
  {
    runs,
    color,
    slotOf,
    look,
    lineOf,
  }: Pick<ParallelOptions, 'runs' | 'color' | 'slotOf'> & { look: ChartLook; lineOf: (at: number) => string },
): readonly Lines[] {
  const share = color && shareOf(color);
  const lines = new Map<string, Lines>();
  for (const at of selected) {
    const run = runs[at];
    if (!run) continue;
    const value = color?.values[at] ?? NaN;
    const shade = share && Number.isFinite(value) ? look.ramp(Math.round(share(value) * shades) / shades) : look.muted;
    const stroke = share ? { color: shade, dash: [] } : look.stroke(slotOf(run));
    const key = `${stroke.color} ${stroke.dash.join()}`;
    const known = lines.get(key) ?? { color: stroke.color, dash: stroke.dash, d: [] };
    known.d.push(lineOf(at));
    lines.set(key, known);
  }
  return [...lines.values()];
}

/** Above the axis; of the outer ones from the edge inwards, where a long title would be cut. */
function titlePlace(x: number, width: number): { readonly x: number; readonly 'text-anchor': string } {
  if (x <= margin) return { x: 2, 'text-anchor': 'start' };
  return x >= width - margin ? { x: width - 2, 'text-anchor': 'end' } : { x, 'text-anchor': 'middle' };
}

function axisNode(
  { column, x, scale }: ParallelDrawn['axes'][number],
  { look, step, width, brush }: { look: ChartLook; step: number; width: number; brush: Brush | undefined },
): SvgNode {
  const isLog = column.kind === 'number' && column.log;
  const halo = { 'paint-order': 'stroke', stroke: look.background, 'stroke-width': 3 };
  const [upper, lower] = brush ? [scale.at(brush[1]), scale.at(brush[0])] : [0, 0];
  return el(
    'g',
    {},
    el('path', { d: `M${x} ${top}V${bottom}`, stroke: look.foreground, 'stroke-width': 1 }),
    brush !== undefined &&
      el('rect', {
        x: x - 7,
        y: Math.max(top, upper),
        width: 14,
        height: Math.max(3, Math.min(bottom, lower) - Math.max(top, upper)),
        fill: look.foreground,
        'fill-opacity': 0.25,
        stroke: look.foreground,
      }),
    el(
      'text',
      { ...titlePlace(x, width), y: 16, 'font-size': 11, 'font-weight': 600, fill: look.foreground },
      fitText(isLog ? `${column.title} (log)` : column.title, Math.max(40, step - 6)),
    ),
    ...scale.ticks
      .filter(value => scale.at(value) <= bottom + 1 && scale.at(value) >= top - 1)
      .map(value =>
        label(look, fitText(tickOf(column)(value), Math.max(24, step - 14)), {
          x: x + 6,
          y: scale.at(value) + 4,
          'font-size': 10,
          ...halo,
        }),
      ),
  );
}

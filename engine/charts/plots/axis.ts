import type { ChartLook } from '../svg/look';
import { fitText, textWidth } from '../svg/look';
import type { Box } from '../svg/frame';
import { label, xAxis, yAxis } from '../svg/frame';
import type { SvgNode } from '../svg/node';
import { el } from '../svg/node';
import type { Scale } from '../svg/scale';
import { scaleOf, tickText } from '../svg/scale';
import type { CategoryColumn, PlotColumn } from './columns';

/** From the values of a column to pixels; categories stand at equal distances. */
export function columnScale(column: PlotColumn, pixels: readonly [number, number]): Scale {
  if (column.kind === 'number') return scaleOf({ values: column.values, log: column.log, pixels, nice: !column.log });
  const most = column.categories.length - 1;
  return {
    ...scaleOf({ values: [], min: -0.5, max: most + 0.5, pixels }),
    ticks: column.categories.map((_, at) => at),
  };
}

/** At most so many pixels of the name of a category. */
const mostName = 120;
/** Of fewer nobody can guess the rest. */
const leastName = 36;

/** `room`: pixels for the name of a category. */
export const tickOf =
  (column: PlotColumn, room = mostName) =>
  (value: number): string =>
    column.kind === 'category'
      ? fitText(column.categories[value] ?? '', Math.max(leastName, Math.min(mostName, room)))
      : tickText(value);

/** Room to the left for the ticks of a column. */
const leftFor = (column: PlotColumn, width: number): number => {
  const texts = column.kind === 'category' ? column.categories.map(name => fitText(name, mostName)) : ['0.00001'];
  return Math.min(width * 0.35, 34 + Math.max(...texts.map(text => textWidth(text))));
};

export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
  readonly box: Box;
  readonly node: SvgNode;
}

/** The two axes of a plot of columns. */
export function axes(
  columns: { readonly x: PlotColumn; readonly y: PlotColumn },
  size: { width: number; height: number; right?: number },
  look: ChartLook,
): Axes {
  const box: Box = {
    left: leftFor(columns.y, size.width),
    right: size.width - (size.right ?? 14),
    top: 12,
    bottom: size.height - 42,
  };
  const x = columnScale(columns.x, [box.left, box.right]);
  const y = columnScale(columns.y, [box.bottom, box.top]);
  const name = (column: PlotColumn): string =>
    column.kind === 'number' && column.log ? `${column.title} (log)` : column.title;
  const beside = columns.y.title === '' ? 10 : 30; // the title stands there on its side
  const across = columns.x.kind === 'category' ? (box.right - box.left) / columns.x.categories.length - 8 : undefined;
  const node = el(
    'g',
    {},
    yAxis(y, box, { look, label: name(columns.y), format: tickOf(columns.y, box.left - beside) }),
    xAxis(x, box, { look, label: name(columns.x), format: tickOf(columns.x, across) }),
  );
  return { x, y, box, node };
}

const barText = 28;

/** Room to the right for the bar of a column's colours and what stands beside it, also in a wide font. */
export const colorBarRoom = (column: PlotColumn): number =>
  barText + Math.max(34, ...textsOf(column).map(text => textWidth(text) * 1.2 + 2));

const textsOf = (column: PlotColumn): readonly string[] =>
  column.kind === 'category' ? column.categories.map(name => fitText(name, 90)) : endsOf(column);

function endsOf({ values }: PlotColumn): readonly [least: string, most: string] {
  const numbers = values.filter(Number.isFinite);
  const ends = [
    numbers.reduce((a, b) => Math.min(a, b), Infinity),
    numbers.reduce((a, b) => Math.max(a, b), -Infinity),
  ] as const;
  return [tickText(Number(ends[0].toPrecision(4))), tickText(Number(ends[1].toPrecision(4)))];
}

/** What the colours of a column mean, to the right: a bar for numbers, a list for categories. */
export const colorBar = (column: PlotColumn, look: ChartLook, box: Box): SvgNode =>
  column.kind === 'category' ? categoryList(column, look, box) : numberBar(column, look, box);

/** The categories below each other; those for which there is no room are counted. */
function categoryList(column: CategoryColumn, look: ChartLook, { right, top, bottom }: Box): SvgNode {
  const step = 15;
  const room = Math.max(1, Math.floor((bottom - top) / step));
  const all = column.categories.length;
  const shown = all > room ? room - 1 : all;
  const share = shareOf(column);
  const line = (at: number): number => top + step * at;
  return el(
    'g',
    {},
    ...column.categories
      .slice(0, shown)
      .flatMap((name, at) => [
        el('rect', { x: right + 14, y: line(at), width: 10, height: 10, fill: look.ramp(share(at)) }),
        label(look, fitText(name, 90), { x: right + barText, y: line(at) + 9 }),
      ]),
    all > shown ? label(look, `+ ${all - shown}`, { x: right + barText, y: line(shown) + 9 }) : undefined,
  );
}

function numberBar(column: PlotColumn, look: ChartLook, { right, top, bottom }: Box): SvgNode {
  const steps = 24;
  const height = (bottom - top) / steps;
  const [least, most] = endsOf(column);
  return el(
    'g',
    {},
    ...Array.from({ length: steps }, (_, at) =>
      el('rect', {
        x: right + 14,
        y: bottom - height * (at + 1),
        width: 10,
        height: height + 0.5,
        fill: look.ramp((at + 0.5) / steps),
      }),
    ),
    label(look, most, { x: right + barText, y: top + 9 }),
    label(look, least, { x: right + barText, y: bottom }),
    label(look, fitText(column.title, bottom - top), {
      transform: `translate(${right + 38} ${(top + bottom) / 2}) rotate(-90)`,
      'text-anchor': 'middle',
    }),
  );
}

/** Where in its column a value stands, 0 … 1. */
export function shareOf(column: PlotColumn): (value: number) => number {
  const place = column.kind === 'number' && column.log ? Math.log : (value: number): number => value;
  const values = column.values.filter(Number.isFinite).map(place);
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return value => (most > least ? (place(value) - least) / (most - least) : 0.5);
}

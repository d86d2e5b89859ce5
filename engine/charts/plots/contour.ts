import type { Say } from '../say';
import type { Point, Triangle } from '../statistics/delaunay';
import { delaunay } from '../statistics/delaunay';
import type { ChartLook } from '../svg/look';
import type { SvgNode } from '../svg/node';
import { el, pathOf } from '../svg/node';
import { tickText } from '../svg/scale';
import type { Axes } from './axis';
import { axes, colorBar, colorBarRoom, shareOf } from './axis';
import type { NumberColumn, PlotRun } from './columns';
import { valueText } from './columns';
import type { Plot } from './plot';
import { cell } from './scatter';

const levels = 12;
/** Triangles of more would take too long. */
const mostPlaces = 600;

export interface Surface {
  readonly places: readonly (Point & { readonly value: number; readonly runs: number })[];
  readonly triangles: readonly Triangle[];
}

/** The mean metric at each place, and the triangles between: linear within, nothing beyond their hull. */
function surface(columns: {
  readonly x: NumberColumn;
  readonly y: NumberColumn;
  readonly metric: NumberColumn;
}): Surface {
  const { x, y, metric } = columns;
  const [across, up] = [shareOf(x), shareOf(y)];
  const sums = new Map<string, { x: number; y: number; sum: number; runs: number }>();
  metric.values.forEach((value, at) => {
    const place = { x: across(x.values[at] ?? NaN), y: up(y.values[at] ?? NaN) };
    if (![value, place.x, place.y].every(Number.isFinite)) return;
    const key = `${place.x} ${place.y}`;
    const known = sums.get(key) ?? { ...place, sum: 0, runs: 0 };
    sums.set(key, { ...known, sum: known.sum + value, runs: known.runs + 1 });
  });
  const places = [...sums.values()]
    .slice(0, mostPlaces)
    .map(one => ({ x: one.x, y: one.y, value: one.sum / one.runs, runs: one.runs }));
  return { places, triangles: delaunay(places) };
}

/** The part of a triangle where the value, linear between its corners, is within; corner values in the order of corners. */
export function between(
  corners: readonly (Point & { readonly value: number })[],
  from: number,
  to: number,
): readonly Point[] {
  const above = clip(corners, value => value - from);
  return clip(above, value => to - value);
}

type Corner = Point & { readonly value: number };

function clip(corners: readonly Corner[], inside: (value: number) => number): readonly Corner[] {
  return corners.flatMap((corner, at) => {
    const next = corners[(at + 1) % corners.length];
    if (!next) return [];
    const [a, b] = [inside(corner.value), inside(next.value)];
    const kept = a >= 0 ? [{ x: corner.x, y: corner.y, value: corner.value }] : [];
    if (a >= 0 === b >= 0) return kept;
    const share = a / (a - b);
    const mix = (p: number, q: number): number => p + (q - p) * share;
    return [...kept, { x: mix(corner.x, next.x), y: mix(corner.y, next.y), value: mix(corner.value, next.value) }];
  });
}

/** A metric over two parameters, interpolated between the runs and nowhere else. */
export function contour({
  runs,
  t,
  ...columns
}: {
  readonly x: NumberColumn;
  readonly y: NumberColumn;
  readonly metric: NumberColumn;
  readonly runs: readonly PlotRun[];
  readonly t: Say;
}): Plot {
  const { x, y, metric } = columns;
  const { places, triangles } = surface(columns);
  const used = places.reduce((sum, place) => sum + place.runs, 0);
  const shown = runs
    .map((run, at) => ({ run, at }))
    .filter(({ at }) => [x, y, metric].every(column => Number.isFinite(column.values[at])));
  const few = triangles.length === 0 ? ` ${t('Too few differ in both parameters: nothing can be interpolated.')}` : '';
  return {
    title: t('{0} over {1} and {2}', metric.title, x.title, y.title),
    summary: t('{0} runs at {1} places.', used, places.length),
    note: t('Rests on {0} runs at {1} places; linear between them, nothing beyond.', used, places.length) + few,
    columns: [t('Run'), x.title, y.title, metric.title],
    rows: shown.map(({ run, at }) => [run.label, cell(x, at), cell(y, at), cell(metric, at)]),
    draw(width, look) {
      const height = 340;
      const frame = axes({ x, y }, { width, height, right: colorBarRoom(metric) }, look);
      const bands = filled({ places, triangles }, frame, { x, y, look });
      const hits = shown.map(({ run, at }) => ({
        x: frame.x.at(x.values[at] ?? NaN),
        y: frame.y.at(y.values[at] ?? NaN),
        text: [run.label, ...[x, y, metric].map(column => `${column.title} ${valueText(column, at, tickText)}`)].join(
          ', ',
        ),
        run: run.id,
      }));
      const points = hits.map(hit =>
        el('circle', { cx: hit.x, cy: hit.y, r: 3.5, fill: look.foreground, stroke: look.background }),
      );
      return { height, node: el('g', {}, ...bands, frame.node, ...points, colorBar(metric, look, frame.box)), hits };
    },
  };
}

/** What is between two levels has one colour. */
function filled(
  { places, triangles }: Surface,
  frame: Axes,
  { x, y, look }: { x: NumberColumn; y: NumberColumn; look: ChartLook },
): (SvgNode | false)[] {
  const least = places.reduce((low, { value }) => Math.min(low, value), Infinity);
  const most = places.reduce((high, { value }) => Math.max(high, value), -Infinity);
  // a place is a share of its column; so are its pixels
  const [x0, x1] = ends(x, frame.x.at);
  const [y0, y1] = ends(y, frame.y.at);
  const pixel = (point: Point): readonly [number, number] => [x0 + point.x * (x1 - x0), y0 + point.y * (y1 - y0)];
  const bands = Array.from({ length: levels }, (_, level) => {
    const [from, to] = [least + ((most - least) * level) / levels, least + ((most - least) * (level + 1)) / levels];
    const d = triangles
      .map(triangle =>
        between(
          triangle.flatMap(at => places[at] ?? []),
          from,
          to,
        ),
      )
      .filter(polygon => polygon.length > 2)
      .map(polygon => `${pathOf(polygon.map(pixel))}Z`)
      .join('');
    const fill = look.ramp((level + 0.5) / levels);
    return d !== '' && el('path', { d, fill, stroke: fill, 'stroke-width': 0.6, 'fill-opacity': 0.8 });
  });
  return bands;
}

/** Pixels of the least and the greatest value. */
function ends(column: NumberColumn, at: (value: number) => number): [number, number] {
  const values = column.values.filter(Number.isFinite);
  return [
    at(values.reduce((a, b) => Math.min(a, b), Infinity)),
    at(values.reduce((a, b) => Math.max(a, b), -Infinity)),
  ];
}

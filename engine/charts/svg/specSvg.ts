import type { ChartPoint, ChartSpec, Series } from '../spec';
import type { Box } from './frame';
import { label, picture, widestTick, xAxis, yAxis } from './frame';
import type { ChartLook } from './look';
import { fitText, pointPath, textWidth } from './look';
import type { SvgNode } from './node';
import { el, pathOf } from './node';
import type { Scale } from './scale';
import { scaleOf } from './scale';

const titleHeight = 28;
const legendRow = 18;

interface Drawing {
  readonly spec: ChartSpec;
  readonly look: ChartLook;
  readonly x: Scale;
  readonly y: Scale;
  readonly box: Box;
}

/** A chart as a vector picture with its title, its legend and its note: lines as lines, texts as texts. */
export function specSvg(spec: ChartSpec, look: ChartLook, width = 720): SvgNode {
  const body = spec.categories ? barsBody(spec, look, width) : linesBody(spec, look, width);
  const named = spec.categories === undefined || spec.stacked ? spec.series.filter(({ ghost }) => !ghost) : [];
  const legend = named.length > 1 ? legendRows(named, width) : [];
  const legendTop = body.height + 4;
  const noteTop = legendTop + legend.length * legendRow;
  const height = noteTop + (spec.note === undefined ? 8 : 24);
  return picture({ width, height }, look, {
    title: `${spec.title}. ${spec.summary}`,
    children: [
      el(
        'text',
        { x: 12, y: 19, 'font-size': 13, 'font-weight': 600, fill: look.foreground },
        fitText(spec.title, width - 24),
      ),
      ...body.children,
      ...legend.flatMap((row, line) =>
        row.map(({ series, left }) => legendEntry(series, look, { left, top: legendTop + line * legendRow })),
      ),
      spec.note !== undefined && label(look, fitText(spec.note, width - 24), { x: 12, y: noteTop + 12 }),
    ],
  });
}

function linesBody(spec: ChartSpec, look: ChartLook, width: number): { height: number; children: (SvgNode | false)[] } {
  const height = titleHeight + (spec.height ?? 240);
  const points = spec.series.flatMap(series => series.points);
  const inRange = points.filter(({ x }) => x >= (spec.x.min ?? -Infinity) && x <= (spec.x.max ?? Infinity));
  const values = inRange.flatMap(({ y, low, high }) => [
    y,
    ...(low === undefined ? [] : [low]),
    ...(high === undefined ? [] : [high]),
  ]);
  const y = scaleOf({
    values: [...values, ...(spec.y.covers ?? [])],
    min: spec.y.min,
    max: spec.y.max,
    log: spec.y.log,
    pixels: [height - (spec.x.label === '' ? 24 : 40), titleHeight + 8],
    nice: true,
  });
  const left = 12 + widestTick(y, spec.y.format) + (spec.y.label === '' ? 0 : 16);
  const box: Box = { left, right: width - 16, top: titleHeight + 8, bottom: y.at(y.from) };
  const x = scaleOf({
    values: [...points.map(point => point.x), ...(spec.x.covers ?? [])],
    min: spec.x.min,
    max: spec.x.max,
    log: spec.x.log,
    pixels: [box.left, box.right],
    ticks: 8,
  });
  const drawing: Drawing = { spec, look, x, y, box };
  const clip = `clip-${hash(spec.title)}`;
  return {
    height,
    children: [
      el(
        'clipPath',
        { id: clip },
        el('rect', { x: box.left, y: box.top - 4, width: box.right - box.left + 4, height: box.bottom - box.top + 8 }),
      ),
      yAxis(y, box, { look, ...spec.y }),
      xAxis(x, box, { look, ...spec.x }),
      el(
        'g',
        { 'clip-path': `url(#${clip})` },
        ...spec.series.filter(({ band }) => band).map(one => band(one, drawing)),
        ...spec.series.flatMap(one => line(one, drawing)),
      ),
      ...(spec.marks ?? []).filter(mark => mark.x >= x.from && mark.x <= x.to).map(mark => markNode(mark, drawing)),
    ],
  };
}

function band(series: Series, { x, y, look }: Drawing): SvgNode {
  const points = series.points.filter(({ low, high }) => low !== undefined && high !== undefined);
  const least = (value: number): number => y.at(Math.max(value, y.from));
  const upper = points.map(point => [x.at(point.x), least(point.high ?? NaN)] as const);
  const lower = points.map(point => [x.at(point.x), least(point.low ?? NaN)] as const).reverse();
  return el('path', {
    d: `${pathOf([...upper, ...lower])}Z`,
    fill: look.stroke(series.slot).color,
    'fill-opacity': 0.18,
  });
}

function line(series: Series, { x, y, look, box }: Drawing): (SvgNode | false)[] {
  const { color, dash, shape } = look.stroke(series.slot);
  const points = series.points.map(point => [x.at(point.x), y.at(point.y)] as const);
  const stepped = series.stepped
    ? points.flatMap(([left, top], at) =>
        at === 0 ? [[left, top] as const] : [[points[at - 1]?.[0] ?? left, top] as const, [left, top] as const],
      )
    : points;
  const isThin = series.ghost === true || series.slot === 'reference';
  const [first, last] = [points[0], points.at(-1)];
  const hasDots = series.dots === true || series.noLine === true || points.length === 1;
  return [
    series.filled === true &&
      first !== undefined &&
      last !== undefined &&
      el('path', {
        d: `${pathOf(stepped)}L${last[0]} ${box.bottom}L${first[0]} ${box.bottom}Z`,
        fill: color,
        'fill-opacity': 0.22,
      }),
    series.noLine !== true &&
      el('path', {
        d: pathOf(stepped),
        fill: 'none',
        stroke: color,
        'stroke-width': isThin ? 1 : 2,
        'stroke-opacity': series.ghost ? 0.3 : undefined,
        'stroke-dasharray': dash.length > 0 && !series.ghost ? dash.join(' ') : undefined,
        'stroke-linejoin': 'round',
      }),
    hasDots &&
      el('path', {
        d: points
          .filter(([, top]) => Number.isFinite(top))
          .map(([left, top]) => pointPath(shape, [left, top], 3.5))
          .join(''),
        fill: color,
      }),
  ];
}

function markNode(mark: { x: number; label: string }, { x, box, look }: Drawing): SvgNode {
  const at = x.at(mark.x);
  const fits = at + textWidth(mark.label) + 8 < box.right;
  return el(
    'g',
    {},
    el('path', { d: `M${at} ${box.top}V${box.bottom}`, stroke: look.muted, 'stroke-dasharray': '4 3' }),
    label(look, mark.label, { x: at + (fits ? 4 : -4), y: box.top + 11, 'text-anchor': fits ? 'start' : 'end' }),
  );
}

function barsBody(spec: ChartSpec, look: ChartLook, width: number): { height: number; children: (SvgNode | false)[] } {
  const categories = spec.categories ?? [];
  const lines = spec.stacked ? 1 : Math.max(1, spec.series.length);
  const height = titleHeight + Math.max(spec.height ?? 0, 50 + categories.length * 24 * lines);
  const left = 16 + Math.min(width * 0.4, Math.max(20, ...categories.map(name => textWidth(name))));
  const values = spec.series.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]));
  const x = scaleOf({
    values: [0, ...(spec.stacked ? totals(spec) : values), ...(spec.y.covers ?? [])],
    min: spec.y.min,
    max: spec.y.max,
    pixels: [left, width - 16],
    nice: true,
  });
  const box: Box = { left, right: width - 16, top: titleHeight + 4, bottom: height - (spec.y.label === '' ? 22 : 40) };
  const row = (box.bottom - box.top) / Math.max(1, categories.length);
  const bar = (row * 0.7) / lines;
  return {
    height,
    children: [
      xAxis(x, box, { look, ...spec.y }),
      ...categories.map((name, at) =>
        el(
          'text',
          {
            x: left - 6,
            y: box.top + row * (at + 0.5) + 4,
            'text-anchor': 'end',
            'font-size': 11,
            fill: look.foreground,
          },
          fitText(name, left - 12),
        ),
      ),
      ...spec.series.flatMap((series, line) =>
        bars(series, {
          ...{ x, look, bar, top: at => box.top + row * (at + 0.15) + (spec.stacked ? 0 : bar * line) },
          from: at => (spec.stacked ? before(spec, line, at) : 0),
        }),
      ),
    ],
  };
}

interface Bars {
  readonly x: Scale;
  readonly look: ChartLook;
  /** Height of one. */
  readonly bar: number;
  readonly top: (at: number) => number;
  /** Where one begins, in units of y. */
  readonly from: (at: number) => number;
}

/** What the series before stand for on the bar of a category. */
const before = ({ series }: ChartSpec, line: number, at: number): number =>
  series.slice(0, line).reduce((sum, { points }) => sum + (points[at]?.y ?? 0), 0);

const totals = (spec: ChartSpec): readonly number[] =>
  (spec.categories ?? []).map((_, at) => before(spec, spec.series.length, at));

const bars = (series: Series, { x, look, bar, top, from: begin }: Bars): (SvgNode | false)[] =>
  series.points.flatMap((point, at) => {
    if (!Number.isFinite(point.y)) return [];
    const [from = 0, to = 0] = [x.at(begin(at)), x.at(begin(at) + point.y)].sort((a, b) => a - b);
    const { color } = look.stroke(series.slots?.[at] ?? series.slot);
    const place = { x: from, y: top(at), width: to - from, height: bar };
    return [
      el('rect', { ...place, fill: color, 'fill-opacity': 0.65, stroke: color }),
      whisker(point, { x, look, middle: top(at) + bar / 2 }),
    ];
  });

function whisker(
  { low, high }: ChartPoint,
  { x, look, middle }: { x: Scale; look: ChartLook; middle: number },
): SvgNode | false {
  if (low === undefined || high === undefined) return false;
  const end = `V${middle + 4}V${middle - 4}`;
  const d = `M${x.at(low)} ${middle}${end}V${middle}H${x.at(high)}${end}`;
  return el('path', { d, stroke: look.muted, 'stroke-width': 1.5, fill: 'none' });
}

function legendRows(named: readonly Series[], width: number): { series: Series; left: number }[][] {
  const rows: { series: Series; left: number }[][] = [[]];
  let left = 12;
  for (const series of named) {
    const own = 34 + textWidth(series.label) + 16;
    if (left + own > width && left > 12) {
      rows.push([]);
      left = 12;
    }
    rows.at(-1)?.push({ series, left });
    left += own;
  }
  return rows;
}

function legendEntry(series: Series, look: ChartLook, { left, top }: { left: number; top: number }): SvgNode {
  const { color, dash, shape } = look.stroke(series.slot);
  return el(
    'g',
    {},
    series.noLine
      ? el('path', { d: pointPath(shape, [left + 13, top + 8]), fill: color })
      : el('path', {
          d: `M${left} ${top + 8}h26`,
          stroke: color,
          'stroke-width': 2,
          'stroke-dasharray': dash.length > 0 ? dash.join(' ') : undefined,
        }),
    el('text', { x: left + 32, y: top + 12, 'font-size': 11, fill: look.foreground }, series.label),
  );
}

/** A name for what is used within one picture: several stand in one document. */
function hash(text: string): string {
  let value = 5381;
  for (const character of text) value = (Math.imul(value, 33) ^ (character.codePointAt(0) ?? 0)) >>> 0;
  return value.toString(36);
}

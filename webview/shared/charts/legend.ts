import { h } from '../dom';
import type { SeriesStyle } from './palette';
import { seriesStyle } from './palette';
import type { ChartSpec, Series } from '../../../engine/charts/spec';

const svg = 'http://www.w3.org/2000/svg';

/** What the legend names: all but the faint lines, when there is more than one. */
export function namedSeries(spec: ChartSpec): readonly Series[] {
  const named = spec.series.filter(({ ghost }) => !ghost);
  return named.length > 1 && !named.some(({ slots }) => slots) ? named : [];
}

export const legend = (spec: ChartSpec): HTMLElement[] =>
  namedSeries(spec).map(series => h('li', null, swatch(series), series.label));

/** A stroke, an area or a point, as the chart draws it. */
export function swatch({
  filled,
  noLine,
  dots,
  slot,
}: Pick<Series, 'slot' | 'filled' | 'noLine' | 'dots'>): SVGSVGElement {
  const style = seriesStyle(slot);
  const { color, dash } = style;
  const element = draw('svg', { width: 26, height: 10, viewBox: '0 0 26 10', 'aria-hidden': 'true' });
  const stroke = { stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash.join(' '), fill: 'none' };
  if (filled)
    element.append(draw('rect', { ...stroke, x: 1, y: 1, width: 24, height: 8, fill: color, 'fill-opacity': 0.22 }));
  else if (!noLine) element.append(draw('line', { ...stroke, x1: 0, y1: 5, x2: 26, y2: 5 }));
  if (dots) element.append(point(style));
  return element;
}

function point({ shape, color }: SeriesStyle): SVGElement {
  switch (shape) {
    case 'triangle':
      return draw('path', { d: 'M13 0.5 18 9H8Z', fill: color });
    case 'rect':
    case 'rectRounded':
      return draw('rect', { x: 9, y: 1, width: 8, height: 8, fill: color });
    case 'rectRot':
      return draw('path', { d: 'M13 0 18 5 13 10 8 5Z', fill: color });
    default:
      return draw('circle', { cx: 13, cy: 5, r: 4, fill: color });
  }
}

function draw<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attrs: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svg, tag);
  for (const [name, value] of Object.entries(attrs)) element.setAttribute(name, String(value));
  return element;
}

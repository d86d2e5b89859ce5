import type { Chart, Plugin } from 'chart.js';
import { nearestIndex } from '../../../engine/charts/range';
import type { ChartPoint, ChartSpec, Series } from '../../../engine/charts/spec';
import { gridText, seriesStyle } from './palette';

export interface AtCursor {
  readonly series: Series;
  readonly point: ChartPoint;
}

/** Of each curve the point nearest to x. */
export const atCursor = (spec: ChartSpec, x: number): readonly AtCursor[] =>
  spec.series
    .filter(({ slot, ghost }) => slot !== 'reference' && !ghost)
    .flatMap(series => {
      const at = nearestIndex(
        series.points.map(point => point.x),
        x,
      );
      const point = series.points[at];
      return point ? [{ series, point }] : [];
    });

/** All the x of the curves, each once, from left to right. */
export const cursorStops = (spec: ChartSpec): readonly number[] =>
  [...new Set(spec.series.filter(({ ghost }) => !ghost).flatMap(({ points }) => points.map(({ x }) => x)))].sort(
    (a, b) => a - b,
  );

/** A line through all charts at the same x, and a dot where it meets each curve. */
export const cursorPlugin = (spec: () => ChartSpec, x: () => number | undefined): Plugin => ({
  id: 'cursor',
  afterDatasetsDraw(chart) {
    const at = x();
    if (at !== undefined) drawCursor(chart, spec(), at);
  },
});

function drawCursor(chart: Chart, spec: ChartSpec, value: number): void {
  const { ctx, chartArea: area, scales } = chart;
  const at = scales['x']?.getPixelForValue(value);
  if (at === undefined || at < area.left - 1 || at > area.right + 1) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top - 5, area.width, area.height + 10);
  ctx.clip();
  ctx.strokeStyle = gridText();
  ctx.beginPath();
  ctx.moveTo(at, area.top);
  ctx.lineTo(at, area.bottom);
  ctx.stroke();
  for (const { series, point } of atCursor(spec, value)) {
    const [left, top] = [scales['x']?.getPixelForValue(point.x), scales['y']?.getPixelForValue(point.y)];
    if (left === undefined || top === undefined) continue;
    ctx.fillStyle = seriesStyle(series.slot).color;
    ctx.beginPath();
    ctx.arc(left, top, 4, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

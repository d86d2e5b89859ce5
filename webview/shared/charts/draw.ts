import type { Chart, Plugin } from 'chart.js';
import type { ChartSpec, Series } from '../../../engine/charts/spec';
import { gridText, seriesStyle, withAlpha } from './palette';

/** Vertical lines with a name, over the curves. */
export const marksPlugin = (spec: () => ChartSpec): Plugin => ({
  id: 'marks',
  afterDatasetsDraw(chart) {
    for (const { x, label } of spec().marks ?? []) drawMark(chart, x, label);
  },
});

function drawMark(chart: Chart, x: number, label: string): void {
  const { ctx, chartArea: area, scales } = chart;
  const at = scales['x']?.getPixelForValue(x);
  if (at === undefined || at < area.left - 1 || at > area.right + 1) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = gridText();
  ctx.setLineDash([4, 3]);
  ctx.beginPath();
  ctx.moveTo(at, area.top);
  ctx.lineTo(at, area.bottom);
  ctx.stroke();
  const fits = at + ctx.measureText(label).width + 8 < area.right;
  ctx.textAlign = fits ? 'left' : 'right';
  ctx.textBaseline = 'top';
  ctx.fillText(label, at + (fits ? 4 : -4), area.top + 2);
  ctx.restore();
}

/** Areas between `low` and `high`, under the curves. */
export const bandsPlugin = (spec: () => ChartSpec): Plugin => ({
  id: 'bands',
  beforeDatasetsDraw(chart) {
    const { ctx, chartArea: area } = chart;
    ctx.save();
    ctx.beginPath();
    ctx.rect(area.left, area.top, area.width, area.height);
    ctx.clip();
    for (const series of spec().series) if (series.band) drawBand(chart, series);
    ctx.restore();
  },
});

function drawBand({ ctx, scales }: Chart, series: Series): void {
  const { x, y } = scales;
  if (!x || !y) return;
  const floor = y.type === 'logarithmic' ? y.min : -Infinity;
  const points = series.points.filter(({ low, high }) => low !== undefined && high !== undefined);
  ctx.fillStyle = withAlpha(seriesStyle(series.slot).color, 0.18);
  ctx.beginPath();
  for (const { x: at, high = 0 } of points)
    ctx.lineTo(x.getPixelForValue(at), y.getPixelForValue(Math.max(high, floor)));
  for (const { x: at, low = 0 } of points.toReversed())
    ctx.lineTo(x.getPixelForValue(at), y.getPixelForValue(Math.max(low, floor)));
  ctx.closePath();
  ctx.fill();
}

/** Error bars of `low` and `high`, along the axis of the values. */
export const whiskersPlugin = (spec: () => ChartSpec): Plugin => ({
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    for (const series of spec().series.filter(({ band }) => !band))
      for (const point of series.points)
        if (point.low !== undefined && point.high !== undefined)
          drawWhisker(chart, { at: point.x, low: point.low, high: point.high });
  },
});

function drawWhisker(chart: Chart, { at, low, high }: { at: number; low: number; high: number }): void {
  const { ctx, scales } = chart;
  const { x, y } = scales;
  if (!x || !y) return;
  const middle = y.getPixelForValue(at);
  const [left, right] = [x.getPixelForValue(low), x.getPixelForValue(high)];
  ctx.save();
  ctx.strokeStyle = seriesStyle('reference').color;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(left, middle);
  ctx.lineTo(right, middle);
  for (const end of [left, right]) {
    ctx.moveTo(end, middle - 4);
    ctx.lineTo(end, middle + 4);
  }
  ctx.stroke();
  ctx.restore();
}

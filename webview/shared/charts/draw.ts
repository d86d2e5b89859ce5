import type { Chart, Plugin } from 'chart.js';
import type { ChartSpec } from './spec';
import { gridText, seriesStyle } from './palette';

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

/** Error bars of `low` and `high`, along the axis of the values. */
export const whiskersPlugin = (spec: () => ChartSpec): Plugin => ({
  id: 'whiskers',
  afterDatasetsDraw(chart) {
    for (const series of spec().series)
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

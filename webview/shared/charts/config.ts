import type { ChartDataset, ChartOptions, Scale, TooltipItem } from 'chart.js';
import { metric } from '../format';
import { isRecord } from '../json';
import { themeColor } from '../theme';
import { lines, shortened } from './fit';
import { gridLines, gridText, seriesStyle, withAlpha } from './palette';
import type { Axis, ChartSpec, Series } from '../../../engine/charts/spec';

export interface XY {
  readonly x: number;
  readonly y: number;
}
export interface ChartConfig {
  readonly type: 'line' | 'bar';
  readonly labels: string[];
  readonly datasets: ChartDataset<'line' | 'bar', (XY | number)[]>[];
  readonly options: ChartOptions<'line' | 'bar'>;
}

/** How Chart.js draws a specification in the colours of the editor. */
export function chartConfig(spec: ChartSpec): ChartConfig {
  const isBars = spec.categories !== undefined;
  return {
    type: isBars ? 'bar' : 'line',
    labels: [...(spec.categories ?? [])],
    datasets: spec.series.map(series => (isBars ? bars(series) : line(series))),
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      ...(isBars && { indexAxis: 'y' as const }),
      interaction: { mode: 'nearest', intersect: false, axis: isBars ? 'y' : 'x' },
      scales: isBars
        ? {
            x: { ...wideScale(spec.y, 0.5), stacked: spec.stacked === true },
            y: { ...categoryScale(), stacked: spec.stacked === true },
          }
        : { x: wideScale(spec.x, 0.9), y: scale(spec.y) },
      plugins: {
        legend: { display: false }, // our own, in HTML
        tooltip: { ...tooltipColors(), callbacks: callbacks(spec, isBars) },
      },
    },
  };
}

function line(series: Series): ChartDataset<'line', (XY | number)[]> {
  const { color, dash, shape } = seriesStyle(series.slot);
  const isReference = series.slot === 'reference';
  const paint = series.ghost ? withAlpha(color, 0.3) : color;
  const radius = series.dots || series.points.length === 1 ? 3.5 : 0;
  return {
    type: 'line',
    label: series.label,
    data: series.points.map(({ x, y }) => ({ x, y })),
    borderColor: paint,
    borderWidth: isReference || series.ghost ? 1 : 2,
    borderDash: series.ghost ? [] : [...dash],
    backgroundColor: series.filled ? withAlpha(color, 0.22) : paint,
    hoverBackgroundColor: color,
    hoverBorderColor: color,
    fill: series.filled ? 'origin' : false,
    stepped: series.stepped ? 'before' : false,
    showLine: !series.noLine,
    pointStyle: shape,
    pointRadius: radius,
    pointHoverRadius: isReference || series.ghost ? 0 : 5,
    pointHitRadius: isReference || series.ghost ? 0 : 6,
    pointBackgroundColor: paint,
    pointHoverBackgroundColor: color,
    pointHoverBorderColor: color,
  };
}

function bars(series: Series): ChartDataset<'bar', (XY | number)[]> {
  const colors = series.points.map((_, index) => seriesStyle(series.slots?.[index] ?? series.slot).color);
  return {
    type: 'bar',
    label: series.label,
    data: series.points.map(({ y }) => y),
    backgroundColor: colors.map(color => withAlpha(color, 0.65)),
    hoverBackgroundColor: colors,
    borderColor: colors,
    hoverBorderColor: colors,
    borderWidth: 1,
    barPercentage: 0.8,
    categoryPercentage: 0.85,
  };
}

function scale(axis: Axis) {
  const format = axis.format ?? tick;
  return {
    type: axis.log ? ('logarithmic' as const) : ('linear' as const),
    ...(axis.min !== undefined && { min: axis.min }),
    ...(axis.max !== undefined && { max: axis.max }),
    ...(axis.covers && { suggestedMin: Math.min(...axis.covers), suggestedMax: Math.max(...axis.covers) }),
    title: { display: axis.label !== '', text: axis.label, color: gridText(), padding: 4 },
    grid: { color: gridLines(), drawTicks: false },
    border: { color: gridLines() },
    ticks: {
      color: gridText(),
      maxTicksLimit: 8,
      maxRotation: 0,
      padding: 6,
      callback: (value: string | number) => format(Number(value)),
    },
  };
}

/** About what a character is wide in the font of charts. */
const characterWidth = 6;

/** A scale along the width, of which it takes at least a share: a long title is broken into lines. */
function wideScale(axis: Axis, share: number) {
  const beforeUpdate = (built: Scale): void => {
    const options: unknown = built.options;
    if (!isRecord(options) || !isRecord(options['title'])) return;
    Object.assign(options['title'], { text: lines(axis.label, (built.chart.width * share) / characterWidth) });
  };
  return { ...scale(axis), beforeUpdate };
}

const categoryScale = () => ({
  type: 'category' as const,
  grid: { display: false },
  border: { color: gridLines() },
  ticks: {
    color: themeColor('--vscode-foreground'),
    autoSkip: false,
    padding: 6,
    callback(this: Scale, value: string | number): string {
      return shortened(this.getLabelForValue(Number(value)), (this.chart.width * 0.4) / characterWidth);
    },
  },
});

/** Ticks are rounder than values: no zeros at the end. */
function tick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(6)));
}

function tooltipColors() {
  const foreground = themeColor('--vscode-editorHoverWidget-foreground', '--vscode-foreground');
  return {
    backgroundColor: themeColor('--vscode-editorHoverWidget-background', '--vscode-editor-background'),
    borderColor: themeColor('--vscode-editorHoverWidget-border', '--vscode-contrastBorder', '--vscode-foreground'),
    borderWidth: 1,
    cornerRadius: 3,
    titleColor: foreground,
    bodyColor: foreground,
    usePointStyle: true,
  };
}

function callbacks(spec: ChartSpec, isBars: boolean) {
  const formatX = spec.x.format ?? metric;
  const formatY = spec.y.format ?? metric;
  return {
    title: (items: readonly TooltipItem<'line' | 'bar'>[]) => {
      const [first] = items;
      if (!first) return '';
      return isBars ? first.label : `${spec.x.label} ${formatX(first.parsed.x ?? 0)}`;
    },
    label: (item: TooltipItem<'line' | 'bar'>) =>
      `${item.dataset.label ?? ''} ${formatY((isBars ? item.parsed.x : item.parsed.y) ?? 0)}`,
  };
}

import type { Say } from '../say';
import type { BoxSummary } from '../statistics/quantiles';
import { boxSummary, quantile } from '../statistics/quantiles';
import type { SvgNode } from '../svg/node';
import { el } from '../svg/node';
import { tickText } from '../svg/scale';
import { axes } from './axis';
import type { CategoryColumn, NumberColumn, PlotColumn, PlotRun } from './columns';
import type { Plot } from './plot';

/** So many different numbers have a box each; more are put into fifths. */
const mostBoxes = 8;

export interface BoxesOptions {
  readonly by: PlotColumn;
  readonly metric: NumberColumn;
  readonly runs: readonly PlotRun[];
  readonly t: Say;
}

/** A metric by the values of a parameter. */
export function boxes({ by, metric, runs, t }: BoxesOptions): Plot {
  const groups = grouped(by);
  const summaries = groups.categories
    .map((name, group) => ({
      name,
      group,
      ...boxSummary(metric.values.filter((value, at) => groups.values[at] === group && Number.isFinite(value))),
    }))
    .filter(({ n }) => n > 0);
  const counted = summaries.reduce((sum, { n }) => sum + n, 0);
  return {
    title: t('{0} by {1}', metric.title, by.title),
    summary: summaries
      .map(({ name, n, median }) =>
        n === 1
          ? t('{0}: 1 run, median {1}', name, tickText(median))
          : t('{0}: {1} runs, median {2}', name, n, tickText(median)),
      )
      .join('; '),
    note: t(
      '{0} of {1} runs. Boxes are quartiles, whiskers reach to 1.5 times the box, points are beyond.',
      counted,
      runs.length,
    ),
    columns: [by.title, t('runs'), t('low'), 'Q1', t('median'), 'Q3', t('high'), t('beyond')],
    rows: summaries.map(one => [one.name, one.n, one.low, one.q1, one.median, one.q3, one.high, one.outliers.length]),
    draw(width, look) {
      const height = 320;
      const frame = axes({ x: groups, y: metric }, { width, height }, look);
      const half = Math.min(28, ((frame.box.right - frame.box.left) / groups.categories.length) * 0.35);
      const { color } = look.stroke(0);
      const y = frame.y.at;
      const nodes = summaries.map(one => box(one, { x: frame.x.at(one.group), y, half, color }));
      const hits = summaries.map(one => ({
        x: frame.x.at(one.group),
        y: y(one.median),
        text: t(
          '{0}: {1} runs, median {2}, quartiles {3} and {4}',
          one.name,
          one.n,
          tickText(one.median),
          tickText(one.q1),
          tickText(one.q3),
        ),
      }));
      return { height, node: el('g', {}, frame.node, ...nodes), hits };
    },
  };
}

function box(
  { q1, median, q3, low, high, outliers }: BoxSummary,
  { x, y, half, color }: { x: number; y: (value: number) => number; half: number; color: string },
): SvgNode {
  const line = { stroke: color, fill: 'none', 'stroke-width': 1.5 };
  const end = (value: number): string => `M${x - half / 2} ${y(value)}H${x + half / 2}`;
  const size = { x: x - half, y: y(q3), width: half * 2, height: Math.max(1, y(q1) - y(q3)) };
  return el(
    'g',
    {},
    el('rect', { ...size, fill: color, 'fill-opacity': 0.22, stroke: color }),
    el('path', { ...line, 'stroke-width': 2.5, d: `M${x - half} ${y(median)}H${x + half}` }),
    el('path', { ...line, d: `M${x} ${y(q3)}V${y(high)}${end(high)}M${x} ${y(q1)}V${y(low)}${end(low)}` }),
    ...outliers.map(value => el('circle', { cx: x, cy: y(value), r: 3, fill: color })),
  );
}

/** Numbers that are many become fifths of the runs, named by their ends. */
export function grouped(by: PlotColumn): CategoryColumn {
  if (by.kind === 'category') return by;
  const { id, title, isMetric } = by;
  const sorted = by.values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  const named = { id, title, isMetric, kind: 'category' } as const;
  if (distinct.length <= mostBoxes)
    return {
      ...named,
      categories: distinct.map(tickText),
      values: by.values.map(value => {
        const at = distinct.indexOf(value);
        return at < 0 ? NaN : at;
      }),
    };
  const edges = [...new Set([0, 0.2, 0.4, 0.6, 0.8, 1].map(q => quantile(sorted, q)))];
  const place = (value: number): number => {
    if (!Number.isFinite(value)) return NaN;
    const at = edges.findIndex((edge, index) => index > 0 && value <= edge);
    return Math.max(0, at - 1);
  };
  const short = (value: number): string => tickText(Number(value.toPrecision(3)));
  return {
    ...named,
    categories: edges.slice(1).map((edge, at) => `${short(edges[at] ?? NaN)} – ${short(edge)}`),
    values: by.values.map(place),
  };
}

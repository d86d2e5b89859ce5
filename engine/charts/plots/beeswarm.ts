import type { Explanation } from '../../protocol/explanation';
import type { Say } from '../say';
import type { Box } from '../svg/frame';
import { label } from '../svg/frame';
import type { ChartLook } from '../svg/look';
import type { SvgNode } from '../svg/node';
import { el } from '../svg/node';
import { tickText } from '../svg/scale';
import { axes } from './axis';
import type { Hit, Plot } from './plot';

/** Columns that have a row, those that move the output most. */
const mostColumns = 15;
const rowHeight = 26;
const radius = 2.6;
const barRoom = 64;

export interface SwarmOptions {
  readonly explanation: Explanation;
  /** Which of the outputs. */
  readonly output: number;
  readonly t: Say;
}

type Value = string | number | null;

/** A column of the sample with what is drawn of it. */
interface Swarm {
  readonly column: string;
  readonly values: readonly Value[];
  readonly contributions: readonly number[];
  /** Where each value stands among those of its column, 0 … 1; NaN: missing. */
  readonly shares: readonly number[];
}

/**
 * The contributions of columns to an output, a point for each row of the sample, coloured by the row's value of the column
 * (as SHAP's summary plot).
 */
export function beeswarm({ explanation, output, t }: SwarmOptions): Plot {
  const swarms = swarmsOf(explanation, output);
  const { rows } = explanation.sample;
  const name = explanation.outputs[output]?.name ?? '';
  const [first] = swarms;
  const spread = first ? [Math.min(...first.contributions), Math.max(...first.contributions)].map(short) : ['', ''];
  return {
    title: explanation.outputs.length > 1 ? t('SHAP values by row: {0}', name) : t('SHAP values by row'),
    summary: t('“{0}” moves the scores of {1} rows by {2} to {3}.', first?.column ?? '', rows.length, ...spread),
    note: [
      t('{0} of {1} explained rows, a point each.', rows.length, explanation.rows),
      explanation.unit === 'value'
        ? t('Right of 0 the column raises the prediction.')
        : t('Right of 0 the column moves the row towards “{0}”.', name),
      t('Enter or a double click shows a column by its values.'),
    ].join(' '),
    columns: [t('Column'), t('Data row'), t('Value'), t('Contribution')],
    rows: swarms.flatMap(({ column, values, contributions }) =>
      contributions.map((contribution, at) => [column, (rows[at] ?? 0) + 1, values[at] ?? '', contribution]),
    ),
    draw: (width, look) => draw({ swarms, rows, t }, width, look),
  };
}

interface Shown {
  readonly swarms: readonly Swarm[];
  readonly rows: readonly number[];
  readonly t: Say;
}

function draw({ swarms, rows, t }: Shown, width: number, look: ChartLook) {
  const height = 60 + rowHeight * swarms.length;
  const named = { id: '', isMetric: false };
  const all = swarms.flatMap(({ contributions }) => contributions);
  const frame = axes(
    {
      x: { ...named, kind: 'number', title: t('Contribution'), values: [...all, 0], log: false },
      y: {
        ...named,
        kind: 'category',
        title: '',
        categories: swarms.map(({ column }) => column).toReversed(), // the first on top
        values: [],
      },
    },
    { width, height, right: barRoom },
    look,
  );
  const { box } = frame;
  const zero = { stroke: look.muted, d: `M${frame.x.at(0)} ${box.top}V${box.bottom}` };
  const nodes: SvgNode[] = [];
  const hits: Hit[] = [];
  for (const [at, { column, values, contributions, shares }] of swarms.entries()) {
    const middle = frame.y.at(swarms.length - 1 - at);
    const xs = contributions.map(value => frame.x.at(value));
    const offsets = stacked(xs, (rowHeight * 0.86) / 2 - radius);
    for (const [row, x] of xs.entries()) {
      const y = middle + offsets[row]!;
      const share = shares[row]!;
      const fill = Number.isNaN(share) ? look.muted : look.ramp(share);
      nodes.push(el('circle', { cx: x, cy: y, r: radius, fill, 'fill-opacity': 0.85 }));
      const value = values[row] ?? t('missing');
      const shown = typeof value === 'number' ? tickText(value) : value;
      const text = t('{0} = {1}: {2}, data row {3}', column, shown, short(contributions[row]!), (rows[row] ?? 0) + 1);
      hits.push({ x, y, text, run: column });
    }
  }
  return { height, hits, node: el('g', {}, frame.node, el('path', zero), ...nodes, valueBar(look, box, t)) };
}

/** What the colours mean. */
function valueBar(look: ChartLook, { right, top, bottom }: Box, t: Say): SvgNode {
  const steps = 24;
  const size = (bottom - top) / steps;
  const bars = Array.from({ length: steps }, (_, at) => {
    const fill = look.ramp((at + 0.5) / steps);
    return el('rect', { x: right + 14, y: bottom - size * (at + 1), width: 8, height: size + 0.5, fill });
  });
  return el(
    'g',
    {},
    ...bars,
    label(look, t('high'), { x: right + 26, y: top + 9 }),
    label(look, t('low'), { x: right + 26, y: bottom }),
    label(look, t('value'), {
      transform: `translate(${right + 36} ${(top + bottom) / 2}) rotate(-90)`,
      'text-anchor': 'middle',
    }),
  );
}

function swarmsOf({ sample }: Explanation, output: number): readonly Swarm[] {
  const swarms = sample.columns.map(({ column, values, contributions }) => ({
    column,
    values,
    contributions: contributions[output] ?? [],
    shares: sharesOf(values),
  }));
  const size = ({ contributions }: Swarm): number => contributions.reduce((sum, value) => sum + Math.abs(value), 0);
  return swarms.toSorted((a, b) => size(b) - size(a)).slice(0, mostColumns);
}

/** By rank, so that one extreme value does not make all others one colour; equal values are equal. */
function sharesOf(values: readonly Value[]): readonly number[] {
  const present = values.filter(value => value !== null);
  const isNumeric = present.every(value => typeof value === 'number');
  const distinct = [...new Set(present)].sort((a, b) =>
    isNumeric ? Number(a) - Number(b) : String(a) < String(b) ? -1 : 1,
  );
  const place = new Map(distinct.map((value, at) => [value, at]));
  const last = Math.max(1, distinct.length - 1);
  return values.map(value => (value === null ? NaN : distinct.length === 1 ? 0.5 : (place.get(value) ?? 0) / last));
}

/** How far above or below the middle each point stands so that those side by side do not hide each other. */
function stacked(xs: readonly number[], most: number): readonly number[] {
  const slot = (x: number): number => Math.round(x / (radius * 1.6));
  const counts = new Map<number, number>();
  for (const x of xs) counts.set(slot(x), (counts.get(slot(x)) ?? 0) + 1);
  const fullest = Math.max(1, ...counts.values());
  const step = Math.min(radius * 1.8, (2 * most) / fullest);
  const placed = new Map<number, number>();
  return xs.map(x => {
    const before = placed.get(slot(x)) ?? 0;
    placed.set(slot(x), before + 1);
    return Math.ceil(before / 2) * step * (before % 2 === 0 ? 1 : -1);
  });
}

const short = (value: number): string => tickText(Number(value.toPrecision(3)));

import type { Say } from '../say';
import type { Box } from '../svg/frame';
import { label, xAxis } from '../svg/frame';
import type { ChartLook } from '../svg/look';
import type { SvgNode } from '../svg/node';
import { el } from '../svg/node';
import { scaleOf } from '../svg/scale';
import type { Plot } from './plot';

/** Something that began and, perhaps, has ended. */
export interface Span {
  readonly label: string;
  /** ms since 1970 */
  readonly from: number;
  readonly to: number;
  /** What became of it, as it is said. */
  readonly state: string;
  /** Its colour. */
  readonly slot: number;
  readonly run?: string;
}

const lane = 18;
const mostLanes = 24;
const keyHeight = 20;

/** What ran when, side by side; each stands in the first lane that is free. */
export function timeline(spans: readonly Span[], t: Say): Plot {
  const sorted = spans.toSorted((a, b) => a.from - b.from);
  const start = sorted[0]?.from ?? 0;
  const end = sorted.reduce((latest, { to }) => Math.max(latest, to), start);
  const placed = lanesOf(sorted);
  const lanes = Math.min(mostLanes, Math.max(0, ...placed) + 1);
  const busy = sorted.reduce((sum, { from, to }) => sum + to - from, 0);
  const states = [...new Map(sorted.map(({ state, slot }) => [state, slot]))];
  return {
    title: t('Timeline'),
    summary:
      sorted.length === 1
        ? t('1 trial within {0} s.', seconds(end - start))
        : t('{0} trials within {1} s, up to {2} at a time.', sorted.length, seconds(end - start), lanes),
    note: t('{0} at a time on average.', (busy / Math.max(1, end - start)).toFixed(1)),
    columns: [t('Trial'), t('State'), t('begins (s)'), t('takes (s)')],
    rows: sorted.map(({ label, state, from, to }) => [label, state, seconds(from - start), seconds(to - from)]),
    draw(width, look) {
      const box: Box = { left: 14, right: width - 14, top: 10, bottom: 10 + lanes * lane + 4 };
      const x = scaleOf({ values: [0, (end - start) / 1000], pixels: [box.left, box.right] });
      const bars = sorted.map((span, at) => {
        const left = x.at((span.from - start) / 1000);
        const wide = Math.max(2, x.at((span.to - start) / 1000) - left - 1);
        const top = box.top + Math.min(lanes - 1, placed[at] ?? 0) * lane;
        const fill = look.stroke(span.slot).color;
        const text = `${span.label}: ${span.state}, ${seconds(span.to - span.from)} s`;
        return {
          node: el('rect', { x: left, y: top, width: wide, height: lane - 4, rx: 2, fill, 'fill-opacity': 0.8 }),
          hit: { x: left + wide / 2, y: top + lane / 2, text, ...(span.run !== undefined && { run: span.run }) },
        };
      });
      return {
        height: box.bottom + 40 + keyHeight,
        node: el(
          'g',
          {},
          xAxis(x, box, { look, label: t('Seconds since the first') }),
          ...bars.map(({ node }) => node),
          ...colorKey(states, look, box.bottom + 40),
        ),
        hits: bars.map(({ hit }) => hit),
      };
    },
  };
}

/** What the colours mean. */
function colorKey(states: readonly (readonly [string, number])[], look: ChartLook, y: number): readonly SvgNode[] {
  let x = 14;
  return states.flatMap(([state, slot]) => {
    const left = x;
    x += 26 + state.length * 7;
    return [
      el('rect', {
        x: left,
        y: y + 3,
        width: 10,
        height: 10,
        rx: 2,
        fill: look.stroke(slot).color,
        'fill-opacity': 0.8,
      }),
      label(look, state, { x: left + 15, y: y + 12, 'font-size': 11 }),
    ];
  });
}

/** The lane of each span, in their order. */
function lanesOf(sorted: readonly Span[]): readonly number[] {
  const free: number[] = [];
  return sorted.map(({ from, to }) => {
    const found = free.findIndex(until => until <= from);
    const at = found < 0 ? free.length : found;
    free[at] = to;
    return at;
  });
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

import type { Say } from '../say';
import { pointPath } from '../svg/look';
import { el } from '../svg/node';
import { tickText } from '../svg/scale';
import { axes, colorBar, colorBarRoom, shareOf } from './axis';
import type { PlotColumn, PlotRun } from './columns';
import { valueText } from './columns';
import type { Plot } from './plot';

export interface ScatterOptions {
  readonly x: PlotColumn;
  readonly y: PlotColumn;
  /** Colours by this; absent: by run. */
  readonly color?: PlotColumn | undefined;
  readonly runs: readonly PlotRun[];
  readonly slotOf: (run: PlotRun) => number;
  readonly t: Say;
}

/** A point for each run that has both values. */
export function scatter({ x, y, color, runs, slotOf, t }: ScatterOptions): Plot {
  const shown = runs
    .map((run, at) => ({ run, at }))
    .filter(({ at }) => [x, y].every(column => Number.isFinite(column.values[at])));
  const used = [x, y, ...(color ? [color] : [])];
  const missing = runs.length - shown.length;
  return {
    title: t('{0} over {1}', y.title, x.title),
    summary: shown.length === 1 ? t('1 run.') : t('{0} runs.', shown.length),
    note:
      missing > 0
        ? shown.length === 1
          ? t('1 run; {0} do not have both values.', missing)
          : t('{0} runs; {1} do not have both values.', shown.length, missing)
        : shown.length === 1
          ? t('1 run.')
          : t('{0} runs.', shown.length),
    columns: [t('Run'), ...used.map(({ title }) => title)],
    rows: shown.map(({ run, at }) => [run.label, ...used.map(column => cell(column, at))]),
    draw(width, look) {
      const height = 320;
      const frame = axes({ x, y }, { width, height, ...(color && { right: colorBarRoom(color) }) }, look);
      const share = color && shareOf(color);
      const points = shown.map(({ run, at }) => {
        const place = [frame.x.at(x.values[at] ?? NaN), frame.y.at(y.values[at] ?? NaN)] as const;
        const stroke = look.stroke(slotOf(run));
        const value = color?.values[at] ?? NaN;
        const fill = share ? (Number.isFinite(value) ? look.ramp(share(value)) : look.muted) : stroke.color;
        const d = pointPath(share ? 'circle' : stroke.shape, place, shown.length > 500 ? 3 : 4.5);
        const text = [run.label, ...used.map(column => `${column.title} ${valueText(column, at, tickText)}`)].join(
          ', ',
        );
        return {
          node: el('path', { d, fill, 'fill-opacity': 0.85 }),
          hit: { x: place[0], y: place[1], text, run: run.id },
        };
      });
      return {
        height,
        node: el('g', {}, frame.node, ...points.map(({ node }) => node), color && colorBar(color, look, frame.box)),
        hits: points.map(({ hit }) => hit),
      };
    },
  };
}

export const cell = (column: PlotColumn, at: number): string | number => {
  const value = column.values[at] ?? NaN;
  if (Number.isNaN(value)) return '';
  return column.kind === 'category' ? (column.categories[value] ?? '') : value;
};

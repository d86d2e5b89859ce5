import type { Explanation } from '../../protocol/explanation';
import type { Say } from '../say';
import { pointPath } from '../svg/look';
import { el } from '../svg/node';
import { tickText } from '../svg/scale';
import { axes } from './axis';
import type { PlotColumn } from './columns';
import type { Plot } from './plot';

export interface ContributionsOptions {
  readonly explanation: Explanation;
  readonly output: number;
  readonly column: string;
  readonly t: Say;
}

/** What the values of one column contribute: a point for each row of the sample (SHAP's dependence plot). Undefined: no such column. */
export function contributionsOf({ explanation, output, column, t }: ContributionsOptions): Plot | undefined {
  const { sample } = explanation;
  const found = sample.columns.find(one => one.column === column);
  if (!found) return undefined;
  const contributions = found.contributions[output] ?? [];
  const x = columnOf(column, found.values);
  const y: PlotColumn = {
    ...{ id: 'contribution', title: t('Contribution'), isMetric: false },
    ...{ kind: 'number', values: [...contributions, 0], log: false },
  };
  const shown = contributions.flatMap((_, at) => (Number.isFinite(x.values[at]) ? [at] : []));
  const missing = contributions.length - shown.length;
  const textOf = (at: number): string => {
    const value = found.values[at] ?? '';
    return typeof value === 'number' ? tickText(value) : value;
  };
  return {
    title: t('Contributions of {0}', column),
    summary:
      shown.length === 1
        ? t('1 row by its value of “{0}”.', column)
        : t('{0} rows by their value of “{1}”.', shown.length, column),
    note:
      missing > 0
        ? shown.length === 1
          ? t('1 row; {0} more have no value of the column.', missing)
          : t('{0} rows; {1} more have no value of the column.', shown.length, missing)
        : shown.length === 1
          ? t('1 row.')
          : t('{0} rows.', shown.length),
    columns: [t('Data row'), column, t('Contribution')],
    rows: contributions.map((value, at) => [(sample.rows[at] ?? 0) + 1, found.values[at] ?? '', value]),
    draw(width, look) {
      const height = 300;
      const frame = axes({ x, y }, { width, height, right: 24 }, look);
      const { color, shape } = look.stroke(0);
      const points = shown.map(at => {
        const value = contributions[at] ?? 0;
        const place = [frame.x.at(x.values[at] ?? 0), frame.y.at(value)] as const;
        return {
          node: el('path', { d: pointPath(shape, place, 3.4), fill: color, 'fill-opacity': 0.7 }),
          hit: {
            x: place[0],
            y: place[1],
            text: t('{0} = {1}: {2}', column, textOf(at), tickText(Number(value.toPrecision(3)))),
          },
        };
      });
      const zero = { stroke: look.muted, d: `M${frame.box.left} ${frame.y.at(0)}H${frame.box.right}` };
      return {
        height,
        node: el('g', {}, frame.node, el('path', zero), ...points.map(({ node }) => node)),
        hits: points.map(({ hit }) => hit),
      };
    },
  };
}

function columnOf(column: string, values: readonly (string | number | null)[]): PlotColumn {
  const named = { id: column, title: column, isMetric: false };
  const present = values.filter(value => value !== null);
  if (present.every(value => typeof value === 'number'))
    return {
      ...named,
      kind: 'number',
      values: values.map(value => (value === null ? NaN : Number(value))),
      log: false,
    };
  const categories = [...new Set(present.map(String))].sort();
  return {
    ...named,
    kind: 'category',
    categories,
    values: values.map(value => (value === null ? NaN : categories.indexOf(String(value)))),
  };
}

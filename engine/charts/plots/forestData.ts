import type { ForestData } from '../statistics/forest';
import type { NumberColumn, PlotColumn } from './columns';

/**
 * The parameters as a forest takes them, of the runs that have the metric. A number that is missing lies below all others, a
 * category that is missing is one of its own.
 */
export function forestData(params: readonly PlotColumn[], metric: NumberColumn): ForestData {
  const rows = metric.values.map((value, at) => ({ value, at })).filter(({ value }) => Number.isFinite(value));
  return {
    target: rows.map(({ value }) => value),
    columns: params.map(column => {
      const isCategory = column.kind === 'category';
      const present = column.values.filter(Number.isFinite);
      const missing = isCategory ? column.categories.length : present.reduce((a, b) => Math.min(a, b), Infinity) - 1;
      return {
        isCategory,
        values: rows.map(({ at }) => {
          const value = column.values[at] ?? NaN;
          return Number.isNaN(value) ? missing : value;
        }),
      };
    }),
  };
}

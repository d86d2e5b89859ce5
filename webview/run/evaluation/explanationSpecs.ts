import type { ChartSpec } from '../../../engine/charts/spec';
import type { Evaluation } from '../../../engine/protocol/evaluation';
import type { Dependence, DependenceOfColumn, ExplanationSummary } from '../../../engine/protocol/explanation';
import { metric } from '../../shared/format';
import { t } from '../../shared/l10n';

/** Columns whose dependence is drawn; the file has more. */
const drawn = 4;
const mostBars = 30;

/** How far each column moves the scores, as `importanceSpec` shows what shuffling it costs. */
export function contributionsSpec({ explanation }: Evaluation): ChartSpec | undefined {
  if (!explanation || explanation.columns.length === 0) return undefined;
  const { columns, outputs, rows } = explanation;
  const shown = columns.slice(0, mostBars);
  const [first] = shown;
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    title: t('SHAP values'),
    summary: t(
      '“{0}” moves the scores most: by {1} on average over {2} rows.',
      first?.column ?? '',
      metric(total(first?.meanAbsolute ?? [])),
      rows,
    ),
    x: { label: t('Column') },
    y: { label: meaning(explanation) },
    categories: shown.map(({ column }) => column),
    height: 60 + shown.length * 20 * Math.max(1, outputs.length / 2),
    series: outputs.map(({ name }, output) => ({
      label: outputs.length === 1 ? t('Mean contribution') : name,
      slot: output,
      points: shown.map(({ meanAbsolute }, x) => ({ x, y: meanAbsolute[output] ?? 0 })),
    })),
  };
}

function meaning({ unit }: ExplanationSummary): string {
  if (unit === 'log-odds') return t('Mean absolute contribution to the log-odds');
  if (unit === 'probability') return t('Mean absolute contribution to the probability');
  return t('Mean absolute contribution to the predicted value');
}

/** The mean score for each value of the columns that move it most. */
export function dependenceSpecs({ dependence, task }: Evaluation): ChartSpec[] {
  if (!dependence) return [];
  const axis = (name: string): string => (task === 'regression' ? t('Mean prediction') : t('Mean P({0})', name));
  return dependence.columns.slice(0, drawn).map(column => dependenceSpec(column, dependence, axis));
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

function dependenceSpec(
  { column, grid, mean, isTime = false }: DependenceOfColumn,
  { outputs, rows }: Dependence,
  axis: (output: string) => string,
): ChartSpec {
  const numbers = grid.flatMap(value => (typeof value === 'number' ? [value] : []));
  const isNumeric = numbers.length === grid.length;
  const all = mean.flat();
  const label = outputs.length === 1 ? axis(outputs[0] ?? '') : t('Mean score');
  return {
    title: t('Partial dependence on {0}', column),
    summary: t(
      'With all else as it is in {0} rows, the mean score goes from {1} to {2}.',
      rows,
      metric(Math.min(...all)),
      metric(Math.max(...all)),
    ),
    x: { label: column, ...(isTime && { format: day }) },
    y: { label },
    ...(!isNumeric && { categories: grid.map(String), height: 60 + grid.length * 20 * Math.max(1, outputs.length) }),
    series: outputs.map((name, output) => ({
      label: outputs.length === 1 ? label : name,
      slot: output,
      dots: isNumeric,
      points: (mean[output] ?? []).map((y, at) => ({ x: isNumeric ? (numbers[at] ?? NaN) : at, y })),
    })),
  };
}

import type { NumberColumn, PlotColumn } from '../../../engine/charts/plots/columns';
import { forestData } from '../../../engine/charts/plots/forestData';
import type { ChartSpec } from '../../../engine/charts/spec';
import type { ImportanceReport } from '../../../engine/charts/statistics/importance';
import { fewestRuns, importance } from '../../../engine/charts/statistics/importance';
import { metric as number, percent } from '../format';
import { t } from '../l10n';

const mostBars = 15;
/** So long the page may be busy at once, in ms. */
const slice = 12;

/** Which parameters tell most about a metric; computed a little at a time. */
export async function importanceSpec(
  columns: { readonly params: readonly PlotColumn[]; readonly metric: NumberColumn },
  signal: AbortSignal,
): Promise<ChartSpec> {
  const { params, metric } = columns;
  const data = forestData(params, metric);
  let since = performance.now();
  const pause = async (): Promise<void> => {
    if (performance.now() - since < slice) return;
    await new Promise(resolve => setTimeout(resolve));
    since = performance.now();
  };
  const report = params.length === 0 ? undefined : await importance(data, pause, signal);
  const title = t('What {0} depends on', metric.title);
  const shown = report?.columns.slice(0, mostBars) ?? [];
  const nameOf = (column: number): string => params[column]?.title ?? '';
  return {
    title,
    summary: shown.map(one => `${nameOf(one.column)} ${number(one.importance)}`).join(', '),
    note: note(report, data.target.length),
    x: { label: t('Parameter') },
    y: { label: t('importance'), min: 0, covers: shown.map(one => one.importance + one.error * 2) },
    categories: shown.map(({ column, correlation }) => nameOf(column) + arrow(correlation)),
    height: 70 + shown.length * 26,
    series: [
      {
        label: t('importance'),
        slot: 0,
        points: shown.map((one, x) => ({
          x,
          y: one.importance,
          low: Math.max(0, one.importance - one.error * 2),
          high: one.importance + one.error * 2,
        })),
      },
    ],
  };
}

/** Which way the metric goes, where that can be said. */
function arrow(correlation: number): string {
  if (!(Math.abs(correlation) >= 0.05)) return '';
  return ` ${correlation > 0 ? '↗' : '↘'} ${correlation.toFixed(2).replace('-', '−')}`;
}

function note(report: ImportanceReport | undefined, runs: number): string {
  if (!report)
    return t(
      '{0} runs: nothing can be said of fewer than {1}, or of a metric that is the same in all.',
      runs,
      fewestRuns,
    );
  const trust =
    report.explained < 0.3
      ? t('That is too little to rely on the bars.')
      : t('Arrows are rank correlations: which way the metric goes with the parameter.');
  return t(
    '{0} runs. A forest explains {1} of the differences between runs it has not seen. {2}',
    report.runs,
    percent(Math.max(0, report.explained)),
    trust,
  );
}

import type { CurveKey, CurvesQuery, RunCurves } from '../../protocol/curves';
import type { RunId } from '../../protocol/ids';
import type { RunSummary } from '../../protocol/tracking';
import type { ChartSpec } from '../spec';
import { plainCurves } from './curveCharts';
import type { Report, ReportRun } from './report';

/** Beyond so many charts nobody reads on. */
const mostCharts = 40;

export interface ReportSource {
  curveKeys(runIds: readonly RunId[]): Promise<readonly CurveKey[]>;
  curves(query: CurvesQuery): Promise<RunCurves>;
}

/** All that a report of these runs says; the first is what the others are compared with. */
export async function collectReport(
  runs: readonly RunSummary[],
  {
    title,
    madeAt,
    slotOf,
  }: { readonly title?: string; readonly madeAt: number; readonly slotOf: (run: RunSummary) => number },
  source: ReportSource,
): Promise<Report> {
  const runIds = runs.map(({ id }) => id);
  const lines = runs.map(run => ({ id: run.id, label: `r-${run.number}`, slot: slotOf(run) }));
  const charts: ChartSpec[] = [];
  const keys = await source.curveKeys(runIds);
  for (const { key } of keys.filter(({ points }) => points > 1).slice(0, mostCharts)) {
    const chart = plainCurves(await source.curves({ runIds, key, buckets: 400 }), lines);
    if (chart) charts.push(chart);
  }
  const [first, ...others] = runs;
  const diffs = others.map(other => ({
    title: `r-${first?.number ?? 0} ↔ r-${other.number}`,
    before: paramsText(first?.params ?? {}),
    after: paramsText(other.params),
  }));
  const list = lines.map(({ label }) => label).join(', ');
  return {
    title: title ?? `Comparison of ${list}`,
    madeAt,
    runs: runs.map((run, at) => reportRun(run, slotOf(run), at === 0)),
    charts,
    diffs,
  };
}

/** One a line, by name, so that they can be compared as a text. */
export const paramsText = (params: Readonly<Record<string, string>>): string =>
  Object.keys(params)
    .sort()
    .map(key => `${key}: ${params[key] ?? ''}\n`)
    .join('');

const reportRun = (run: RunSummary, slot: number, isBaseline: boolean): ReportRun => ({
  label: `r-${run.number}`,
  name: run.name,
  status: run.status.toLowerCase(),
  startedAt: run.startedAt,
  slot,
  isBaseline,
  metrics: Object.fromEntries(Object.entries(run.metrics).map(([key, { value }]) => [key, value])),
  params: run.params,
  facts: {
    user: run.user,
    commit: (run.tags['mlflow.source.git.commit'] ?? '').slice(0, 10),
    data: [...new Set(run.inputs.map(({ dataset, digest }) => `${dataset} ${digest.slice(0, 8)}`))].join(', '),
  },
});

import type { ExportReport, ExportRequest } from '../../protocol/transfer';
import type { RunSummary } from '../../protocol/tracking';
import type { ExportContext } from './context';
import { ExportTally } from './context';
import { writeOutFile } from './outFile';
import { runPages } from './selectRuns';

/**
 * A row for each run with its latest metrics, in the columns of MLflow's `search_runs().to_csv(index=False)`, and the
 * name of its experiment.
 */
export async function exportCsv(
  context: ExportContext,
  { request, file }: { request: ExportRequest; file: string },
  signal: AbortSignal,
): Promise<ExportReport> {
  const keys = { metrics: new Set<string>(), params: new Set<string>(), tags: new Set<string>() };
  let total = 0;
  for await (const page of runPages(context.runs, request, signal)) {
    total += page.length;
    for (const run of page)
      for (const part of ['metrics', 'params', 'tags'] as const)
        for (const key of Object.keys(run[part])) keys[part].add(key);
  }
  const tally = new ExportTally(total, context.progress);
  const columns = columnsOf(keys);
  await writeOutFile(file, { content: rows(context, { columns, request, tally }, signal) }, signal);
  return tally.report('csv', file);
}

interface Column {
  readonly title: string;
  readonly value: (run: RunSummary, experiment: string) => string;
}

function columnsOf(keys: Record<'metrics' | 'params' | 'tags', ReadonlySet<string>>): readonly Column[] {
  const sorted = (set: ReadonlySet<string>): readonly string[] => [...set].sort();
  return [
    { title: 'run_id', value: run => run.id },
    { title: 'experiment_id', value: run => run.experimentId },
    { title: 'experiment_name', value: (_, experiment) => experiment },
    { title: 'status', value: run => run.status },
    { title: 'artifact_uri', value: () => '' },
    { title: 'start_time', value: run => timeText(run.startedAt) },
    { title: 'end_time', value: run => (run.endedAt === undefined ? '' : timeText(run.endedAt)) },
    ...sorted(keys.metrics).map(key => ({
      title: `metrics.${key}`,
      value: (run: RunSummary) => numberText(own(run.metrics, key)?.value),
    })),
    ...sorted(keys.params).map(key => ({
      title: `params.${key}`,
      value: (run: RunSummary) => own(run.params, key) ?? '',
    })),
    ...sorted(keys.tags).map(key => ({ title: `tags.${key}`, value: (run: RunSummary) => own(run.tags, key) ?? '' })),
  ];
}

/** The runs are read a second time: only their keys were kept. */
async function* rows(
  context: ExportContext,
  { columns, request, tally }: { columns: readonly Column[]; request: ExportRequest; tally: ExportTally },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield line(columns.map(({ title }) => title));
  const experiments = new Map<string, string>();
  for await (const page of runPages(context.runs, request, signal)) {
    const lines = page.map(run => {
      const experiment = experiments.get(run.experimentId) ?? context.runs.getExperiment(run.experimentId).name;
      experiments.set(run.experimentId, experiment);
      return line(columns.map(({ value }) => value(run, experiment)));
    });
    tally.runs.exported += page.length;
    tally.tell();
    yield Buffer.concat(lines);
  }
}

/** Not what every object has: a parameter may be called `constructor`. */
const own = <T>(values: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(values, key) ? values[key] : undefined;

const line = (cells: readonly string[]): Uint8Array => Buffer.from(`${cells.map(quoted).join(',')}\n`);
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** As pandas writes a time of UTC: `2026-01-31 12:00:00.250+00:00`. */
function timeText(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return ''; // beyond what a date can be
  return date.toISOString().replace('T', ' ').replace('Z', '+00:00');
}

function numberText(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isNaN(value)) return 'nan';
  return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : String(value);
}

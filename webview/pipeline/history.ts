import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { RunSummary } from '../../engine/protocol/tracking';
import { parseJson, isRecord } from '../shared/json';

/** A run of the pipeline as the list shows it. */
export interface HistoryRow {
  readonly run: PipelineRun;
  /** As people name it: r-41. */
  readonly number?: number;
  readonly user?: string;
  /** What started it; absent: somebody did. */
  readonly trigger?: { readonly kind: string; readonly cause: string };
  /** That it was given instead of what modelyard.yaml says. */
  readonly params: Readonly<Record<string, string>>;
  /** ms; of one that is over. */
  readonly took?: number;
  /** ms more than the last run before it with the same steps, where both succeeded. */
  readonly longer?: number;
}

/** `runs`: the newest first. */
export function historyRows(
  runs: readonly PipelineRun[],
  summaries: ReadonlyMap<string, RunSummary>,
): readonly HistoryRow[] {
  return runs.map((run, at) => {
    const summary = summaries.get(run.runId);
    const tags = summary?.tags ?? {};
    const kind = tags['modelyard.trigger'];
    const took = tookOf(run);
    const before = took === undefined ? undefined : runs.slice(at + 1).find(other => isAlike(run, other));
    const earlier = before && tookOf(before);
    return {
      run,
      params: paramsOf(tags['modelyard.params']),
      ...(summary && { number: summary.number, user: summary.user }),
      ...(kind !== undefined && { trigger: { kind, cause: tags['modelyard.trigger.cause'] ?? '' } }),
      ...(took !== undefined && { took }),
      ...(took !== undefined && earlier !== undefined && { longer: took - earlier }),
    };
  });
}

const tookOf = ({ startedAt, endedAt }: PipelineRun): number | undefined =>
  endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);

/** Both went well, with the same steps: their times can be compared. */
const isAlike = (run: PipelineRun, other: PipelineRun): boolean =>
  run.status === 'succeeded' &&
  other.status === 'succeeded' &&
  run.steps.length === other.steps.length &&
  run.steps.every(({ name }, at) => other.steps[at]?.name === name);

/** Of the tag that a run with other parameters has. */
export function paramsOf(text: string | undefined): Readonly<Record<string, string>> {
  const value = text === undefined ? undefined : parseJson(text);
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, given]) => (typeof given === 'string' ? [[name, given]] : [])),
  );
}

/** Newest first, each once; what is known of one later takes the place of the earlier. */
export function withRun(runs: readonly PipelineRun[], run: PipelineRun): readonly PipelineRun[] {
  const at = runs.findIndex(({ id }) => id === run.id);
  if (at >= 0) return runs.with(at, run);
  const place = runs.findIndex(({ startedAt }) => startedAt <= run.startedAt);
  return place < 0 ? [...runs, run] : runs.toSpliced(place, 0, run);
}

import { throwIfAborted } from '../../errors';
import type { ExperimentId, RunId } from '../../protocol/ids';
import type { RunSummary } from '../../protocol/tracking';
import type { ExportRequest } from '../../protocol/transfer';
import { pause } from '../merge/pause';
import type { ExportPort } from '../ports';

export interface SelectedRun {
  readonly id: RunId;
  readonly experimentId: ExperimentId;
  readonly parentRunId?: RunId;
}

/** Runs read at a time: other callers get in between. */
const PAGE = 200;

/** The runs that a request means, oldest first. @throws ModelyardError `params.invalid` (filter), `not-found` (experiment) */
export async function* runPages(
  runs: ExportPort,
  request: Omit<ExportRequest, 'to'>,
  signal: AbortSignal,
): AsyncGenerator<readonly RunSummary[]> {
  const { experiments, filter, deleted } = request;
  const experimentIds = experiments?.map(name => runs.experimentByName(name).id);
  let pageToken: string | undefined;
  do {
    throwIfAborted(signal);
    const page = runs.search({
      limit: PAGE,
      orderBy: ['attributes.start_time ASC'],
      lifecycle: deleted === 'only' ? 'deleted' : deleted === true ? 'all' : 'active',
      ...(experimentIds && { experimentIds }),
      ...(filter !== undefined && { filter }),
      ...(pageToken !== undefined && { pageToken }),
    });
    yield page.runs;
    ({ nextPageToken: pageToken } = page);
    await pause();
  } while (pageToken !== undefined);
}

/** All of them, by what is needed to find them again. */
export async function selectRuns(
  runs: ExportPort,
  request: Omit<ExportRequest, 'to'>,
  signal: AbortSignal,
): Promise<readonly SelectedRun[]> {
  const selected: SelectedRun[] = [];
  for await (const page of runPages(runs, request, signal))
    for (const { id, experimentId, parentRunId } of page)
      selected.push({ id, experimentId, ...(parentRunId !== undefined && { parentRunId }) });
  return selected;
}

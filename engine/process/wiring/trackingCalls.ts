import type { ArtifactContent, RunSummary } from '../../protocol/tracking';
import type { Params } from '../../protocol/methods';
import { codeDiff } from '../../tracking/code/codeDiff';
import type { TrackingService } from '../../tracking/service';
import type { TrackingCalls } from '../services';
import { readingGit } from './readingGit';

const defaultBytes = 1 << 20;
const noteTag = 'mlflow.note.content';

/** Tracking as the protocol's methods see it. */
export const trackingCalls = (tracking: TrackingService, workspace: string): TrackingCalls => ({
  experiments: () => tracking.experiments(),
  search: query => tracking.search(query),
  change: change => tracking.changeRuns(change),
  find: run => tracking.getRun(run),
  series: ({ runId, keys, maxPoints }) => tracking.series(runId, keys, maxPoints),
  curves: (query, signal) => tracking.curves(query, signal),
  curveKeys: runIds => tracking.curveKeys(runIds),
  codeDiff: ({ before, after }, signal) =>
    codeDiff({ tracking, git: readingGit(workspace) }, { a: before, b: after }, signal),
  artifacts: (runId, path) => tracking.artifacts(runId, path),
  artifact: query => readArtifact(tracking, query),
  update: change => update(tracking, change),
  deleteRun: runId => tracking.deleteRun(runId),
  restoreRun: runId => tracking.restoreRun(runId),
});

async function readArtifact(
  tracking: TrackingService,
  { runId, path, maxBytes = defaultBytes }: Params<'runs/artifact'>,
): Promise<ArtifactContent> {
  const { size, bytes } = await tracking.readArtifact(runId, path, maxBytes);
  const truncated = bytes.length < size;
  const text = utf8(bytes, truncated);
  return {
    path,
    size,
    truncated,
    ...(text === undefined ? { base64: Buffer.from(bytes).toString('base64') } : { text }),
  };
}

/** Undefined for what is not text. A character that was cut at the end is left out. */
function utf8(bytes: Uint8Array, isCut: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

function update(tracking: TrackingService, { runId, name, note, tags = {} }: Params<'runs/update'>): RunSummary {
  if (name !== undefined) tracking.updateRun(runId, { name });
  const all = { ...tags, ...(note !== undefined && { [noteTag]: note === '' ? null : note }) };
  const known = tracking.getRun(runId).tags;
  const set = Object.entries(all).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
  if (set.length > 0) tracking.setTags(runId, Object.fromEntries(set));
  for (const [key, value] of Object.entries(all)) {
    if (value === null && Object.hasOwn(known, key)) tracking.deleteTag(runId, key);
  }
  return tracking.getRun(runId);
}

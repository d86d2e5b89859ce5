import * as v from 'valibot';
import type { PipelineRunId, RunId, StudyId } from '../../engine/protocol/ids';
import type { Subject } from '../../webview/shared/protocol';

/** What the engine takes for an id of a run; it looks again. */
export const runId = v.custom<RunId>(value => typeof value === 'string' && /^[a-zA-Z0-9][\w-]{0,255}$/.test(value));
export const pipelineRunId = v.custom<PipelineRunId>(
  value => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value),
);
export const studyId = v.custom<StudyId>(value => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value));
export const runIds = v.pipe(v.array(runId), v.maxLength(10_000));

const featureName = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
export const joinRequest = v.strictObject({
  service: v.exactOptional(featureName),
  features: v.exactOptional(v.pipe(v.array(featureName), v.maxLength(1000))),
  entities: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  eventTime: v.exactOptional(featureName),
  timezone: v.exactOptional(featureName),
  mode: v.exactOptional(v.picklist(['known', 'tie-break'])),
  fullNames: v.exactOptional(v.boolean()),
});

const subject = v.variant('page', [
  v.object({ page: v.literal('run'), folder: v.string(), runId }),
  v.object({ page: v.literal('dataset'), folder: v.string(), dataset: v.pipe(v.string(), v.maxLength(500)) }),
  v.object({ page: v.literal('study'), folder: v.string(), study: studyId }),
  v.object({ page: v.literal('pipeline'), folder: v.string(), pipeline: v.pipe(v.string(), v.maxLength(500)) }),
  v.object({ page: v.literal('lineage'), folder: v.string(), node: v.pipe(v.string(), v.maxLength(5000)) }),
  v.object({ page: v.literal('model'), folder: v.string(), model: v.pipe(v.string(), v.maxLength(500)) }),
  v.object({
    page: v.literal('features'),
    folder: v.string(),
    of: v.union([v.strictObject({ view: featureName }), v.strictObject({ join: joinRequest })]),
  }),
  v.object({ page: v.literal('experiments'), folder: v.string(), selected: runIds }),
]);
const state = v.object({ subject });

/** The subject in the state that a page left behind. */
export function keptSubject(value: unknown): Subject | undefined {
  const kept = v.safeParse(state, value);
  return kept.success ? kept.output.subject : undefined;
}

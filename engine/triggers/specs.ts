import type { TriggerKind, TriggerLimits, TriggersConfig } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';

/** One trigger of one pipeline. */
export interface TriggerSpec {
  readonly pipeline: string;
  readonly kind: TriggerKind;
  /** What it watches, for people. */
  readonly watches: string;
  /** Another one begins anew. */
  readonly definition: string;
  readonly on: TriggersConfig;
  /** Its own, beside those of the whole pipeline. */
  readonly limits: TriggerLimits;
}

/** The triggers of modelyard.yaml, in their order. */
export const specsOf = ({ pipelines }: WorkspaceConfig): readonly TriggerSpec[] =>
  Object.entries(pipelines).flatMap(([pipeline, { on }]) => (on ? ofPipeline(pipeline, on) : []));

function ofPipeline(pipeline: string, on: TriggersConfig): readonly TriggerSpec[] {
  const { schedule, change, files, model } = on;
  const found: TriggerSpec[] = [];
  if (schedule) {
    const { cron, timezone } = schedule;
    const watches = timezone === undefined ? cron : `${cron} (${timezone})`;
    found.push({ pipeline, kind: 'schedule', watches, definition: watches, on, limits: schedule });
  }
  if (change) {
    const watches = change.datasets.join(', ');
    found.push({ pipeline, kind: 'change', watches, definition: 'datasets', on, limits: change });
  }
  if (files) {
    const watches = files.patterns.join(', ');
    found.push({ pipeline, kind: 'files', watches, definition: JSON.stringify(files.patterns), on, limits: files });
  }
  if (model) {
    const watches = model.stage === undefined ? model.name : `${model.name} → ${model.stage}`;
    found.push({ pipeline, kind: 'model', watches, definition: watches, on, limits: model });
  }
  return found;
}

import type { MetricTrigger, TriggerKind, TriggerLimits, TriggersConfig } from '../protocol/triggers';
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
  const { schedule, change, files, model, metric, drift } = on;
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
  if (metric) {
    const { cool_down, budget, ...watched } = metric;
    const limits = { ...(cool_down !== undefined && { cool_down }), ...(budget && { budget }) };
    found.push({
      pipeline,
      kind: 'metric',
      watches: metricText(metric),
      definition: JSON.stringify(watched),
      on,
      limits,
    });
  }
  if (drift) {
    const { dataset, model: of, trained_on: trainedOn } = drift;
    const watches = `${dataset} ≠ ${of}`;
    found.push({
      pipeline,
      kind: 'drift',
      watches,
      definition: JSON.stringify([dataset, of, trainedOn]),
      on,
      limits: drift,
    });
  }
  return found;
}

/** `auc < 0.75`, `mean of 20 latency > 100` */
export function metricText({ key, condition, aggregate, over }: MetricTrigger): string {
  const of = aggregate === 'last' ? key : `${aggregate} of ${over} ${key}`;
  return `${of} ${condition.operator} ${condition.value}`;
}

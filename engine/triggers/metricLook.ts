import * as v from 'valibot';
import { runId } from '../ids';
import type { MetricTrigger } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { chainOf } from './chain';
import type { Crossing } from './crossings';
import { follow } from './crossings';
import type { Found } from './found';
import type { MetricQuery, TriggerPorts } from './ports';
import { recentRuns } from './ports';
import type { TriggerSpec } from './specs';
import { metricText } from './specs';
import type { StateRow, TriggerStore } from './store';
import { counted } from '../plural';

const crossingSchema = v.object({
  run: v.pipe(v.string(), v.transform(runId)),
  number: v.number(),
  time: v.number(),
  seq: v.number(),
  value: v.number(),
});
const cursorSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    seen: v.record(v.string(), v.number()),
    before: v.number(),
    beyond: v.boolean(),
    window: v.array(v.number()),
    /** A crossing that something holds back. */
    held: v.optional(crossingSchema),
  }),
);

export interface MetricLookOptions {
  readonly ports: Pick<TriggerPorts, 'metrics' | 'pipelines' | 'pipelineRunOf'>;
  readonly store: TriggerStore;
}

/** Looks whether a metric has crossed its bound, by the points that were logged since the last look. */
export class MetricLook {
  /** By trigger: what `changes` said when nothing was left to be looked at. */
  readonly #seen = new Map<string, { readonly cursor: string; readonly changes: number }>();

  constructor(private readonly options: MetricLookOptions) {}

  /** @throws ModelyardError `params.invalid`: the filter */
  begin(trigger: MetricTrigger, config: WorkspaceConfig): string {
    const cursor = this.options.ports.metrics.begin(queryOf(trigger, config));
    return JSON.stringify({ ...cursor, beyond: false, window: [] });
  }

  /** @throws ModelyardError `params.invalid`: the filter */
  look(spec: TriggerSpec, state: StateRow, config: WorkspaceConfig): Found {
    const trigger = spec.on.metric;
    if (!trigger) return { causes: [] };
    const { metrics } = this.options.ports;
    const changes = metrics.changes();
    const before = v.parse(cursorSchema, state.cursor);
    const last = this.#seen.get(spec.pipeline);
    if (!before.held && last?.cursor === state.cursor && last.changes === changes) return { causes: [] };
    const page = metrics.since(queryOf(trigger, config), before);
    const { crossing, ...stand } = follow(before, page.points, trigger);
    const due = crossing ?? (stand.beyond ? before.held : undefined);
    const cursor = JSON.stringify({ ...page.cursor, ...stand });
    if (page.points.length === 0 && !due) this.#seen.set(spec.pipeline, { cursor, changes });
    if (!due) return { causes: [], ...(cursor !== state.cursor && { cursor }) };
    const cause = {
      pipeline: spec.pipeline,
      kind: spec.kind,
      key: `${due.run} ${trigger.key} ${due.seq}`,
      says: saysOf(trigger, due),
      chain: this.#chain(due),
      watched: [`run:${due.number}`],
      finding: {
        cursor,
        held: JSON.stringify({ ...page.cursor, ...stand, held: due }),
        lasts: true,
        oneOfMany: false,
      },
    };
    return { causes: [cause] };
  }

  /** Of the pipeline that has measured it, when that was under way. */
  #chain({ run: measured, time }: Crossing): readonly string[] {
    const { ports, store } = this.options;
    const id = ports.pipelineRunOf(measured);
    const run = id === undefined ? undefined : ports.pipelines.recent(recentRuns).find(one => one.id === id);
    if (!run || time < run.startedAt || time > (run.endedAt ?? Infinity)) return [];
    return chainOf(store, run);
  }
}

/** The experiment of pipelines bears the name of the workspace. */
export const queryOf = (trigger: MetricTrigger, { name }: Pick<WorkspaceConfig, 'name'>): MetricQuery => ({
  experiment: trigger.experiment ?? name,
  key: trigger.key,
  nested: trigger.nested,
  ...(trigger.runs !== undefined && { runs: trigger.runs }),
});

function saysOf(trigger: MetricTrigger, { value, number }: Crossing): string {
  const { key, aggregate, over } = trigger;
  const shown = Number(value.toPrecision(4));
  const what =
    aggregate === 'last'
      ? `${key} of r-${number} was ${shown}`
      : `the ${words[aggregate]} of the last ${counted(over, 'value')} of ${key} was ${shown} at r-${number}`;
  return `${what} (\`${metricText(trigger)}\`)`;
}

const words = { last: 'last', mean: 'mean', median: 'median', min: 'least', max: 'greatest' } as const;

import type { TriggerState } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import { budgetOf, heldBack } from './limits';
import type { Looks } from './looks';
import type { TriggerSpec } from './specs';
import type { TriggerStore } from './store';

/** How a trigger stands. */
export function describeTrigger(
  spec: TriggerSpec,
  { store, looks, config, now }: { store: TriggerStore; looks: Looks; config: WorkspaceConfig; now: number },
): TriggerState {
  const { pipeline, kind, watches } = spec;
  const state = store.state(spec);
  const next = looks.next(spec, now);
  const last = store.last(pipeline, kind);
  const held = heldBack(store, spec, now);
  const budget = budgetOf(store, spec, now);
  const problem = looks.problem(spec, { config, now });
  return {
    pipeline,
    kind,
    watches,
    paused: state?.paused ?? false,
    ...(next !== undefined && { next }),
    ...(last && { lastFired: { at: last.at, cause: last.says, ...(last.run !== undefined && { run: last.run }) } }),
    ...(state?.lastSkip && { lastSkip: state.lastSkip }),
    fired: state?.fired ?? 0,
    skipped: state?.skipped ?? 0,
    queued: store.waiting().filter(one => one.pipeline === pipeline && one.kind === kind).length,
    ...(held && { coolsUntil: held.until }),
    ...(budget && { budget }),
    ...(kind === 'schedule' && looks.times(spec, state)),
    ...(problem !== undefined && { problem }),
  };
}

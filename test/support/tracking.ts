import { onTestFinished } from 'vitest';
import type { ExperimentId, RunId } from '../../engine/protocol/ids';
import type { MetricPoint } from '../../engine/protocol/tracking';
import type { ModelPartOf, PartOf } from '../../engine/tracking/artifacts';
import { TrackingService } from '../../engine/tracking/service';
import type { Store } from '../../engine/store/store';
import { openTestStore } from './store';

export interface TestTracking {
  readonly tracking: TrackingService;
  readonly store: Store;
  readonly changes: { runId: RunId; experimentId: ExperimentId }[];
  readonly points: { runId: RunId; points: readonly (MetricPoint & { readonly key: string })[] }[];
  /** ms since 1970; settable */
  readonly clock: { now: number };
  /** Run of the default experiment. */
  newRun(name?: string): RunId;
}

export interface TestTrackingOptions {
  readonly store?: Store;
  readonly realTime?: boolean;
  readonly partOf?: PartOf;
  readonly modelPartOf?: ModelPartOf;
}

/** Tracking over a new store, with a clock that stands still and a memory for events. */
export async function openTestTracking(options: TestTrackingOptions = {}): Promise<TestTracking> {
  const store = options.store ?? (await openTestStore());
  const clock = { now: 1_700_000_000_000 };
  const changes: TestTracking['changes'] = [];
  const points: TestTracking['points'] = [];
  const tracking = new TrackingService({
    store,
    ...(options.partOf && { partOf: options.partOf }),
    ...(options.modelPartOf && { modelPartOf: options.modelPartOf }),
    now: options.realTime === true ? Date.now : () => clock.now,
    events: {
      runsChanged: runs => void changes.push(...runs),
      points: (runId, list) => void points.push({ runId, points: list }),
    },
  });
  onTestFinished(() => tracking.close());
  const newRun = (name?: string): RunId => {
    const experimentId = tracking.experimentByName('Default').id;
    return tracking.createRun({ experimentId, user: 'ada', ...(name !== undefined && { name }) }).id;
  };
  return { tracking, store, changes, points, clock, newRun };
}

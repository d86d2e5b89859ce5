import type { RunId } from '../../protocol/ids';
import type { TrackingService } from '../../tracking/service';
import { watchSystem } from '../../tracking/system/systemMetrics';
import type { Log } from '../log';

export interface MachineLoadOptions {
  readonly tracking: TrackingService;
  readonly workspace: string;
  readonly log: Log;
}

/** Logs the machine's load to a run until it is ended. What cannot be logged does the run no harm. */
export const machineLoad =
  ({ tracking, workspace, log }: MachineLoadOptions) =>
  (runId: RunId): { end(): void } =>
    watchSystem({
      folder: workspace,
      log: points => void tracking.logMetrics(runId, points).catch((error: unknown) => log.error('System', error)),
    });

import type { StepRun } from '../../protocol/pipelines';
import type { RunId } from '../../protocol/ids';
import type { StepResources } from '../../protocol/resources';
import { together } from '../resources/stepResources';
import { StepLog } from '../step/stepLog';
import type { ExecutionOptions } from './executionOptions';
import type { RunLogger } from './runLogger';

export interface StepReportsOptions extends Pick<ExecutionOptions, 'state' | 'objects' | 'changed'> {
  readonly store: Pick<ExecutionOptions['store'], 'updateStep' | 'setLog' | 'together'>;
  readonly logger: Pick<RunLogger, 'file'>;
}

/** What is told of the steps of a run while they go on, and kept of it at their end: states, logs, what they used. */
export class StepReports {
  private readonly logs = new Map<string, StepLog>();
  private readonly used = new Map<string, StepResources>();

  constructor(private readonly options: StepReportsOptions) {}

  /** Begins the log of a step. */
  open(name: string, file: string): StepLog {
    const log = new StepLog(file);
    this.logs.set(name, log);
    return log;
  }

  /** The file of a log that is still being written. */
  openLog(name: string): string | undefined {
    return this.logs.get(name)?.path;
  }

  /** Written down at once. */
  update(name: string, change: Partial<StepRun>): void {
    const { state, store, changed } = this.options;
    store.updateStep(state.id, state.update(name, change));
    changed(state.snapshot(), true);
  }

  /** Told only. */
  progress(name: string, message: string, fraction?: number): void {
    const { state, changed } = this.options;
    const logSize = this.logs.get(name)?.size ?? 0;
    state.update(name, { message, logSize, ...(fraction !== undefined && { progress: fraction }) });
    changed(state.snapshot(), false);
  }

  /** What a process of the step has used, beside all others. */
  measured(name: string, used: StepResources): void {
    this.used.set(name, together(this.used.get(name), used));
  }

  /** How a step ended and its log, in one commit; a log that cannot be kept is no failure. */
  async ended(name: string, end: Partial<StepRun> & { readonly runId: RunId }): Promise<void> {
    const { objects, store, state, changed, logger } = this.options;
    const log = this.logs.get(name);
    log?.close();
    const kept = log && (await objects.putFile(log.path).catch(() => undefined));
    const resources = this.used.get(name);
    const change = { endedAt: Date.now(), ...end, ...(resources && { resources }) };
    const write = (logSize: number): void => store.updateStep(state.id, state.update(name, { logSize, ...change }));
    try {
      store.together(() => {
        if (kept) store.setLog(state.id, name, kept.digest);
        if (kept) logger.file(end.runId, `logs/${name}.log`, kept);
        write(kept?.size ?? 0);
      });
      if (kept) this.logs.delete(name);
    } catch {
      write(0);
    }
    changed(state.snapshot(), true);
  }
}

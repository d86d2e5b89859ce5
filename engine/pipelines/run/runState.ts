import type { WireError } from '../../protocol/errors';
import type { PipelineRun, PipelineStatus, StepRun } from '../../protocol/pipelines';

/** The state of one pipeline run while it goes on: steps change, everybody else sees immutable snapshots. */
export class RunState {
  private readonly steps = new Map<string, StepRun>();
  private run: PipelineRun;

  constructor(run: PipelineRun) {
    this.run = run;
    for (const step of run.steps) this.steps.set(step.name, step);
  }

  get id(): PipelineRun['id'] {
    return this.run.id;
  }

  step(name: string): StepRun {
    const step = this.steps.get(name);
    if (step === undefined) throw new Error(`No step ${name}`);
    return step;
  }

  update(name: string, change: Partial<StepRun>): StepRun {
    const { progress, message, ...rest } = { ...this.step(name), ...change };
    const isRunning = rest.status === 'running';
    // What it was doing last is no news once it has ended; what it found is in the change.
    const said = isRunning ? message : change.message;
    const step: StepRun = {
      ...rest,
      ...(said !== undefined && { message: said }),
      ...(isRunning && progress !== undefined && { progress }),
    };
    this.steps.set(name, step);
    return step;
  }

  /** What has not begun does not begin any more. */
  leave(): void {
    for (const [name, step] of this.steps) if (step.status === 'waiting') this.update(name, { status: 'skipped' });
  }

  end(status: PipelineStatus, endedAt: number, error?: WireError): PipelineRun {
    this.run = { ...this.run, status, endedAt, ...(error && { error }) };
    return this.snapshot();
  }

  snapshot(): PipelineRun {
    return { ...this.run, steps: [...this.steps.values()] };
  }
}

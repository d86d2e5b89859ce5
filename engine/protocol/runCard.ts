import type { GateReport } from './gates';
import type { PipelineFlow, PipelineRun, StepMade } from './pipelines';
import type { RunSummary } from './tracking';

/** All that is known of a run, for its report card. */
export interface RunCardFacts {
  readonly run: RunSummary;
  /** Of a run of a pipeline. */
  readonly pipelineRun?: PipelineRun;
  readonly flow?: PipelineFlow;
  /** What each step was made of and why it ran, by its name. */
  readonly made: Readonly<Record<string, StepMade>>;
  readonly gates: readonly GateReport[];
}

export interface RunCard extends RunCardFacts {
  /** The same to be read. */
  readonly markdown: string;
}

import type { JobSurroundings } from '../../protocol/jobs';
import { datasetSources } from './datasetSources';
import type { StepWork } from './stepWork';

/** What every child process of a step is told. */
export const jobSurroundings = (work: StepWork): JobSurroundings => ({
  step: work.name,
  runId: work.context.runId,
  workspace: work.workspace,
  workDir: work.workDir,
  inputs: work.inputs,
  datasets: datasetSources(work),
});

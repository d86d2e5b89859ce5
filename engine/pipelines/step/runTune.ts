import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Job, JobResult, TuneContext } from '../../protocol/jobs';
import type { BuiltInStep } from '../../protocol/workspaceConfig';
import type { ChildJobOptions } from './childProcess';
import { runChildJob } from './childProcess';
import { engineAccess, openDoor } from './engineDoor';
import { jobSurroundings } from './jobSurroundings';
import { rayJobId, reachedEngine } from './remoteStep';
import type { StepWork } from './stepWork';

type TuneStep = Extract<BuiltInStep, { readonly uses: 'tune' }>;

/** Its trials are measured here, or where `executor:` says. */
export async function runTune(
  work: StepWork,
  step: TuneStep,
  context: Omit<TuneContext, 'runTrial'>,
): Promise<JobResult> {
  const { executor = 'local', with: options } = step;
  if (executor === 'local') return work.ports.tune(options, { ...context, runTrial: trialRunner(work) });
  const http = await openDoor(work);
  const pool = work.ports.trials({
    ...executor,
    ...reachedEngine(executor, http && engineAccess(work, http)),
    jobId: rayJobId(context.pipelineRunId, work.name),
    slots: options.parallel,
    surroundings: jobSurroundings(work),
    experiment: work.loaded.config.name,
    log: text => work.log.write(text),
  });
  try {
    const runTrial: TuneContext['runTrial'] = (trial, signal) => pool.run(trial, signal);
    return await work.ports.tune(options, { ...context, workers: options.parallel, runTrial });
  } finally {
    await pool.close();
  }
}

/** Runs a trial in a process and a folder of its own; what it prints stands in the step's log behind its name. */
const trialRunner =
  (work: StepWork): TuneContext['runTrial'] =>
  async ({ name, with: options, onFold }, signal) => {
    const isCrowded = work.step.uses === 'tune' && work.step.with.parallel > 1;
    const workDir = path.join(work.workDir, name);
    await mkdir(workDir, { recursive: true });
    const log = {
      write: (text: string | Uint8Array) => {
        const lines = Buffer.from(text).toString().trimEnd().split('\n');
        work.log.write(lines.map(line => `${name}: ${line}\n`).join(''));
      },
    };
    const job: Job = { uses: 'trial', with: options, ...jobSurroundings(work), workDir };
    const onMessage: ChildJobOptions['onMessage'] = message => {
      if (message.type === 'metric') onFold(message);
    };
    try {
      return await runChildJob(
        { jobFile: work.jobFile, job, log, onMessage, onResources: work.onResources, ...(isCrowded && { threads: 1 }) },
        signal,
      );
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  };

import type { Job, JobResult } from '../../protocol/jobs';
import type { ChildUse } from '../../protocol/steps';
import type { BuiltInStep } from '../../protocol/workspaceConfig';
import type { ChildJobOptions } from './childProcess';
import { runChildJob } from './childProcess';
import { comparedWith } from './comparedWith';
import { checkedSources } from './datasetSources';
import { withGateNeeds } from './gateNeeds';
import { jobSurroundings } from './jobSurroundings';
import { runTune } from './runTune';
import type { StepWork } from './stepWork';
import { trainOptions } from './trainOptions';

/** A step that Modelyard brings: `gate`, `register`, `tune` and those on feature views are led by the engine, the others are jobs. */
export async function runBuiltIn(work: StepWork, step: BuiltInStep, signal: AbortSignal): Promise<JobResult> {
  const { inputs, workDir } = work;
  const context = { ...work.context, inputs, workDir, signal, log: (line: string) => work.log.write(`${line}\n`) };
  switch (step.uses) {
    case 'gate':
      return work.ports.gate(step.with, context);
    case 'register':
      return work.ports.register(step.with, context);
    case 'tune': {
      const progress = (message: string, fraction: number): void => work.onProgress(message, fraction);
      return runTune(work, step, { ...context, step: work.name, progress });
    }
    case 'materialise':
      return work.ports.materialise(step.with, { ...context, progress: work.onProgress });
    case 'check-features':
      return work.ports.checkFeatures(step.with, { ...context, progress: work.onProgress });
    case 'features':
      return work.ports.features.run(step.with, { ...context, progress: work.onProgress });
    default: {
      const compared = await comparedWith(work, step);
      const checked = step.uses === 'validate' && { datasets: await checkedSources(work, step.with.dataset, signal) };
      const job: Job = { ...(await childUse(work, step)), ...jobSurroundings(work), ...checked, ...compared };
      const { jobFile, log, onResources } = work;
      return runChildJob({ jobFile, job, log, onMessage: narrator(work), onResources }, signal);
    }
  }
}

type EngineUse = 'gate' | 'register' | 'tune' | 'features' | 'materialise' | 'check-features';
type ChildStep = Exclude<BuiltInStep, { readonly uses: EngineUse }>;

/** A step's `uses` and `with` as its process needs them; spelt out so that the pair stays typed. */
async function childUse(work: StepWork, step: ChildStep): Promise<ChildUse> {
  switch (step.uses) {
    case 'validate':
      return { uses: step.uses, with: step.with };
    case 'split':
      return { uses: step.uses, with: step.with };
    case 'prepare':
      return { uses: step.uses, with: step.with };
    case 'train':
      return { uses: step.uses, with: await trainOptions(work, step.with) };
    case 'cross-validate':
      return { uses: step.uses, with: step.with };
    case 'learning-curve':
      return { uses: step.uses, with: step.with };
    case 'import':
      return { uses: step.uses, with: step.with };
    case 'test':
      return { uses: step.uses, with: step.with };
    case 'evaluate':
      return { uses: step.uses, with: withGateNeeds(step.with, work.loaded.config) };
  }
}

/** Passes on what a child says; what it is doing goes to its log as well, once. */
function narrator(work: StepWork): ChildJobOptions['onMessage'] {
  let last = '';
  return message => {
    if (message.type === 'metric') {
      work.onMetric({ key: message.key, value: message.value, step: message.step, time: Date.now() });
      return;
    }
    if (message.message !== last) work.log.write(`${message.message}\n`);
    last = message.message;
    work.onProgress(message.message, message.fraction);
  };
}

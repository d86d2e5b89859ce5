import type { PipelineConfig, StepConfig, WorkspaceConfig } from '../protocol/workspaceConfig';
import { testsOf } from '../testsOfRules';
import type { Names } from './named';
import { datasetOf } from './names';
import { ownDataset } from './ownDataset';
import { withRoles } from './roles';

/** Fills in what follows from other parts of the file: a split's dataset, the stages of gates and registrations. */
export function completed(config: WorkspaceConfig, names: Names): WorkspaceConfig {
  const pipelines = Object.entries(config.pipelines).map(([name, pipeline]): [string, PipelineConfig] => {
    const steps = Object.entries(pipeline.steps).map(([step, value]): [string, StepConfig] => [
      step,
      completedStep(withEnvironment(withExecutor(value, pipeline), pipeline), config, () => {
        const namedPipeline = names.pipelines.get(name);
        const namedStep = namedPipeline?.steps.get(value.matrix?.step ?? step);
        const nearest = namedPipeline && namedStep && datasetOf(names, namedPipeline, namedStep);
        return ownDataset(step, pipeline.steps) ?? nearest;
      }),
    ]);
    return [name, { ...pipeline, steps: Object.fromEntries(steps) }];
  });
  const done = { ...config, pipelines: Object.fromEntries(pipelines) };
  return { ...done, datasets: withRoles(done) };
}

/** What a command does not say the pipeline says for all. */
function withExecutor(step: StepConfig, { executor, environment }: PipelineConfig): StepConfig {
  if (step.uses !== 'run') return step;
  return {
    ...(executor !== undefined && { executor }),
    ...(environment !== undefined && { environment }),
    ...step,
  };
}

/** A variable of the pipeline is one of each command that has none of that name itself. */
function withEnvironment(step: StepConfig, { env: shared }: PipelineConfig): StepConfig {
  if (step.uses !== 'run' || shared === undefined) return step;
  const { env, secrets = {} } = step;
  const others = Object.entries(shared).filter(([name]) => !(name in env) && !(name in secrets));
  const plain = others.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  const referred = others.flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, value.env] as const]));
  const all = { ...Object.fromEntries(referred), ...secrets };
  return {
    ...step,
    env: { ...Object.fromEntries(plain), ...env },
    ...(Object.keys(all).length > 0 && { secrets: all }),
  };
}

function completedStep(step: StepConfig, config: WorkspaceConfig, dataset: () => string | undefined): StepConfig {
  if (step.uses === 'split') {
    const name = dataset();
    return name === undefined ? step : { ...step, with: { ...step.with, dataset: name } };
  }
  if (step.uses === 'gate' && step.with.stages.length === 0) {
    const model = config.models[step.with.model];
    const stages = model?.stages.filter(stage => (model.gates[stage]?.length ?? 0) > 0) ?? [];
    return { ...step, with: { ...step.with, stages } };
  }
  if (step.uses === 'test') {
    const rules = Object.values(config.models[step.with.model]?.gates ?? {}).flat();
    return { ...step, with: { ...step.with, tests: testsOf(rules) } };
  }
  if (step.uses === 'register' && step.with.stage === undefined) {
    const stage = config.models[step.with.model]?.stages[0];
    return stage === undefined ? step : { ...step, with: { ...step.with, stage } };
  }
  return step;
}

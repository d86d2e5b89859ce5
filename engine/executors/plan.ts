import { ModelyardError } from '../errors';
import type { CompileRequest } from '../protocol/executors';
import type { PipelineConfig, StepConfig } from '../protocol/workspaceConfig';

/** How a pipeline's steps stand to each other; the room of pipelines knows. */
export interface Graph {
  /** Each after all that it needs. */
  order(steps: PipelineConfig['steps']): readonly string[];
  /** All that a step needs, also through others. */
  ancestors(steps: PipelineConfig['steps'], step: string): readonly string[];
}

/** One step as a task of a workflow anywhere. */
export interface Task {
  /** The step. */
  readonly name: string;
  /** Unique within the workflow, in lower case, as Kubernetes wants names. */
  readonly id: string;
  /** What must have succeeded before, as the step says it. */
  readonly needs: readonly Task[];
  /** Whose results it takes: all that it needs, also through others. */
  readonly inputs: readonly Task[];
  /** s, with room for the start of the container; absent: no limit. */
  readonly timeout?: number;
  /** Names of the variables that hold secrets. */
  readonly secrets: readonly string[];
}

/** A pipeline, ready to be written for some orchestrator. */
export interface Plan {
  readonly pipeline: string;
  /** As Kubernetes wants names. */
  readonly id: string;
  readonly description?: string;
  readonly tasks: readonly Task[];
  readonly request: CompileRequest;
  /** The words that call Modelyard. */
  readonly cli: readonly string[];
  /** Relative to the workspace; absent: the usual one. */
  readonly configFile?: string;
  /** What of the pipeline is left out, whatever it is written as; sentences. */
  readonly leftOut: readonly string[];
}

/** s that a workflow gives a task beyond the step's own limit: for pulling an image, and `npx`. */
const startPatience = 600;
/** The server that runs are reported to. */
export const trackingUri = 'MLFLOW_TRACKING_URI';
/** Always passed on by reference. */
export const trackingSecrets: readonly string[] = ['MLFLOW_TRACKING_TOKEN'];

export interface PlanOptions {
  readonly request: CompileRequest;
  readonly pipeline: PipelineConfig;
  readonly graph: Graph;
  /** Of Modelyard. */
  readonly version: string;
  readonly configFile?: string;
}

export function planOf({ request, pipeline, graph, version, configFile }: PlanOptions): Plan {
  const { steps, description } = pipeline;
  const order = graph.order(steps);
  const ids = uniqueIds(order);
  const tasks = new Map<string, Task>();
  const known = (names: readonly string[]): readonly Task[] =>
    order.filter(name => names.includes(name)).flatMap(name => tasks.get(name) ?? []);
  for (const name of order) {
    const step = steps[name];
    if (step === undefined) continue;
    refuseCondition(name, step);
    tasks.set(name, {
      name,
      id: ids.get(name) ?? name,
      needs: known(step.needs),
      inputs: known(graph.ancestors(steps, name)),
      ...(step.timeout !== undefined && { timeout: Math.ceil(longest(step, step.timeout) / 1000) + startPatience }),
      secrets: secretsOf(step),
    });
  }
  return {
    pipeline: request.pipeline,
    id: kubernetesName(request.pipeline),
    ...(description !== undefined && { description }),
    tasks: [...tasks.values()],
    request,
    cli: request.cli?.trim().split(/\s+/) ?? ['npx', '--yes', `modelyard@${version}`],
    ...(configFile !== undefined && { configFile }),
    leftOut: pipeline.on === undefined ? [] : [untriggered],
  };
}

/** @throws ModelyardError `config.invalid` for a step that does not simply follow those it needs */
function refuseCondition(name: string, { if: condition = true }: StepConfig): void {
  if (condition === true || condition === 'success()') return;
  throw new ModelyardError(
    'config.invalid',
    `Step ${name} says \`if: ${condition}\`, which no workflow is written for.`,
    {
      fix: 'Leave it out of the pipeline that is compiled.',
    },
  );
}

/** ms: every attempt of a step may take its whole time, and between them it waits. */
function longest({ retry }: StepConfig, timeout: number): number {
  if (retry === undefined) return timeout;
  const waits = Array.from({ length: retry.attempts - 1 }, (_, i) => retry.delay * retry.backoff ** i);
  return retry.attempts * timeout + waits.reduce((sum, wait) => sum + wait, 0);
}

const untriggered =
  'What stands under `on:` starts the pipeline on this machine only: the orchestrator is told there when to start it.';

const secretsOf = (step: StepConfig): readonly string[] => [
  ...new Set([...trackingSecrets, ...(step.uses === 'run' ? Object.values(step.secrets ?? {}) : [])]),
];

/** Of `train (C=0.1)` `train-c-0-1`. */
const kubernetesName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/-+$/, '');

/** `A_b` and `a-b` become two names. */
function uniqueIds(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const ids = new Map<string, string>();
  for (const name of names) {
    const plain = kubernetesName(name);
    let id = plain;
    for (let count = 2; taken.has(id); count++) id = `${plain}-${count}`;
    taken.add(id);
    ids.set(name, id);
  }
  return ids;
}

/** The words after the call of Modelyard. `at`: where a task's results are when this one runs. */
export const stepWords = (plan: Plan, task: Task, at: (one: Task) => string): readonly string[] => [
  'step',
  plan.pipeline,
  task.name,
  ...(task.inputs.length > 0 ? ['--from', ...task.inputs.map(at)] : []),
  '--to',
  at(task),
  '--report',
  ...(plan.configFile === undefined ? [] : ['--config', plan.configFile]),
];

/** Words as one line for a shell; what is not plain is put in quotes, except for `$` and what an orchestrator fills in. */
export const shellLine = (words: readonly string[]): string =>
  words.map(word => (/^[\w@%+=:,./{}$-]+$/.test(word) ? word : `"${word.replace(/["\\`]/g, '\\$&')}"`)).join(' ');

/** The folder of a task's results within a checked-out workspace; git does not see it. */
export const handoverFolder = (task: Task): string => `.modelyard/handover/${task.name}`;

/** The same from the top of the repository. */
export const fromTop = ({ request }: Plan, file: string): string =>
  request.directory === undefined ? file : `${request.directory.replace(/\/+$/, '')}/${file}`;

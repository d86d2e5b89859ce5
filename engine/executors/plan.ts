import type { CompiledWorkflow, CompileRequest } from '../protocol/executors';
import type { PartitionsConfig, PipelineConfig, StepConfig } from '../protocol/workspaceConfig';
import type { PlannedSchedule } from './compile/schedule';
import { cliWords } from '../workflows/usual';
import { scheduleOf } from './compile/schedule';
import type { KeyedWarning } from './compile/warnings';
import { planWarnings } from './compile/warnings';

/** How a pipeline's steps stand to each other; the room of pipelines knows. */
export interface Graph {
  /** Each after all that it needs. */
  order(steps: PipelineConfig['steps']): readonly string[];
  /** All that a step needs, also through others. */
  ancestors(steps: PipelineConfig['steps'], step: string): readonly string[];
  /** Those of them which have succeeded whenever the step runs. */
  sure(steps: PipelineConfig['steps'], step: string): ReadonlySet<string>;
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
  /** Those of its inputs that may be missing, because it runs also when something before it has failed. */
  readonly maybe: ReadonlySet<Task>;
  /** When it runs: all that it needs has succeeded, something of it has failed, or all of it has ended. */
  readonly condition: 'success()' | 'failure()' | 'always()';
  /** Of the step's attempts: ms before the second, and how many times longer each further wait is. */
  readonly backoff?: { readonly delay: number; readonly factor: number };
  /** Where it stands in modelyard.yaml: `pipelines.train.steps.split`. */
  readonly key: string;
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
  /** Times at which it starts by itself. */
  readonly schedule?: PlannedSchedule;
  /** Tasks at a time. */
  readonly parallel?: number;
  /** What the pipeline is run for one at a time. */
  readonly partitions?: PartitionsConfig;
  /** What modelyard.yaml says and no workflow does. */
  readonly warnings: readonly KeyedWarning[];
}

/** What is made of a plan. */
export type Compiled = Omit<CompiledWorkflow, 'warnings'> & { readonly warnings: readonly KeyedWarning[] };

/** s that a workflow gives a task beyond the step's own limit: for pulling an image, and `npx`. */
const startPatience = 600;
/** The server that runs are reported to. */
export const trackingUri = 'MLFLOW_TRACKING_URI';
/** Always passed on by reference. */
const trackingSecrets: readonly string[] = ['MLFLOW_TRACKING_TOKEN'];

export interface PlanOptions {
  readonly request: CompileRequest;
  readonly pipeline: PipelineConfig;
  readonly graph: Graph;
  /** Of Modelyard. */
  readonly version: string;
  readonly configFile?: string;
  /** Whether something stands in the file itself. */
  readonly isWritten: (key: string) => boolean;
}

export function planOf(options: PlanOptions): Plan {
  const { request, pipeline, graph, version, configFile } = options;
  const { description } = pipeline;
  const key = `pipelines.${request.pipeline}`;
  const { steps, warnings } = withoutUnreached(pipeline, key);
  const order = graph.order(steps);
  const ids = uniqueIds(order);
  const tasks = new Map<string, Task>();
  const known = (names: Iterable<string>): readonly Task[] => {
    const wanted = new Set(names);
    return order.filter(name => wanted.has(name)).flatMap(name => tasks.get(name) ?? []);
  };
  for (const name of order) {
    const step = steps[name];
    if (step === undefined) continue;
    const inputs = known(graph.ancestors(steps, name));
    const sure = new Set(known(graph.sure(steps, name)));
    const { if: condition = true, retry } = step;
    tasks.set(name, {
      name,
      id: ids.get(name) ?? name,
      key: `${key}.steps.${step.matrix?.step ?? name}`,
      needs: known(step.needs),
      inputs,
      maybe: new Set(inputs.filter(one => !sure.has(one))),
      condition: typeof condition === 'boolean' ? 'success()' : condition,
      ...(retry !== undefined && { backoff: { delay: retry.delay, factor: retry.backoff } }),
      ...(step.timeout !== undefined && { timeout: Math.ceil(longest(step, step.timeout) / 1000) + startPatience }),
      secrets: secretsOf(step),
    });
  }
  const planned = { ...pipeline, steps };
  const schedule = scheduleOf(pipeline.on, `${key}.on`);
  return {
    pipeline: request.pipeline,
    id: kubernetesName(request.pipeline),
    ...(description !== undefined && { description }),
    tasks: [...tasks.values()],
    request,
    cli: cliWords(request.cli, version),
    ...(configFile !== undefined && { configFile }),
    ...(schedule && { schedule }),
    ...(pipeline.parallel !== undefined && { parallel: pipeline.parallel }),
    ...(pipeline.partitions !== undefined && { partitions: pipeline.partitions }),
    warnings: [...warnings, ...planWarnings({ pipeline: planned, key, request, isWritten: options.isWritten })],
  };
}

/** Without the steps that say `if: false`, and what can then not run either. */
function withoutUnreached(
  { steps }: PipelineConfig,
  key: string,
): { readonly steps: PipelineConfig['steps']; readonly warnings: readonly KeyedWarning[] } {
  const out = new Set<string>();
  const warnings: KeyedWarning[] = [];
  for (let before = -1; before < out.size;) {
    before = out.size;
    for (const [name, step] of Object.entries(steps)) {
      if (out.has(name)) continue;
      const { if: condition = true } = step;
      const missing = step.needs.find(needed => out.has(needed));
      const isStuck = missing !== undefined && (condition === true || condition === 'success()');
      if (condition !== false && !isStuck) continue;
      out.add(name);
      const why = condition === false ? 'it says `if: false`' : `it needs ${missing ?? ''}`;
      const at = `${key}.steps.${step.matrix?.step ?? name}`;
      warnings.push({ key: condition === false ? `${at}.if` : `${at}.needs`, message: `Step ${name} is left out: ${why}.` }); // prettier-ignore
    }
  }
  const kept = Object.entries(steps).filter(([name]) => !out.has(name));
  const without = kept.map(([name, step]) => [name, { ...step, needs: step.needs.filter(one => !out.has(one)) }] as const); // prettier-ignore
  return { steps: Object.fromEntries(without), warnings };
}

/** ms: every attempt of a step may take its whole time, and between them it waits. */
function longest({ retry }: StepConfig, timeout: number): number {
  if (retry === undefined) return timeout;
  const waits = Array.from({ length: retry.attempts - 1 }, (_, i) => retry.delay * retry.backoff ** i);
  return retry.attempts * timeout + waits.reduce((sum, wait) => sum + wait, 0);
}

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
  ...folders('--from', task.inputs.filter(one => !task.maybe.has(one)).map(at)), // prettier-ignore
  ...folders('--from-any', [...task.maybe].map(at)),
  '--to',
  at(task),
  ...(plan.request.partition === undefined ? [] : ['--partition', plan.request.partition]),
  '--report',
  ...(plan.configFile === undefined ? [] : ['--config', plan.configFile]),
];

const folders = (option: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [option, ...names];

/**
 * The folder of a task's results within a checked-out workspace; git does not see it. A step with a matrix has blanks, commas and
 * brackets in its name, which patterns of files understand otherwise; no step has a dot in its name.
 */
export const handoverFolder = ({ name, id }: Task): string =>
  `.modelyard/handover/${/^[\w-]+$/.test(name) ? name : `${id}.matrix`}`;

/** The same from the top of the repository. */
export const fromTop = ({ request }: Plan, file: string): string =>
  request.directory === undefined ? file : `${request.directory.replace(/\/+$/, '')}/${file}`;

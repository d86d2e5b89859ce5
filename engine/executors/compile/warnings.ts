import type { CompileRequest, ExecutorConfig } from '../../protocol/executors';
import type { TriggerKind } from '../../protocol/triggers';
import { triggerKinds } from '../../protocol/triggers';
import type { PipelineConfig, StepConfig } from '../../protocol/workspaceConfig';

/** Something of modelyard.yaml that is not the same, or not at all, in a workflow. */
export interface KeyedWarning {
  /** Where it stands: `pipelines.train.on.change`. */
  readonly key: string;
  /** A sentence. */
  readonly message: string;
}

export interface WarningsOptions {
  /** Without what is left out. */
  readonly pipeline: PipelineConfig;
  /** `pipelines.train` */
  readonly key: string;
  readonly request: Pick<CompileRequest, 'to' | 'partition'>;
  /** Whether something stands in the file itself. */
  readonly isWritten: (key: string) => boolean;
}

/** What modelyard.yaml says and no workflow of that kind does; each at its key, once. */
export function planWarnings(options: WarningsOptions): readonly KeyedWarning[] {
  const { pipeline, key, request, isWritten } = options;
  const { to } = request;
  const all = [
    ...triggers(options),
    ...elsewhere(pipeline.executor, `${key}.executor`),
    ...partitions(options),
    ...(pipeline.parallel !== undefined && to !== 'argo'
      ? [{ key: `${key}.parallel`, message: 'How many tasks run at a time the orchestrator says: `parallel` does not hold there.' }] // prettier-ignore
      : []),
    ...Object.entries(pipeline.steps).flatMap(([name, step]) =>
      ofStep(step, `${key}.steps.${step.matrix?.step ?? name}`),
    ),
  ];
  const seen = new Set<string>();
  return all.filter(one => {
    const isNew = isWritten(one.key) && !seen.has(one.message + one.key);
    seen.add(one.message + one.key);
    return isNew;
  });
}

const kinds: Readonly<Record<Exclude<TriggerKind, 'schedule'>, string>> = {
  change: 'That data has changed',
  files: 'That files have come or changed',
  model: 'That a model has a new version or stage',
  metric: 'That a metric crosses its bound',
  drift: 'That data has drifted',
};

function partitions({ pipeline, key, request: { to, partition } }: WarningsOptions): readonly KeyedWarning[] {
  if (pipeline.partitions === undefined || partition !== undefined) return [];
  const [way, none] =
    to === 'argo'
      ? ['the parameter `partition` names another one', 'the parameter `partition` has to name one']
      : ['compile it with `--partition` for another one', 'compile it with `--partition`'];
  const message =
    'names' in pipeline.partitions
      ? `Each task has to be told which partition it is for: ${none}.`
      : `A task takes the partition that is the newest when it begins; ${way}.`;
  return [{ key: `${key}.partitions`, message }];
}

function triggers({ pipeline: { on }, key, request: { to } }: WarningsOptions): readonly KeyedWarning[] {
  if (on === undefined) return [];
  const others = triggerKinds.filter(kind => kind !== 'schedule');
  const unseen = others.flatMap(
    kind =>
    on[kind] === undefined
      ? []
      : [{ key: `${key}.on.${kind}`, message: `${kinds[kind]} starts the pipeline on this machine only: ${to} does not see it.` }], // prettier-ignore
  );
  const limits = ['cool_down', 'budget'].flatMap(name =>
    [`${key}.on.${name}`, `${key}.on.schedule.${name}`].map(at => ({
      key: at,
      message: `\`${name}\` holds on this machine only: every time of the schedule starts the pipeline there.`,
    })),
  );
  return [...unseen, ...(on.schedule === undefined ? [] : limits)];
}

function ofStep(step: StepConfig, key: string): readonly KeyedWarning[] {
  const where = step.uses === 'run' || step.uses === 'tune' ? elsewhere(step.executor, `${key}.executor`) : [];
  const said: readonly (readonly [string, string])[] = [
    [
      'max-parallel',
      'How many steps of a matrix run at a time the orchestrator says: `max-parallel` does not hold there.',
    ],
    ...(step['fail-fast'] === false
      ? []
      : [
          ['fail-fast', 'When one step of the matrix fails, the others go on there.'] as const,
          ['matrix', 'When one step of the matrix fails, the others go on there (`fail-fast: false` says the same here).'] as const, // prettier-ignore
        ]),
    ...(step.cache === true ? [['cache', 'Each task runs: nothing is taken from earlier runs there.'] as const] : []),
    ...(step.uses === 'run' && step.environment !== undefined
      ? [['environment', 'The environment is made anew in each task: the image needs the Python, conda or Node that makes it.'] as const] // prettier-ignore
      : []),
  ];
  const ofMatrix = new Set(['max-parallel', 'fail-fast', 'matrix']);
  return [
    ...where,
    ...said
      .filter(([name]) => !ofMatrix.has(name) || step.matrix !== undefined)
      .map(([name, message]) => ({ key: `${key}.${name}`, message })),
  ];
}

function elsewhere(executor: ExecutorConfig | undefined, key: string): readonly KeyedWarning[] {
  if (executor === undefined || executor === 'local') return [];
  const message =
    'ray' in executor
      ? `The task only waits for Ray: ${executor.ray.address} must be reached from it.`
      : 'The task only waits for Kubernetes: it needs a kubeconfig, and the rights that it takes.';
  return [{ key, message }];
}

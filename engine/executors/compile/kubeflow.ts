import { shellLine } from '../../workflows/shellLine';
import type { Compiled, Plan, Task } from '../plan';
import { stepWords, trackingUri } from '../plan';
import { usualImage } from '../../workflows/usual';
import type { KeyedWarning } from './warnings';
import { yamlText } from './yamlText';

const store = 'modelyard';
const made = 'made';
const checkout = '/tmp/modelyard-workspace';
const artifactType = { artifactType: { schemaTitle: 'system.Artifact', schemaVersion: '0.0.1' } };
const placeOf = (task: Task, own: Task): string =>
  task === own ? `{{$.outputs.artifacts['${made}'].path}}` : `{{$.inputs.artifacts['${task.id}'].path}}`;
const byId = <T>(tasks: readonly Task[], key: (task: Task) => string, value: (task: Task) => T): Record<string, T> =>
  Object.fromEntries(tasks.map(task => [key(task), value(task)]));

/**
 * Kubeflow Pipelines IR: a `PipelineSpec` (schema 2.1.0), and a `PlatformSpec` for Kubernetes with secrets and limits.
 * https://github.com/kubeflow/pipelines/blob/master/api/v2alpha1/pipeline_spec.proto
 */
export function compileKubeflow(whole: Plan): Compiled {
  const { plan, warnings } = expressible(whole);
  const { tasks } = plan;
  const spec = {
    pipelineInfo: { name: plan.id, ...(plan.description !== undefined && { description: plan.description }) },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.0.0',
    components: byId(tasks, ({ id }) => `comp-${id}`, component),
    deploymentSpec: {
      executors: byId(
        tasks,
        ({ id }) => `exec-${id}`,
        task => ({ container: container(plan, task) }),
      ),
    },
    root: {
      dag: {
        tasks: byId(
          tasks,
          ({ id }) => id,
          task => dagTask(plan, task),
        ),
      },
    },
  };
  const kubernetes = { deploymentSpec: { executors: byId(tasks, ({ id }) => `exec-${id}`, platform) } };
  const text = yamlText(plan, spec, { platforms: { kubernetes } });
  return { text, language: 'yaml', file: `kubeflow/${plan.id}.yaml`, notes: notes(plan), warnings };
}

/**
 * A task that runs whatever came before can take nothing of it: an input that is not there cannot be named in a command. One
 * that runs only after a failure Kubeflow does not have.
 */
function expressible(plan: Plan): { readonly plan: Plan; readonly warnings: readonly KeyedWarning[] } {
  const { schedule } = plan;
  const kept = new Map<Task, Task>();
  const warnings: KeyedWarning[] = [];
  for (const task of plan.tasks) {
    const missing = task.needs.find(one => !kept.has(one));
    if (task.condition === 'failure()' || (missing !== undefined && task.condition === 'success()')) {
      const why = task.condition === 'failure()' ? 'Kubeflow has no task that runs after a failure alone' : `it needs ${missing?.name ?? ''}`; // prettier-ignore
      warnings.push({ key: `${task.key}.${task.condition === 'failure()' ? 'if' : 'needs'}`, message: `Step ${task.name} is left out: ${why}.` }); // prettier-ignore
      continue;
    }
    const known = (tasks: Iterable<Task>): readonly Task[] => [...tasks].flatMap(one => kept.get(one) ?? []);
    const sure = task.inputs.filter(one => !task.maybe.has(one));
    if (task.maybe.size > 0) warnings.push({ key: task.condition === 'always()' ? `${task.key}.if` : `${task.key}.needs`, message: `Step ${task.name} gets no results of ${[...task.maybe].map(({ name }) => name).join(', ')} there: they may be missing.` }); // prettier-ignore
    kept.set(task, { ...task, needs: known(task.needs), inputs: known(sure), maybe: new Set() });
  }
  if (schedule) warnings.push({ key: `${schedule.key}.schedule`, message: `Kubeflow keeps times beside the file, as recurring runs: \`0 ${schedule.cron}\` (with seconds) in ${schedule.timezone} has to be entered there.` }); // prettier-ignore
  return { plan: { ...plan, tasks: [...kept.values()] }, warnings };
}

const component = (task: Task) => ({
  executorLabel: `exec-${task.id}`,
  ...(task.inputs.length > 0 && {
    inputDefinitions: {
      artifacts: byId(
        task.inputs,
        ({ id }) => id,
        () => artifactType,
      ),
    },
  }),
  outputDefinitions: { artifacts: { [made]: artifactType } },
});

function container(plan: Plan, task: Task) {
  const { image = usualImage, repo, revision = 'main', directory } = plan.request;
  const words = stepWords(plan, task, one => placeOf(one, task));
  if (repo === undefined && directory === undefined) return { image, command: plan.cli, args: words };
  const clone = `git clone --quiet "$0" ${checkout} && git -C ${checkout} checkout --quiet "$1" && cd "${checkout}/$2"`;
  const enter = repo === undefined ? 'cd "$2"' : clone;
  return {
    image,
    command: ['sh', '-ec', `${enter} && exec ${shellLine([...plan.cli, ...words])}`],
    args: [repo ?? '', revision, directory ?? '.'],
  };
}

const dagTask = ({ request: { retries = 0 } }: Plan, task: Task) => ({
  taskInfo: { name: task.name },
  componentRef: { name: `comp-${task.id}` },
  // the same inputs may find another server, or another commit
  cachingOptions: {},
  ...(task.needs.length > 0 && {
    dependentTasks: [...new Set([...task.needs, ...task.inputs])].map(({ id }) => id),
  }),
  ...(task.condition === 'always()' && { triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' } }),
  ...(task.inputs.length > 0 && {
    inputs: {
      artifacts: byId(
        task.inputs,
        ({ id }) => id,
        ({ id }) => ({ taskOutputArtifact: { producerTask: id, outputArtifactKey: made } }),
      ),
    },
  }),
  ...(retries > 0 && { retryPolicy: { maxRetryCount: retries, ...backoffOf(task) } }),
});

/** As the step waits between its attempts; the longest wait is Kubeflow's own. */
const backoffOf = ({ backoff }: Task) =>
  backoff === undefined
    ? {}
    : { backoffDuration: `${Math.ceil(backoff.delay / 1000)}s`, backoffFactor: backoff.factor };

const platform = (task: Task) => ({
  configMapAsEnv: [
    { configMapName: store, keyToEnv: [{ configMapKey: trackingUri, envVar: trackingUri }], optional: true },
  ],
  secretAsEnv: task.secrets.map(name => ({
    secretName: store,
    keyToEnv: [{ secretKey: name, envVar: name }],
    ...(name.startsWith('MLFLOW_') && { optional: true }),
  })),
  ...(task.timeout !== undefined && { activeDeadlineSeconds: String(task.timeout) }),
});

function notes({ request, tasks }: Plan): readonly string[] {
  const secrets = [...new Set(tasks.flatMap(task => task.secrets))];
  return [
    ...(request.repo === undefined
      ? ['The image must have the workspace in its working directory; --repo takes it from git instead.']
      : []),
    `The secret \`${store}\` of the namespace holds ${secrets.join(', ')}; the ConfigMap \`${store}\` holds ${trackingUri}.`,
  ];
}

import type { CompiledWorkflow } from '../../protocol/executors';
import type { Plan, Task } from '../plan';
import { shellLine, stepWords, trackingUri } from '../plan';
import { usualImage } from './usual';
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
export function compileKubeflow(plan: Plan): CompiledWorkflow {
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
  return { text, language: 'yaml', file: `kubeflow/${plan.id}.yaml`, notes: notes(plan) };
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
  ...(task.inputs.length > 0 && {
    dependentTasks: [...new Set([...task.needs, ...task.inputs])].map(({ id }) => id),
    inputs: {
      artifacts: byId(
        task.inputs,
        ({ id }) => id,
        ({ id }) => ({ taskOutputArtifact: { producerTask: id, outputArtifactKey: made } }),
      ),
    },
  }),
  ...(retries > 0 && { retryPolicy: { maxRetryCount: retries } }),
});

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

import type { CompiledWorkflow } from '../../protocol/executors';
import type { Plan, Task } from '../plan';
import { stepWords, trackingUri } from '../plan';
import { usualImage } from './usual';
import { yamlText } from './yamlText';

/** The ConfigMap and the Secret of the namespace that tasks take their variables from. */
const store = 'modelyard';
const made = 'made';
const dag = 'modelyard-dag';
const checkout = '/modelyard/workspace';
const placeOf = (task: Task, own: Task): string => `/modelyard/${task === own ? 'out' : 'in'}/${task.name}`;

/**
 * An Argo Workflow (`argoproj.io/v1alpha1`): a DAG with one container template a step, whose results are artifacts.
 * https://argo-workflows.readthedocs.io/en/latest/fields/
 */
export function compileArgo(plan: Plan): CompiledWorkflow {
  const text = yamlText(plan, argoWorkflow(plan));
  return { text, language: 'yaml', file: `argo/${plan.id}.yaml`, notes: notes(plan) };
}

/** The workflow itself. */
export function argoWorkflow(plan: Plan): object {
  const { repo, revision = 'main' } = plan.request;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: `${plan.id}-`, labels: { 'app.kubernetes.io/managed-by': 'modelyard' } },
    spec: {
      entrypoint: dag,
      ...(repo !== undefined && {
        arguments: {
          parameters: [
            { name: 'repo', value: repo },
            { name: 'revision', value: revision },
          ],
        },
      }),
      templates: [
        { name: dag, dag: { tasks: plan.tasks.map(dagTask) } },
        ...plan.tasks.map(one => template(plan, one)),
      ],
    },
  };
}

const dagTask = (task: Task) => ({
  name: task.id,
  template: task.id,
  ...(task.needs.length > 0 && { depends: task.needs.map(({ id }) => id).join(' && ') }),
  ...(task.inputs.length > 0 && {
    arguments: {
      artifacts: task.inputs.map(({ id }) => ({ name: id, from: `{{tasks.${id}.outputs.artifacts.${made}}}` })),
    },
  }),
});

function template(plan: Plan, task: Task) {
  const { image = usualImage, repo, retries = 0 } = plan.request;
  const taken = task.inputs.map(one => ({ name: one.id, path: placeOf(one, task) }));
  const git = { repo: '{{workflow.parameters.repo}}', revision: '{{workflow.parameters.revision}}' };
  const workspace = repo === undefined ? [] : [{ name: 'workspace', path: checkout, git }];
  const artifacts = [...workspace, ...taken];
  return {
    name: task.id,
    ...(artifacts.length > 0 && { inputs: { artifacts } }),
    outputs: { artifacts: [{ name: made, path: placeOf(task, task) }] },
    ...(task.timeout !== undefined && { activeDeadlineSeconds: String(task.timeout) }),
    ...(retries > 0 && { retryStrategy: { limit: String(retries), retryPolicy: 'OnError' } }),
    container: {
      image,
      ...workingDir(plan),
      command: plan.cli,
      args: stepWords(plan, task, one => placeOf(one, task)),
      env: [
        { name: trackingUri, valueFrom: { configMapKeyRef: { name: store, key: trackingUri, optional: true } } },
        ...task.secrets.map(name => ({
          name,
          valueFrom: {
            secretKeyRef: { name: store, key: name, ...(name.startsWith('MLFLOW_') && { optional: true }) },
          },
        })),
      ],
    },
  };
}

function workingDir({ request: { repo, directory } }: Plan): { readonly workingDir?: string } {
  if (repo !== undefined) return { workingDir: directory === undefined ? checkout : `${checkout}/${directory}` };
  return directory === undefined ? {} : { workingDir: directory };
}

function notes({ request, tasks }: Plan): readonly string[] {
  const secrets = [...new Set(tasks.flatMap(task => task.secrets))];
  return [
    ...(request.repo === undefined
      ? ['The image must have the workspace in its working directory; --repo takes it from git instead.']
      : []),
    `The secret \`${store}\` of the namespace holds ${secrets.join(', ')}; the ConfigMap \`${store}\` holds ${trackingUri}.`,
    'An artifact repository must be configured: results go from task to task through it.',
  ];
}

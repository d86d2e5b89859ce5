import type { PartitionsConfig } from '../../protocol/workspaceConfig';
import type { Compiled, Plan, Task } from '../plan';
import { stepWords, trackingUri } from '../plan';
import type { PlannedSchedule } from './schedule';
import { usualImage } from '../../workflows/usual';
import type { KeyedWarning } from './warnings';
import { yamlText } from './yamlText';

/** The ConfigMap and the Secret of the namespace that tasks take their variables from. */
const store = 'modelyard';
const made = 'made';
const dag = 'modelyard-dag';
const labels = { 'app.kubernetes.io/managed-by': 'modelyard' };
/** s after a time that was missed. */
const catchUp = 86_400;
const checkout = '/modelyard/workspace';
const placeOf = (task: Task, own: Task): string => `/modelyard/${task === own ? 'out' : 'in'}/${task.name}`;

/**
 * An Argo Workflow (`argoproj.io/v1alpha1`): a DAG with one container template a step, whose results are artifacts.
 * https://argo-workflows.readthedocs.io/en/latest/fields/
 */
export function compileArgo(plan: Plan): Compiled {
  const { schedule } = plan;
  const text = yamlText(plan, schedule === undefined ? argoWorkflow(plan) : cronWorkflow(plan, schedule));
  const warnings = schedule === undefined ? [] : scheduleWarnings(schedule);
  return { text, language: 'yaml', file: `argo/${plan.id}.yaml`, notes: notes(plan), warnings };
}

/** With a schedule it is begun by: a time comes again and again, so that a workflow that runs is not joined by another. */
function cronWorkflow(plan: Plan, { cron, timezone, missed }: PlannedSchedule): object {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'CronWorkflow',
    metadata: { name: plan.id, labels },
    spec: {
      schedules: [cron],
      timezone,
      concurrencyPolicy: 'Forbid',
      ...(missed !== 'skip' && { startingDeadlineSeconds: catchUp }),
      workflowSpec: workflowSpec(plan),
    },
  };
}

function scheduleWarnings({ overlap, missed, manual, key }: PlannedSchedule): readonly KeyedWarning[] {
  return [
    ...(overlap === 'queue'
      ? [{ key: `${key}.schedule`, message: 'A time that comes while the workflow runs is left out there, not made up for afterwards.' }] // prettier-ignore
      : []),
    ...(missed === 'all'
      ? [{ key: `${key}.schedule.missed`, message: 'Of the times that Argo has missed the last one counts, when it is less than a day old.' }] // prettier-ignore
      : []),
    ...(manual ? [] : [{ key: `${key}.manual`, message: 'Whoever may submit it there can start it by hand.' }]),
  ];
}

/** The workflow itself. */
export const argoWorkflow = (plan: Plan): object => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata: { generateName: `${plan.id}-`, labels },
  spec: workflowSpec(plan),
});

function workflowSpec(plan: Plan): object {
  const { repo, revision = 'main' } = plan.request;
  const parameters = [
    ...(repo === undefined
      ? []
      : [
          { name: 'repo', value: repo },
          { name: 'revision', value: revision },
        ]),
    ...(plan.partitions === undefined ? [] : [partitionParameter(plan.partitions, plan.request.partition)]),
  ];
  return {
    entrypoint: dag,
    ...(plan.parallel !== undefined && { parallelism: plan.parallel }),
    ...(parameters.length > 0 && { arguments: { parameters } }),
    templates: [
      // one failure does not hide another
      { name: dag, dag: { failFast: false, tasks: plan.tasks.map(dagTask) } },
      ...plan.tasks.map(one => template(plan, one)),
    ],
  };
}

/** Empty: the newest that is over. One of a list has to be named. */
const partitionParameter = (partitions: PartitionsConfig, value: string | undefined): object =>
  'names' in partitions
    ? { name: 'partition', ...(value !== undefined && { value }) }
    : { name: 'partition', value: value ?? '' };

/** Argo looks at it once all that it names has ended. https://argo-workflows.readthedocs.io/en/latest/enhanced-depends-logic/ */
function dependsOf({ needs, condition }: Task): string {
  const hasFailed = (id: string): string => `${id}.Failed || ${id}.Errored || ${id}.Omitted`;
  if (condition === 'failure()') return needs.map(({ id }) => `(${hasFailed(id)})`).join(' || ');
  if (condition === 'always()') return needs.map(({ id }) => `(${id}.Succeeded || ${hasFailed(id)})`).join(' && ');
  return needs.map(({ id }) => id).join(' && ');
}

const dagTask = (task: Task) => ({
  name: task.id,
  template: task.id,
  ...(task.needs.length > 0 && { depends: dependsOf(task) }),
  ...(task.inputs.length > 0 && {
    arguments: {
      artifacts: task.inputs.map(one => ({
        name: one.id,
        from: `{{tasks.${one.id}.outputs.artifacts.${made}}}`,
        ...(task.maybe.has(one) && { optional: true }),
      })),
    },
  }),
});

function template(plan: Plan, task: Task) {
  const { image = usualImage, repo, retries = 0 } = plan.request;
  const taken = task.inputs.map(one => ({
    name: one.id,
    path: placeOf(one, task),
    ...(task.maybe.has(one) && { optional: true }),
  }));
  const git = { repo: '{{workflow.parameters.repo}}', revision: '{{workflow.parameters.revision}}' };
  const workspace = repo === undefined ? [] : [{ name: 'workspace', path: checkout, git }];
  const artifacts = [...workspace, ...taken];
  return {
    name: task.id,
    ...(artifacts.length > 0 && { inputs: { artifacts } }),
    outputs: { artifacts: [{ name: made, path: placeOf(task, task) }] },
    ...(task.timeout !== undefined && { activeDeadlineSeconds: String(task.timeout) }),
    ...(retries > 0 && {
      retryStrategy: { limit: String(retries), retryPolicy: 'OnError', ...backoffOf(task) },
    }),
    container: {
      image,
      ...workingDir(plan),
      command: plan.cli,
      args: stepWords(told(plan), task, one => placeOf(one, task)),
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

/** Its tasks are told the partition by the workflow's parameter. */
const told = (plan: Plan): Plan =>
  plan.partitions === undefined
    ? plan
    : { ...plan, request: { ...plan.request, partition: '{{workflow.parameters.partition}}' } };

/** As the step waits between its attempts. */
const backoffOf = ({ backoff }: Task) =>
  backoff === undefined
    ? {}
    : { backoff: { duration: `${Math.ceil(backoff.delay / 1000)}s`, factor: String(backoff.factor) } };

function workingDir({ request: { repo, directory } }: Plan): { readonly workingDir?: string } {
  if (repo !== undefined) return { workingDir: directory === undefined ? checkout : `${checkout}/${directory}` };
  return directory === undefined ? {} : { workingDir: directory };
}

function notes({ request, tasks, schedule, id }: Plan): readonly string[] {
  const secrets = [...new Set(tasks.flatMap(task => task.secrets))];
  return [
    ...(request.repo === undefined
      ? ['The image must have the workspace in its working directory; --repo takes it from git instead.']
      : []),
    `The secret \`${store}\` of the namespace holds ${secrets.join(', ')}; the ConfigMap \`${store}\` holds ${trackingUri}.`,
    'An artifact repository must be configured: results go from task to task through it.',
    ...(schedule === undefined ? [] : [`\`argo submit --from cronwf/${id}\` starts it at once.`]),
  ];
}

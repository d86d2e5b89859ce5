import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { SubmittedTask, SubmittedWorkflow } from '../../protocol/executors';
import { Bearing } from './bearing';
import type { KubeClient } from './kubeClient';

const text = v.optional(v.string(), '');
const nodeSchema = v.object({
  id: v.string(),
  type: text,
  displayName: text,
  templateName: text,
  phase: text,
  message: text,
});
const workflowSchema = v.object({
  metadata: v.object({ name: v.string(), namespace: v.string() }),
  status: v.optional(
    v.object({ phase: text, message: text, nodes: v.optional(v.record(v.string(), nodeSchema), {}) }),
    {},
  ),
});
const podsSchema = v.object({
  items: v.array(
    v.object({
      metadata: v.object({ name: v.string(), annotations: v.optional(v.record(v.string(), v.string()), {}) }),
    }),
  ),
});

export interface FollowOptions {
  readonly client: KubeClient;
  readonly server: string;
  readonly namespace: string;
  /** As `modelyard compile` makes it. */
  readonly workflow: object;
  /** ms between looks. */
  readonly interval: number;
  /** ms that a cluster which does not answer is waited for. */
  readonly patience: number;
  readonly changed: (state: SubmittedWorkflow) => void;
}

const ended: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Error']);
const stopPatience = 30_000;
const api = (namespace: string): string => `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/workflows`;

/**
 * Creates a Workflow of Argo and follows it to its end. Cancelling terminates it. A failed task is in the result, with the
 * last lines of its log.
 * @throws ModelyardError `remote.refused`, `remote.unreachable` (the workflow then goes on by itself), `cancelled`
 */
export async function runWorkflow(options: FollowOptions, signal: AbortSignal): Promise<SubmittedWorkflow> {
  const { client, namespace, server } = options;
  throwIfAborted(signal);
  // not cut off: its name, by which it can be terminated, comes with the answer
  const created = await client.post(api(namespace), options.workflow, new AbortController().signal);
  if (created === undefined)
    throw new ModelyardError(
      'remote.refused',
      `The cluster at ${server} has no Argo Workflows, or no namespace ${namespace}.`,
      {
        fix: 'Install Argo Workflows there, or name another --namespace or --context.',
      },
    );
  const { name } = v.parse(workflowSchema, created).metadata;
  const at = `${api(namespace)}/${name}`;
  try {
    const last = await follow(options, { at, name }, signal);
    return last.phase === 'Succeeded' ? last : await withLogs(options, last, signal);
  } catch (error) {
    if (signal.aborted) await terminate(client, at);
    throw error;
  }
}

async function follow(
  { client, server, interval, patience, changed }: FollowOptions,
  { at, name }: { readonly at: string; readonly name: string },
  signal: AbortSignal,
): Promise<SubmittedWorkflow> {
  let shown = '';
  const fix = `\`argo get ${name}\` says how it stands once the cluster answers again.`;
  const bearing = new Bearing({ server, patience, what: `The workflow ${name}`, fix });
  for (;;) {
    const found = await bearing.bear(() => client.get(at, signal));
    if (found === undefined)
      throw new ModelyardError('not-found', `The workflow ${name} was deleted on the cluster before its end.`);
    if (found !== 'silent') {
      const state = stateOf(found);
      if (shown !== (shown = JSON.stringify(state))) changed(state);
      if (ended.has(state.phase)) return state;
    }
    await delay(interval, undefined, { signal }).catch(() => {
      throw new ModelyardError('cancelled', 'Cancelled.');
    });
  }
}

function stateOf(found: unknown): SubmittedWorkflow {
  const parsed = v.safeParse(workflowSchema, found);
  if (!parsed.success)
    throw new ModelyardError('remote.unreachable', 'The cluster tells of a workflow in a form that is not known.');
  const { metadata, status } = parsed.output;
  const nodes = Object.values(status.nodes).filter(({ type }) => type === 'Pod' || type === 'Skipped');
  // of a task that was started again the last attempt counts
  const tasks = new Map<string, SubmittedTask>();
  for (const { id, templateName, displayName, phase, message } of nodes) {
    const name = templateName === '' ? displayName : templateName;
    tasks.set(name, { id, name, phase: phase === '' ? 'Pending' : phase, ...(message !== '' && { message }) });
  }
  const { phase, message } = status;
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    phase: phase === '' ? 'Pending' : phase,
    tasks: [...tasks.values()],
    ...(message !== '' && { message }),
  };
}

/** The last lines of what failed, for those that may read pods. */
async function withLogs(
  { client, namespace }: FollowOptions,
  state: SubmittedWorkflow,
  signal: AbortSignal,
): Promise<SubmittedWorkflow> {
  try {
    const selector = encodeURIComponent(`workflows.argoproj.io/workflow=${state.name}`);
    const found = await client.get(`/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`, signal);
    const pods = v.parse(podsSchema, found).items;
    const tasks: SubmittedTask[] = [];
    for (const task of state.tasks) {
      const pod = pods.find(({ metadata }) => metadata.annotations['workflows.argoproj.io/node-id'] === task.id);
      const isFailed = task.phase === 'Failed' || task.phase === 'Error';
      const at = `/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name ?? ''}/log?container=main&tailLines=20`;
      const log = pod && isFailed ? await client.text(at, signal) : undefined;
      tasks.push({ ...task, ...(log !== undefined && { log }) });
    }
    return { ...state, tasks };
  } catch {
    return state; // how it ended is known all the same
  }
}

/** Until it has ended, though not for ever. */
async function terminate(client: KubeClient, at: string): Promise<void> {
  const limit = AbortSignal.timeout(stopPatience);
  try {
    await client.merge(at, { spec: { shutdown: 'Terminate' } }, limit);
    for (;;) {
      const found = await client.get(at, limit);
      if (found === undefined || ended.has(stateOf(found).phase)) return;
      await delay(500);
    }
  } catch {
    // the cluster is gone, or takes too long: cancelled all the same
  }
}

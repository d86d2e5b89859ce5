import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { KubernetesConfig } from '../../protocol/executors';
import { fetchContainer, mainContainer } from './jobSpec';

const text = v.optional(v.string(), '');
const condition = v.object({ type: v.string(), status: v.string(), reason: text, message: text });
const conditions = v.optional(v.array(condition), []);
const container = v.object({
  name: v.string(),
  state: v.optional(
    v.object({
      waiting: v.optional(v.object({ reason: text, message: text })),
      running: v.optional(v.object({})),
      terminated: v.optional(v.object({ exitCode: v.optional(v.number(), 0), reason: text, message: text })),
    }),
    {},
  ),
});
const podSchema = v.object({
  metadata: v.object({ name: v.string(), creationTimestamp: text, deletionTimestamp: v.optional(v.string()) }),
  status: v.optional(
    v.object({
      phase: text,
      reason: text,
      message: text,
      conditions,
      initContainerStatuses: v.optional(v.array(container), []),
      containerStatuses: v.optional(v.array(container), []),
    }),
    {},
  ),
});
const podsSchema = v.object({ items: v.array(podSchema) });
const jobSchema = v.object({
  metadata: v.object({ name: v.string(), uid: text }),
  spec: v.optional(v.object({ suspend: v.optional(v.boolean(), false) }), {}),
  status: v.optional(v.object({ conditions }), {}),
});
export type Pod = v.InferOutput<typeof podSchema>;
export type Job = v.InferOutput<typeof jobSchema>;
type Container = v.InferOutput<typeof container>;

export const parseJob = (found: unknown): Job => parsed(jobSchema, found);

/** The newest one; undefined while there is none. */
export const parsePods = (found: unknown): Pod | undefined =>
  parsed(podsSchema, found)
    .items.toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
    .at(-1);

function parsed<T>(schema: v.GenericSchema<unknown, T>, found: unknown): T {
  const result = v.safeParse(schema, found);
  if (result.success) return result.output;
  throw new ModelyardError('remote.unreachable', 'The cluster tells of a job in a form that is not known.');
}

/** Why a job has not begun, when only events may tell more. */
export const noPod = 'no pod yet';

export type JobState =
  /** `stuck`: by itself it will not get better, though somebody may help it. */
  | { readonly phase: 'starting'; readonly why: string; readonly stuck: boolean }
  | { readonly phase: 'running' }
  | { readonly phase: 'succeeded' }
  /** `of`: whose log may tell why. */
  | { readonly phase: 'failed'; readonly why: string; readonly fix?: string; readonly of?: string };

/** How a job stands: what the Job says of its end, and its pod of the rest. */
export function stateOf(job: Job, pod: Pod | undefined, config: KubernetesConfig): JobState {
  const is = (type: string) => job.status.conditions.find(one => one.type === type && one.status === 'True');
  if (is('Complete')) return { phase: 'succeeded' };
  const failed = is('Failed');
  if (failed) return { phase: 'failed', ...whyFailed(failed, pod, config) };
  if (pod === undefined) {
    const isHeld = job.spec.suspend;
    return {
      phase: 'starting',
      stuck: false,
      why: isHeld ? 'the Job is suspended: it waits in a queue' : noPod,
    };
  }
  const main = find(pod, mainContainer);
  if (main?.state.running ?? main?.state.terminated) return { phase: 'running' };
  return { phase: 'starting', ...whyWaiting(pod) };
}

const find = ({ status }: Pod, name: string): Container | undefined =>
  [...status.initContainerStatuses, ...status.containerStatuses].find(one => one.name === name);

/** Whether there may be a log. */
export const hasBegun = (pod: Pod, name: string): boolean => {
  const { running, terminated } = find(pod, name)?.state ?? {};
  return running !== undefined || terminated !== undefined;
};

const images: ReadonlySet<string> = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError', 'RegistryUnavailable']); // prettier-ignore
const configs: ReadonlySet<string> = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']); // prettier-ignore

function whyWaiting(pod: Pod): { readonly why: string; readonly stuck: boolean } {
  const scheduled = pod.status.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return { stuck: false, why: `no node takes its pod: ${scheduled.message || scheduled.reason}` };
  for (const { state } of [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]) {
    const { reason = '', message = '' } = state.waiting ?? {};
    const said = message === '' ? reason : `${reason}: ${message}`;
    if (images.has(reason)) return { stuck: true, why: `its image cannot be pulled (${said})` };
    if (configs.has(reason)) return { stuck: true, why: `its container cannot be made (${said})` };
  }
  if (find(pod, fetchContainer)?.state.running) return { stuck: false, why: 'its pod fetches the workspace' };
  return { stuck: false, why: 'its pod is being prepared' };
}

/** Why the cluster ended a pod, by the reason of its condition `DisruptionTarget`. */
const disruptions: Readonly<Record<string, string>> = {
  EvictionByEvictionAPI: 'its pod was evicted, as when a node is drained',
  PreemptionByScheduler: 'its pod made room for a more important one',
  DeletionByTaintManager: 'its pod was deleted because its node is lost or tainted',
  DeletionByPodGC: 'its pod was deleted because its node is gone',
  TerminationByKubelet: 'its node ended its pod, for want of something or to shut down',
};

type Failure = Omit<Extract<JobState, { readonly phase: 'failed' }>, 'phase'>;

function whyFailed(failed: v.InferOutput<typeof condition>, pod: Pod | undefined, config: KubernetesConfig): Failure {
  const again = { fix: '`retry:` has such a step tried again by itself.' };
  if (failed.reason === 'DeadlineExceeded') return { why: 'it ran longer than the cluster was told to let it' };
  if (pod === undefined)
    return { why: `its pod was removed on the cluster (${failed.message || failed.reason})`, ...again };
  const { reason, message } = pod.status;
  const disruption = pod.status.conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  if (reason === 'Evicted') return { why: `its pod was evicted: ${message}`, ...again };
  if (disruption) {
    const known = disruptions[disruption.reason] ?? `the cluster ended its pod (${disruption.reason})`;
    return { why: `${known}${disruption.message === '' ? '' : `: ${disruption.message}`}`, ...again };
  }
  if (reason !== '') return { why: `its pod ended with ${reason}${message === '' ? '' : `: ${message}`}`, ...again };
  const fetched = find(pod, fetchContainer)?.state.terminated;
  if (fetched !== undefined && fetched.exitCode !== 0)
    return { ...endOf(fetched, config, 'the workspace was not fetched into its pod'), of: fetchContainer };
  const main = find(pod, mainContainer)?.state.terminated;
  if (main !== undefined) return { ...endOf(main, config, 'its command failed'), of: mainContainer };
  return { why: failed.message || failed.reason };
}

function endOf(
  { exitCode, reason, message }: NonNullable<Container['state']['terminated']>,
  { limits }: KubernetesConfig,
  what: string,
): { readonly why: string; readonly fix?: string } {
  const limit = limits?.['memory'];
  if (reason === 'OOMKilled')
    return {
      why: `it was killed for want of memory (OOMKilled${limit === undefined ? '' : `, its limit is ${limit}`})`,
      fix: 'Give it more: `kubernetes: {limits: {memory: …}}`.',
    };
  if (reason === 'StartError' || reason === 'ContainerCannotRun')
    return { why: `its container cannot be started (${message || reason})` };
  return { why: `${what} with exit code ${exitCode}${exitCode === 137 ? ' (killed)' : ''}` };
}

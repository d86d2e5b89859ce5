import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { ModelyardError } from '../../errors';
import type { KubernetesCommand } from '../../protocol/executors';
import { Bearing } from './bearing';
import { fetchContainer, mainContainer } from './jobSpec';
import type { KubeClient } from './kubeClient';
import { PodLog } from './podLog';
import type { JobState, Pod } from './podState';
import { hasBegun, noPod, parseJob, parsePods, stateOf } from './podState';

export interface FollowOptions {
  readonly client: KubeClient;
  readonly job: KubernetesCommand;
  readonly namespace: string;
  /** ms between looks. */
  readonly interval: number;
  /** ms that a cluster which does not answer is waited for. */
  readonly patience: number;
  /** ms that a pod may be stuck, as when its image cannot be pulled. */
  readonly stuckPatience: number;
  /** ms, for the patience with the cluster; default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

type Failed = Extract<JobState, { readonly phase: 'failed' }>;
/** Looks at a log that a node which is gone may not give any more. */
const lastLooks = 5;
export const jobsAt = (namespace: string): string => `/apis/batch/v1/namespaces/${namespace}/jobs`;
const podsAt = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

/**
 * Waits for the end of a Job and passes on what its command prints, and what it waits for.
 * @throws ModelyardError `step.failed` when it failed, does not start or was deleted; `remote.*` when the cluster is gone
 * (the Job then goes on by itself); `cancelled`
 */
export async function followJob(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { client, job, namespace, interval, patience, now } = options;
  const at = `${jobsAt(namespace)}/${job.jobId}`;
  const bearing = new Bearing({
    server: client.server,
    patience,
    now,
    what: `The Job ${job.jobId} of step ${job.step}`,
    fix: `\`kubectl -n ${namespace} delete job ${job.jobId}\` ends it. What it printed until then is in the step’s log.`,
  });
  const start = new Start(options);
  const logs = new Logs(options);
  for (;;) {
    const looked = await bearing.bear(() => look(options, at, signal));
    if (looked !== 'silent') {
      const { state, pod } = looked;
      const hasEnded = state.phase === 'succeeded' || state.phase === 'failed';
      const read = await bearing.bear(() => logs.read(pod, hasEnded, signal));
      if (hasEnded && read === true) {
        if (state.phase === 'failed') throw failed(options, state, await logs.tail(state, pod, signal));
        return;
      }
      await start.judge(state, signal);
    }
    await delay(interval, undefined, { signal }).catch(() => {
      throw new ModelyardError('cancelled', 'Cancelled.');
    });
  }
}

async function look(
  { client, job, namespace }: FollowOptions,
  at: string,
  signal: AbortSignal,
): Promise<{ readonly state: JobState; readonly pod: Pod | undefined }> {
  const found = await client.get(at, signal);
  if (found === undefined)
    throw new ModelyardError('step.failed', `The Job ${job.jobId} of step ${job.step} was deleted on the cluster, not from here.`); // prettier-ignore
  const selector = encodeURIComponent(`job-name=${job.jobId}`);
  const pods = await client.get(`${podsAt(namespace)}?labelSelector=${selector}`, signal);
  const pod = pods === undefined ? undefined : parsePods(pods);
  return { state: stateOf(parseJob(found), pod, job.kubernetes), pod };
}

/** The log of the command, and its last lines. */
class Logs {
  private log: PodLog | undefined;
  private of = '';
  private misses = 0;
  private last: readonly string[] = [];

  constructor(private readonly options: FollowOptions) {}

  /** Whether all of it has been read, or cannot be. */
  async read(pod: Pod | undefined, isLast: boolean, signal: AbortSignal): Promise<boolean> {
    if (pod === undefined || !hasBegun(pod, mainContainer)) return true;
    if (this.of !== pod.metadata.name) this.log = this.open(pod.metadata.name, mainContainer);
    this.of = pod.metadata.name;
    if (await this.log?.read(signal)) return true;
    this.misses++;
    if (!isLast || this.misses < lastLooks) return false;
    this.options.job.log('What it printed last could not be read any more.\n');
    return true;
  }

  private open(pod: string, container: string): PodLog {
    const { client, namespace, job } = this.options;
    const write = (text: string): void => {
      job.log(text);
      this.last = [...this.last, ...text.split('\n').filter(line => line.trim() !== '')].slice(-5);
      const line = this.last.at(-1);
      if (line !== undefined) job.onOutput(line);
    };
    return new PodLog({ client, at: `${podsAt(namespace)}/${pod}`, container, write });
  }

  /** The last lines of what has failed. */
  async tail({ of }: Failed, pod: Pod | undefined, signal: AbortSignal): Promise<readonly string[]> {
    if (of === fetchContainer && pod !== undefined) await this.open(pod.metadata.name, of).read(signal);
    return of === undefined ? [] : this.last;
  }
}

const eventsSchema = v.object({
  items: v.array(v.object({ type: v.optional(v.string()), message: v.optional(v.string(), '') })),
});

/** Says what a job waits for, and loses patience. */
class Start {
  private readonly begun = Date.now();
  private said = '';
  private stuckSince: number | undefined;

  constructor(private readonly options: FollowOptions) {}

  async judge(state: JobState, signal: AbortSignal): Promise<void> {
    if (state.phase !== 'starting') return;
    const { job, stuckPatience } = this.options;
    const told = state.why === noPod ? await this.whyNoPod(state.why, signal) : state.why;
    const why = told.replace(/\.+$/, '');
    if (why !== this.said) {
      job.log(`Waiting: ${why}.\n`);
      job.onOutput(why);
    }
    this.said = why;
    const now = Date.now();
    this.stuckSince = state.stuck ? (this.stuckSince ?? now) : undefined;
    const isStuck = this.stuckSince !== undefined && now - this.stuckSince >= stuckPatience;
    if (!isStuck && now - this.begun < job.kubernetes.starts_within) return;
    throw new ModelyardError(
      'step.failed',
      `Step ${job.step} has not begun on Kubernetes within ${Math.round((now - this.begun) / 1000)} s: ${why}.`,
      {
        fix: isStuck
          ? 'Look at `image`, `image_pull_secret` and `secret` under `kubernetes:`.'
          : state.why === noPod && why !== noPod
            ? 'Look at `service_account`, `labels` and what the namespace allows; or wait longer: `kubernetes: {starts_within: 30m}`.'
            : 'Ask for less (`requests`, `limits`, `node_selector`), or wait longer: `kubernetes: {starts_within: 30m}`.',
        data: { begun: false },
      },
    );
  }

  /** A quota, or a service account that is not there: only events tell, to those that may read them. */
  private async whyNoPod(fallback: string, signal: AbortSignal): Promise<string> {
    const { client, namespace, job, interval } = this.options;
    if (Date.now() - this.begun < 2 * interval) return fallback;
    const selector = encodeURIComponent(`involvedObject.name=${job.jobId}`);
    const found = await client
      .get(`/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`, signal)
      .catch(() => undefined);
    const parsed = v.safeParse(eventsSchema, found);
    const warning = parsed.success ? parsed.output.items.findLast(({ type }) => type === 'Warning') : undefined;
    return warning === undefined ? fallback : `no pod is made: ${warning.message}`;
  }
}

function failed({ client, job }: FollowOptions, { why: told, fix }: Failed, lines: readonly string[]): ModelyardError {
  const why = told.replace(/\.+$/, '');
  const said = lines.map(line => (line.length > 300 ? `${line.slice(0, 300)}…` : line)).join(' ⏎ ');
  return new ModelyardError(
    'step.failed',
    `Step ${job.step} failed on Kubernetes at ${client.server}: ${why}.${said === '' ? '' : ` It said: ${said}`}`,
    { fix: fix ?? 'The whole output is in the step’s log.' },
  );
}

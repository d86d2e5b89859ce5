import { setTimeout as delay } from 'node:timers/promises';
import { ModelyardError } from '../../errors';
import type { RayClient, RayJob } from './rayClient';
import { TooLarge } from '../request';
import { RaySilent } from './rayClient';

export interface FollowOptions {
  readonly client: Pick<RayClient, 'job' | 'logs'>;
  readonly id: string;
  readonly step: string;
  readonly address: string;
  /** ms between looks. */
  readonly interval: number;
  /** ms that a head which does not answer is waited for. */
  readonly patience: number;
  /** New text of the job's log. */
  readonly log: (text: string) => void;
}

/** The share of time that asking for a log may take: Ray sends all of it each time. */
const logShare = 0.1;

/**
 * Waits for the end of a job and passes on what it prints.
 * @throws ModelyardError `remote.unreachable` when the head is gone or has forgotten the job, `remote.refused`, `cancelled`
 */
export async function followJob(options: FollowOptions, signal: AbortSignal): Promise<RayJob> {
  const { client, id, interval } = options;
  const log = new JobLog(options);
  const silence = new Silence(options);
  for (;;) {
    const job = await silence.bear(() => client.job(id, signal));
    if (job === 'silent') {
      await pause(interval, signal);
      continue;
    }
    if (job === undefined) throw forgotten(options);
    const hasEnded = job.status !== 'PENDING' && job.status !== 'RUNNING';
    const read = await silence.bear(() => log.read(hasEnded, signal));
    if (hasEnded && read !== 'silent') return job;
    await pause(interval, signal);
  }
}

/** What is new of a log, of which each answer has all. */
class JobLog {
  private shown = 0;
  private next = 0;

  constructor(private readonly options: FollowOptions) {}

  async read(isLast: boolean, signal: AbortSignal): Promise<void> {
    const started = Date.now();
    if (this.next === Infinity || (!isLast && started < this.next)) return;
    const text = await this.options.client.logs(this.options.id, signal).catch((error: unknown) => {
      if (error instanceof TooLarge) return undefined;
      throw error;
    });
    if (text === undefined) {
      this.next = Infinity;
      this.options.log(
        `The log of the job is too long to be read on: \`ray job logs ${this.options.id}\` has the rest.\n`,
      );
      return;
    }
    this.next = Date.now() + (Date.now() - started) / logShare;
    // shorter than before: another node has begun it anew
    if (text.length < this.shown) this.shown = 0;
    if (text.length > this.shown) this.options.log(text.slice(this.shown));
    this.shown = text.length;
  }
}

/** A head that is silent for a moment is borne; one that stays silent is gone. */
class Silence {
  private since: number | undefined;

  constructor(private readonly options: FollowOptions) {}

  async bear<T>(ask: () => Promise<T>): Promise<T | 'silent'> {
    try {
      const answer = await ask();
      this.since = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof RaySilent)) throw error;
      this.since ??= Date.now();
      const { step, id, address, patience } = this.options;
      if (Date.now() - this.since < patience) return 'silent';
      throw new ModelyardError(
        'remote.unreachable',
        `The Ray head at ${address} has not answered for ${Math.round(patience / 1000)} s (${error.why}) while step ${step} ran there: whether its job ${id} goes on is not known.`,
        {
          fix: `What it printed until then is in the step’s log. When the head is back, \`ray job stop ${id}\` ends the job; then run the step again.`,
          cause: error,
        },
      );
    }
  }
}

const forgotten = ({ address, id, step }: FollowOptions): ModelyardError =>
  new ModelyardError(
    'remote.unreachable',
    `The Ray head at ${address} no longer knows the job ${id} of step ${step}: it was started anew meanwhile.`,
    { fix: 'What the job printed until then is in the step’s log. Run the step again.' },
  );

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    throw new ModelyardError('cancelled', 'Cancelled.');
  }
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { ModelyardError, throwIfAborted } from '../../errors';
import type { TrialPool, TrialPoolRequest } from '../../protocol/trials';
import type { JobResult, TrialRequest } from '../../protocol/jobs';
import { MlflowServer } from '../mlflowServer';
import type { JobRun } from '../trackedJob';
import { endRun, openRun } from '../trackedJob';
import { variable } from '../variable';
import { followJob } from './followJob';
import { tokenFileVariable } from './jobScript';
import { RayClient } from './rayClient';
import { jobNote, stopped } from './runOnRay';
import type { Tags } from './trialMail';
import { answerOf, beatTag, endTag, letterTags } from './trialMail';
import { trialEntrypoint, trialPackage } from './trialPackage';
import { counted } from '../../plural';

export interface RayTrialsOptions {
  /** The program that runs one job. */
  readonly jobFile: string;
  /** ms between looks at the job; default 1 s. */
  readonly interval?: number;
  /** ms that a silent head or MLflow server is waited for; default 60 s. */
  readonly patience?: number;
  /** ms between looks for letters; default 200. */
  readonly mailInterval?: number;
}

interface Slot {
  /** Of the trials that it has had; goes on. */
  trial: number;
  revision: number;
  /** Points that have been passed on. */
  heard: number;
  work?: {
    readonly request: TrialRequest;
    readonly resolve: (result: JobResult) => void;
    readonly reject: (error: unknown) => void;
  };
}

const beatMs = 10_000;
/** ms that the driver gets to end by itself once it is told. */
const endPatience = 3_000;
/** Tags a request may have. https://mlflow.org/docs/latest/rest-api.html#log-batch */
const mostTags = 90;
const tagsSchema = v.object({
  run: v.object({
    data: v.object({ tags: v.optional(v.array(v.object({ key: v.string(), value: v.string() })), []) }),
  }),
});

/**
 * Measures trials on a Ray cluster: one job for all of them, whose driver has as many actors as there are slots; letters go
 * by the tags of an MLflow run. The job begins with the first trial.
 */
export class RayTrials implements TrialPool {
  private readonly slots: readonly Slot[];
  private readonly client: RayClient;
  private readonly ended = new AbortController();
  private opened: Promise<JobRun> | undefined;
  private mail: JobRun | undefined;
  /** What ended the pool. */
  private lost: Error | undefined;
  private outbox = new Map<string, string>();
  private isSending = false;
  private isSubmitted = false;
  private following: Promise<void> = Promise.resolve();
  private beat = 0;

  constructor(
    private readonly request: TrialPoolRequest,
    private readonly options: RayTrialsOptions,
  ) {
    const { address, token } = request.ray;
    this.slots = Array.from({ length: request.slots }, () => ({ trial: -1, revision: 0, heard: 0 }));
    this.client = new RayClient(address, token && variable(token.env, 'the token of the Ray cluster'));
  }

  async run(request: TrialRequest, signal: AbortSignal): Promise<JobResult> {
    throwIfAborted(signal);
    const slot = this.slots.find(({ work }) => work === undefined);
    if (slot === undefined) throw new ModelyardError('internal', 'More trials at a time than there are slots.');
    let abort = (): void => undefined;
    const answer = new Promise<JobResult>((resolve, reject) => {
      slot.work = { request, resolve, reject };
      abort = () => reject(new ModelyardError('cancelled', 'Cancelled.'));
    });
    signal.addEventListener('abort', abort, { once: true });
    try {
      this.opened ??= this.open();
      this.opened.catch((error: unknown) => this.lose(error));
      if (this.lost !== undefined) throw this.lost;
      slot.trial++;
      slot.heard = 0;
      const { name, with: options, watched } = request;
      this.write(slot, { name, with: options, watched });
      return await answer;
    } finally {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) this.write(slot, { cancel: true });
      delete slot.work;
    }
  }

  async close(): Promise<void> {
    await this.opened?.catch(() => undefined);
    const run = this.mail;
    if (run === undefined) return;
    const isLost = this.lost !== undefined;
    this.lost ??= new ModelyardError('cancelled', 'Cancelled.');
    if (!isLost) await this.put(run, { [endTag]: '1' }).catch(() => undefined);
    const limit = new AbortController();
    if (this.isSubmitted) await Promise.race([this.following, delay(isLost ? 0 : endPatience, undefined, limit)]).catch(() => undefined); // prettier-ignore
    limit.abort();
    this.ended.abort();
    if (this.isSubmitted) await stopped(this.client, this.request.jobId);
    await endRun(run, isLost ? 'FAILED' : 'FINISHED', AbortSignal.timeout(5_000)).catch(() => undefined);
  }

  /** Nothing can be measured any more. */
  private lose(error: unknown): void {
    this.lost ??= error instanceof Error ? error : new Error(String(error));
    this.ended.abort();
    for (const { work } of this.slots) work?.reject(this.lost);
  }

  private write(slot: Slot, letter: object): void {
    slot.revision++;
    const { trial, revision } = slot;
    const tags = letterTags(this.slots.indexOf(slot), { trial, revision, text: JSON.stringify(letter) });
    for (const [key, value] of Object.entries(tags)) this.outbox.set(key, value);
    void this.send();
  }

  /** One request at a time; what is written meanwhile goes with the next. */
  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    let isPut = true;
    try {
      const run = await this.opened;
      await Promise.resolve(); // letters of one moment go together
      while (isPut && run !== undefined && this.outbox.size > 0 && this.lost === undefined) {
        const tags = this.outbox;
        this.outbox = new Map();
        isPut = await this.put(run, Object.fromEntries(tags)).then(
          () => true,
          () => false,
        );
        // those that were not sent go once the server answers again, unless there are newer ones
        if (!isPut) this.outbox = new Map([...tags, ...this.outbox]);
      }
    } catch {
      // whoever waits for a trial is told
    } finally {
      this.isSending = false;
    }
  }

  private async put(run: JobRun, tags: Tags): Promise<void> {
    const server = new MlflowServer(run, AbortSignal.timeout(30_000));
    const entries = Object.entries(tags).map(([key, value]) => ({ key, value }));
    for (let i = 0; i < entries.length; i += mostTags)
      await server.post('runs/log-batch', { run_id: run.runId, tags: entries.slice(i, i + mostTags) }, v.unknown());
  }

  private async open(): Promise<JobRun> {
    const { ray, jobId, surroundings, slots, log } = this.request;
    const { signal } = this.ended;
    const { workDir, step } = surroundings;
    const run = await this.mailRun(signal);
    this.mail = run;
    const made = await trialPackage({ jobFile: this.options.jobFile, surroundings, ray, slots }, signal);
    if (!(await this.client.hasPackage(made.name, signal))) await this.client.upload(made.name, made.bytes, signal);
    await mkdir(workDir, { recursive: true });
    await writeFile(path.join(workDir, jobNote), JSON.stringify({ ray, id: jobId }));
    this.isSubmitted = true;
    await this.client.submit(
      {
        submission_id: jobId,
        entrypoint: trialEntrypoint,
        runtime_env: { working_dir: `gcs://${made.name}`, env_vars: await this.variables(run) },
        metadata: { 'modelyard.step': step },
      },
      new AbortController().signal,
    );
    log(`Submitted to Ray at ${ray.address} as ${jobId}: ${counted(slots, 'trial')} at a time, ${(made.bytes.length / 1e6).toFixed(1)} MB.\n`); // prettier-ignore
    this.following = this.follow().catch((error: unknown) => this.lose(error));
    void this.deliver(run).catch((error: unknown) => this.lose(error));
    return run;
  }

  private async mailRun(signal: AbortSignal): Promise<JobRun> {
    const { ray, tracking, experiment, surroundings } = this.request;
    if (ray.tracking === undefined && tracking === undefined)
      throw new ModelyardError('remote.refused', `Trials cannot be measured at ${ray.address}: the cluster cannot reach this engine.`, { fix: 'Name an MLflow server that both reach: `ray: {tracking: {url: …}}`.' }); // prettier-ignore
    const token = ray.tracking?.token;
    const server = ray.tracking
      ? { url: ray.tracking.url, ...(token && { token: variable(token.env, 'the token of the MLflow server') }) }
      : { url: tracking?.url ?? '', ...(tracking?.token !== undefined && { token: tracking.token }) };
    const parent = ray.tracking ? {} : { 'mlflow.parentRunId': tracking?.runId ?? '' };
    return openRun(server, { experiment, name: `${surroundings.step} on Ray`, tags: parent }, signal);
  }

  private async variables(run: JobRun): Promise<Readonly<Record<string, string>>> {
    const own = { MLFLOW_TRACKING_URI: run.url, MLFLOW_RUN_ID: run.runId };
    if (this.request.ray.tracking !== undefined || run.token === undefined) return own;
    const file = path.join(this.request.surroundings.workDir, 'token');
    await writeFile(file, run.token, { mode: 0o600 });
    return { ...own, [tokenFileVariable]: file };
  }

  /** The driver is not to end before it is told to. */
  private async follow(): Promise<void> {
    const { ray, jobId: id, surroundings, log } = this.request;
    const { interval = 1_000, patience = 60_000 } = this.options;
    const { step } = surroundings;
    const printed: string[] = [];
    const shown = (text: string): void => {
      log(text);
      printed.push(...text.split('\n').filter(line => line.trim() !== ''));
    };
    const job = await followJob({ client: this.client, id, step, address: ray.address, interval, patience, log: shown }, this.ended.signal); // prettier-ignore
    if (this.lost !== undefined) return;
    const how = job.status === 'STOPPED' ? 'was stopped on the cluster, not from here' : 'ended';
    throw new ModelyardError('remote.unreachable', `The job ${id} that measures the trials of step ${step} on Ray ${how}. It said: ${printed.slice(-3).join(' ⏎ ')}`); // prettier-ignore
  }

  private async deliver(run: JobRun): Promise<void> {
    const { mailInterval = 200, patience = 60_000 } = this.options;
    let answered = Date.now();
    let beaten = 0;
    while (!this.isOver()) {
      try {
        if (Date.now() - beaten >= beatMs) {
          await this.put(run, { [beatTag]: String(this.beat++) });
          beaten = Date.now();
        }
        if (this.outbox.size > 0) await this.send();
        if (this.slots.some(({ work }) => work !== undefined)) this.hear(await this.tags(run));
        answered = Date.now();
      } catch (error) {
        if (this.isOver()) return;
        if (Date.now() - answered >= patience) throw error;
      }
      await delay(mailInterval);
    }
  }

  private isOver(): boolean {
    return this.ended.signal.aborted;
  }

  private async tags(run: JobRun): Promise<Tags> {
    const server = new MlflowServer(run, this.ended.signal);
    const found = server.parse(await server.need(`/api/2.0/mlflow/runs/get?run_id=${run.runId}`), tagsSchema);
    return Object.fromEntries(found.run.data.tags.map(({ key, value }) => [key, value]));
  }

  private hear(tags: Tags): void {
    for (const [i, slot] of this.slots.entries()) {
      const answer = answerOf(tags, i);
      if (slot.work === undefined || answer?.trial !== slot.trial) continue;
      const { request, resolve, reject } = slot.work;
      for (const [value, step] of answer.points.slice(slot.heard))
        request.onFold({ key: request.watched, value, step });
      slot.heard = answer.points.length;
      if (answer.error) reject(ModelyardError.fromWire(answer.error));
      else if (answer.result) resolve(answer.result);
    }
  }
}

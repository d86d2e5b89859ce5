import { randomUUID } from 'node:crypto';
import { ModelyardError, isAbort, toWireError } from '../errors';
import type { TriggerKind, TriggerList, TriggerOutcome, UpcomingTime } from '../protocol/triggers';
import { localZone } from '../schedule/zones';
import { requirePipeline } from './requirePipeline';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Database } from '../store/database';
import { capital } from './decide';
import type { Cause, Finding } from './decide';
import type { Found } from './found';
import { Looks } from './looks';
import { Offers } from './offers';
import { Pacer, type Watching } from './pacer';
import type { TriggerPorts } from './ports';
import type { TriggerSpec } from './specs';
import { specsOf } from './specs';
import { Starter } from './starter';
import { describeTrigger } from './describe';
import type { StateRow } from './store';
import { TriggerStore } from './store';

export interface TriggerServiceOptions {
  readonly db: Database;
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  readonly ports: TriggerPorts;
  readonly now?: () => number;
  /** ms between two looks; default 2 s; Infinity: only when somebody asks. */
  readonly pace?: number;
}

interface Loaded {
  readonly config: WorkspaceConfig;
  readonly specs: readonly TriggerSpec[];
}

/**
 * Starts pipelines by the clock, by what is in files, by what happens to models, and by hand, while somebody watches.
 *
 * Each cause is written down in one commit with the cursor that it was found at, and waits; the run that it starts is
 * made in one commit with the end of its waiting. So an engine that is killed at any point starts nothing twice and
 * forgets nothing.
 */
export class TriggerService {
  readonly #options: TriggerServiceOptions;
  readonly #store: TriggerStore;
  readonly #looks: Looks;
  readonly #starter: Starter;
  readonly #pacer: Pacer;
  readonly #offers: Offers;
  readonly #abort = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #loaded: Loaded | undefined;

  constructor(options: TriggerServiceOptions) {
    this.#options = options;
    const { db, ports, workspace } = options;
    this.#store = new TriggerStore(db);
    this.#looks = new Looks({ ports, store: this.#store, workspace });
    this.#starter = new Starter({
      ports,
      store: this.#store,
      now: () => this.#now(),
      ended: () => this.#startWaiting(),
    });
    this.#offers = new Offers({
      store: this.#store,
      now: () => this.#now(),
      isRunning: pipeline => this.#starter.isRunning(pipeline),
      happened: event => ports.happened(event),
    });
    this.#pacer = new Pacer({ pace: options.pace ?? 2000, look: () => this.look() });
  }

  /** From now until the release triggers work. */
  watch(): Watching {
    return this.#pacer.watch();
  }

  /** How every trigger of modelyard.yaml stands. */
  async list(): Promise<TriggerList> {
    const active = this.#pacer.isWatched;
    try {
      const { specs, config } = await this.#load();
      const around = { store: this.#store, looks: this.#looks, config, now: this.#now() };
      return { active, triggers: specs.map(spec => describeTrigger(spec, around)) };
    } catch (error) {
      return { active, triggers: [], problem: toWireError(error).message };
    }
  }

  /**
   * The next times of all schedules together, or of those of one pipeline, the nearest first; as the clocks of the schedule's zone and of
   * this computer will show them.
   * @throws ModelyardError `config.*`; `not-found`: no such pipeline, or it has no schedule
   */
  async next({
    pipeline,
    count,
  }: {
    readonly pipeline?: string;
    readonly count: number;
  }): Promise<readonly UpcomingTime[]> {
    const { specs, config } = await this.#load();
    if (pipeline !== undefined) requirePipeline(config, pipeline, this.#options.ports.meant);
    const schedules = specs.filter(
      ({ kind, ...spec }) => kind === 'schedule' && spec.pipeline === (pipeline ?? spec.pipeline),
    );
    if (pipeline !== undefined && schedules.length === 0)
      throw new ModelyardError('not-found', `${pipeline} has no schedule.`, {
        fix: 'Give it one: `on: {schedule: "0 3 * * *"}`.',
      });
    const now = this.#now();
    return schedules
      .flatMap(spec => {
        const paused = this.#store.state(spec)?.paused ?? false;
        const times = this.#looks.upcoming(spec, { now, count, here: localZone() });
        return times.map(time => ({ pipeline: spec.pipeline, ...time, paused }));
      })
      .toSorted((a, b) => a.at - b.at)
      .slice(0, count);
  }

  /** Looks at every trigger once, and starts what waits. Never throws: what is wrong is said by the triggers. */
  look(): Promise<void> {
    return this.#inTurn(async () => {
      let loaded: Loaded;
      try {
        loaded = await this.#load();
      } catch (error) {
        if (!toWireError(error).code.startsWith('config.')) this.#options.ports.failed('Triggers', error);
        return; // nothing starts, every cursor stays: when the file is read again, all of it is found
      }
      this.#store.keep(loaded.specs);
      // the clock first: files may take their time
      const inOrder = [...loaded.specs].sort((a, b) => Number(readsFiles(a)) - Number(readsFiles(b)));
      for (const spec of inOrder) await this.#lookAt(spec, loaded.config);
      this.#startWaiting();
    });
  }

  /**
   * The door for whoever has found a reason to start a pipeline (the looks at what triggers watch do; what watches served
   * models comes in here as well): what came of it. The same `key` starts nothing twice.
   */
  fire(cause: Cause, finding?: Finding): TriggerOutcome {
    const spec = this.#loaded?.specs.find(({ pipeline, kind }) => pipeline === cause.pipeline && kind === cause.kind);
    if (!spec) return { outcome: 'skipped', message: `${cause.pipeline} has no trigger \`${cause.kind}\`.` };
    return this.#offers.take(cause, spec, finding);
  }

  /**
   * Starts a pipeline by hand, or has it wait for the run that is under way. No pause, cool-down or budget holds it.
   * @throws ModelyardError `config.*`, `not-found`, `conflict` when modelyard.yaml forbids it
   */
  async fireByHand(pipeline: string, reason: string): Promise<TriggerOutcome> {
    const { config } = await this.#load();
    const known = requirePipeline(config, pipeline, this.#options.ports.meant);
    if (known.on?.manual === false)
      throw new ModelyardError(
        'conflict',
        `${pipeline} cannot be fired by hand: modelyard.yaml says \`manual: false\`.`,
        {
          fix: `Run it with \`modelyard run ${pipeline}\`, or remove \`manual: false\`.`,
        },
      );
    const isRunning = this.#starter.isRunning(pipeline);
    if (isRunning && known.on?.overlap === 'skip')
      return { outcome: 'skipped', message: `${pipeline} is running already (\`overlap: skip\`).` };
    if (this.#store.waiting().some(one => one.pipeline === pipeline))
      return { outcome: 'queued', message: `${pipeline} is about to start already.` };
    const says = reason === '' ? 'somebody fired it by hand' : `somebody fired it by hand (${reason})`;
    const cause = { pipeline, kind: 'manual' as const, cause: randomUUID(), says };
    const id = this.#store.add({ ...cause, chain: [pipeline], at: this.#now() });
    const firing = this.#store.waiting().find(one => one.id === id);
    if (firing && !isRunning) return this.#starter.start(firing);
    const message = `${pipeline} is running: it starts once more afterwards.`;
    this.#options.ports.happened({ at: this.#now(), pipeline, kind: 'manual', what: 'queued', message });
    return { outcome: 'queued', message };
  }

  /** What waits is called off. @throws ModelyardError `config.*`, `not-found` */
  pause(pipeline: string, kind?: TriggerKind): Promise<TriggerList> {
    return this.#change(pipeline, kind, spec => {
      this.#store.setPaused(spec, true);
      for (const firing of this.#store.waiting()) {
        if (firing.pipeline !== pipeline || firing.kind !== spec.kind) continue;
        this.#store.drop(firing.id);
        const message = `${capital(firing.says)}, but the trigger was paused before ${pipeline} started.`;
        this.#store.skip(spec, { at: this.#now(), reason: 'paused', message, times: 1 });
      }
      return undefined;
    });
  }

  /** Times and moves of models that have passed meanwhile start nothing; files that are others now start it once. */
  resume(pipeline: string, kind?: TriggerKind): Promise<TriggerList> {
    return this.#change(pipeline, kind, async (spec, config) => {
      this.#store.setPaused(spec, false);
      if (spec.kind !== 'schedule' && spec.kind !== 'model') return;
      const before = this.#store.state(spec)?.cursor;
      const place = { config, now: this.#now(), ...(before !== undefined && { before }) };
      this.#store.setCursor(spec, await this.#looks.begin(spec, place, this.#abort.signal));
    });
  }

  /** A run has ended that no trigger has started: what waited for it may start. */
  runEnded(): void {
    setImmediate(() => this.#startWaiting()).unref();
  }

  /** Something has happened that a trigger may wait for. */
  lookSoon(): void {
    this.#pacer.soon(50);
  }

  close(): void {
    this.#pacer.close();
    this.#abort.abort();
  }

  #isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #change(
    pipeline: string,
    kind: TriggerKind | undefined,
    work: (spec: TriggerSpec, config: WorkspaceConfig) => Promise<void> | undefined,
  ): Promise<TriggerList> {
    await this.#inTurn(async () => {
      const { specs, config } = await this.#load();
      requirePipeline(config, pipeline, this.#options.ports.meant);
      const chosen = specs.filter(spec => spec.pipeline === pipeline && spec.kind === (kind ?? spec.kind));
      if (chosen.length === 0)
        throw new ModelyardError(
          'not-found',
          `${pipeline} has no trigger${kind === undefined ? '' : ` \`${kind}\``}.`,
          {
            fix: 'Name one that `modelyard triggers` lists.',
          },
        );
      for (const spec of chosen) {
        await this.#stateOf(spec, config);
        await work(spec, config);
      }
    });
    return this.list();
  }

  async #load(): Promise<Loaded> {
    const { config } = await this.#options.ports.config();
    if (this.#loaded?.config !== config) this.#loaded = { config, specs: specsOf(config) };
    return this.#loaded;
  }

  async #lookAt(spec: TriggerSpec, config: WorkspaceConfig): Promise<void> {
    if (this.#isClosed()) return;
    const { signal } = this.#abort;
    try {
      const state = await this.#stateOf(spec, config);
      if (state.paused) return;
      const found = await this.#looks.look(spec, state, { config, now: this.#now(), signal });
      if (!this.#isClosed()) this.#take(spec, found);
    } catch (error) {
      if (isAbort(error)) return;
      const { code, message } = toWireError(error);
      if (code === 'internal') this.#options.ports.failed(`Trigger ${spec.kind} of ${spec.pipeline}`, error);
      this.#take(spec, { causes: [], skip: { reason: 'unreadable', message, times: 0 } });
    }
  }

  /** A trigger that is new, or watches something else than before, begins with what is there now. */
  async #stateOf(spec: TriggerSpec, config: WorkspaceConfig): Promise<StateRow> {
    const known = this.#store.state(spec);
    if (known?.definition === spec.definition) return known;
    const cursor = await this.#looks.begin(spec, { config, now: this.#now() }, this.#abort.signal);
    this.#store.define(spec, spec.definition, cursor);
    const state = this.#store.state(spec);
    if (!state) throw new ModelyardError('internal', `The trigger ${spec.kind} of ${spec.pipeline} was not kept.`);
    return state;
  }

  #take(spec: TriggerSpec, { causes, cursor, skip }: Found): void {
    for (const { finding, ...cause } of causes) this.fire(cause, finding);
    if (cursor !== undefined) this.#store.setCursor(spec, cursor);
    if (skip) this.#offers.skip(spec, skip);
  }

  /** While nobody watches, only what was asked for by hand. */
  #startWaiting(): void {
    if (this.#isClosed()) return;
    for (const firing of this.#store.waiting()) {
      if (!this.#pacer.isWatched && firing.kind !== 'manual') continue;
      if (!this.#starter.isRunning(firing.pipeline)) void this.#starter.start(firing);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

const readsFiles = ({ kind }: TriggerSpec): boolean => kind === 'change' || kind === 'files' || kind === 'drift';

import { createHash } from 'node:crypto';
import { ModelyardError } from '../../engine/errors';
import { digest, newPipelineRunId } from '../../engine/ids';
import type { PipelineRunId, RunId } from '../../engine/protocol/ids';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import type { TriggerEvent } from '../../engine/protocol/triggers';
import { parseConfig } from '../../engine/config/parse';
import { suggest } from '../../engine/config/suggest';
import { PipelineStore } from '../../engine/pipelines/store';
import type { Store } from '../../engine/store/store';
import { TrackingService } from '../../engine/tracking/service';
import type { DriftFinding, DriftReference, DriftRequest, ModelMove, TriggerPorts } from '../../engine/triggers/ports';
import { TriggerService } from '../../engine/triggers/service';
import { openTestStore } from './store';

/** Triggers over a real database, with a clock, files, a registry and pipeline runs that a test moves by hand. */
export class TriggerWorld {
  now = Date.parse('2026-03-02T12:00:00Z');
  /** By path relative to the workspace; `at`: ms since 1970. */
  readonly files = new Map<string, { text: string; at: number }>();
  readonly moves: ModelMove[] = [];
  readonly events: TriggerEvent[] = [];
  readonly started: {
    readonly id: PipelineRunId;
    readonly pipeline: string;
    readonly tags: Readonly<Record<string, string>>;
  }[] = [];
  reads = 0;
  service: TriggerService;
  /** Thrown within the commit that makes a run. */
  breakCommit: Error | undefined;
  #parsed = parseConfig('', 'modelyard.yaml');
  readonly #runs: { run: PipelineRun; end: () => void }[] = [];
  readonly tracking: TrackingService;
  /** What drift is measured against, and what comparing it finds; undefined: no version is in a stage. */
  reference: DriftReference | undefined;
  compare: (request: DriftRequest) => Promise<DriftFinding> = () =>
    Promise.reject(new Error('nothing is compared here'));
  modelChanges = 0;
  comparisons = 0;
  readonly #pipelines: PipelineStore;

  private constructor(readonly store: Store) {
    this.tracking = new TrackingService({
      store,
      events: { runsChanged: () => undefined, points: () => undefined },
      now: () => this.now,
    });
    this.#pipelines = new PipelineStore(store.db);
    this.service = this.open();
  }

  static async open(text: string): Promise<TriggerWorld> {
    const world = new TriggerWorld(await openTestStore());
    world.config(text);
    return world;
  }

  /** `on:` of pipelines a and b as modelyard.yaml. */
  config(text: string): void {
    this.#parsed = parseConfig(text, 'modelyard.yaml');
  }

  /** What another engine on the same folder makes of it. */
  restart(): void {
    this.service.close();
    this.#runs.length = 0;
    this.service = this.open();
    this.service.watch();
  }

  /** Looks twice, as a file must be found the same twice. */
  async look(): Promise<void> {
    await this.service.look();
    await this.service.look();
  }

  async at(time: string): Promise<void> {
    this.now = Date.parse(time);
    await this.service.look();
  }

  /** What an MLflow client does: logs values of a metric to a run, one a second. */
  async log(run: RunId, key: string, ...values: readonly number[]): Promise<void> {
    for (const value of values) {
      this.now += 1000;
      await this.tracking.logMetrics(run, [{ key, value, time: this.now }]);
    }
  }

  newRun(experiment = 't', tags: Readonly<Record<string, string>> = {}): RunId {
    const experimentId = this.tracking.ensureExperiment(experiment).id;
    return this.tracking.createRun({ experimentId, tags, user: 'tester' }).id;
  }

  write(file: string, text: string): void {
    this.files.set(file, { text, at: this.now });
  }

  /** Ends the oldest run of a pipeline. */
  async end(pipeline: string): Promise<void> {
    const index = this.#runs.findIndex(({ run }) => run.pipeline === pipeline);
    const [ended] = this.#runs.splice(index, 1);
    ended?.end();
    await new Promise(resolve => setImmediate(resolve));
  }

  names(): readonly string[] {
    return this.started.map(({ pipeline }) => pipeline);
  }

  async state(pipeline: string, kind = 'schedule') {
    const found = (await this.service.list()).triggers.find(one => one.pipeline === pipeline && one.kind === kind);
    if (!found) throw new Error(`There is no trigger ${kind} of ${pipeline}.`);
    return found;
  }

  private open(): TriggerService {
    return new TriggerService({
      db: this.store.db,
      workspace: this.store.root,
      now: () => this.now,
      pace: Infinity,
      ports: this.ports(),
    });
  }

  private ports(): TriggerPorts {
    return {
      config: () => {
        const { config, diagnostics } = this.#parsed;
        return config ? Promise.resolve({ config }) : Promise.reject(brokenConfig(diagnostics[0]?.message ?? ''));
      },
      pipelines: {
        run: request => this.run(request),
        running: () => this.#runs.map(({ run }) => run),
        recent: limit => this.#pipelines.search({ limit }),
      },
      files: {
        stamp: async file => {
          const found = this.files.get(this.relative(file));
          return found && { stamp: `${found.at} ${found.text.length}`, modifiedAt: found.at };
        },
        digest: async file => {
          this.reads++;
          return createHash('sha256')
            .update(this.files.get(this.relative(file))?.text ?? '')
            .digest('hex');
        },
        find: async patterns => [...this.files.keys()].filter(file => patterns.includes(`${file.split('/')[0]}/*`)),
      },
      models: {
        lastMove: () => this.moves.at(-1)?.id ?? 0,
        moves: (_, after) => this.moves.filter(({ id }) => id > after),
      },
      metrics: {
        changes: () => this.tracking.changes,
        begin: query => this.tracking.newPoints.begin(query),
        since: (query, cursor) => this.tracking.newPoints.since(query, cursor),
        keys: experiment => this.tracking.newPoints.keys(experiment),
      },
      drift: {
        changes: () => this.modelChanges,
        reference: () =>
          this.reference
            ? Promise.resolve(this.reference)
            : Promise.reject(new ModelyardError('not-found', 'No version.')),
        compare: request => {
          this.comparisons++;
          return this.compare(request);
        },
      },
      meant: suggest,
      pipelineRunOf: runId => this.#pipelines.search({}).find(run => run.runId === runId)?.id,
      happened: event => this.events.push(event),
      busy: () => ({ release: () => undefined }),
      failed: (what, error) => {
        throw new Error(what, { cause: error });
      },
    };
  }

  private relative(file: string): string {
    return file.slice(this.store.root.length + 1).replaceAll('\\', '/');
  }

  private async run({ pipeline, tags, begun }: Parameters<TriggerPorts['pipelines']['run']>[0]): Promise<void> {
    const id = newPipelineRunId();
    const run = this.store.db.transaction(() => {
      const experimentId = this.tracking.ensureExperiment('triggers').id;
      const runId = this.tracking.createRun({ experimentId, tags, user: 'tester' }).id;
      const made: PipelineRun = {
        id,
        pipeline,
        status: 'running',
        startedAt: this.now,
        runId,
        steps: [],
        configDigest: digest('b'.repeat(64)),
      };
      this.#pipelines.insert(made);
      begun(made);
      if (this.breakCommit) throw this.breakCommit;
      return made;
    });
    this.started.push({ id, pipeline, tags });
    await new Promise<void>(resolve => {
      this.#runs.push({
        run,
        end: () => {
          this.#pipelines.finish({ ...run, status: 'succeeded', endedAt: this.now });
          resolve();
        },
      });
    });
  }

  /** The tracked run of the run that was started last. */
  lastRunId() {
    const run = this.#pipelines.search({ limit: 1 })[0];
    if (!run) throw new Error('Nothing has run.');
    return run.runId;
  }
}

const brokenConfig = (message: string): ModelyardError => new ModelyardError('config.invalid', message);

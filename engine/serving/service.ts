import { mkdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { ModelyardError, toWireError } from '../errors';
import type { ProgressReport } from '../protocol/progress';
import type { RegisteredModel } from '../protocol/registry';
import type { Endpoint, ServedTarget, ServingTest } from '../protocol/serving';
import type { Database } from '../store/database';
import type { FeatureLookup } from './featureLookup';
import { Revival } from './revival';
import { exportModel } from './servedFolder';
import { ServerProcess } from './serverProcess';
import { ServingStore } from './store';
import { versionAt } from './target';
import { testVersion, type Example, type VersionTestRequest } from './versionTest';

export interface ServingOptions {
  readonly db: Database;
  /** The bundle of the process that serves: dist/model.js. */
  readonly serverFile: string;
  readonly workspace: string;
  /** Where the files of served models are put; empty when an engine begins. */
  readonly folder: string;
  /** The registry's. @throws ModelyardError `not-found` */
  readonly model: (name: string) => Promise<RegisteredModel>;
  /** Puts the files of a version into a folder. @throws ModelyardError `not-found` when they are not in this workspace */
  readonly files: (model: string, version: number, folder: string) => Promise<void>;
  /** The same for a folder that leaves the workspace, with the signature if there is one. */
  readonly exported: ServingOptions['files'];
  /** The input example of a model's folder. */
  readonly example: (folder: string) => Promise<Example>;
  /** The newest values of features, for models that take some. */
  readonly lookup: FeatureLookup;
  readonly newToken: () => string;
  /** Keeps the engine from ending. */
  readonly busy: () => { release(): void };
  readonly changed: () => void;
  /** A version was tested; the result is kept. */
  readonly tested: (test: ServingTest) => Promise<void>;
  readonly now?: () => number;
  /** ms before a process that has ended is started again, each time. */
  readonly restartDelays?: readonly number[];
}

interface Served extends ServedTarget {
  readonly id: number;
  readonly url: string;
  readonly token: string | null;
  readonly startedAt: number;
  readonly hold: { release(): void };
  readonly revival: Revival;
  server: ServerProcess;
  /** Of the processes before this one. */
  before: { readonly requests: number; readonly errors: number };
  version: number;
  problem?: string;
}

export interface ExportModel extends ServedTarget {
  /** Absolute. */
  readonly folder: string;
  readonly force?: boolean;
}

export interface StartRequest extends ServedTarget {
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Absent: a new one; null: none is asked for. */
  readonly token?: string | null;
}

/** Models over HTTP, each in a process of its own; who is served at a stage or alias follows the registry. */
export class ServingService {
  private readonly store: ServingStore;
  private readonly served = new Map<number, Served>();
  private following: Promise<unknown> = Promise.resolve();
  private last = 0;

  constructor(private readonly options: ServingOptions) {
    this.store = new ServingStore(options.db);
  }

  /** Removes what an engine that was killed has left. */
  async recover(): Promise<void> {
    await rm(this.options.folder, { recursive: true, force: true });
  }

  /** @throws ModelyardError `not-found`, `conflict` (the port is in use), `step.failed` (it cannot be loaded) */
  async start({ model, at, port = 0, token }: StartRequest): Promise<Endpoint> {
    const version = versionAt(await this.options.model(model), at);
    if (version === undefined)
      throw new ModelyardError('not-found', `No version of ${model} holds ${at} yet.`, {
        fix: `Promote one, or name a version: ${model}@1.`,
      });
    const id = ++this.last;
    const server = this.server(id);
    try {
      await server.load(version, await this.filesOf(id, model, version));
      const secret = token === undefined ? this.options.newToken() : token;
      const url = await server.listen(port, secret);
      const one: Served = {
        ...{ id, model, at, server, url, version, token: secret },
        before: { requests: 0, errors: 0 },
        startedAt: this.now(),
        hold: this.options.busy(),
        revival: this.revival(id, Number(new URL(url).port)),
      };
      this.served.set(id, one);
      await this.catchUp(one); // somebody may have been promoted while it was loaded
      return endpointOf(one);
    } catch (error) {
      await server.close();
      await this.clear(id);
      throw error;
    }
  }

  /**
   * Puts the files of whoever holds `at` into a folder that can be served by itself.
   * @throws ModelyardError `not-found`, `conflict` for a folder with something else in it
   */
  async export({ model, at, folder, force = false }: ExportModel): Promise<{ model: string; version: number }> {
    const version = versionAt(await this.options.model(model), at);
    if (version === undefined) throw new ModelyardError('not-found', `No version of ${model} holds ${at} yet.`);
    await exportModel({ model, version, folder, force, files: to => this.options.exported(model, version, to) });
    return { model, version };
  }

  list(): readonly Endpoint[] {
    return [...this.served.values()].map(endpointOf);
  }

  /** @throws ModelyardError `not-found` */
  async stop(id: number): Promise<void> {
    const one = this.served.get(id);
    if (one === undefined) throw new ModelyardError('not-found', `Nothing is served as number ${id}.`);
    await this.end(one);
  }

  async close(): Promise<void> {
    await Promise.all([...this.served.values()].map(one => this.end(one)));
  }

  /** What runs on a version, for those who would delete it. */
  inUse(model: string, version: number): string | undefined {
    const one = [...this.served.values()].find(served => served.model === model && served.version === version);
    return one && `the server at ${one.url}`;
  }

  /** A model has changed: whoever holds the stage or alias now answers. */
  follow(model: string): void {
    const concerned = [...this.served.values()].filter(one => one.model === model);
    if (concerned.length === 0) return;
    this.following = this.following.then(() => Promise.all(concerned.map(one => this.catchUp(one))));
  }

  /** Of a version, newest first. */
  tests(model: string, version: number, limit = 20): readonly ServingTest[] {
    return this.store.tests(model, version, limit);
  }

  /**
   * Serves a version for itself: looks at everything once, puts it under load, and under load replaces it by the version a
   * rollback would bring back, and the other way round. The result is kept.
   * @throws ModelyardError `not-found`, `step.failed` when it cannot be served at all, `cancelled`
   */
  async test(
    request: VersionTestRequest,
    progress: (report: ProgressReport) => void,
    signal: AbortSignal,
  ): Promise<ServingTest> {
    const id = ++this.last;
    try {
      const { model: registry, example, newToken } = this.options;
      const files = (version: number): Promise<string> => this.filesOf(id, request.model, version);
      const server = (): ServerProcess => this.server(id);
      const found = await testVersion({ registry, files, example, newToken, server }, { request, progress }, signal);
      const test: ServingTest = { ...found, testedAt: this.now() };
      this.store.record(test);
      await this.options.tested(test);
      this.options.changed();
      return test;
    } finally {
      await this.clear(id);
    }
  }

  private server(id: number): ServerProcess {
    const { serverFile: file, workspace: cwd, lookup } = this.options;
    return new ServerProcess({ file, cwd, lookup, died: reason => this.lost(id, reason) });
  }

  private lost(id: number, reason: string): void {
    const one = this.served.get(id);
    one?.revival.died(reason);
  }

  private revival(id: number, port: number): Revival {
    const { restartDelays: delays, changed } = this.options;
    const served = (): Served | undefined => this.served.get(id);
    return new Revival({
      port,
      now: () => this.now(),
      ...(delays && { delays }),
      start: async free => {
        const one = served();
        if (one) await this.restart(one, { port, free });
      },
      changed: problem => {
        const one = served();
        if (one === undefined) return;
        if (problem === undefined) delete one.problem;
        else one.problem = problem;
        changed();
        // the stage may have moved meanwhile
        if (problem === undefined) this.follow(one.model);
      },
      gaveUp: () => served()?.hold.release(),
    });
  }

  private async restart(one: Served, { port, free }: { port: number; free: () => Promise<void> }): Promise<void> {
    const { requests, errors } = countsOf(one);
    const server = this.server(one.id);
    try {
      await server.load(one.version, await this.filesOf(one.id, one.model, one.version));
      await free();
      await server.listen(port, one.token);
    } catch (error) {
      await server.close();
      throw error;
    }
    one.before = { requests, errors };
    one.server = server;
  }

  private async catchUp(one: Served): Promise<void> {
    // one that is down catches up when it is back
    if (!this.served.has(one.id) || one.revival.isDown) return;
    try {
      const version = versionAt(await this.options.model(one.model), one.at);
      if (version === undefined)
        throw new ModelyardError('not-found', `No version of ${one.model} holds ${one.at} any more.`);
      if (version !== one.version) await one.server.load(version, await this.filesOf(one.id, one.model, version));
      one.version = version;
      delete one.problem;
    } catch (error) {
      one.problem = toWireError(error).message;
    }
    this.options.changed();
  }

  private async filesOf(id: number, model: string, version: number): Promise<string> {
    const folder = path.join(this.options.folder, String(id), `v${version}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await this.options.files(model, version, folder);
    return folder;
  }

  private async end(one: Served): Promise<void> {
    this.served.delete(one.id);
    await one.revival.close();
    await one.server.close();
    await this.clear(one.id);
    one.hold.release();
    this.options.changed();
  }

  private async clear(id: number): Promise<void> {
    await rm(path.join(this.options.folder, String(id)), { recursive: true, force: true });
    await rmdir(this.options.folder).catch(() => undefined); // others may still have files in it
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

const countsOf = ({ before, server }: Served): Served['before'] => ({
  requests: before.requests + server.requests,
  errors: before.errors + server.errors,
});

const endpointOf = (one: Served): Endpoint => ({
  ...{ id: one.id, model: one.model, at: one.at, version: one.version, url: one.url, startedAt: one.startedAt },
  ...(one.token !== null && { token: one.token }),
  ...countsOf(one),
  ...(one.server.memory > 0 && { memory: one.server.memory }),
  ...(one.revival.restarts > 0 && { restarts: one.revival.restarts }),
  ...(one.problem !== undefined && { problem: one.problem }),
});

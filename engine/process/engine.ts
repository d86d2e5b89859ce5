import type net from 'node:net';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endpointOf } from '../client/endpoint';
import { ModelyardError } from '../errors';
import type { EngineStatus, Hello, HttpEndpoint, Welcome } from '../protocol/engine';
import type { EventName, Events } from '../protocol/events';
import type { Services } from './services';
import { removeEngineRecord, writeEngineRecord } from './engineRecordFile';
import type { ListenOptions } from './httpDoor';
import { HttpDoor } from './httpDoor';
import { listenAsBefore } from './httpRecord';
import type { Hold } from './lifetime';
import { Lifetime } from './lifetime';
import type { Log } from './log';
import { methodTable } from './methods/table';
import { claimEndpoint } from './ownership';
import { newSecret } from './secrets';
import type { MethodTable, SessionHost } from './session';
import { Session } from './session';
import { compareVersions } from './versions';

/** What rooms call when something has been committed. */
export type Emit = <E extends EventName>(event: E, payload: Events[E]) => void;

export interface EngineOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  /** Relative to the workspace. */
  readonly configFile: string;
  readonly version: string;
  /** ms the engine stays after the last client has left. */
  readonly grace: number;
  readonly log: Log;
  /**
   * Opens the database and builds the rooms; called once this process owns the workspace. `http` has the engine listen, as
   * soon as the rooms are there; `busy` keeps it from ending.
   */
  readonly compose: (emit: Emit, http: () => Promise<HttpEndpoint>, busy: () => Hold) => Promise<Services>;
  /** ms that closing may take. Default 10 s. */
  readonly closePatience?: number;
}

/** ms in which a started engine must have been found by somebody. */
const firstGrace = 15_000;
/** ms that cancelled work gets to tidy up when the engine ends. */
const tidyPatience = 5000;
/** ms that the database and the doors get to close: nobody waits for an engine for ever. */
const closePatience = 10_000;
/** ms in which it is noticed that a command line, which has just ended, has left. */
const leavePatience = 300;

/** The engine process's inside: one database, any number of clients. */
export class Engine implements SessionHost {
  readonly token = newSecret();
  readonly startedAt = Date.now();
  readonly log: Log;
  /** Settles when the database is closed and the endpoint is free, or that has taken too long. */
  readonly ended: Promise<void>;
  readonly lifetime: Lifetime;
  private readonly options: EngineOptions;
  private readonly server: net.Server;
  private readonly sessions = new Map<Session, Hold | undefined>();
  private readonly services: Promise<Services>;
  private ready: { readonly services: Services; readonly methods: MethodTable; readonly door: HttpDoor } | undefined;
  private closing: Promise<void> | undefined;
  private markEnded: () => void = () => undefined;

  private constructor(options: EngineOptions, server: net.Server) {
    this.options = options;
    this.log = options.log;
    this.server = server;
    this.ended = new Promise(resolve => {
      this.markEnded = resolve;
    });
    this.lifetime = new Lifetime({ grace: options.grace, firstGrace, onEnd: () => void this.stop() });
    server.on('error', error => this.log.error('Socket', error)); // too many open files: the next one may do
    server.on('connection', socket => {
      if (this.closing) socket.destroy();
      else this.sessions.set(new Session(socket, this), undefined);
    });
    this.services = this.open();
    this.services.catch(() => undefined); // said to every client
  }

  /** @returns undefined when another engine owns the workspace. */
  static async start(options: EngineOptions): Promise<Engine | undefined> {
    const endpoint = endpointOf(options.workspace);
    const server = await claimEndpoint(options.workspace, endpoint);
    if (server === undefined) return undefined;
    const engine = new Engine(options, server);
    try {
      engine.announce(endpoint);
    } catch (error) {
      await engine.stop();
      throw error;
    }
    return engine;
  }

  /** @throws ModelyardError why the database cannot be opened. */
  async whenReady(): Promise<void> {
    await this.services;
  }

  async admit(session: Session, hello: Hello): Promise<Welcome> {
    this.refuseWrongVersion(hello);
    await this.refuseOtherConfig(hello);
    const { workspace, configFile, version } = this.options;
    const { executors } = await this.services;
    // a command line trusts the folder once it has something run or changed there, not by looking at it
    if (hello.trusted && hello.client !== 'cli') executors.trusted();
    if (this.closing) throw new ModelyardError('engine.unreachable', 'The engine is about to end.');
    if (session.isOpen) this.sessions.set(session, this.lifetime.client());
    const hasConfig = existsSync(path.resolve(workspace, configFile));
    return { version, pid: process.pid, workspace: { root: workspace, configFile, hasConfig } };
  }

  methods(): MethodTable {
    return this.opened().methods;
  }

  busy(): Hold {
    this.opened().services.executors.trusted();
    return this.lifetime.busy();
  }

  left(session: Session): void {
    this.sessions.get(session)?.release();
    this.sessions.delete(session);
  }

  /** Without a wish for port or token: where clients have found this workspace before, if that is free. */
  listen(options: ListenOptions): Promise<HttpEndpoint> {
    const { door } = this.opened();
    const asBefore = options.port === undefined && options.token === undefined;
    return asBefore ? listenAsBefore(this.options.workspace, door) : door.listen(options);
  }

  status(): EngineStatus {
    const { services, door } = this.opened();
    const http = door.endpoint;
    const clients = [...this.sessions.keys()].flatMap(({ client }) =>
      client ? [{ client: client.client, trusted: client.trusted }] : [],
    );
    return {
      version: this.options.version,
      pid: process.pid,
      startedAt: this.startedAt,
      clients,
      ...(http && { http }),
      database: services.databaseFile(),
      memory: { rss: process.memoryUsage.rss() },
      running: services.pipelines.running(),
    };
  }

  /** Cancels what runs, closes everything, frees the endpoint last: who binds it next finds a closed database. */
  stop(): Promise<void> {
    this.closing ??= this.close();
    return this.closing;
  }

  private announce(endpoint: string): void {
    const { token, startedAt } = this;
    const { workspace, version } = this.options;
    writeEngineRecord(workspace, { pid: process.pid, version, token, endpoint, startedAt });
  }

  private async open(): Promise<Services> {
    try {
      const emit: Emit = (event, payload) => {
        for (const session of this.sessions.keys()) session.notify(event, payload);
      };
      const services = await this.options.compose(
        emit,
        async () => this.listen({}),
        () => this.busy(),
      );
      const door = new HttpDoor(services.http, this.log);
      this.ready = { services, door, methods: methodTable(services, this) };
      return services;
    } catch (error) {
      this.log.error('The engine cannot start', error);
      setTimeout(() => void this.stop(), 500); // whoever waits hears why; the next one starts an engine that looks again
      throw error;
    }
  }

  private opened(): NonNullable<Engine['ready']> {
    if (this.ready === undefined) throw new ModelyardError('engine.unreachable', 'The engine is about to end.');
    return this.ready;
  }

  private async close(): Promise<void> {
    this.lifetime.close();
    removeEngineRecord(this.options.workspace, this.token);
    this.log.info('Ending.');
    for (const session of this.sessions.keys()) session.cancelCalls();
    this.ready?.services.cancelAll();
    for (const end = Date.now() + tidyPatience; this.lifetime.isBusy && Date.now() < end;) await delay(10);
    const { closePatience: patience = closePatience } = this.options;
    const isReleased = await Promise.race([this.release().then(() => true), delay(patience, false, { ref: false })]);
    this.log.info(isReleased ? 'Ended.' : `Ended without waiting longer: closing took more than ${patience} ms.`);
    this.markEnded();
  }

  private async release(): Promise<void> {
    await Promise.all([...this.sessions.keys()].map(session => session.bye()));
    await this.ready?.door.close();
    await this.services.then(services => services.close()).catch((error: unknown) => this.log.error('Closing', error));
    await new Promise(resolve => this.server.close(resolve));
  }

  /** A newer client may replace an engine that does nothing; `stopping` tells it to try again. */
  private refuseWrongVersion(hello: Hello): void {
    const { version } = this.options;
    if (hello.version === version) return;
    const stopping = compareVersions(hello.version, version) > 0 && !this.lifetime.isBusy;
    if (stopping) this.lifetime.stopWhenIdle();
    throw new ModelyardError(
      'engine.version',
      `The engine that runs in this folder is Modelyard ${version}; this is ${hello.version}.`,
      {
        fix: 'Reload the windows that use the folder, or end the engine with `modelyard stop --now`.',
        data: { engine: version, stopping },
      },
    );
  }

  private async refuseOtherConfig(hello: Hello): Promise<void> {
    const { workspace, configFile } = this.options;
    const wanted = hello.configFile ?? 'modelyard.yaml';
    if (path.resolve(workspace, wanted) === path.resolve(workspace, configFile)) return;
    const isUsed = (): boolean => this.lifetime.clientCount > 0 || this.lifetime.isBusy;
    for (const end = Date.now() + leavePatience; isUsed() && Date.now() < end;) await delay(10);
    const stopping = !isUsed();
    if (stopping) this.lifetime.stopWhenIdle();
    throw new ModelyardError('conflict', `The engine of this folder works with ${configFile}, not ${wanted}.`, {
      fix: 'Close what uses the folder, or end its engine with `modelyard stop`.',
      data: { configFile, stopping },
    });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { ModelyardError } from '../errors';
import type { EventName, Events } from '../protocol/events';
import type { Hello, Welcome } from '../protocol/engine';
import type { Method, Params, Result } from '../protocol/methods';
import { abortable } from './abortable';
import { realWorkspace } from './endpoint';
import type { Subscription } from './eventListeners';
import { EventListeners } from './eventListeners';
import type { CallOptions, Link } from './link';
import { methodKinds } from './methodKinds';
import type { OpenedLink } from './openLink';
import { openLink } from './openLink';

export interface ConnectOptions {
  /** The workspace folder, by any path. */
  readonly workspace: string;
  /** Relative to the workspace; default `modelyard.yaml`. */
  readonly configFile?: string;
  /** Bundle of the engine (`dist/engine.js`); absent: an engine that runs is used, none is started. */
  readonly engineFile?: string;
  readonly client: Hello['client'];
  readonly version: string;
  /** False: may read, nothing may run. */
  readonly trusted: boolean;
  readonly log?: (line: string) => void;
  /** ms; how long to wait for an engine to start. Default 20 s. */
  readonly patience?: number;
  /** ms; how long an engine that is asked may say nothing before it counts as silent. Default 10 s. */
  readonly silence?: number;
}

/**
 * `silent`: it is there, but does not answer; `idle`: the engine was stopped on purpose, the next call starts another;
 * `failed`: so does the next call.
 */
export type ClientState = 'connected' | 'silent' | 'reconnecting' | 'idle' | 'failed' | 'disposed';

/**
 * The way to an engine: connects (starting one when needed), calls, and connects again by itself when the engine dies.
 */
export class EngineClient {
  private readonly options: ConnectOptions & { readonly workspace: string };
  private readonly events = new EventListeners();
  private readonly stateListeners = new Set<(state: ClientState) => void>();
  private readonly reconnectListeners = new Set<(welcome: Welcome) => void>();
  private readonly lifetime = new AbortController();
  private current: Promise<OpenedLink> | undefined;
  private lastState: ClientState = 'reconnecting';
  private lastWelcome: Welcome | undefined;

  private constructor(options: ConnectOptions) {
    this.options = { ...options, workspace: realWorkspace(options.workspace) };
  }

  /** @throws ModelyardError `engine.unreachable`, `engine.version`, `engine.refused`, `store.*`, `conflict`, `not-found`, `cancelled` */
  static async connect(options: ConnectOptions, signal?: AbortSignal): Promise<EngineClient> {
    const client = new EngineClient(options);
    try {
      await abortable(client.link(), signal);
      return client;
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  /** What the engine said at the last hello. */
  get welcome(): Welcome {
    if (this.lastWelcome === undefined) throw new ModelyardError('internal', 'The client has never been connected.');
    return this.lastWelcome;
  }

  get state(): ClientState {
    return this.lastState;
  }

  /**
   * Waits for the engine when it is just being replaced. Settles in any case: see `Link.call`. A reading call that the engine's death interrupted is asked
   * once more of the next engine; any other fails with `engine.unreachable`. `dispose` cancels what is under way.
   */
  async call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    const { link } = await abortable(this.link(), options.signal);
    try {
      return await link.call(method, params, options);
    } catch (error) {
      if (this.lifetime.signal.aborted) throw closed();
      if (link.isOpen || methodKinds[method] === 'write') throw error;
    }
    return (await abortable(this.link(), options.signal)).link.call(method, params, options);
  }

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): Subscription {
    return this.events.on(event, listener);
  }

  onState(listener: (state: ClientState) => void): Subscription {
    this.stateListeners.add(listener);
    return { dispose: () => void this.stateListeners.delete(listener) };
  }

  /** After another engine has taken over: what was read before may be out of date. */
  onDidReconnect(listener: (welcome: Welcome) => void): Subscription {
    this.reconnectListeners.add(listener);
    return { dispose: () => void this.reconnectListeners.delete(listener) };
  }

  dispose(): void {
    if (this.lifetime.signal.aborted) return;
    this.lifetime.abort();
    this.setState('disposed');
    void this.current?.then(({ link }) => link.close()).catch(() => undefined);
    this.current = undefined;
  }

  /** The connection there is, or that is being made. */
  private async link(): Promise<OpenedLink> {
    for (;;) {
      if (this.lifetime.signal.aborted) throw closed();
      this.current ??= this.openLink();
      const opened = await this.current;
      if (opened.link.isOpen) return opened;
      await opened.link.closed;
    }
  }

  private async openLink(): Promise<OpenedLink> {
    try {
      const { configFile = 'modelyard.yaml', patience = 20_000, log = () => undefined, ...rest } = this.options;
      const opened = await openLink({ ...rest, configFile, patience, log }, this.lifetime.signal);
      this.attach(opened);
      return opened;
    } catch (error) {
      this.current = undefined;
      this.setState('failed');
      throw error;
    }
  }

  private attach({ link, welcome }: OpenedLink): void {
    const again = this.lastWelcome !== undefined;
    this.lastWelcome = welcome;
    link.forwardEvents(this.events);
    if (!link.isOpen || this.lifetime.signal.aborted) {
      link.close();
      throw new ModelyardError('engine.unreachable', 'The engine ended as soon as it had answered.');
    }
    void link.closed.then(() => this.lost(link));
    link.onSilence(isSilent => link.isOpen && this.setState(isSilent ? 'silent' : 'connected'));
    this.setState('connected');
    if (again) for (const listener of this.reconnectListeners) listener(welcome);
  }

  private lost(link: Link): void {
    this.current = undefined;
    if (this.lifetime.signal.aborted) return;
    this.options.log?.(link.endedOnPurpose ? 'The engine has been stopped.' : 'The connection to the engine was lost.');
    this.setState(link.endedOnPurpose ? 'idle' : 'reconnecting');
    if (!link.endedOnPurpose) {
      this.current = this.reconnect();
      this.current.catch(() => undefined); // said by the state and by the next call
    }
  }

  /** The short wait differs between clients, so that seldom more than one of them starts an engine. */
  private async reconnect(): Promise<OpenedLink> {
    await delay(Math.random() * 60);
    return this.openLink();
  }

  private setState(state: ClientState): void {
    if (this.lastState === state || this.lastState === 'disposed') return;
    this.lastState = state;
    for (const listener of this.stateListeners) listener(state);
  }
}

/** Whoever closes the connection does not want the answers any more. */
const closed = (): ModelyardError => new ModelyardError('cancelled', 'The connection to the engine has been closed.');

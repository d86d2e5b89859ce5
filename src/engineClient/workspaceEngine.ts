import path from 'node:path';
import * as vscode from 'vscode';
import { abortable } from '../../engine/client/abortable';
import { endEngine } from '../../engine/client/endEngine';
import type { ClientState } from '../../engine/client/engineClient';
import { EngineClient } from '../../engine/client/engineClient';
import { EventListeners, eventNames } from '../../engine/client/eventListeners';
import { ModelyardError } from '../../engine/errors';
import { silentEngine } from '../../engine/client/link';
import { long } from '../../engine/client/methodKinds';
import type { EventName, Events } from '../../engine/protocol/events';
import type { Method, Params, Result } from '../../engine/protocol/methods';
import type { ProgressReport } from '../../engine/protocol/progress';
import { background } from './background';
import { Waiting } from './waiting';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: ProgressReport) => void;
}

/** The calls that the rest of the extension makes; views, commands and panels know nothing else of an engine. */
export interface EngineCalls {
  call<M extends Method>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>;
  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): vscode.Disposable;
  /** Another engine has taken over: what was read may be out of date. */
  onDidReconnect(listener: () => void): vscode.Disposable;
}

export interface WorkspaceEngineOptions {
  readonly folder: vscode.Uri;
  readonly configFile: string;
  /** dist/engine.js */
  readonly engineFile: string;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

/** The engine of one workspace folder; nothing is started before the first call. */
export class WorkspaceEngine implements EngineCalls, vscode.Disposable {
  private readonly listeners = new EventListeners();
  private readonly reconnected = new vscode.EventEmitter<void>();
  private readonly fellSilent = new vscode.EventEmitter<Error>();
  /** The engine is there and does not answer; the error says so. */
  readonly onDidFallSilent = this.fellSilent.event;
  private readonly trust: vscode.Disposable;
  private readonly waiting: Waiting;
  private client: Promise<EngineClient> | undefined;
  private isDisposed = false;

  constructor(private readonly options: WorkspaceEngineOptions) {
    // A client says at its hello whether it is trusted: a window that becomes trusted says hello again.
    const inBackground = background(options.log);
    this.trust = vscode.workspace.onDidGrantWorkspaceTrust(() => inBackground('reconnect', this.reconnect()));
    this.waiting = new Waiting(vscode.l10n.t('Waiting for the engine of {0}', path.basename(options.folder.fsPath)));
  }

  get folder(): vscode.Uri {
    return this.options.folder;
  }

  /** Relative to the folder. */
  get configFile(): string {
    return this.options.configFile;
  }

  async call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    const answer = abortable(this.connected(), options.signal).then(client => client.call(method, params, options));
    return long.has(method) ? answer : this.waiting.during(answer);
  }

  on<E extends EventName>(event: E, listener: (payload: Events[E]) => void): vscode.Disposable {
    const subscription = this.listeners.on(event, listener);
    return new vscode.Disposable(() => subscription.dispose());
  }

  onDidReconnect(listener: () => void): vscode.Disposable {
    return this.reconnected.event(listener);
  }

  /** Leaves the engine (which ends when nobody else needs it) and connects again. */
  async reconnect(): Promise<void> {
    if (this.client !== undefined) await this.connectAnew();
  }

  /** Ends the engine, whether it answers or not, and starts another. */
  async restart(): Promise<void> {
    const { folder, log } = this.options;
    const how = await endEngine(folder.fsPath, signal => this.call('engine/stop', { now: true }, { signal }));
    if (how === 'killed') log.warn(`The engine of ${folder.fsPath} did not answer and has been killed.`);
    await this.connectAnew();
  }

  dispose(): void {
    this.isDisposed = true;
    this.trust.dispose();
    this.reconnected.dispose();
    this.fellSilent.dispose();
    this.client?.then(client => client.dispose()).catch(() => undefined); // it said so to whoever asked
  }

  private async connectAnew(): Promise<void> {
    const before = this.client;
    this.client = undefined;
    (await before?.catch(() => undefined))?.dispose();
    await this.connected();
    this.reconnected.fire();
  }

  private connected(): Promise<EngineClient> {
    if (this.isDisposed) return Promise.reject(closed(this.folder));
    this.client ??= this.connect();
    return this.client;
  }

  private async connect(): Promise<EngineClient> {
    const { folder, configFile, engineFile, version, log } = this.options;
    try {
      const client = await EngineClient.connect({
        workspace: folder.fsPath,
        configFile,
        engineFile,
        client: 'extension',
        version,
        trusted: vscode.workspace.isTrusted,
        log: line => log.info(line),
      });
      if (this.isDisposed) client.dispose();
      for (const event of eventNames) client.on(event, this.listeners.emitter(event));
      client.onDidReconnect(() => this.reconnected.fire());
      this.listenToSilence(client);
      return client;
    } catch (error) {
      this.client = undefined; // the next call tries again
      throw error;
    }
  }

  /** After a silence what was asked for meanwhile has failed: it is asked for again. */
  private listenToSilence(client: EngineClient): void {
    let last: ClientState = client.state;
    client.onState(state => {
      if (state === 'silent') this.fellSilent.fire(silentEngine(client.welcome.pid));
      else if (state === 'connected' && last === 'silent') this.reconnected.fire();
      last = state;
    });
  }
}

const closed = (folder: vscode.Uri): ModelyardError =>
  new ModelyardError('engine.unreachable', `${folder.fsPath} is not open in this window any more.`);

import * as vscode from 'vscode';
import { EngineClient } from '../../engine/client/engineClient';
import { EventListeners, eventNames } from '../../engine/client/eventListeners';
import type { EventName, Events, Method, Params, ProgressReport, Result } from '../../engine/protocol/methods';

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
  private readonly trust: vscode.Disposable;
  private client: Promise<EngineClient> | undefined;
  private isDisposed = false;

  constructor(private readonly options: WorkspaceEngineOptions) {
    // A client says at its hello whether it is trusted: a window that becomes trusted says hello again.
    this.trust = vscode.workspace.onDidGrantWorkspaceTrust(() => void this.reconnect());
  }

  get folder(): vscode.Uri {
    return this.options.folder;
  }

  /** Relative to the folder. */
  get configFile(): string {
    return this.options.configFile;
  }

  async call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    const client = await this.connected();
    return client.call(method, params, options);
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
    const before = this.client;
    if (before === undefined) return;
    this.client = undefined;
    (await before.catch(() => undefined))?.dispose();
    await this.connected();
    this.reconnected.fire();
  }

  dispose(): void {
    this.isDisposed = true;
    this.trust.dispose();
    this.reconnected.dispose();
    void this.client?.then(client => client.dispose()).catch(() => undefined);
  }

  private connected(): Promise<EngineClient> {
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
      return client;
    } catch (error) {
      this.client = undefined; // the next call tries again
      throw error;
    }
  }
}

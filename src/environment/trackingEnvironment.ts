import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { onSettingsChanged, setting } from '../manifest/settings';
import { HostEnvironment } from './hostEnvironment';
import { hasOwnServer, trackingVariables } from './trackingVariables';
import type { Variables } from './trackingVariables';

export interface TrackingEnvironmentOptions {
  readonly engines: Engines;
  readonly collection: vscode.GlobalEnvironmentVariableCollection;
}

/** Sessions whose program may use an MLflow client. */
const debugTypes = new Set(['python', 'debugpy']);

/**
 * Has `python train.py` log to the folder it is typed in: terminals and tasks get the address of the folder's engine and
 * its token, and so do debug sessions, and what other extensions start (kernels of notebooks, test runs).
 */
export class TrackingEnvironment implements vscode.Disposable, vscode.DebugConfigurationProvider {
  private readonly owned = new Disposables();
  private readonly known = new Map<string, Variables>();
  private readonly host = this.owned.add(new HostEnvironment(process.env));
  private watched = new Disposables();

  constructor(private readonly options: TrackingEnvironmentOptions) {
    const { engines, collection } = options;
    collection.persistent = false; // the token is kept in one place only
    collection.description = vscode.l10n.t('MLflow clients log to this folder’s Modelyard engine');
    const again = (): void => this.follow();
    this.owned.add(engines.onDidChange(again));
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(again));
    this.owned.add(onSettingsChanged(['mlflow.setEnvironment'], again));
    this.owned.add(vscode.debug.registerDebugConfigurationProvider('*', this));
    again();
  }

  /** The variables of a debug session's own configuration win. */
  resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    const variables = this.variablesOf(folder);
    const given: unknown = config['env'];
    const own = typeof given === 'object' && given !== null ? { ...given } : {};
    if (variables === undefined || !debugTypes.has(config.type) || hasOwnServer(own)) return config;
    return { ...config, env: { ...variables, ...own } };
  }

  dispose(): void {
    this.watched.dispose();
    this.owned.dispose();
    this.options.collection.clear();
  }

  private variablesOf(folder: vscode.WorkspaceFolder | undefined): Variables | undefined {
    return folder === undefined ? [...this.known.values()][0] : this.known.get(folder.uri.toString());
  }

  private follow(): void {
    this.watched.dispose();
    this.watched = new Disposables();
    this.known.clear();
    this.options.collection.clear();
    const isWanted = vscode.workspace.isTrusted && !hasOwnServer(this.host.original);
    for (const engine of this.options.engines.all()) {
      if (!isWanted || !setting('mlflow.setEnvironment', engine.folder)) continue;
      const ask = (): void =>
        this.options.engines.inBackground(`MLflow clients of ${engine.folder.fsPath}`, this.ask(engine));
      this.watched.add(engine.onDidReconnect(ask));
      ask();
    }
    this.publish();
  }

  private async ask(engine: WorkspaceEngine): Promise<void> {
    const endpoint = await engine.call('engine/listen', {});
    if (!this.options.engines.all().includes(engine)) return;
    this.known.set(engine.folder.toString(), trackingVariables(endpoint));
    this.publish();
  }

  private publish(): void {
    for (const [uri, variables] of this.known) {
      const workspaceFolder = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri));
      if (workspaceFolder === undefined) continue;
      const scoped = this.options.collection.getScoped({ workspaceFolder });
      for (const [name, value] of Object.entries(variables))
        if (scoped.get(name)?.value !== value) scoped.replace(name, value);
    }
    this.host.set(this.variablesOf(undefined) ?? {});
  }
}

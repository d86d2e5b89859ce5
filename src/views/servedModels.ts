import * as vscode from 'vscode';
import type { Endpoint } from '../../engine/protocol/serving';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { setContext } from '../manifest/contextKeys';
import { onSettingsChanged, setting } from '../manifest/settings';

/** A model that answers, with the engine that serves it. */
export interface ServedModel {
  readonly engine: WorkspaceEngine;
  readonly endpoint: Endpoint;
}

/** What is served in the folders of the window: an entry of the status bar while there is something. */
export class ServedModels implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly item = this.owned.add(
    vscode.window.createStatusBarItem('modelyard.serving', vscode.StatusBarAlignment.Left, 9),
  );
  private readonly known = new Map<WorkspaceEngine, readonly Endpoint[]>();
  private listening = new Disposables();

  constructor(private readonly engines: Engines) {
    this.item.name = vscode.l10n.t('Modelyard: Served Models');
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.owned.add(onSettingsChanged(['statusBar.enabled'], () => this.show()));
    this.listenAll();
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    const all = this.engines.all();
    for (const engine of this.known.keys()) if (!all.includes(engine)) this.known.delete(engine);
    for (const engine of all) {
      const look = (): void => this.engines.inBackground('see what is served', this.look(engine));
      this.listening.add(engine.on('serving/changed', look));
      this.listening.add(engine.onDidReconnect(look));
      look();
    }
    this.show();
  }

  /** What cannot be asked is not shown. */
  private async look(engine: WorkspaceEngine): Promise<void> {
    this.known.set(engine, await engine.call('serving/list', {}).catch(() => []));
    this.show();
  }

  private show(): void {
    const served = [...this.known].flatMap(([engine, endpoints]) => endpoints.map(endpoint => ({ engine, endpoint })));
    setContext('modelyard.serving', served.length > 0);
    const [first] = served;
    if (first === undefined || !setting('statusBar.enabled')) {
      this.item.hide();
      return;
    }
    const { model, at } = first.endpoint;
    const hasProblem = served.some(({ endpoint }) => endpoint.problem !== undefined);
    const text = served.length === 1 ? `${model} ${at}` : vscode.l10n.t('{0} served', served.length);
    this.item.text = `$(${hasProblem ? 'warning' : 'broadcast'}) ${text}`;
    this.item.tooltip = served.map(({ endpoint }) => servedText(endpoint)).join('\n');
    this.item.accessibilityInformation = { label: vscode.l10n.t('Served models: {0}', text) };
    this.item.command = commandLink('showServed', vscode.l10n.t('Show What Is Served'));
    this.item.show();
  }

  dispose(): void {
    this.listening.dispose();
    this.owned.dispose();
  }
}

/** `credit-risk production: version 3 at http://127.0.0.1:5001` */
export function servedText({ model, at, version, url, problem }: Endpoint): string {
  const told = vscode.l10n.t('{0} {1}: version {2} at {3}', model, at, version, url);
  return problem === undefined ? told : `${told} – ${problem}`;
}

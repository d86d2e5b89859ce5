import * as vscode from 'vscode';
import type { ConfigOutline } from '../../engine/protocol/config';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { Outlines } from './outlines';

export interface OutlinedProblemsOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  /** Of the collection. */
  readonly name: string;
  /** What is done in the background, for the log. */
  readonly task: string;
  readonly setting: 'diagnostics.data' | 'diagnostics.features';
  /** What the problems are of has changed. */
  readonly onDidChange: vscode.Event<WorkspaceEngine>;
  /** The problems, by what stands where; undefined: there are none, whatever stands there. */
  readonly judge: (engine: WorkspaceEngine) => ((outline: ConfigOutline) => readonly vscode.Diagnostic[]) | undefined;
}

/** Problems at keys of modelyard.yaml, looked for anew whenever what they are of, the text or their setting changes. */
export class OutlinedProblems implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly found: vscode.DiagnosticCollection;

  constructor(private readonly options: OutlinedProblemsOptions) {
    const { engines, name, task, onDidChange } = options;
    this.found = this.owned.add(vscode.languages.createDiagnosticCollection(name));
    const look = (engine: WorkspaceEngine): void => engines.inBackground(task, this.look(engine));
    const all = (): void => engines.all().forEach(look);
    this.owned.add(onDidChange(look));
    this.owned.add(onSettingsChanged([options.setting], all));
    this.owned.add(
      engines.onDidChange(() => {
        this.found.clear();
        all();
      }),
    );
    this.owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const engine = engines.isConfig(document.uri) ? engines.of(document.uri) : undefined;
        if (engine) look(engine);
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async look(engine: WorkspaceEngine): Promise<void> {
    const config = configUri(engine.folder);
    const judged = setting(this.options.setting) ? this.options.judge(engine) : undefined;
    if (judged === undefined) {
      this.found.delete(config);
      return;
    }
    const outline = await this.outline(engine, config);
    if (outline) this.found.set(config, judged(outline));
  }

  private outline(engine: WorkspaceEngine, config: vscode.Uri): Promise<ConfigOutline | undefined> {
    const open = vscode.workspace.textDocuments.find(
      document => !document.isClosed && document.uri.toString() === config.toString(),
    );
    const outline = open ? this.options.outlines.current(engine, open) : engine.call('config/outline', {});
    return outline.catch(() => undefined);
  }
}

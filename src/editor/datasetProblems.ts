import * as vscode from 'vscode';
import type { ConfigOutline } from '../../engine/protocol/config';
import type { DatasetStatus } from '../../engine/protocol/datasets';
import { commandLink } from '../manifest/commands';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { DatasetStatuses } from './datasetStatuses';
import type { Outlines } from './outlines';
import { toRange } from './ranges';
import { source } from './resultProblems';

/** The code of the problem, and what the quick fixes are found by. */
export const lockCode = 'data-lock';

export interface DatasetProblemsOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  readonly datasets: DatasetStatuses;
}

/** Says at the key of a dataset that its file is no longer what modelyard.lock says, with what can be done about it. */
export class DatasetProblems implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly owned = new Disposables();
  private readonly found = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard-datasets'));

  constructor(
    private readonly options: DatasetProblemsOptions,
    selector: vscode.DocumentSelector,
  ) {
    const { engines, datasets } = options;
    const look = (engine: WorkspaceEngine): void => engines.inBackground('judge datasets', this.judge(engine));
    const all = (): void => engines.all().forEach(look);
    this.owned.add(datasets.onDidChange(look));
    this.owned.add(onSettingsChanged(['diagnostics.data'], all));
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
    const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    this.owned.add(vscode.languages.registerCodeActionsProvider(selector, this, kinds));
  }

  provideCodeActions(...args: Parameters<vscode.CodeActionProvider['provideCodeActions']>): vscode.CodeAction[] {
    const [document, , { diagnostics }] = args;
    const engine = this.options.engines.of(document.uri);
    if (!engine || !vscode.workspace.isTrusted) return [];
    return diagnostics
      .filter(({ code }) => code === lockCode)
      .flatMap(diagnostic => {
        const dataset = document.getText(diagnostic.range).replace(/^["']|["']$/g, '');
        const folder = engine.folder.toString();
        const action = (command: vscode.Command): vscode.CodeAction => {
          const fix = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
          fix.command = command;
          fix.diagnostics = [diagnostic];
          return fix;
        };
        const compare = vscode.l10n.t('Compare {0} with what modelyard.lock says', dataset);
        return [
          action(commandLink('openDataset', compare, { folder, dataset, before: 'lock', after: 'now' })),
          action(commandLink('runPipeline', vscode.l10n.t('Run a pipeline, which renews modelyard.lock'), { folder })),
        ];
      });
  }

  private async judge(engine: WorkspaceEngine): Promise<void> {
    const config = configUri(engine.folder);
    if (!setting('diagnostics.data')) {
      this.found.delete(config);
      return;
    }
    const outline = await this.outline(engine, config);
    if (!outline) return;
    const problems = outline.datasets.flatMap(({ name, range }) => {
      const text = lockProblem(this.options.datasets.of(engine, name));
      if (text === undefined) return [];
      const problem = new vscode.Diagnostic(toRange(range), text, vscode.DiagnosticSeverity.Information);
      problem.source = source;
      problem.code = lockCode;
      return [problem];
    });
    this.found.set(config, problems);
  }

  private outline(engine: WorkspaceEngine, config: vscode.Uri): Promise<ConfigOutline | undefined> {
    const open = vscode.workspace.textDocuments.find(
      document => !document.isClosed && document.uri.toString() === config.toString(),
    );
    const outline = open ? this.options.outlines.current(engine, open) : engine.call('config/outline', {});
    return outline.catch(() => undefined);
  }

  dispose(): void {
    this.owned.dispose();
  }
}

/** What is to be said of a dataset whose file and line in the lock are known and differ. */
export function lockProblem(status: DatasetStatus | undefined): string | undefined {
  if (status?.locked === undefined || status.digest === undefined || status.locked === status.digest) return undefined;
  return vscode.l10n.t(
    '{0} is no longer what modelyard.lock says: its content is {1}, the lock has {2}.',
    status.path,
    status.digest.slice(0, 12),
    status.locked.slice(0, 12),
  );
}

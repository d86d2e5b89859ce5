import * as vscode from 'vscode';
import type { ConfigOutline } from '../../engine/protocol/config';
import type { DatasetStatus } from '../../engine/protocol/datasets';
import { commandLink } from '../manifest/commands';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { DatasetStatuses } from './datasetStatuses';
import { OutlinedProblems } from './outlinedProblems';
import type { Outlines } from './outlines';
import { toRange } from './ranges';
import { source } from './resultProblems';

/** The code of the problem, and what the quick fixes are found by. */
const lockCode = 'data-lock';

export interface DatasetProblemsOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  readonly datasets: DatasetStatuses;
}

/** Says at the key of a dataset that its file is no longer what modelyard.lock says, with what can be done about it. */
export class DatasetProblems implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly owned = new Disposables();

  constructor(
    private readonly options: DatasetProblemsOptions,
    selector: vscode.DocumentSelector,
  ) {
    const { datasets, ...others } = options;
    this.owned.add(
      new OutlinedProblems({
        ...others,
        name: 'modelyard-datasets',
        task: 'judge datasets',
        setting: 'diagnostics.data',
        onDidChange: datasets.onDidChange,
        judge: engine => outline => outline.datasets.flatMap(one => problemOf(one, datasets.of(engine, one.name))),
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

  dispose(): void {
    this.owned.dispose();
  }
}

function problemOf(
  { range }: ConfigOutline['datasets'][number],
  status: DatasetStatus | undefined,
): readonly vscode.Diagnostic[] {
  const text = lockProblem(status);
  if (text === undefined) return [];
  const problem = new vscode.Diagnostic(toRange(range), text, vscode.DiagnosticSeverity.Information);
  problem.source = source;
  problem.code = lockCode;
  return [problem];
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

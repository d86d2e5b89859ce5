import * as vscode from 'vscode';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { FeatureStates } from './featureStates';
import type { Outlines } from './outlines';
import { toRange } from './ranges';
import { source } from './resultProblems';

/** The codes of the problems, and what the quick fixes are found by. */
export const alertCode = 'feature-alert';
export const brokenCode = 'feature-view';
const failedCode = 'materialisation';

export interface FeatureProblemsOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  readonly features: FeatureStates;
}

/** Says at the key of a feature view why it cannot be resolved, what its alerts are, and that it is not online as it should be. */
export class FeatureProblems implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly owned = new Disposables();
  private readonly found = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard-features'));

  constructor(
    private readonly options: FeatureProblemsOptions,
    selector: vscode.DocumentSelector,
  ) {
    const { engines, features } = options;
    const look = (engine: WorkspaceEngine): void => engines.inBackground('judge features', this.judge(engine));
    const all = (): void => engines.all().forEach(look);
    this.owned.add(features.onDidChange(look));
    this.owned.add(onSettingsChanged(['diagnostics.features'], all));
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
    if (!engine) return [];
    return diagnostics.flatMap(diagnostic => {
      const link = { folder: engine.folder.toString(), view: viewAt(document, diagnostic.range) };
      return actionsOf(diagnostic.code, link).map(command => {
        const action = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
        action.command = command;
        action.diagnostics = [diagnostic];
        return action;
      });
    });
  }

  private async judge(engine: WorkspaceEngine): Promise<void> {
    const config = configUri(engine.folder);
    const views = setting('diagnostics.features') ? this.options.features.views(engine) : [];
    if (views.every(view => problemsOf(view).length === 0)) {
      this.found.delete(config);
      return;
    }
    const open = vscode.workspace.textDocuments.find(
      document => !document.isClosed && document.uri.toString() === config.toString(),
    );
    const asked = open ? this.options.outlines.current(engine, open) : engine.call('config/outline', {});
    const outline = await asked.catch(() => undefined);
    if (!outline) return;
    const problems = outline.features.flatMap(({ name, range }) => {
      const view = views.find(one => one.name === name);
      return view ? problemsOf(view).map(problem => asDiagnostic(problem, toRange(range))) : [];
    });
    this.found.set(config, problems);
  }

  dispose(): void {
    this.owned.dispose();
  }
}

interface FeatureProblem {
  readonly code: string;
  readonly text: string;
  readonly severity: vscode.DiagnosticSeverity;
}

/** What is to be said of a view, the worst first. */
export function problemsOf({
  name,
  problem,
  alerts,
  freshness,
  consumers,
}: FeatureViewSummary): readonly FeatureProblem[] {
  const { last } = freshness;
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const users = [...consumers.models.map(({ model, version }) => `${model} v${version}`), ...consumers.endpoints];
  const used = users.length > 0 ? ` ${vscode.l10n.t('{0} depend on it.', users.join(', '))}` : '';
  const isLost = last?.status === 'failed' || last?.status === 'interrupted';
  const lost =
    isLost &&
    vscode.l10n.t(
      '{0} was not materialised: {1}',
      name,
      last.problem ?? vscode.l10n.t('the engine ended before it was done.'),
    );
  return [
    ...(problem === undefined ? [] : [{ code: brokenCode, text: problem + used, severity: Error }]),
    ...(lost === false ? [] : [{ code: failedCode, text: lost + used, severity: Warning }]),
    // their messages name who uses the view
    ...alerts.map(({ message }) => ({ code: alertCode, text: message, severity: Warning })),
  ];
}

function asDiagnostic({ code, text, severity }: FeatureProblem, range: vscode.Range): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(range, text, severity);
  diagnostic.source = source;
  diagnostic.code = code;
  return diagnostic;
}

const viewAt = (document: vscode.TextDocument, range: vscode.Range): string =>
  document.getText(range).replace(/^["']|["']$/g, '');

/** In the order in which one would try them. */
function actionsOf(
  code: vscode.Diagnostic['code'],
  link: { readonly folder: string; readonly view: string },
): readonly vscode.Command[] {
  const open = (part: string): vscode.Command =>
    commandLink('openFeatureView', vscode.l10n.t('Show {0}', link.view), { ...link, part });
  const { isTrusted } = vscode.workspace;
  if (code === alertCode)
    return [
      open('use'),
      ...(isTrusted ? [commandLink('checkFeatures', vscode.l10n.t('Check {0} again', link.view), link)] : []),
    ];
  if (code === failedCode)
    return [
      ...(isTrusted
        ? [
            commandLink('materialiseFeatures', vscode.l10n.t('Materialise {0} again', link.view), {
              ...link,
              full: false,
            }),
          ]
        : []),
      open('online'),
    ];
  return code === brokenCode ? [open('features')] : [];
}

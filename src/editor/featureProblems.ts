import * as vscode from 'vscode';
import type { FeatureViewSummary } from '../../engine/protocol/features';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import { commandLink } from '../manifest/commands';
import type { FeatureStates } from './featureStates';
import { OutlinedProblems, type OutlinedProblemsOptions } from './outlinedProblems';
import type { Outlines } from './outlines';
import { toRange } from './ranges';
import { source } from './resultProblems';

/** The codes of the problems, and what the quick fixes are found by. */
const alertCode = 'feature-alert';
const brokenCode = 'feature-view';
const failedCode = 'materialisation';

export interface FeatureProblemsOptions {
  readonly engines: Engines;
  readonly outlines: Outlines;
  readonly features: FeatureStates;
}

/** Says at the key of a feature view why it cannot be resolved, what its alerts are, and that it is not online as it should be. */
export class FeatureProblems implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly owned = new Disposables();

  constructor(
    private readonly options: FeatureProblemsOptions,
    selector: vscode.DocumentSelector,
  ) {
    const { features, ...others } = options;
    this.owned.add(
      new OutlinedProblems({
        ...others,
        name: 'modelyard-features',
        task: 'judge features',
        setting: 'diagnostics.features',
        onDidChange: features.onDidChange,
        judge: engine => judge(features.views(engine)),
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

  dispose(): void {
    this.owned.dispose();
  }
}

/** Nothing to say needs no outline. */
function judge(views: readonly FeatureViewSummary[]): ReturnType<OutlinedProblemsOptions['judge']> {
  if (views.every(view => problemsOf(view).length === 0)) return undefined;
  return outline =>
    outline.features.flatMap(({ name, range }) => {
      const view = views.find(one => one.name === name);
      return view ? problemsOf(view).map(problem => asDiagnostic(problem, toRange(range))) : [];
    });
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

import * as vscode from 'vscode';
import type { CiFile } from '../../engine/protocol/ci';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { toRange } from './ranges';
import { source } from './resultProblems';

/** ms in which the several events of one change are one question. */
const quietMs = 300;
/** Where systems look for their files; others are looked at when they are saved here. */
const usualFiles = '**/{.gitlab-ci.yml,azure-pipelines.yml,Jenkinsfile,.github/workflows/*.yml}';

/**
 * How the CI workflows of each folder stand to `ci:`: for the lens, and as problems in these files themselves, at the
 * places that differ. What modelyard.yaml is told of them comes with its other problems.
 */
export class CiStates implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly found = this.owned.add(vscode.languages.createDiagnosticCollection('modelyard-ci'));
  private readonly known = new Map<string, readonly CiFile[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private listening = new Disposables();

  constructor(private readonly engines: Engines) {
    const watcher = this.owned.add(vscode.workspace.createFileSystemWatcher(usualFiles));
    const all = (): void => this.loadAll();
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) this.owned.add(event(all));
    this.owned.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => this.owner(uri) && all()));
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    this.owned.add(vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, kinds));
    this.listenAll();
  }

  /** Undefined: not known yet, or there is no `ci:`. */
  of(engine: WorkspaceEngine): readonly CiFile[] | undefined {
    return this.known.get(keyOf(engine));
  }

  provideCodeActions(...args: Parameters<vscode.CodeActionProvider['provideCodeActions']>): vscode.CodeAction[] {
    const [document, , { diagnostics }] = args;
    return diagnostics.flatMap(diagnostic => {
      const [, state] =
        /^ci-(missing|outdated|edited|foreign)$/.exec(typeof diagnostic.code === 'string' ? diagnostic.code : '') ?? [];
      if (diagnostic.source !== source || state === undefined || !vscode.workspace.isTrusted) return [];
      const engine = this.engines.isConfig(document.uri) ? this.engines.of(document.uri) : this.owner(document.uri)?.engine; // prettier-ignore
      const written = document.getText(diagnostic.range).replace(/^["']|["']$/g, '');
      const ci = this.owner(document.uri)?.file.system ?? written;
      if (!engine) return [];
      const link = { folder: engine.folder.toString(), ci };
      const generate = commandLink('generateCi', state === 'missing' ? vscode.l10n.t('Generate the CI workflow') : vscode.l10n.t('Generate the CI workflow again'), link); // prettier-ignore
      const compare = commandLink('showCiDifference', vscode.l10n.t('Show what would change'), link);
      return (state === 'missing' ? [generate] : [compare, generate]).map(command => {
        const action = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
        action.command = command;
        action.diagnostics = [diagnostic];
        return action;
      });
    });
  }

  private owner(uri: vscode.Uri): { readonly engine: WorkspaceEngine; readonly file: CiFile } | undefined {
    for (const engine of this.engines.all()) {
      const file = this.of(engine)?.find(one => vscode.Uri.file(one.path).toString() === uri.toString());
      if (file) return { engine, file };
    }
    return undefined;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      this.listening.add(engine.on('config/changed', () => this.soon(engine)));
      this.listening.add(engine.on('ci/changed', () => this.soon(engine)));
      this.listening.add(engine.onDidReconnect(() => this.soon(engine)));
    }
    this.loadAll();
  }

  private loadAll(): void {
    for (const engine of this.engines.all()) this.soon(engine);
  }

  private soon(engine: WorkspaceEngine): void {
    clearTimeout(this.timers.get(keyOf(engine)));
    const look = (): void => this.engines.inBackground('look at CI workflows', this.load(engine));
    this.timers.set(keyOf(engine), setTimeout(look, quietMs));
  }

  /** A folder without `ci:`, or with a wrong modelyard.yaml, has none. */
  async load(engine: WorkspaceEngine): Promise<void> {
    const status = await engine.call('ci/status', {}).catch(() => undefined);
    for (const { path } of this.of(engine) ?? []) this.found.delete(vscode.Uri.file(path));
    if (status) this.known.set(keyOf(engine), status.files);
    else this.known.delete(keyOf(engine));
    for (const file of status?.files ?? []) this.found.set(vscode.Uri.file(file.path), problemsOf(file));
    this.changed.fire(engine);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.listening.dispose();
    this.owned.dispose();
  }
}

const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();

/** The whole at the head, then each place that differs. */
function problemsOf({ state, message, differences }: CiFile): vscode.Diagnostic[] {
  if (state !== 'outdated' && state !== 'edited') return [];
  const problem = (range: vscode.Range, text: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic => {
    const found = new vscode.Diagnostic(range, text, severity);
    found.source = source;
    found.code = `ci-${state}`;
    return found;
  };
  const head = problem(new vscode.Range(0, 0, 0, 10_000), message, vscode.DiagnosticSeverity.Warning);
  return [
    head,
    ...differences.map(one => problem(toRange(one.range), one.message, vscode.DiagnosticSeverity.Information)),
  ];
}

/** What the lens above `ci:` says. */
export function ciText(files: readonly CiFile[] | undefined): string {
  const drifted = files?.filter(({ state }) => state !== 'current') ?? [];
  if (files === undefined || drifted.length === 0) return vscode.l10n.t('Generate CI Workflow…');
  return drifted.length === 1 ? vscode.l10n.t('Generate 1 CI workflow') : vscode.l10n.t('Generate {0} CI workflows', drifted.length); // prettier-ignore
}

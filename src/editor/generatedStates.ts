import * as vscode from 'vscode';
import type { CiFile } from '../../engine/protocol/ci';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { toRange } from './ranges';
import { source } from './resultProblems';

/** ms in which the several events of one change are one question. */
const quietMs = 300;

/** A file that is generated from modelyard.yaml, and how it stands to it. */
export type GeneratedFile = Pick<CiFile, 'file' | 'path' | 'state' | 'message' | 'differences'>;

/** A problem of such a file, in itself or at its key of modelyard.yaml. */
export interface Drift<F> {
  readonly engine: WorkspaceEngine;
  readonly state: string;
  /** The file, when the problem stands in it. */
  readonly file: F | undefined;
  /** What stands at the place of the problem. */
  readonly written: string;
}

export interface GeneratedKind<F extends GeneratedFile> {
  /** Before the states in the codes of problems. */
  readonly code: 'ci' | 'infrastructure';
  readonly changed: 'ci/changed' | 'infra/changed';
  /** Where the files usually are; others are looked at when they are saved here. */
  readonly usualFiles: string;
  readonly ask: (engine: WorkspaceEngine) => Promise<readonly F[]>;
  /** What can be done, in the order in which one would try it. */
  readonly fixes: (drift: Drift<F>) => readonly vscode.Command[];
}

/**
 * How the generated files of each folder stand to modelyard.yaml: for lenses, as problems in these files themselves, at the
 * places that differ, and as quick fixes. What modelyard.yaml is told of them comes with its other problems.
 */
export class GeneratedStates<F extends GeneratedFile> implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly found: vscode.DiagnosticCollection;
  private readonly known = new Map<string, readonly F[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private listening = new Disposables();

  constructor(
    private readonly engines: Engines,
    private readonly kind: GeneratedKind<F>,
  ) {
    this.found = this.owned.add(vscode.languages.createDiagnosticCollection(`modelyard-${kind.code}`));
    const watcher = this.owned.add(vscode.workspace.createFileSystemWatcher(kind.usualFiles));
    const all = (): void => this.loadAll();
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) this.owned.add(event(all));
    this.owned.add(vscode.workspace.onDidSaveTextDocument(({ uri }) => this.owner(uri) && all()));
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    this.owned.add(vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, kinds));
    this.listenAll();
  }

  /** Undefined: not known yet, or modelyard.yaml asks for none. */
  of(engine: WorkspaceEngine): readonly F[] | undefined {
    return this.known.get(keyOf(engine));
  }

  provideCodeActions(...args: Parameters<vscode.CodeActionProvider['provideCodeActions']>): vscode.CodeAction[] {
    const [document, , { diagnostics }] = args;
    const codes = new RegExp(`^${this.kind.code}-(missing|outdated|edited|foreign)$`);
    return diagnostics.flatMap(diagnostic => {
      const [, state] = codes.exec(typeof diagnostic.code === 'string' ? diagnostic.code : '') ?? [];
      if (diagnostic.source !== source || state === undefined || !vscode.workspace.isTrusted) return [];
      const owner = this.owner(document.uri);
      const engine = this.engines.isConfig(document.uri) ? this.engines.of(document.uri) : owner?.engine;
      if (!engine) return [];
      const written = document.getText(diagnostic.range).replace(/^["']|["']$/g, '');
      return this.kind.fixes({ engine, state, file: owner?.file, written }).map(command => {
        const action = new vscode.CodeAction(command.title, vscode.CodeActionKind.QuickFix);
        action.command = command;
        action.diagnostics = [diagnostic];
        return action;
      });
    });
  }

  private owner(uri: vscode.Uri): { readonly engine: WorkspaceEngine; readonly file: F } | undefined {
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
      this.listening.add(engine.on(this.kind.changed, () => this.soon(engine)));
      this.listening.add(engine.onDidReconnect(() => this.soon(engine)));
    }
    this.loadAll();
  }

  private loadAll(): void {
    for (const engine of this.engines.all()) this.soon(engine);
  }

  private soon(engine: WorkspaceEngine): void {
    clearTimeout(this.timers.get(keyOf(engine)));
    const look = (): void => this.engines.inBackground('look at generated files', this.load(engine));
    this.timers.set(keyOf(engine), setTimeout(look, quietMs));
  }

  /** A folder that asks for none, or with a wrong modelyard.yaml, has none. */
  private async load(engine: WorkspaceEngine): Promise<void> {
    const files = await this.kind.ask(engine).catch(() => undefined);
    for (const { path } of this.of(engine) ?? []) this.found.delete(vscode.Uri.file(path));
    if (files) this.known.set(keyOf(engine), files);
    else this.known.delete(keyOf(engine));
    for (const file of files ?? []) this.found.set(vscode.Uri.file(file.path), this.problemsOf(file));
    this.changed.fire(engine);
  }

  /** The whole at the head, then each place that differs. */
  private problemsOf({ state, message, differences }: F): vscode.Diagnostic[] {
    if (state !== 'outdated' && state !== 'edited') return [];
    const problem = (range: vscode.Range, text: string, severity: vscode.DiagnosticSeverity): vscode.Diagnostic => {
      const found = new vscode.Diagnostic(range, text, severity);
      found.source = source;
      found.code = `${this.kind.code}-${state}`;
      return found;
    };
    const head = problem(new vscode.Range(0, 0, 0, 10_000), message, vscode.DiagnosticSeverity.Warning);
    return [
      head,
      ...differences.map(one => problem(toRange(one.range), one.message, vscode.DiagnosticSeverity.Information)),
    ];
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.listening.dispose();
    this.owned.dispose();
  }
}

const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();

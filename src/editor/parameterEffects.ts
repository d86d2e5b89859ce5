import * as vscode from 'vscode';
import type { ParameterEffect } from '../../engine/protocol/effects';
import { Disposables } from '../disposables';
import { signalOf, unlessCancelled } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { fullCommandId } from '../manifest/commandIds';
import { onSettingsChanged, setting } from '../manifest/settings';
import { effectTable, lineTexts, shifted } from './effectText';
import type { LineText } from './effectText';

/** ms after the last key; what is shown meanwhile stays. */
const typingPause = 400;
/** ms in which changes of runs are gathered. */
const runsPause = 1_500;
/** ms after the last change of a run: while something is written, the engine's answer may be 5 s old. */
const settledPause = 6_000;

/**
 * Behind each parameter of modelyard.yaml, what earlier runs say of it. It stands after the end of the line, so that no
 * line moves; it stays until the new answer is there, and goes along when lines move.
 */
export class ParameterEffects implements vscode.HoverProvider, vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly decoration = this.owned.add(
    vscode.window.createTextEditorDecorationType({
      after: { color: new vscode.ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 3ch' },
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
  private readonly shown = new Map<string, readonly LineText[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly questions = new Map<string, number>();
  private settling: NodeJS.Timeout | undefined;
  private listening = new Disposables();

  constructor(private readonly engines: Engines) {
    this.owned.add(
      vscode.window.onDidChangeVisibleTextEditors(editors => {
        for (const { document } of editors) this.paint(document);
        this.lookSoon(0);
      }),
    );
    this.owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || !engines.isConfig(document.uri)) return;
        const key = document.uri.toString();
        this.shown.set(key, shifted(this.shown.get(key) ?? [], contentChanges));
        this.paint(document);
        this.soon(document, typingPause);
      }),
    );
    this.owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.forget(uri.toString())));
    this.owned.add(onSettingsChanged(['editor.parameterEffects'], () => this.lookSoon(0)));
    this.owned.add(
      engines.onDidChange(() => {
        this.listen();
        this.lookSoon(0);
      }),
    );
    this.listen();
    this.lookSoon(0);
  }

  /** What is written after the lines of a document. */
  texts(uri: vscode.Uri): readonly LineText[] {
    return this.shown.get(uri.toString()) ?? [];
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const engine = this.engineOf(document);
    if (engine === undefined || !setting('editor.parameterEffects')) return undefined;
    const asked = engine.call('runs/effects', { text: document.getText() }, { signal: signalOf(token) });
    const effects = ((await unlessCancelled(asked)) ?? []).filter(at(document, position));
    if (effects.length === 0) return undefined;
    return new vscode.Hover(
      effects.map(effect => {
        const table = effectTable(effect, ({ bestRun }) => runLink(engine, bestRun.id));
        const text = new vscode.MarkdownString(table);
        text.isTrusted = { enabledCommands: [fullCommandId('openRun')] };
        return text;
      }),
    );
  }

  private engineOf(document: vscode.TextDocument): WorkspaceEngine | undefined {
    return this.engines.isConfig(document.uri) ? this.engines.of(document.uri) : undefined;
  }

  private listen(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      this.listening.add(engine.on('runs/changed', () => this.lookWhileRunsChange()));
      this.listening.add(engine.onDidReconnect(() => this.lookSoon(0)));
    }
  }

  private lookWhileRunsChange(): void {
    this.lookSoon(runsPause);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.lookSoon(0), settledPause);
  }

  private lookSoon(pause: number): void {
    for (const { document } of vscode.window.visibleTextEditors) this.soon(document, pause);
  }

  private soon(document: vscode.TextDocument, pause: number): void {
    if (!this.engines.isConfig(document.uri)) return;
    const key = document.uri.toString();
    // runs that change all the time do not put it off for ever, the keyboard does
    if (this.timers.has(key) && pause === runsPause) return;
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        this.engines.inBackground('read the effects of parameters', this.look(document));
      }, pause),
    );
  }

  /** Of several answers only that to the newest question counts; without an answer all stays as it is. */
  private async look(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const question = (this.questions.get(key) ?? 0) + 1;
    this.questions.set(key, question);
    await this.engines.ready;
    const engine = this.engineOf(document);
    if (engine === undefined || document.isClosed) return;
    const { version } = document;
    const effects = setting('editor.parameterEffects')
      ? await engine.call('runs/effects', { text: document.getText() }).catch(() => undefined)
      : [];
    if (effects === undefined || document.version !== version || this.questions.get(key) !== question) return;
    this.shown.set(key, lineTexts(effects));
    this.paint(document);
  }

  private paint(document: vscode.TextDocument): void {
    const texts = this.shown.get(document.uri.toString());
    if (texts === undefined) return;
    const options = texts.flatMap(({ line, text }): vscode.DecorationOptions[] => {
      if (line >= document.lineCount) return [];
      const { end } = document.lineAt(line).range;
      return [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText: text } } }];
    });
    for (const editor of vscode.window.visibleTextEditors)
      if (editor.document === document) editor.setDecorations(this.decoration, options);
  }

  private forget(key: string): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.questions.delete(key);
    this.shown.delete(key);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    clearTimeout(this.settling);
    this.listening.dispose();
    this.owned.dispose();
  }
}

/** On its key or value, or behind the end of its line. */
const at =
  (document: vscode.TextDocument, position: vscode.Position) =>
  ({ range, now }: ParameterEffect): boolean => {
    if (range.startLine - 1 !== position.line) return false;
    const from = range.startColumn - 1;
    const isBehind = position.character >= document.lineAt(position.line).range.end.character;
    return isBehind || (position.character >= from && position.character <= range.endColumn + now.length + 2);
  };

const runLink = (engine: WorkspaceEngine, runId: string): string => {
  const target = encodeURIComponent(JSON.stringify([{ folder: engine.folder.toString(), runId }]));
  // a bracket would end the link
  return `command:${fullCommandId('openRun')}?${target.replace(/[()]/g, c => `%${c.charCodeAt(0).toString(16)}`)}`;
};

import * as v from 'valibot';
import * as vscode from 'vscode';
import type { PipelineRunId } from '../../engine/protocol/ids';
import type { PipelineRun } from '../../engine/protocol/pipelines';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

const scheme = 'modelyard-log';
/** ms between two looks at the log of a step that runs, while somebody sees it. */
const lookMs = 400;
const partBytes = 1 << 20;

/** Everything needed to read the log again after a reload of the window. */
const runId = v.custom<PipelineRunId>(value => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value));
const source = v.object({ folder: v.string(), run: runId, step: v.string() });
interface OpenLog {
  readonly step: string;
  readonly run: PipelineRunId;
  readonly engine: WorkspaceEngine;
  text: string;
  /** Bytes read so far. */
  next: number;
}

/** The log of a step as a read-only document that grows, and scrolls along, while the step runs. */
export class StepLogs implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<vscode.Uri>());
  readonly onDidChange = this.changed.event;
  private readonly open = new Map<string, OpenLog>();

  constructor(private readonly engines: Engines) {
    this.owned.add(vscode.workspace.registerTextDocumentContentProvider(scheme, this));
    this.owned.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.open.delete(uri.toString())));
  }

  async show(engine: WorkspaceEngine, run: PipelineRun, step: string): Promise<void> {
    const query = JSON.stringify({ folder: engine.folder.toString(), run: run.id, step });
    const uri = vscode.Uri.from({ scheme, path: `/${run.pipeline}/${step}.log`, query });
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: true });
    scrollToEnd(editor);
    if (run.steps.find(({ name }) => name === step)?.status === 'running') this.follow(uri, engine, run.id);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const log = this.open.get(uri.toString()) ?? (await this.opened(uri));
    if (log === undefined) return vscode.l10n.t('The folder of this log is not open in this window.');
    await read(log);
    return log.text === '' ? vscode.l10n.t('The step has written nothing yet.') : log.text;
  }

  private async opened(uri: vscode.Uri): Promise<OpenLog | undefined> {
    await this.engines.ready;
    const { folder, run, step } = v.parse(source, JSON.parse(uri.query));
    const engine = this.engines.all().find(candidate => candidate.folder.toString() === folder);
    if (engine === undefined) return undefined;
    const log: OpenLog = { engine, run, step, text: '', next: 0 };
    this.open.set(uri.toString(), log);
    return log;
  }

  /** A log has no events of its own, so a step that runs is looked at, as long as its log is on the screen. */
  private follow(uri: vscode.Uri, engine: WorkspaceEngine, id: PipelineRunId): void {
    const following = this.owned.add(new Disposables());
    const timer = setInterval(() => {
      if (editorsOf(uri).length > 0) this.grow(uri);
    }, lookMs);
    following.add({ dispose: () => clearInterval(timer) });
    following.add(
      engine.on('pipeline/changed', ({ run }) => {
        const step = run.steps.find(({ name }) => name === this.open.get(uri.toString())?.step);
        if (run.id !== id || step?.status === 'running') return;
        following.dispose();
        this.grow(uri);
      }),
    );
    following.add(
      vscode.workspace.onDidCloseTextDocument(closed => {
        if (closed.uri.toString() === uri.toString()) following.dispose();
      }),
    );
  }

  /** Whoever has scrolled to the end stays at the end; whoever reads further up is left alone. */
  private grow(uri: vscode.Uri): void {
    const atEnd = editorsOf(uri).filter(({ document, visibleRanges }) => {
      const seen = visibleRanges.at(-1)?.end.line ?? 0;
      return seen >= document.lineCount - 2;
    });
    const waiting = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() !== uri.toString()) return;
      waiting.dispose();
      atEnd.forEach(scrollToEnd);
    });
    setTimeout(waiting.dispose.bind(waiting), 5 * lookMs); // nothing may have been written
    this.changed.fire(uri);
  }

  dispose(): void {
    this.owned.dispose();
  }
}

/** Reads on from where the last look ended. */
async function read(log: OpenLog): Promise<void> {
  for (;;) {
    const { engine, run: id, step, next: offset } = log;
    const part = await engine.call('pipelines/log', { id, step, offset, limit: partBytes });
    if (part.next === offset || log.next !== offset) return;
    log.text += part.text;
    log.next = part.next;
    if (part.next >= part.size) return;
  }
}

const editorsOf = (uri: vscode.Uri): readonly vscode.TextEditor[] =>
  vscode.window.visibleTextEditors.filter(({ document }) => document.uri.toString() === uri.toString());

function scrollToEnd(editor: vscode.TextEditor): void {
  const { end } = editor.document.lineAt(editor.document.lineCount - 1).range;
  editor.revealRange(new vscode.Range(end, end));
}

import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { onSettingsChanged, setting } from '../manifest/settings';
import { planResult } from './lensText';

/** ms after the last key, or the last change of something that is planned with. */
const quietMs = 600;

/**
 * What a run of each pipeline would do now, for the configurations that are on the screen: of the text in the editor,
 * saved or not. A newer question ends an older one, which may be reading a large file; until it is answered all stays
 * as it was, over a reload of the window as well.
 */
export class PlanStates implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  /** By folder, then by pipeline. */
  private readonly known = new Map<string, Readonly<Record<string, string>>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly asked = new Map<string, AbortController>();
  private listening = new Disposables();

  constructor(
    private readonly engines: Pick<Engines, 'all' | 'of' | 'isConfig' | 'onDidChange' | 'inBackground'>,
    private readonly memory: { readonly version: string; readonly store: vscode.Memento },
  ) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.owned.add(onSettingsChanged(['codeLens.plan'], () => this.lookAll()));
    this.owned.add(vscode.window.onDidChangeVisibleTextEditors(() => this.lookAll()));
    this.owned.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && engines.isConfig(document.uri)) this.soon(engines.of(document.uri));
      }),
    );
    this.listenAll();
  }

  /** `Plan: 3 of 7 will run (train.lr changed)`; `Plan` while nothing is known. */
  text(engine: WorkspaceEngine, pipeline: string): string {
    const texts = this.texts(engine);
    return (Object.hasOwn(texts, pipeline) ? texts[pipeline] : undefined) ?? planResult(undefined);
  }

  private texts(engine: WorkspaceEngine): Readonly<Record<string, string>> {
    const key = keyOf(engine);
    const known = this.known.get(key) ?? this.memory.store.get<Readonly<Record<string, string>>>(this.memoryKey(key));
    if (known) this.known.set(key, known);
    return known ?? {};
  }

  /** What another version remembered may have another shape. */
  private memoryKey(folder: string): string {
    return `plans:${this.memory.version}:${folder}`;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      const soon = (): void => this.soon(engine);
      this.listening.add(engine.on('config/changed', soon));
      this.listening.add(engine.on('dataset/changed', soon));
      this.listening.add(engine.on('pipeline/changed', ({ run }) => run.status !== 'running' && soon()));
      this.listening.add(engine.onDidReconnect(soon));
    }
    this.lookAll();
  }

  private lookAll(): void {
    for (const engine of this.engines.all()) this.soon(engine);
  }

  private soon(engine: WorkspaceEngine | undefined): void {
    if (engine === undefined) return;
    const key = keyOf(engine);
    clearTimeout(this.timers.get(key));
    this.asked.get(key)?.abort(); // its answer would be of an older text
    this.timers.set(
      key,
      setTimeout(() => this.engines.inBackground('plan pipelines', this.load(engine)), quietMs),
    );
  }

  private async load(engine: WorkspaceEngine): Promise<void> {
    const key = keyOf(engine);
    const document = this.shown(engine);
    if (document === undefined || !setting('codeLens.plan', engine.folder)) return;
    const asked = new AbortController();
    this.asked.set(key, asked);
    const { signal } = asked;
    const text = document.getText();
    const outline = await engine.call('config/outline', { text }, { signal }).catch(() => undefined);
    if (outline === undefined) return;
    const before = this.texts(engine);
    const now: Record<string, string> = {};
    for (const { name } of outline.pipelines) {
      const plan = await engine.call('pipelines/plan', { pipeline: name, text }, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      now[name] = plan ? planResult(plan) : this.text(engine, name);
    }
    if (JSON.stringify(now) === JSON.stringify(before)) return;
    this.known.set(key, now);
    this.engines.inBackground('remember plans', this.memory.store.update(this.memoryKey(key), now));
    this.changed.fire(engine);
  }

  /** The configuration of the folder, when somebody sees it. */
  private shown(engine: WorkspaceEngine): vscode.TextDocument | undefined {
    return vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .find(({ uri }) => this.engines.isConfig(uri) && this.engines.of(uri) === engine);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const asked of this.asked.values()) asked.abort();
    this.listening.dispose();
    this.owned.dispose();
  }
}

const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();

import * as vscode from 'vscode';
import type { DatasetStatus } from '../../engine/protocol/datasets';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

/** ms in which the several events of one change are one question. */
const quietMs = 300;

interface Watched {
  readonly paths: string;
  readonly owned: Disposables;
}

/** How the files of datasets stand, by folder: asked again when a file, the lock, a run or the configuration changes. */
export class DatasetStatuses implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly known = new Map<string, ReadonlyMap<string, DatasetStatus>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly asked = new Map<string, AbortController>();
  private readonly watched = new Map<string, Watched>();
  private listening = new Disposables();

  constructor(private readonly engines: Pick<Engines, 'all' | 'onDidChange' | 'inBackground'>) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
  }

  of(engine: WorkspaceEngine, dataset: string): DatasetStatus | undefined {
    return this.known.get(keyOf(engine))?.get(dataset);
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    const folders = new Set(this.engines.all().map(keyOf));
    for (const [key, { owned }] of this.watched) {
      if (folders.has(key)) continue;
      owned.dispose();
      this.watched.delete(key);
    }
    for (const engine of this.engines.all()) {
      const soon = (): void => this.soon(engine);
      this.listening.add(engine.on('dataset/changed', soon));
      this.listening.add(engine.on('config/changed', soon));
      this.listening.add(engine.on('pipeline/changed', ({ run }) => run.status !== 'running' && soon()));
      this.listening.add(engine.onDidReconnect(soon));
      soon();
    }
  }

  private soon(engine: WorkspaceEngine): void {
    const key = keyOf(engine);
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => this.engines.inBackground('look at datasets', this.load(engine)), quietMs),
    );
  }

  /** A newer question ends an older one, which may be reading a large file. What cannot be asked stays as it was. */
  private async load(engine: WorkspaceEngine): Promise<void> {
    const key = keyOf(engine);
    this.asked.get(key)?.abort();
    const asked = new AbortController();
    this.asked.set(key, asked);
    const found = await engine.call('datasets/status', {}, { signal: asked.signal }).catch(() => undefined);
    if (!found || this.asked.get(key) !== asked) return;
    this.known.set(key, new Map(found.map(status => [status.name, status])));
    this.watch(engine, found);
    this.changed.fire(engine);
  }

  private watch(engine: WorkspaceEngine, statuses: readonly DatasetStatus[]): void {
    const key = keyOf(engine);
    const files = ['modelyard.lock', ...statuses.map(({ path }) => path)];
    const paths = files.join('\n');
    if (this.watched.get(key)?.paths === paths) return;
    this.watched.get(key)?.owned.dispose();
    const owned = new Disposables();
    for (const file of files) {
      const watcher = owned.add(
        vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(engine.folder, escapeGlob(file))),
      );
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
        owned.add(event(() => this.soon(engine)));
    }
    this.watched.set(key, { paths, owned });
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const asked of this.asked.values()) asked.abort();
    for (const { owned } of this.watched.values()) owned.dispose();
    this.listening.dispose();
    this.owned.dispose();
  }
}

const keyOf = (engine: WorkspaceEngine): string => engine.folder.toString();

/** A name with signs of a pattern means that very file. */
const escapeGlob = (file: string): string => file.replace(/[[\]{}*?]/g, '[$&]');

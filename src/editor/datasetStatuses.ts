import * as vscode from 'vscode';
import type { DatasetStatus } from '../../engine/protocol/datasets';
import { Disposables } from '../disposables';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { keyOf, LastAnswers } from './lastAnswers';

interface Watched {
  readonly paths: string;
  readonly owned: Disposables;
}

/** How the files of datasets stand, by folder: asked again when a file, the lock, a run or the configuration changes. */
export class DatasetStatuses implements vscode.Disposable {
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<WorkspaceEngine>());
  readonly onDidChange = this.changed.event;
  private readonly last: LastAnswers<readonly DatasetStatus[]>;
  private readonly watched = new Map<string, Watched>();
  private listening = new Disposables();

  constructor(private readonly engines: Pick<Engines, 'all' | 'onDidChange' | 'inBackground'>) {
    this.last = this.owned.add(
      new LastAnswers(engines, {
        what: 'look at datasets',
        // a large file may have to be read
        ask: (engine, signal) => engine.call('datasets/status', {}, { signal }),
        answered: (engine, statuses) => {
          this.watch(engine, statuses);
          this.changed.fire(engine);
        },
      }),
    );
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
  }

  of(engine: WorkspaceEngine, dataset: string): DatasetStatus | undefined {
    return this.last.of(engine)?.find(({ name }) => name === dataset);
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
      const soon = (): void => this.last.soon(engine);
      this.listening.add(engine.on('dataset/changed', soon));
      this.listening.add(engine.on('config/changed', soon));
      this.listening.add(engine.on('pipeline/changed', ({ run }) => run.status !== 'running' && soon()));
      this.listening.add(engine.onDidReconnect(soon));
      soon();
    }
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
        owned.add(event(() => this.last.soon(engine)));
    }
    this.watched.set(key, { paths, owned });
  }

  dispose(): void {
    for (const { owned } of this.watched.values()) owned.dispose();
    this.listening.dispose();
    this.owned.dispose();
  }
}

/** A name with signs of a pattern means that very file. */
const escapeGlob = (file: string): string => file.replace(/[[\]{}*?]/g, '[$&]');

import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { InBackground } from './background';
import { background } from './background';
import type { WorkspaceEngineOptions } from './workspaceEngine';
import { WorkspaceEngine } from './workspaceEngine';

export interface SilentEngine {
  readonly folder: vscode.Uri;
  readonly error: Error;
}

/**
 * One engine for each workspace folder that has a modelyard.yaml. Folders come and go; the first one with a config is
 * what commands without a folder mean.
 */
export class Engines implements vscode.Disposable {
  private readonly engines = new Map<string, WorkspaceEngine>();
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  /** The set of folders has changed. */
  readonly onDidChange = this.changed.event;

  /** The folders have been looked at once. */
  readonly ready: Promise<void>;
  readonly inBackground: InBackground;
  private readonly fellSilent = this.owned.add(new vscode.EventEmitter<SilentEngine>());
  /** An engine is there and does not answer. */
  readonly onDidFallSilent = this.fellSilent.event;
  private watchers = new Disposables();
  private rounds = 0;

  constructor(private readonly common: Omit<WorkspaceEngineOptions, 'folder' | 'configFile'>) {
    this.inBackground = background(common.log);
    const lookAgain = (): void => {
      this.watch();
      this.lookAgain();
    };
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(lookAgain));
    this.owned.add(onSettingsChanged(['configFile'], lookAgain));
    // What is made before VS Code has begun to watch a new folder goes unseen.
    this.owned.add(
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (this.isConfig(uri) && this.of(uri) === undefined) this.lookAgain();
      }),
    );
    this.watch();
    this.ready = this.refresh();
  }

  all(): readonly WorkspaceEngine[] {
    return [...this.engines.values()];
  }

  /** The engine of the folder that has this file. */
  of(uri: vscode.Uri): WorkspaceEngine | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder && this.engines.get(folder.uri.toString());
  }

  /** Whether the file is the configuration of a folder. */
  isConfig(uri: vscode.Uri): boolean {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder !== undefined && uri.toString() === configUri(folder.uri).toString();
  }

  /** Finds out which folders have a configuration. */
  async refresh(): Promise<void> {
    const round = ++this.rounds;
    const found = await Promise.all(
      localFolders().map(async ({ uri }) => ((await exists(configUri(uri))) ? [uri] : [])),
    );
    if (round !== this.rounds) return; // a newer look is under way
    const wanted = new Map(found.flat().map(uri => [uri.toString(), uri]));
    const before = [...this.engines.values()];
    for (const [key, engine] of this.engines) {
      const folder = wanted.get(key);
      if (folder && engine.configFile === setting('configFile', folder)) continue;
      engine.dispose();
      this.engines.delete(key);
    }
    for (const [key, folder] of wanted) {
      if (this.engines.has(key)) continue;
      this.engines.set(key, this.create(folder));
    }
    const now = this.all();
    if (round > 1 && now.length === before.length && now.every((engine, index) => engine === before[index])) return;
    this.changed.fire();
  }

  private create(folder: vscode.Uri): WorkspaceEngine {
    const engine = new WorkspaceEngine({ ...this.common, folder, configFile: setting('configFile', folder) });
    engine.onDidFallSilent(error => this.fellSilent.fire({ folder, error }));
    return engine;
  }

  private lookAgain(): void {
    this.inBackground('look at the folders', this.refresh());
  }

  /** Each folder's configuration alone: in a large workspace every other file that changes costs nothing. */
  private watch(): void {
    this.watchers.dispose();
    this.watchers = new Disposables();
    for (const folder of localFolders()) {
      const pattern = new vscode.RelativePattern(folder, setting('configFile', folder.uri));
      const watcher = this.watchers.add(vscode.workspace.createFileSystemWatcher(pattern, false, true, false));
      watcher.onDidCreate(() => this.lookAgain());
      watcher.onDidDelete(() => this.lookAgain());
    }
  }

  dispose(): void {
    this.rounds++;
    this.watchers.dispose();
    this.owned.dispose();
    for (const engine of this.engines.values()) engine.dispose();
    this.engines.clear();
  }
}

/** Where the configuration of a folder is, or would be. */
export const configUri = (folder: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(folder, setting('configFile', folder));

const localFolders = (): readonly vscode.WorkspaceFolder[] =>
  (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

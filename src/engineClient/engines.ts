import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import { setting } from '../manifest/settings';
import type { WorkspaceEngineOptions } from './workspaceEngine';
import { WorkspaceEngine } from './workspaceEngine';

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

  constructor(private readonly common: Omit<WorkspaceEngineOptions, 'folder' | 'configFile'>) {
    const watcher = this.owned.add(vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml}', false, true, false));
    watcher.onDidCreate(uri => void this.lookAgain(uri));
    watcher.onDidDelete(uri => void this.lookAgain(uri));
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.refresh()));
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
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const found = await Promise.all(folders.map(async ({ uri }) => ((await exists(configUri(uri))) ? [uri] : [])));
    const wanted = new Map(found.flat().map(uri => [uri.toString(), uri]));
    for (const [key, engine] of this.engines) {
      if (wanted.has(key)) continue;
      engine.dispose();
      this.engines.delete(key);
    }
    for (const [key, folder] of wanted) {
      if (this.engines.has(key)) continue;
      this.engines.set(key, new WorkspaceEngine({ ...this.common, folder, configFile: setting('configFile', folder) }));
    }
    this.changed.fire();
  }

  private async lookAgain(uri: vscode.Uri): Promise<void> {
    if (this.isConfig(uri)) await this.refresh();
  }

  dispose(): void {
    this.owned.dispose();
    for (const engine of this.engines.values()) engine.dispose();
    this.engines.clear();
  }
}

/** Where the configuration of a folder is, or would be. */
export const configUri = (folder: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(folder, setting('configFile', folder));

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

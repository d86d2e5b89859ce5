import path from 'node:path';
import * as vscode from 'vscode';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { Disposables } from '../disposables';

/** A node of a tree that spans several workspace folders. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly engine: WorkspaceEngine;
}

/**
 * What the trees have in common: with one folder its nodes are the roots, with several each folder is a root; changes
 * are gathered for a moment, so that a burst of events paints once.
 */
export abstract class FolderTree<Node extends { readonly kind: string }>
  implements vscode.TreeDataProvider<Node | FolderNode>, vscode.Disposable
{
  protected readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private timer: NodeJS.Timeout | undefined;
  private listening = new Disposables();

  constructor(protected readonly engines: Engines) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
  }

  abstract getTreeItem(node: Node | FolderNode): vscode.TreeItem;
  protected abstract roots(engine: WorkspaceEngine): Promise<readonly Node[]>;
  protected abstract children(node: Node): readonly Node[] | Promise<readonly Node[]>;
  /** Events of one engine that change the tree. */
  protected abstract listen(engine: WorkspaceEngine): readonly vscode.Disposable[];

  async getChildren(node?: Node | FolderNode): Promise<(Node | FolderNode)[]> {
    if (isFolder(node)) return [...(await this.roots(node.engine))];
    if (node !== undefined) return [...(await this.children(node))];
    const all = this.engines.all();
    const [only] = all;
    if (only === undefined) return [];
    return all.length === 1 ? [...(await this.roots(only))] : all.map(engine => ({ kind: 'folder', engine }));
  }

  refresh(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire(undefined);
    }, 80);
  }

  protected folderItem(node: FolderNode): vscode.TreeItem {
    const item = new vscode.TreeItem(
      path.basename(node.engine.folder.fsPath),
      vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = node.engine.folder.toString();
    item.iconPath = vscode.ThemeIcon.Folder;
    return item;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    for (const engine of this.engines.all()) {
      for (const subscription of this.listen(engine)) this.listening.add(subscription);
      this.listening.add(engine.onDidReconnect(() => this.refresh()));
    }
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listening.dispose();
    this.owned.dispose();
  }
}

export const isFolder = (node: { readonly kind: string } | undefined): node is FolderNode => node?.kind === 'folder';

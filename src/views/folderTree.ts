import path from 'node:path';
import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import { messageOf, wireOf } from '../engineClient/errorMessage';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { ViewId } from '../manifest/viewIds';

/** A node of a tree that spans several workspace folders. */
export interface FolderNode {
  readonly kind: 'folder';
  readonly engine: WorkspaceEngine;
}

/** ms for which changes are gathered, so that a burst of events paints once. */
const gatherMs = 100;
/** ms after which `12 s ago` is said anew, in a view that somebody sees. */
const agingMs = 30_000;

/**
 * What the trees have in common: with one folder its nodes are the roots, with several each folder is a root; a folder
 * whose engine cannot answer says so above the tree.
 */
export abstract class FolderTree<Node extends { readonly kind: string; readonly engine: WorkspaceEngine }>
  implements vscode.TreeDataProvider<Node | FolderNode>, vscode.Disposable
{
  protected readonly owned = new Disposables();
  private readonly changed = this.owned.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly failures = new Map<string, string>();
  private readonly clock: NodeJS.Timeout;
  private timer: NodeJS.Timeout | undefined;
  private listening = new Disposables();
  private view: vscode.TreeView<Node | FolderNode> | undefined;

  constructor(protected readonly engines: Engines) {
    this.owned.add(engines.onDidChange(() => this.listenAll()));
    this.listenAll();
    this.clock = setInterval(() => {
      if (this.isVisible) this.refresh();
    }, agingMs);
  }

  abstract getTreeItem(node: Node | FolderNode): vscode.TreeItem;
  /** @throws what the engine threw: it is said above the tree */
  protected abstract roots(engine: WorkspaceEngine): Promise<readonly Node[]>;
  protected abstract children(node: Node): readonly Node[] | Promise<readonly Node[]>;
  /** Whether the engine of some folder could not answer: the welcome of an empty view must not say that it is empty. */
  protected abstract tellFailed(isFailed: boolean): void;
  /** Events of one engine that change the tree. */
  protected abstract listen(engine: WorkspaceEngine): readonly vscode.Disposable[];

  show(id: ViewId, canSelectMany = false): void {
    const options = { treeDataProvider: this, showCollapseAll: true, canSelectMany };
    this.view = this.owned.add(vscode.window.createTreeView(id, options));
  }

  get isVisible(): boolean {
    return this.view?.visible === true;
  }

  async getChildren(node?: Node | FolderNode): Promise<(Node | FolderNode)[]> {
    if (isFolder(node)) return this.rootsOf(node.engine);
    if (node !== undefined) return this.orFailure(node.engine, () => this.children(node));
    await this.engines.ready;
    const all = this.engines.all();
    const [only] = all;
    if (only === undefined) return [];
    return all.length === 1 ? this.rootsOf(only) : all.map(engine => ({ kind: 'folder', engine }));
  }

  refresh(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire(undefined);
    }, gatherMs);
  }

  private rootsOf(engine: WorkspaceEngine): Promise<Node[]> {
    return this.orFailure(engine, () => this.roots(engine));
  }

  private async orFailure(
    engine: WorkspaceEngine,
    read: () => readonly Node[] | Promise<readonly Node[]>,
  ): Promise<Node[]> {
    try {
      const nodes = [...(await read())];
      this.failures.delete(engine.folder.toString());
      return nodes;
    } catch (error) {
      this.failures.set(engine.folder.toString(), messageOf(wireOf(error)));
      return [];
    } finally {
      this.showFailures();
    }
  }

  private showFailures(): void {
    if (this.view) this.view.message = [...new Set(this.failures.values())].join('\n');
    this.tellFailed(this.failures.size > 0);
  }

  protected folderItem(node: FolderNode): vscode.TreeItem {
    const item = new vscode.TreeItem(
      path.basename(node.engine.folder.fsPath),
      vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = node.engine.folder.toString();
    item.iconPath = vscode.ThemeIcon.Folder;
    item.contextValue = 'folder';
    return item;
  }

  private listenAll(): void {
    this.listening.dispose();
    this.listening = new Disposables();
    this.failures.clear();
    this.showFailures();
    for (const engine of this.engines.all()) {
      for (const subscription of this.listen(engine)) this.listening.add(subscription);
      this.listening.add(engine.onDidReconnect(() => this.refresh()));
    }
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearInterval(this.clock);
    this.listening.dispose();
    this.owned.dispose();
  }
}

export const isFolder = (node: { readonly kind: string } | undefined): node is FolderNode => node?.kind === 'folder';

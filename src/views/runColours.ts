import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/protocol/tracking';
import { ownSlot, runColourId } from '../../webview/shared/runColours';

/** Which runs of a folder have another colour than that of their number, because the page compares them. */
export class RunColours implements vscode.Disposable {
  private readonly slots = new Map<string, Readonly<Record<string, number>>>();
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;

  set(folder: vscode.Uri, slots: Readonly<Record<string, number>>): void {
    this.slots.set(folder.toString(), slots);
    this.changed.fire(undefined);
  }

  of(folder: vscode.Uri, run: Pick<RunSummary, 'id' | 'number'>): vscode.ThemeColor {
    const slot = this.slots.get(folder.toString())?.[run.id] ?? ownSlot(run.number);
    return new vscode.ThemeColor(runColourId(slot));
  }

  dispose(): void {
    this.changed.dispose();
  }
}

import type * as vscode from 'vscode';
import type { RunId } from '../../engine/protocol/ids';
import type { Disposable } from '../disposables';

/** The pages: one panel a subject, revealed rather than opened twice. */
export interface PanelService extends Disposable {
  openRun(folder: vscode.Uri, runId: RunId): void;
  openExperiments(folder: vscode.Uri, selected?: readonly RunId[]): void;
}

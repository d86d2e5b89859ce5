import type * as vscode from 'vscode';
import type { RunId, StudyId } from '../../engine/protocol/ids';
import type { Disposable } from '../disposables';

/** The pages: one panel a subject, revealed rather than opened twice. */
export interface PanelService extends Disposable {
  openRun(folder: vscode.Uri, runId: RunId): void;
  /** `compare`: versions as `datasets/compare` names them. */
  openDataset(folder: vscode.Uri, dataset: string, compare?: { readonly before: string; readonly after: string }): void;
  openStudy(folder: vscode.Uri, study: StudyId): void;
  openExperiments(folder: vscode.Uri, selected?: readonly RunId[]): void;
}

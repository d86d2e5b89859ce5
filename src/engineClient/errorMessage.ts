import path from 'node:path';
import * as vscode from 'vscode';
import { ModelyardError, isAbort, toWireError } from '../../engine/errors';
import type { Place, WireError } from '../../engine/protocol/errors';
import { executeCommand } from '../manifest/commands';

/** What the person can do about an error, besides reading it. */
export interface ErrorAction {
  readonly title: string;
  readonly run: () => unknown;
}

/** Cancelling is no error to be told about. */
export const isCancelled = (error: unknown): boolean => isAbort(error) || error instanceof vscode.CancellationError;

/** Any failure as the engine says failures. */
export const wireOf = (error: unknown): WireError => toWireError(error);

/** Whether it is one of the failures that can be expected; others are defects. */
export const isExpected = (error: unknown): boolean => error instanceof ModelyardError && error.code !== 'internal';

/** Sentence and way out. */
export const messageOf = (error: WireError): string =>
  [error.message, error.fix].filter(text => text !== undefined).join(' ');

/** What fits the error: open the place, manage trust, see the log. */
export function actionsFor(
  error: WireError,
  surroundings: { folder: vscode.Uri | undefined; showLog: () => void },
): readonly ErrorAction[] {
  const { folder, showLog } = surroundings;
  const actions: ErrorAction[] = [];
  if (folder) for (const place of placesOf(error)) actions.push(openAction(folder, place));
  if (error.code === 'untrusted') {
    actions.push({
      title: vscode.l10n.t('Manage Workspace Trust'),
      run: () => vscode.commands.executeCommand('workbench.trust.manage'),
    });
  }
  if (error.data?.['silent'] === true && folder && vscode.workspace.isTrusted) {
    actions.push({
      title: vscode.l10n.t('Restart Engine'),
      run: () => executeCommand('restartEngine', { folder: folder.toString() }),
    });
  }
  if (error.code === 'internal' || error.code.startsWith('engine.') || error.code.startsWith('store.')) {
    actions.push({ title: vscode.l10n.t('Show Log'), run: showLog });
  }
  return actions;
}

/** Where it is wrong, and where modelyard.yaml asks for it. */
const placesOf = ({ place, config }: WireError): readonly Place[] =>
  [place, config].filter(one => one !== undefined).filter(({ file }) => file !== '');

function openAction(folder: vscode.Uri, place: Place): ErrorAction {
  const title =
    place.line === undefined
      ? vscode.l10n.t('Open {0}', place.file)
      : vscode.l10n.t('Open {0}, Line {1}', place.file, place.line);
  return { title, run: () => openPlace(folder, place) };
}

/** Opens the file at the place, selected as far as it is known. */
export async function openPlace(folder: vscode.Uri, place: Place): Promise<void> {
  const uri = path.isAbsolute(place.file) ? vscode.Uri.file(place.file) : vscode.Uri.joinPath(folder, place.file);
  const start = new vscode.Position((place.line ?? 1) - 1, (place.column ?? 1) - 1);
  const end = place.endLine === undefined ? start : new vscode.Position(place.endLine - 1, (place.endColumn ?? 1) - 1);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, end) });
}

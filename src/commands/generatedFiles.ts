import * as vscode from 'vscode';
import type { CiFile } from '../../engine/protocol/ci';
import type { ComparedTexts } from '../panels/comparedTexts';
import { confirm, pickOne } from './pick';

type Generated = Pick<CiFile, 'file' | 'path' | 'state' | 'message' | 'text'>;

/** What somebody has written is replaced only when that is confirmed. @throws vscode.CancellationError */
export async function askToReplace(files: readonly Generated[]): Promise<{ readonly force?: boolean }> {
  const kept = files.filter(({ state }) => state === 'edited' || state === 'foreign');
  if (kept.length === 0) return {};
  await confirm(vscode.l10n.t('Replace what was written by hand?'), {
    detail: kept.map(({ message }) => message).join('\n'),
    action: vscode.l10n.t('Replace'),
  });
  return { force: true };
}

/** A file beside what modelyard.yaml would have there; of several the one that is picked. */
export async function showDifference(
  drifted: readonly Generated[],
  { texts, placeHolder }: { readonly texts: Pick<ComparedTexts, 'keep'>; readonly placeHolder: string },
): Promise<void> {
  const items = drifted.map(value => ({ label: value.file, description: value.message, value }));
  const { path, file, text } = await pickOne(items, placeHolder);
  const title = vscode.l10n.t('{0}: as it is ↔ as modelyard.yaml says', file);
  await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(path), texts.keep(file, text), title);
}

/** Which files were written, and what has to be there before they work. */
export function tellWritten({
  files,
  notes,
}: {
  readonly files: readonly { readonly file: string; readonly written: boolean }[];
  readonly notes: readonly string[];
}): Thenable<unknown> {
  const names = files.filter(({ written }) => written).map(({ file }) => file);
  const said =
    names.length === 1
      ? vscode.l10n.t('{0} is written.', names[0] ?? '')
      : vscode.l10n.t('{0} are written.', names.join(', '));
  return vscode.window.showInformationMessage([said, ...notes].join(' '));
}

import * as vscode from 'vscode';

/** One of several; a single one is taken without asking. @throws vscode.CancellationError when none is picked */
export async function pickOne<T>(
  items: readonly (vscode.QuickPickItem & { readonly value: T })[],
  placeHolder: string,
): Promise<T> {
  const [only] = items;
  if (items.length === 1 && only) return only.value;
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.value;
}

/** Says that there is nothing to choose from; what is given back is thrown. */
export function nothing(why: string): vscode.CancellationError {
  void vscode.window.showInformationMessage(why);
  return new vscode.CancellationError();
}

/** A line of text. @throws vscode.CancellationError */
export async function askText(options: vscode.InputBoxOptions): Promise<string> {
  const text = await vscode.window.showInputBox(options);
  if (text === undefined) throw new vscode.CancellationError();
  return text;
}

/** A modal question before something that cannot be taken back. @throws vscode.CancellationError */
export async function confirm(question: string, options: { detail: string; action: string }): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(
    question,
    { modal: true, detail: options.detail },
    options.action,
  );
  if (chosen !== options.action) throw new vscode.CancellationError();
}

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

/** There is nothing to choose from; whoever runs the command says why. */
export class Nothing extends vscode.CancellationError {
  constructor(readonly why: string) {
    super();
  }
}
export const nothing = (why: string): Nothing => new Nothing(why);

/** A line of text. @throws vscode.CancellationError */
export async function askText(options: vscode.InputBoxOptions): Promise<string> {
  // what was typed is not lost by a look at something else
  const text = await vscode.window.showInputBox({ ignoreFocusOut: true, ...options });
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

import type * as vscode from 'vscode';

/** VS Code's tokens live at the edge only; inside it is AbortSignals. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

import type * as vscode from 'vscode';
import { isCancelled } from './errorMessage';

/** VS Code's tokens live at the edge only; inside it is AbortSignals. */
export function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** The answer to a question of the editor; nothing when it does not want it any more, which is no error. */
export async function unlessCancelled<T>(answer: PromiseLike<T> | undefined): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isCancelled(error)) return undefined;
    throw error;
  }
}

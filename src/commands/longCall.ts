import * as vscode from 'vscode';
import type { ProgressReport } from '../../engine/protocol/progress';
import { signalOf } from '../engineClient/cancellation';

/** A long call with its progress and a cancel button. */
export function withCancel<T>(
  title: string,
  call: (options: {
    readonly signal: AbortSignal;
    readonly onProgress: (report: ProgressReport) => void;
  }) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      let done = 0;
      return call({
        signal: signalOf(token),
        onProgress: ({ message, fraction = 0 }) => {
          progress.report({ message, increment: Math.max(0, fraction - done) * 100 });
          done = Math.max(done, fraction);
        },
      });
    },
  );
}

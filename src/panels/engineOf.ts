import * as vscode from 'vscode';
import type { Engines } from '../engineClient/engines';
import type { EngineCalls } from '../engineClient/workspaceEngine';

/** A panel that VS Code brings back after a reload may be there before the folders have been looked at. */
const patience = 15_000;

/** The engine of a folder, waited for. @throws Error when the folder has no configuration (any more) */
export function engineOf(engines: Pick<Engines, 'of' | 'onDidChange'>, folder: vscode.Uri): Promise<EngineCalls> {
  const now = engines.of(folder);
  if (now) return Promise.resolve(now);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      waiting.dispose();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(vscode.l10n.t('{0} is not open in this window, or has no modelyard.yaml.', folder.fsPath)));
    }, patience);
    const waiting = engines.onDidChange(() => {
      const found = engines.of(folder);
      if (!found) return;
      end();
      resolve(found);
    });
  });
}

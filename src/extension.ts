import * as v from 'valibot';
import type * as vscode from 'vscode';
import { createApp } from './app';

const manifest = v.object({ version: v.string() });

/** Wires everything and starts nothing: the engine begins with the first question. */
export function activate(context: vscode.ExtensionContext): void {
  const { version } = v.parse(manifest, context.extension.packageJSON);
  context.subscriptions.push(
    createApp({
      extensionUri: context.extensionUri,
      version,
      memory: context.workspaceState,
      terminals: context.environmentVariableCollection,
      secrets: context.secrets,
    }),
  );
}

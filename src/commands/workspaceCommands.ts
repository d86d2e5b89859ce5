import path from 'node:path';
import * as vscode from 'vscode';
import type { CollectedObjects } from '../../engine/protocol/engine';
import { signalOf } from '../engineClient/cancellation';
import type { Engines } from '../engineClient/engines';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { CommandGroup } from './commandTable';
import { confirm, nothing, pickOne } from './pick';
import { starterConfig } from './starterConfig';
import { pickEngine, targetOf } from './target';

export interface WorkspaceCommandOptions {
  readonly engines: Engines;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly refresh: () => void;
}

/** The configuration, the sample, the database, the engine itself. */
export function workspaceCommands(options: WorkspaceCommandOptions): CommandGroup {
  const { engines, log } = options;
  const { inBackground } = engines;
  const engineOf = (argument: unknown) => pickEngine(engines, targetOf(engines, argument));
  return {
    openConfig: async argument => vscode.window.showTextDocument(configUri((await engineOf(argument)).folder)),
    createConfig: () => createConfig(engines),
    openSample: () => openSample(options.extensionUri),
    copyDatabase: async argument => {
      const engine = await engineOf(argument);
      const target = await vscode.window.showSaveDialog({
        title: vscode.l10n.t('Copy Database'),
        defaultUri: vscode.Uri.joinPath(engine.folder, `modelyard-${new Date().toISOString().slice(0, 10)}.db`),
      });
      if (target === undefined) return;
      const title = vscode.l10n.t('Copying the database');
      const { path: file, bytes } = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (_progress, token) => engine.call('db/copy', { to: target.fsPath }, { signal: signalOf(token) }),
      );
      const copied = vscode.l10n.t('The database was copied to {0} ({1} MB).', file, (bytes / 1e6).toFixed(1));
      inBackground('copyDatabase', vscode.window.showInformationMessage(copied));
    },
    checkDatabase: async argument => {
      const engine = await engineOf(argument);
      const check = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Checking the database'),
          cancellable: true,
        },
        (_progress, token) => engine.call('db/check', {}, { signal: signalOf(token) }),
      );
      for (const problem of check.problems) log.error(`${check.path}: ${problem}`);
      const shown = check.ok
        ? vscode.window.showInformationMessage(
            vscode.l10n.t('The database is sound ({0} MB).', (check.bytes / 1e6).toFixed(1)),
          )
        : vscode.window.showErrorMessage(
            vscode.l10n.t('The database has {0} problems; the log lists them.', check.problems.length),
          );
      inBackground('checkDatabase', shown);
    },
    collectUnused: async argument => collectUnused(engines, await engineOf(argument)),
    restartEngine: async argument => {
      const engine = await engineOf(argument);
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Restarting the engine') },
        () => engine.restart(),
      );
    },
    refresh: () => options.refresh(),
    showLog: () => log.show(),
  };
}

/** Files that nothing refers to: how many there are, and after a question they are removed. */
async function collectUnused(engines: Engines, engine: WorkspaceEngine): Promise<CollectedObjects> {
  const collect = (remove: boolean, title: string): Thenable<CollectedObjects> =>
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => engine.call('db/collect', { remove }, { signal: signalOf(token) }),
    );
  const { unused, unusedBytes } = await collect(false, vscode.l10n.t('Looking for what nothing refers to'));
  if (unused === 0) throw nothing(vscode.l10n.t('Everything that is kept is in use.'));
  const files = (count: number, bytes: number): string => {
    const size = (bytes / 1e6).toFixed(1);
    return count === 1
      ? vscode.l10n.t('1 file ({0} MB)', size)
      : vscode.l10n.t('{0} files ({1} MB)', count.toLocaleString(vscode.env.language), size);
  };
  await confirm(vscode.l10n.t('Remove {0} that nothing refers to?', files(unused, unusedBytes)), {
    detail: vscode.l10n.t('No run, model or dataset of this folder has them any more. They cannot be brought back.'),
    action: vscode.l10n.t('Remove'),
  });
  const removed = await collect(true, vscode.l10n.t('Removing'));
  const text = vscode.l10n.t('Removed {0}.', files(removed.unused, removed.unusedBytes));
  engines.inBackground('collectUnused', vscode.window.showInformationMessage(text));
  return removed;
}

/** A first modelyard.yaml from a data file of the folder, with what can be known of it. */
async function createConfig(engines: Engines): Promise<void> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const folder = await pickOne(
    folders.map(({ name, uri }) => ({ label: name, value: uri })),
    vscode.l10n.t('In which folder?'),
  );
  const found = await vscode.workspace.findFiles(
    new vscode.RelativePattern(folder, '**/*.{csv,tsv,jsonl,ndjson,parquet}'),
    '**/{node_modules,.modelyard,.venv}/**',
    200,
  );
  const files = found.map(uri => ({ label: path.posix.relative(folder.path, uri.path), value: uri }));
  const data = files.length === 0 ? undefined : await pickOne(files, vscode.l10n.t('Which data file?'));
  const config = await starterConfig(folder, data);
  const uri = configUri(folder);
  await vscode.workspace.fs.writeFile(uri, Buffer.from(config));
  await engines.refresh();
  await vscode.window.showTextDocument(uri);
}

/** A copy of the sample that can be changed, opened in this window. */
async function openSample(extensionUri: vscode.Uri): Promise<void> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t('Where shall the sample be put?'),
      openLabel: vscode.l10n.t('Put the Sample Here'),
    })) ?? [];
  if (parent === undefined) return;
  const target = await freeName(parent, 'credit-scoring');
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(extensionUri, 'samples', 'credit-scoring'), target);
  await vscode.commands.executeCommand('vscode.openFolder', target);
}

async function freeName(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(parent)).map(([entry]) => entry));
  const candidates = [name, ...Array.from({ length: 99 }, (_, index) => `${name}-${index + 2}`)];
  return vscode.Uri.joinPath(parent, candidates.find(candidate => !taken.has(candidate)) ?? `${name}-${Date.now()}`);
}

import path from 'node:path';
import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { artifactUri } from '../panels/artifactDocuments';
import { nothing } from './pick';

/** What is not as the run had it. */
export interface Changed {
  readonly kind: 'config' | 'code' | 'data';
  /** Relative to the workspace, or the dataset's name. */
  readonly name: string;
  readonly detail: string;
  /** For VS Code's diff editor; absent for data. */
  readonly sides?: Sides;
}

interface Sides {
  readonly place: vscode.Uri;
  readonly was: vscode.Uri | undefined;
  readonly now: vscode.Uri | undefined;
}

/** As much of the interface of VS Code's own Git extension as is needed. */
interface GitExports {
  getAPI(version: 1): GitApi;
}
interface GitApi {
  openRepository(root: vscode.Uri): Promise<GitRepository | null>;
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
}
interface GitRepository {
  readonly state: { readonly HEAD?: { readonly commit?: string } };
  diffBetween(from: string, to: string): Promise<readonly { readonly uri: vscode.Uri }[]>;
}

/** The last commit of the folder's repository. */
interface Head {
  readonly repository: GitRepository;
  at(file: vscode.Uri, ref?: string): vscode.Uri;
}

/**
 * What is different between a run and HEAD, or, without a repository, the folder as it is: the configuration, the code
 * (what the run had not committed is shown as it was kept), the data. @throws Nothing when there is no difference
 */
export async function changesSince(engine: WorkspaceEngine, run: RunSummary): Promise<readonly Changed[]> {
  const head = await headOf(engine.folder);
  const found = [
    ...(await configChange(engine, run, head)),
    ...(await committed(engine, run, head)),
    ...(await uncommitted(engine, run, head)),
    ...(await dataChanges(engine, run)),
  ];
  if (found.length === 0) throw nothing(vscode.l10n.t('Nothing has changed since r-{0}.', run.number));
  return found;
}

async function headOf(folder: vscode.Uri): Promise<Head | undefined> {
  const extension = vscode.extensions.getExtension<GitExports>('vscode.git');
  if (extension === undefined) return undefined;
  try {
    const api = (await extension.activate()).getAPI(1);
    const repository = await api.openRepository(folder);
    if (repository?.state.HEAD?.commit === undefined) return undefined;
    return { repository, at: (file, ref = 'HEAD') => api.toGitUri(file, ref) };
  } catch {
    return undefined; // it is turned off, or git is not there
  }
}

async function configChange(
  engine: WorkspaceEngine,
  run: RunSummary,
  head: Head | undefined,
): Promise<readonly Changed[]> {
  const { folder, configFile } = engine;
  const kept = await engine.call('runs/artifact', { runId: run.id, path: configFile }).catch(() => undefined);
  if (kept?.text === undefined) return [];
  const file = vscode.Uri.joinPath(folder, configFile);
  const now = (await textOf(head?.at(file))) === undefined ? file : head?.at(file);
  if ((await textOf(now)) === kept.text) return [];
  const was = artifactUri(folder, { runId: run.id, path: configFile });
  return [
    { kind: 'config', name: configFile, detail: vscode.l10n.t('the configuration'), sides: { place: file, was, now } },
  ];
}

/** Between the run's commit and HEAD. */
async function committed(
  engine: WorkspaceEngine,
  run: RunSummary,
  head: Head | undefined,
): Promise<readonly Changed[]> {
  const commit = run.tags['mlflow.source.git.commit'];
  if (commit === undefined || head === undefined || head.repository.state.HEAD?.commit === commit) return [];
  const changes = await head.repository.diffBetween(commit, 'HEAD');
  return changes.flatMap(({ uri }) => {
    const name = path.relative(engine.folder.fsPath, uri.fsPath);
    if (name.startsWith('..') || name === engine.configFile || name === 'modelyard.lock') return [];
    const sides = { place: uri, was: head.at(uri, commit), now: head.at(uri) };
    return [{ kind: 'code', name, detail: vscode.l10n.t('committed since {0}', commit.slice(0, 8)), sides } as const];
  });
}

/** What the run had besides its commit. */
async function uncommitted(
  engine: WorkspaceEngine,
  run: RunSummary,
  head: Head | undefined,
): Promise<readonly Changed[]> {
  const { folder } = engine;
  const kept = await engine.call('runs/artifacts', { runId: run.id, path: 'environment' }).catch(() => []);
  const found: Changed[] = [];
  const artifact = (name: string): vscode.Uri => artifactUri(folder, { runId: run.id, path: name });
  if (kept.some(({ path: name }) => name === 'environment/diff.patch')) {
    const was = artifact('environment/diff.patch');
    const detail = vscode.l10n.t('changes that r-{0} had not committed', run.number);
    found.push({ kind: 'code', name: 'diff.patch', detail, sides: { place: was, was, now: undefined } });
  }
  for (const name of await filesBelow(engine, run, 'environment/files')) {
    const place = vscode.Uri.joinPath(folder, name);
    const [was, now] = [artifact(`environment/files/${name}`), head?.at(place) ?? place];
    const [before, after] = [await textOf(was), await textOf(now)];
    if (before === after) continue;
    const detail = vscode.l10n.t('a file that r-{0} had not committed', run.number);
    found.push({ kind: 'code', name, detail, sides: { place, was, now: after === undefined ? undefined : now } });
  }
  return found;
}

async function filesBelow(engine: WorkspaceEngine, run: RunSummary, top: string): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [top];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await engine.call('runs/artifacts', { runId: run.id, path: folder }).catch(() => [])) {
      if (entry.isFolder) waiting.push(entry.path);
      else found.push(entry.path.slice(top.length + 1));
    }
  }
  return found.sort();
}

/** Against the newest version that has been read of each dataset. */
async function dataChanges(engine: WorkspaceEngine, run: RunSummary): Promise<readonly Changed[]> {
  const versions = await engine.call('datasets/list', {});
  const read = new Map(run.inputs.map(({ dataset, digest }) => [dataset, digest]));
  return [...read].flatMap(([name, digest]): readonly Changed[] => {
    const now = versions.find(version => version.name === name);
    if (now === undefined || now.digest === digest) return [];
    const detail = vscode.l10n.t('data: {0} → {1} ({2})', digest.slice(0, 12), now.digest.slice(0, 12), now.path);
    return [{ kind: 'data', name, detail }];
  });
}

/** Undefined when there is no such file. */
async function textOf(uri: vscode.Uri | undefined): Promise<string | undefined> {
  if (uri === undefined) return undefined;
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    return undefined;
  }
}

const icons = { config: 'settings-gear', code: 'file-code', data: 'database' } as const;

/** A short list of what has changed; each opens in the diff editor, the first entry all of them. */
export async function showChanges(run: RunSummary, changes: readonly Changed[]): Promise<void> {
  const compared = changes.flatMap(({ sides }) => sides ?? []);
  const title = vscode.l10n.t('r-{0} compared with HEAD', run.number);
  const all = { label: `$(diff-multiple) ${vscode.l10n.t('All {0} files', compared.length)}`, change: undefined };
  const each = changes.map(change => ({
    label: `$(${icons[change.kind]}) ${change.name}`,
    description: change.detail,
    change,
  }));
  const picked = await vscode.window.showQuickPick([...(compared.length > 1 ? [all] : []), ...each], {
    title,
    placeHolder: vscode.l10n.t('What has changed since r-{0}', run.number),
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const sides = picked.change === undefined ? compared : picked.change.sides ? [picked.change.sides] : [];
  if (sides.length > 0)
    await vscode.commands.executeCommand(
      'vscode.changes',
      title,
      sides.map(({ place, was, now }) => [place, was, now]),
    );
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { EngineClient } from '../../../engine/client/engineClient';
import { ourExtension, workspaceFolder } from './extension';

/** Asks again and again until the answer is there. */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  patience = 60_000,
): Promise<NonNullable<T>> {
  for (const end = Date.now() + patience; ; await sleep(50)) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    assert.ok(Date.now() < end, `${what}: still not after ${patience / 1000} s`);
  }
}

/** modelyard.yaml of a folder, as the editor has it. */
export const openConfig = async (folder = workspaceFolder()): Promise<vscode.TextEditor> =>
  vscode.window.showTextDocument(vscode.Uri.joinPath(folder, 'modelyard.yaml'));

/** What stands above the lines: [line from 1, text, command]. */
export async function lenses(uri: vscode.Uri): Promise<readonly Lens[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 500);
  return found
    .map(({ range, command }) => ({
      line: range.start.line + 1,
      text: (command?.title ?? '').replaceAll('\u00a0', ' '),
      command: command?.command ?? '',
      arguments: command?.arguments ?? [],
    }))
    .sort((a, b) => a.line - b.line);
}
/** The lens of a plan while nothing is known yet, whatever it says by now. */
export const withoutPlan = (text: string): string => text.replace(/^(\$\(checklist\) Plan): .*$/, '$1');

export interface Lens {
  readonly line: number;
  readonly text: string;
  readonly command: string;
  readonly arguments: readonly unknown[];
}

/** Does what a click on a lens does. */
export const click = (lens: Lens): Thenable<unknown> => vscode.commands.executeCommand(lens.command, ...lens.arguments);

/** Our problems of a file: `error 12:7-12:15 code: message`, counted from 1. */
export const problems = (uri: vscode.Uri): readonly string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'Modelyard')
    .map(({ severity, range: { start, end }, code, message }) => {
      const word = vscode.DiagnosticSeverity[severity].toLowerCase();
      const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
      return `${word} ${place} ${typeof code === 'string' ? code : '?'}: ${message}`;
    })
    .sort();

/** The line (from 1) that has the text, and the column behind it. */
export function placeOf(text: string, sought: string): { line: number; column: number } {
  const lines = text.split('\n');
  const index = lines.findIndex(line => line.includes(sought));
  assert.ok(index >= 0, `no line has ${sought}`);
  return { line: index + 1, column: (lines[index] ?? '').indexOf(sought) + 1 };
}

/** Replaces the text of an editor without saving it. */
export async function replaceText(editor: vscode.TextEditor, text: string): Promise<void> {
  const { document } = editor;
  const all = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  assert.ok(await editor.edit(edit => edit.replace(all, text)));
}

/** Takes what is offered, question by question, until the command has ended. */
export async function accepting<T>(command: string, argument: object, accept = 'quickInput.accept'): Promise<T> {
  let isOver = false;
  const running = Promise.resolve(vscode.commands.executeCommand<T>(command, argument)).finally(() => (isOver = true));
  await until(`the end of ${command}`, async () => {
    if (!isOver) await vscode.commands.executeCommand(accept).then(undefined, () => undefined);
    return isOver || undefined;
  }, 30_000); // prettier-ignore
  return running;
}

/** The code actions at the beginning of a line, counted from 1. */
export async function actionsAt(uri: vscode.Uri, line: number): Promise<readonly vscode.CodeAction[]> {
  const place = new vscode.Range(line - 1, 2, line - 1, 2);
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, place);
}

/** Does what choosing a code action does. */
export async function follow({ command }: vscode.CodeAction): Promise<unknown> {
  assert.ok(command, 'an action without a command');
  return vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

/** A model of LightGBM, registered as so many versions of a name. */
export async function importModel(
  folder: vscode.Uri,
  { name, times }: { readonly name: string; readonly times: number },
): Promise<void> {
  const fixture = path.join(ourExtension().extensionPath, 'test', 'fixtures', 'training', 'lightgbm.json');
  const { cases }: { cases: readonly { model: string }[] } = JSON.parse(readFileSync(fixture, 'utf8'));
  const file = vscode.Uri.joinPath(folder, `${name}.txt`);
  await writeFile(file.fsPath, cases[0]?.model ?? '');
  await withClient(folder, async client => {
    for (let i = 0; i < times; i++) await client.call('models/import', { file: file.fsPath, name, label: 'label' });
  });
}

/** A second client of the folder's engine: it sees what the extension's calls did. */
export async function withClient<T>(folder: vscode.Uri, use: (client: EngineClient) => Promise<T>): Promise<T> {
  const { version }: { version: string } = ourExtension().packageJSON;
  const client = await EngineClient.connect({ workspace: folder.fsPath, client: 'test', version, trusted: true });
  try {
    return await use(client);
  } finally {
    client.dispose();
  }
}

/** The process that owns the folder's database. */
export function enginePid(folder: vscode.Uri): number {
  const file = vscode.Uri.joinPath(folder, '.modelyard', 'engine.json').fsPath;
  const { pid }: { pid: number } = JSON.parse(readFileSync(file, 'utf8'));
  return pid;
}

/** A further folder of the workspace, with these files; added while the window is open. */
export async function addFolder(name: string, files: Readonly<Record<string, string>>): Promise<vscode.Uri> {
  const folder = vscode.Uri.file(path.join(path.dirname(workspaceFolder().fsPath), name));
  await mkdir(folder.fsPath);
  for (const [file, text] of Object.entries(files)) {
    const at = path.join(folder.fsPath, file);
    await mkdir(path.dirname(at), { recursive: true });
    await writeFile(at, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  await foldersChanged(() => vscode.workspace.updateWorkspaceFolders(1, 0, { uri: folder }));
  return folder;
}

/** Takes it away again, once its engine has left. */
export async function removeFolder(folder: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await foldersChanged(() => vscode.workspace.updateWorkspaceFolders(1, 1));
  await until('the end of its engine', async () => {
    const entries = await readdir(path.join(folder.fsPath, '.modelyard'));
    return !entries.includes('engine.json') || undefined;
  });
  await rm(folder.fsPath, { recursive: true, maxRetries: 20 }); // its other files go one by one
}

async function foldersChanged(change: () => boolean): Promise<void> {
  let isDone = false;
  const waiting = vscode.workspace.onDidChangeWorkspaceFolders(() => (isDone = true));
  assert.ok(change(), 'VS Code refused the change of the folders');
  await until('the folders', () => isDone || undefined);
  waiting.dispose();
}

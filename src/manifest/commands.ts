import * as vscode from 'vscode';
import type { CommandId } from './commandIds';
import { fullCommandId } from './commandIds';

/** What a command gets from a lens, a tree or a menu; checked by whoever takes it. */
export type CommandArguments = readonly unknown[];

/** The only caller of `registerCommand`. */
export const registerCommand = (id: CommandId, run: (...args: CommandArguments) => unknown): vscode.Disposable =>
  vscode.commands.registerCommand(fullCommandId(id), run);

/** The only caller of `executeCommand` for our own commands. */
export const executeCommand = (id: CommandId, ...args: CommandArguments): Thenable<unknown> =>
  vscode.commands.executeCommand(fullCommandId(id), ...args);

/** A command as trees, lenses and links carry it. */
export const commandLink = (id: CommandId, title: string, ...args: CommandArguments): vscode.Command => ({
  command: fullCommandId(id),
  title,
  arguments: [...args],
});

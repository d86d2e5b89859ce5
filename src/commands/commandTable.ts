import * as vscode from 'vscode';
import { Disposables } from '../disposables';
import { actionsFor, isCancelled, isExpected, messageOf, wireOf } from '../engineClient/errorMessage';
import type { CommandArguments } from '../manifest/commands';
import { registerCommand } from '../manifest/commands';
import type { CommandId } from '../manifest/commandIds';
import { commandIds } from '../manifest/commandIds';
import type { InBackground } from '../engineClient/background';
import { Nothing } from './pick';

/** The commands of one group, by id. */
export type CommandGroup = Partial<Record<CommandId, (...args: CommandArguments) => unknown>>;

interface Surroundings {
  readonly log: vscode.LogOutputChannel;
  readonly inBackground: InBackground;
  /** The folder that a command with this argument is about: places of errors are relative to it. */
  readonly folderOf: (argument: unknown) => vscode.Uri | undefined;
}

/**
 * Registers commands behind one wrapper: each is logged with its duration; cancelling is silent; an expected error is
 * said with what can be done about it; an unexpected one points to the log, which has its stack.
 */
export function registerCommands(groups: readonly CommandGroup[], surroundings: Surroundings): Disposables {
  const owned = new Disposables();
  for (const group of groups) {
    for (const [id, run] of entries(group))
      owned.add(registerCommand(id, (...args) => guarded(id, () => run(...args), { ...surroundings, args })));
  }
  return owned;
}

async function guarded(
  id: CommandId,
  run: () => unknown,
  { log, folderOf, inBackground, args }: Surroundings & { readonly args: CommandArguments },
): Promise<unknown> {
  const started = Date.now();
  try {
    const result = await run();
    log.debug(`${id} took ${Date.now() - started} ms`);
    return result;
  } catch (error) {
    if (error instanceof Nothing) {
      inBackground(id, vscode.window.showInformationMessage(error.why));
      return undefined;
    }
    if (isCancelled(error)) {
      log.debug(`${id} was cancelled`);
      return undefined;
    }
    const wire = wireOf(error);
    log.error(`${id}: [${wire.code}] ${messageOf(wire)}`);
    if (!isExpected(error) && error instanceof Error) log.error(error);
    inBackground(id, say(wire, { folder: folderOf(args[0]), showLog: () => log.show() }));
    return undefined;
  }
}

/** Shows an error with its actions; does not wait for the person. */
export async function say(
  error: ReturnType<typeof wireOf>,
  surroundings: { folder: vscode.Uri | undefined; showLog: () => void },
): Promise<void> {
  const actions = actionsFor(error, surroundings);
  const chosen = await vscode.window.showErrorMessage(messageOf(error), ...actions.map(({ title }) => title));
  await actions.find(({ title }) => title === chosen)?.run();
}

const entries = (group: CommandGroup): readonly (readonly [CommandId, (...args: CommandArguments) => unknown])[] =>
  Object.entries(group).flatMap(([id, run]) => (isCommandId(id) ? [[id, run] as const] : []));

const isCommandId = (id: string): id is CommandId => commandIds.some(known => known === id);

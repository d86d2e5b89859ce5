import type * as vscode from 'vscode';
import { isCancelled, isExpected, messageOf, wireOf } from './errorMessage';

/** Starts what nobody waits for; `what` names it in the log. */
export type InBackground = (what: string, work: PromiseLike<unknown> | undefined) => void;

/** Should such work fail, the log says so, and nobody else: there is no unhandled rejection. */
export const background =
  (log: Pick<vscode.LogOutputChannel, 'debug' | 'warn' | 'error'>): InBackground =>
  (what, work) => {
    work?.then(undefined, (error: unknown) => {
      const wire = wireOf(error);
      const line = `${what}: [${wire.code}] ${messageOf(wire)}`;
      if (isCancelled(error)) log.debug(line);
      else if (isExpected(error)) log.warn(line);
      else log.error(error instanceof Error ? (error.stack ?? line) : line);
    });
  };

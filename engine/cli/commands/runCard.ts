import { findPlace, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

export interface RunCardOptions {
  readonly run: string;
  readonly step?: string;
}

/** `modelyard runs show`: the report card of a run, or of one of its steps. */
export async function runCardCommand(invocation: Invocation, { run, step }: RunCardOptions): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const card = await withEngine(place, client =>
    client.call('runs/card', { run, ...(step !== undefined && { step }) }),
  );
  answer(invocation, { json: card, text: () => card.markdown });
  return exitCodes.ok;
}

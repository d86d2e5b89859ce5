import { findPlace, requireWorkspace } from '../commandContext';
import { differs, namesOnly, runDiffText, statText } from '../text/diffText';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';

export interface RunDiffOptions {
  readonly run: string;
  readonly other: string | undefined;
  /** Names only. */
  readonly stat: boolean;
  /** 1 when something differs, as `git diff --exit-code`; 3 when nothing does, as far as that can be said. */
  readonly exitCode: boolean;
}

/** `modelyard diff`: in what a run differs from another one, or from HEAD with the working tree. */
export async function diffCommand(
  invocation: Invocation,
  { run, other, stat, exitCode }: RunDiffOptions,
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const params = { run, ...(other !== undefined && { other }) };
  const found = await interruptible(signal =>
    withEngine(place, client => client.call('runs/diff', params, { signal }), { signal }),
  );
  const colors = invocation.colors.out;
  answer(invocation, {
    json: stat ? namesOnly(found) : found,
    text: () => (stat ? statText(found, colors) : runDiffText(found, colors)),
  });
  if (!exitCode) return exitCodes.ok;
  if (differs(found)) return exitCodes.failed;
  return found.notes.length > 0 ? exitCodes.refused : exitCodes.ok;
}

import type { JoinRequest, PreviewFilter } from '../../protocol/features';
import type { Params, Result } from '../../protocol/methods';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import { interruptible } from '../interrupt';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { LiveLine } from '../liveLine';
import { computedText, joinText, previewText } from './joinText';

/** `modelyard features compute VIEW` */
export async function computeCommand(
  invocation: Invocation,
  request: { readonly view: string; readonly limit: number },
): Promise<number> {
  const computed = await longCall(invocation, 'features/compute', request);
  answer(invocation, { json: computed, text: () => computedText(computed, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard features training-set` */
export async function trainingSetCommand(
  invocation: Invocation,
  request: JoinRequest & { readonly to: string; readonly force: boolean },
): Promise<number> {
  const set = await longCall(invocation, 'features/trainingSet', request);
  answer(invocation, { json: set, text: () => joinText(set, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard features preview` */
export async function previewCommand(
  invocation: Invocation,
  request: JoinRequest & { readonly limit: number; readonly offset: number; readonly filter: PreviewFilter },
): Promise<number> {
  const preview = await longCall(invocation, 'features/preview', request);
  answer(invocation, { json: preview, text: () => previewText(preview, invocation.colors.out) });
  return exitCodes.ok;
}

type Long = 'features/compute' | 'features/trainingSet' | 'features/preview';

/** With what it is doing on the last line of the terminal. */
async function longCall<M extends Long>(invocation: Invocation, method: M, request: Params<M>): Promise<Result<M>> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const live = new LiveLine(invocation.io);
  return interruptible(signal =>
    withEngine(
      place,
      client => client.call(method, request, { signal, onProgress: progress => live.update(progress) }),
      { signal },
    ),
  ).finally(() => live.end());
}

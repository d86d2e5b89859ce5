import type { JoinRequest, PreviewFilter } from '../../protocol/featureJoins';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer } from '../invocation';
import { computedText, joinText, previewText } from './joinText';
import { longCall } from './longCall';

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

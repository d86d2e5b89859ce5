import { triggerKinds } from '../../protocol/triggers';
import { ModelyardError } from '../../errors';
import { findPlace, requireConfig } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { triggersText, upcomingText } from '../text/triggerText';

/** `modelyard triggers`: what starts pipelines by itself, and how each stands. */
export async function triggersCommand(invocation: Invocation): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const list = await withEngine(place, client => client.call('triggers/list', {}));
  answer(invocation, { json: list, text: () => triggersText(list, invocation.colors.out) });
  return list.problem === undefined ? exitCodes.ok : exitCodes.usage;
}

/** `modelyard triggers next`: when schedules start their pipelines. */
export async function nextCommand(
  invocation: Invocation,
  asked: { readonly pipeline?: string; readonly count: number },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const times = await withEngine(place, client => client.call('triggers/next', asked));
  answer(invocation, { json: times, text: () => upcomingText(times, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard triggers fire`: starts a pipeline, or has it wait for its run that is under way; 1 when it does neither. */
export async function fireCommand(
  invocation: Invocation,
  { pipeline, reason }: { readonly pipeline: string; readonly reason?: string },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const fired = await withEngine(place, client =>
    client.call('triggers/fire', { pipeline, ...(reason !== undefined && { reason }) }),
  );
  answer(invocation, { json: fired, text: () => `${fired.message}\n` });
  return fired.outcome === 'skipped' ? exitCodes.failed : exitCodes.ok;
}

/** `modelyard triggers pause` and `resume`. */
export async function pauseCommand(
  invocation: Invocation,
  {
    method,
    pipeline,
    kind,
  }: {
    readonly method: 'triggers/pause' | 'triggers/resume';
    readonly pipeline: string;
    readonly kind: string | undefined;
  },
): Promise<number> {
  const chosen = triggerKinds.find(known => known === kind);
  if (kind !== undefined && chosen === undefined)
    throw new ModelyardError('params.invalid', `There is no kind of trigger ${kind}.`, {
      fix: `It is one of ${triggerKinds.join(', ')}.`,
    });
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const list = await withEngine(place, client => client.call(method, { pipeline, ...(chosen && { kind: chosen }) }));
  answer(invocation, { json: list, text: () => triggersText(list, invocation.colors.out) });
  return exitCodes.ok;
}

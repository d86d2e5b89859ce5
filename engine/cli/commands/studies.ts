import { findPlace, requireConfig, requireWorkspace } from '../commandContext';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';
import { answer, withEngine } from '../invocation';
import { paramPair } from '../paramPair';
import { studiesText, studyText } from '../text/studyText';
import { runCommand } from './run';

/** `modelyard studies`: searches for the best parameters, newest first. */
export async function studiesCommand(invocation: Invocation, { limit }: { readonly limit: number }): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const studies = await withEngine(place, client => client.call('studies/list', { limit }));
  answer(invocation, { json: { studies }, text: () => studiesText(studies, invocation.colors.out) });
  return exitCodes.ok;
}

/** `modelyard studies show`: one study with its trials, the best first. */
export async function studyCommand(
  invocation: Invocation,
  { study, limit }: { readonly study: string; readonly limit: number },
): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const found = await withEngine(place, client => client.call('studies/get', { study }));
  answer(invocation, { json: found, text: () => studyText(found, { colors: invocation.colors.out, limit }) });
  return exitCodes.ok;
}

/** `modelyard studies enqueue`: parameters that are tried next. */
export async function enqueueCommand(
  invocation: Invocation,
  { study, pairs }: { readonly study: string; readonly pairs: readonly string[] },
): Promise<number> {
  const params = Object.fromEntries(pairs.map(paramPair));
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const trial = await withEngine(place, client => client.call('studies/enqueue', { study, params }));
  answer(invocation, {
    json: trial,
    text: () => `Trial ${trial.number} waits: it is tried next, or when the study goes on.\n`,
  });
  return exitCodes.ok;
}

/** `modelyard studies stop`: what is done is kept, and the step goes on with the best of it. */
export async function stopStudyCommand(invocation: Invocation, study: string): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireWorkspace(place);
  const found = await withEngine(place, client => client.call('studies/stop', { study }), { start: false });
  answer(invocation, { json: found, text: () => `Study s-${found.number} ends with what it has found.\n` });
  return exitCodes.ok;
}

export interface ContinueOptions {
  readonly study: string;
  readonly trials?: number;
  readonly seconds?: number;
}

/** `modelyard studies continue`: runs the step of a study again, which goes on with it. */
export async function continueCommand(invocation: Invocation, options: ContinueOptions): Promise<number> {
  const place = findPlace(invocation.options, invocation.io.cwd);
  requireConfig(place);
  const { pipeline, step } = await withEngine(place, client => client.call('studies/extend', options));
  return runCommand(invocation, { pipeline, only: step });
}

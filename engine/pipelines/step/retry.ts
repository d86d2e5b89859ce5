import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ModelyardError, isAbort, throwIfAborted, toWireError } from '../../errors';
import type { JobResult } from '../../protocol/jobs';
import type { StepWork } from './stepWork';
import { runStep } from './runStep';

/** A wait grows no further, whatever the factor. */
const longestDelay = 24 * 3_600_000;

/** ms to wait after the n-th attempt (from 1): `delay · backoff^(n-1)`. */
export const waitAfter = (attempt: number, retry: { readonly delay: number; readonly backoff: number }): number =>
  Math.min(longestDelay, retry.delay * retry.backoff ** (attempt - 1));

/**
 * Runs a step, and again when it fails, as often as its `retry` says; each time in an empty folder. Only what may end
 * differently is tried again: a command, a process that died, a timeout; not a wrong configuration.
 * @param onRetry before the wait for each further attempt, with what is waited for and which attempt it will be (from 2)
 * @throws as `runStep`, what the last attempt failed with
 */
export async function runRetried(
  work: StepWork,
  onRetry: (message: string, attempt: number) => void,
  signal: AbortSignal,
): Promise<JobResult> {
  const { retry } = work.step;
  const attempts = work.debug ? 1 : (retry?.attempts ?? 1); // whoever debugs looks at the first failure
  for (let attempt = 1; ; attempt++) {
    try {
      return await runStep(work, signal);
    } catch (error) {
      if (retry === undefined || attempt >= attempts || isAbort(error) || !mayEndDifferently(error)) throw error;
      const wait = waitAfter(attempt, retry);
      const next = `attempt ${attempt + 1} of ${attempts} in ${wait / 1000} s`;
      work.log.write(`\n${toWireError(error).message}\n\nAttempt ${attempt} of ${attempts} failed; ${next}.\n`);
      onRetry(next, attempt + 1);
      await pause(wait, signal);
      await rm(work.workDir, { recursive: true, force: true });
      await mkdir(work.workDir, { recursive: true });
    }
  }
}

const mayEndDifferently = (error: unknown): boolean =>
  error instanceof ModelyardError && (error.code === 'step.failed' || error.code === 'step.timeout');

/** @throws ModelyardError `cancelled` */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
  throwIfAborted(signal);
}

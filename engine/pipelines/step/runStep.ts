import { ModelyardError } from '../../errors';
import type { JobResult } from '../../protocol/jobs';
import type { BuiltInStep } from '../../protocol/workspaceConfig';
import { runBuiltIn } from './runBuiltIn';
import { runCommandStep } from './runCommandStep';
import type { StepWork } from './stepWork';
import { withinTime } from './timeLimit';

/**
 * Runs one step: a command in a shell, a built-in one in a child process, or `gate`, `register` and the choices of
 * `tune` in the engine.
 * @throws ModelyardError `step.timeout`, `cancelled`, or what the step failed with
 */
export async function runStep(work: StepWork, signal: AbortSignal): Promise<JobResult> {
  const { timeout } = work.step;
  // at a breakpoint time stands still
  if (timeout === undefined || work.debug) return runEither(work, signal);
  const overdue = (): ModelyardError =>
    new ModelyardError(
      'step.timeout',
      `Step ${work.name} was ended: it took longer than its timeout of ${timeout / 1000} s.`,
      { fix: 'Give it more time with `timeout:`, or less to do.' },
    );
  return withinTime({ ms: timeout, overdue }, limited => runEither(work, limited), signal);
}

const runEither = (work: StepWork, signal: AbortSignal): Promise<JobResult> =>
  work.step.uses === 'run' ? runCommandStep(work, work.step, signal) : runTold(work, work.step, signal);

/** Its log tells what it did, and last what came of it. */
async function runTold(work: StepWork, step: BuiltInStep, signal: AbortSignal): Promise<JobResult> {
  const result = await runBuiltIn(work, step, signal);
  work.log.write(`${result.summary}\n`);
  if (result.error) work.log.write(`\n${result.error.message}\n`);
  return result;
}

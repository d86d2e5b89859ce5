import { ModelyardError } from '../errors';
import { realWorkspace } from './endpoint';
import { liveEngineRecord } from './engineRecord';

/** ms for the answer of an engine that is told to end at once. */
const answerPatience = 3000;

/**
 * Has the engine of a folder end at once: `ask` tells it; one that does not answer is killed. What it had acknowledged
 * is on the disk, and what ran in it ends with it.
 * @throws what `ask` was answered with
 */
export async function endEngine(
  workspace: string,
  ask: (signal: AbortSignal) => Promise<unknown>,
  patience = answerPatience,
): Promise<'asked' | 'killed' | 'none'> {
  const record = liveEngineRecord(realWorkspace(workspace));
  if (record === undefined) return 'none';
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), patience);
  try {
    await ask(over.signal);
    return 'asked';
  } catch (error) {
    if (!isSilence(error)) throw error;
    // Another engine may have taken its place while it was waited for.
    if (liveEngineRecord(realWorkspace(workspace))?.token === record.token) process.kill(record.pid, 'SIGKILL');
    return 'killed';
  } finally {
    clearTimeout(timer);
  }
}

const isSilence = (error: unknown): boolean =>
  error instanceof ModelyardError && (error.code === 'cancelled' || error.data?.['silent'] === true);

import { ModelyardError } from '../../errors';
import { exitCodes } from '../exitCode';
import type { Invocation } from '../invocation';

/**
 * Whether what was shown may be done. Where nobody can be asked it must have been said before.
 * @throws ModelyardError `params.invalid`
 */
export async function consent({ io }: Invocation, question: string, isGiven: boolean): Promise<boolean> {
  if (isGiven) return true;
  if (io.ask) return io.ask(question);
  throw new ModelyardError('params.invalid', `${question} Nobody can be asked here.`, {
    fix: 'Say it with --yes.',
    data: { key: 'yes' },
  });
}

/** Nothing was done. */
export const declined = exitCodes.failed;

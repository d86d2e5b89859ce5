import { ModelyardError } from '../errors';
import { configName, optionPlace } from './columns';

const prefix = 'with.';

/**
 * Learners know their own options only. Where they are further down in the step's, errors say so: `with.monotone.age` becomes
 * `with.learners.boosting.monotone.age`.
 * @param under `learners.boosting`
 */
export async function placedUnder<T>(under: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ModelyardError)) throw error;
    const { file, key } = error.place ?? {};
    if (file !== configName || key?.startsWith(prefix) !== true) throw error;
    const place = optionPlace(`${under}.${key.slice(prefix.length)}`);
    throw ModelyardError.fromWire({ ...error.toWire(), place });
  }
}

import { ModelyardError } from '../errors';

/** The value of an environment variable of the engine. `what` it has, for the sentence. @throws ModelyardError `step.failed` */
export function variable(name: string, what: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new ModelyardError('step.failed', `The environment variable ${name}, which has ${what}, is not set.`, {
    fix: 'Set it where the engine is started (`modelyard stop` ends the one that runs), then run the step again.',
  });
}

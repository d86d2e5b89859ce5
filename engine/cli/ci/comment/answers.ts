import * as v from 'valibot';
import { ModelyardError } from '../../../errors';
import type { ApiAnswer } from './request';
import type { Environment } from './hosts';

/** A variable that the CI system sets. @throws ModelyardError `params.invalid` */
export function variableOf(env: Environment, name: string, what: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new ModelyardError('params.invalid', `The environment variable ${name}, ${what}, is not set.`, {
    fix: 'Run it in a job for a pull request; docs/ci.md says what each system has to be given.',
  });
}

/** What an API has answered, checked. @throws ModelyardError `remote.refused` with the status, `remote.unreachable` */
export function read<T>({ status, json }: ApiAnswer, schema: v.GenericSchema<unknown, T>, what: string): T {
  if (status === 401 || status === 403 || status === 404)
    throw new ModelyardError('remote.refused', `${what} was refused (${status}): the token may not do that here.`, {
      fix: 'docs/ci.md says which rights the token needs. Pull requests from forks have none.',
    });
  if (status < 200 || status > 299)
    throw new ModelyardError('remote.unreachable', `${what} was answered with status ${status}.`);
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  throw new ModelyardError('remote.unreachable', `${what} was answered with something else than expected.`);
}

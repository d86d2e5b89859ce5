import { ModelyardError } from '../errors';
import type { Lifecycle } from '../protocol/tracking';

/** The failures of this room; clients of MLflow look for some of these sentences. */
export const noRun = (id: string): ModelyardError =>
  new ModelyardError('not-found', `Run with id=${id} not found`, { fix: 'List the runs to see their ids.' });

export const ambiguousRun = (prefix: string, count: number): ModelyardError =>
  new ModelyardError('params.invalid', `${count} runs have an id that begins with ${prefix}.`, {
    fix: 'Give more digits of the id, or the number of the run, such as r-42.',
  });

export const noExperiment = (id: string): ModelyardError =>
  new ModelyardError('not-found', `No Experiment with id=${id} exists`);

export const noExperimentNamed = (name: string): ModelyardError =>
  new ModelyardError('not-found', `Could not find experiment with name '${name}'`);

export const experimentExists = (name: string, lifecycle: Lifecycle): ModelyardError =>
  new ModelyardError(
    'conflict',
    `Experiment(name=${name}) already exists.${lifecycle === 'deleted' ? ' It has been deleted.' : ''}`,
    {
      fix: lifecycle === 'deleted' ? 'Restore it, or choose another name.' : 'Choose another name.',
      data: { reason: 'exists' },
    },
  );

export const notInState = (what: 'run' | 'experiment', id: string, lifecycle: Lifecycle): ModelyardError =>
  new ModelyardError(
    'conflict',
    `The ${what} ${id} must be in the '${lifecycle === 'active' ? 'deleted' : 'active'}' state. Current state is ${lifecycle}.`,
    { fix: lifecycle === 'deleted' ? `Restore the ${what} first.` : `It has not been deleted.` },
  );

interface ParamChange {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

export const modelParamsImmutable = (id: string, changes: readonly ParamChange[]): ModelyardError =>
  new ModelyardError(
    'conflict',
    `Changing param values is not allowed. Params were already logged='[${listed(changes)}]' for logged model ID='${id}'.`,
    { fix: 'Log the new value under another key, or make a new model.' },
  );

const listed = (changes: readonly ParamChange[]): string =>
  changes.map(({ key, from, to }) => `{'key': '${key}', 'old_value': '${from}', 'new_value': '${to}'}`).join(', ');

/** @param changes at least one */
export function paramsImmutable(runId: string, changes: readonly ParamChange[], batch: boolean): ModelyardError {
  const [first] = changes;
  const detail =
    batch || first === undefined
      ? `Params were already logged='[${listed(changes)}]' for run ID='${runId}'.`
      : `Param with key='${first.key}' was already logged with value='${first.from}' for run ID='${runId}'. ` +
        `Attempted logging new value '${first.to}'.`;
  return new ModelyardError('conflict', `Changing param values is not allowed. ${detail}`, {
    fix: 'Log the new value under another key, or in a new run.',
  });
}

export const invalid = (message: string, fix?: string): ModelyardError =>
  new ModelyardError('params.invalid', message, fix === undefined ? {} : { fix });

export const noLoggedModel = (id: string): ModelyardError =>
  new ModelyardError('not-found', `Logged model with ID '${id.slice(0, 100)}' not found.`);

export const loggedModelDeleted = (id: string): ModelyardError =>
  new ModelyardError('conflict', `The logged model ${id} has been deleted: its files can be read only.`);

export const noModelTag = (key: string, id: string): ModelyardError =>
  new ModelyardError('not-found', `No tag with key '${key}' found for model with ID '${id}'.`);

export const noTrace = (id: string): ModelyardError =>
  new ModelyardError('not-found', `Trace with ID '${id.slice(0, 100)}' not found.`);

export const traceIncomplete = (id: string): ModelyardError =>
  new ModelyardError('not-found', `Trace with ID ${id} is not fully exported yet, please try again later.`);

export const noTraceTag = (key: string, id: string): ModelyardError =>
  new ModelyardError('not-found', `No trace tag with key '${key}' for trace with ID '${id}'`);

export const noTag = (key: string, owner: string): ModelyardError =>
  new ModelyardError('not-found', `No tag with name: ${key} in ${owner}`);

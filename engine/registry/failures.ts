import { ModelyardError } from '../errors';

/** The failures of this room; clients of MLflow look for some of these sentences. */
export const noModel = (name: string, known: readonly string[]): ModelyardError =>
  new ModelyardError('not-found', `Registered Model with name=${name} not found`, { fix: modelsThereAre(known) });

const modelsThereAre = (known: readonly string[]): string =>
  known.length === 0 ? 'Run a pipeline with a `register` step.' : `There are ${known.join(', ')}.`;

export const modelExists = (name: string): ModelyardError =>
  new ModelyardError('conflict', `Registered Model (name=${name}) already exists.`, { data: { reason: 'exists' } });

/** A new name that is taken, said of prompts as of models. */
export function nameTaken(name: string, is: { readonly prompt: boolean; readonly newPrompt: boolean }): ModelyardError {
  const [old, made] = [is.prompt, is.newPrompt].map(prompt => (prompt ? 'Prompt' : 'Registered Model'));
  const message =
    old === made
      ? `${made ?? ''} (name=${name}) already exists.`
      : `Tried to create a ${made?.toLowerCase() ?? ''} with name '${name}', but the name is already taken by a ` +
        `${old?.toLowerCase() ?? ''}. MLflow does not allow creating a model and a prompt with the same name.`;
  return new ModelyardError('conflict', message, { data: { reason: 'exists' } });
}

export const noVersion = (model: string, version: number, newest: number | undefined): ModelyardError =>
  versionMissing(
    model,
    version,
    newest === undefined ? 'The model has no versions.' : `The newest is version ${newest}.`,
  );

/** A version of a model that there is not. */
export const noModelVersion = (model: string, version: number, known: readonly string[]): ModelyardError =>
  versionMissing(model, version, modelsThereAre(known));

const versionMissing = (model: string, version: number, fix: string): ModelyardError =>
  new ModelyardError('not-found', `Model Version (name=${model}, version=${version}) not found`, { fix });

export const noAlias = (alias: string): ModelyardError =>
  new ModelyardError('params.invalid', `Registered model alias ${alias} not found.`);

export const noLatest = (model: string): ModelyardError =>
  new ModelyardError('not-found', `Latest version not found for model ${model}.`);

export const isDeployed = (version: { readonly model: string; readonly version: number }, by: string): ModelyardError =>
  new ModelyardError('conflict', `Version ${version.version} of ${version.model} is in use by ${by}.`, {
    fix: 'Give the deployment another version first, or end it.',
    data: { reason: 'deployed' },
  });

import { ModelyardError } from '../errors';

const MAX_NAME = 500;
const MAX_ALIAS = 255;
const MAX_KEY = 250;
const MAX_VALUE = 100_000;

/** MLflow's rules of names; clients look for these sentences. @throws ModelyardError `params.invalid` */
export function checkModelName(name: string, parameter = 'name'): void {
  if (name.trim() === '') throw invalid(`Missing value for required parameter '${parameter}'.`);
  if (/[/:]/.test(name)) throw invalid(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`);
  if (name === '.' || name === '..')
    throw invalid(`Invalid value "${name}" for parameter '${parameter}' supplied: ${RESOLVES}`);
  if (name.length > MAX_NAME) throw invalid(`'${parameter}' exceeds the maximum length of ${MAX_NAME} characters`);
}

const RESOLVES = 'Names must not resolve to other names when they are treated as files.';

/** The name of an alias, to look for. @throws ModelyardError `params.invalid` */
export function checkAlias(alias: string): void {
  if (!/^[\p{L}\p{N}_-]+$/u.test(alias))
    throw invalid(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`,
    );
  if (alias.length > MAX_ALIAS)
    throw invalid(`'Registered model alias name' exceeds the maximum length of ${MAX_ALIAS} characters`);
}

/** The name of an alias to set: some already mean something. @throws ModelyardError `params.invalid` */
export function checkNewAlias(alias: string): void {
  checkAlias(alias);
  if (isLatest(alias)) throw invalid("'latest' alias name (case insensitive) is reserved.");
  if (/^v\d+$/i.test(alias)) throw invalid(`Version alias name '${alias}' is reserved.`);
}

export const isLatest = (alias: string): boolean => alias.toLowerCase() === 'latest';

/** @throws ModelyardError `params.invalid` */
export function checkTag(key: string, value: string): void {
  checkTagKey(key);
  if (key.length > MAX_KEY) throw invalid(`'key' exceeds the maximum length of ${MAX_KEY} characters`);
  if (value.length > MAX_VALUE)
    throw invalid(
      key === 'mlflow.prompt.text'
        ? `Prompt text exceeds max length of ${MAX_VALUE} characters.`
        : `'value' exceeds the maximum length of ${MAX_VALUE} characters`,
    );
}

/** @throws ModelyardError `params.invalid` */
export function checkTagKey(key: string): void {
  const problem = keyProblem(key);
  if (problem !== undefined)
    throw invalid(`Invalid value ${JSON.stringify(key.slice(0, 300))} for parameter 'key' supplied: ${problem}`);
}

function keyProblem(key: string): string | undefined {
  if (!/^[\p{L}\p{N}_\-. :/]+$/u.test(key))
    return 'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';
  if (key.split('/').some(part => part === '' || part === '.' || part === '..')) return RESOLVES;
  return undefined;
}

const invalid = (message: string): ModelyardError => new ModelyardError('params.invalid', message);

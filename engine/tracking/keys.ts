import { invalid } from './failures';

export type Keyed = 'metric' | 'param' | 'tag';

const MAX_KEY = 250;
/** Values are text for people and searches; what is longer belongs into an artifact. */
const MAX_VALUE = 1_000_000;
const ALLOWED = /^[\p{L}\p{N}_\-. :/]+$/u;

/** What is wrong with a name by MLflow's rule, as a sentence; undefined: nothing. */
export function keyProblem(kind: Keyed, key: string): string | undefined {
  if (key === '') return `The name of a ${kind} is empty.`;
  if (key.length > MAX_KEY) return `The name of a ${kind} has ${key.length} characters; ${MAX_KEY} are allowed.`;
  if (!ALLOWED.test(key))
    return (
      `The name of the ${kind} ${JSON.stringify(key)} may only contain letters, digits, underscores (_), ` +
      'dashes (-), periods (.), spaces ( ), colons (:) and slashes (/).'
    );
  // `a/../b` and `a//b` would name the file of another key where keys are files: MLflow refuses them everywhere.
  const parts = key.split('/');
  if (parts.some(part => part === '' || part === '.' || part === '..'))
    return `The name of the ${kind} ${JSON.stringify(key)} must not resolve to other names (no '.', '..' or empty part).`;
  return undefined;
}

/** @throws ModelyardError `params.invalid` */
export function checkKey(kind: Keyed, key: string): void {
  const problem = keyProblem(kind, key);
  if (problem !== undefined) throw invalid(problem);
}

/** @throws ModelyardError `params.invalid` */
export function checkPair(kind: 'param' | 'tag', key: string, value: string): void {
  checkKey(kind, key);
  if (value.length > MAX_VALUE)
    throw invalid(
      `The value of the ${kind} ${key} has ${value.length} characters; ${MAX_VALUE} are allowed.`,
      'Log long text as an artifact.',
    );
}

/** @throws ModelyardError `params.invalid` */
export function checkExperimentName(name: string): void {
  if (name.trim() === '') throw invalid('The name of an experiment is empty.');
  if (name.length > 500) throw invalid(`The name of an experiment has ${name.length} characters; 500 are allowed.`);
}

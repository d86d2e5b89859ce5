import { ModelyardError } from '../errors';
import { invalid } from './failures';

/**
 * The canonical form of a path among a run's artifacts: parts joined by '/', nothing that leaves the run.
 * @throws ModelyardError `params.invalid`
 */
export function artifactPath(text: string): string {
  const named = `Invalid path ${JSON.stringify(text.slice(0, 300))}`;
  const fix = 'Name a file within the run: model/MLmodel.';
  const refuse = (why: string): never => {
    throw invalid(`${named}: ${why}.`, fix);
  };
  /** Told apart from what merely is no name: it may be an attack. */
  const refuseEscape = (why: string): never => {
    throw new ModelyardError('params.invalid', `${named}: ${why}.`, { fix, data: { reason: 'path' } });
  };
  if (text === '') refuse('it is empty');
  if (text.length > 1_000) refuse('it is longer than 1,000 characters');
  if (/[\u0000-\u001f\u007f]/.test(text)) refuse('it has control characters');
  if (text.includes('\\')) refuseEscape("parts are joined by '/', not by a backslash");
  if (text.startsWith('/') || /^[a-zA-Z]:/.test(text)) refuseEscape('it is absolute');
  const parts = text.replace(/\/+$/, '').split('/');
  if (parts.includes('..')) refuseEscape("'..' would leave the run");
  if (parts.some(part => part === '' || part === '.')) refuse('it has an empty part');
  return parts.join('/');
}

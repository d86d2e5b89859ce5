import { MlflowError } from './failures';
import type { Fields } from './fields';

/** The member `version`: a whole number as text. */
export function versionOf(fields: Fields): number {
  const text = fields.text('version');
  if (/^\s*[+-]?\d+\s*$/.test(text)) return Number(text);
  throw new MlflowError('INVALID_PARAMETER_VALUE', `Parameter 'version' must be an integer, got '${text}'.`);
}

import { ModelyardError } from '../errors';

/** `3` or `v3`. */
export function versionNumber(text: string): number {
  const digits = /^v?(\d{1,9})$/.exec(text)?.[1];
  if (digits !== undefined && Number(digits) > 0) return Number(digits);
  throw new ModelyardError('params.invalid', `${JSON.stringify(text)} is not a version number.`, {
    fix: 'Write 3 or v3.',
    data: { key: 'version' },
  });
}

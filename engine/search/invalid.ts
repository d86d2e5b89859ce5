import { ModelyardError } from '../errors';

/** A search that cannot be understood. */
export const invalid = (message: string, fix?: string): ModelyardError =>
  new ModelyardError('params.invalid', message, fix === undefined ? {} : { fix });

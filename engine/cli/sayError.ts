import type { WireError } from '../protocol/errors';
import { errorText } from './text/errorText';
import type { Invocation } from './invocation';
import { jsonText } from './json';

/** An error in the form that was asked for. */
export function sayError(error: WireError, { io, options, colors }: Invocation): void {
  if (options.json === true) io.out(jsonText({ error }));
  else io.err(errorText(error, colors.err));
}

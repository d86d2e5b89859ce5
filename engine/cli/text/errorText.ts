import type { Colors } from 'picocolors/types';
import type { Place, WireError } from '../../protocol/errors';

/** `error: message`, then where, then the way out; a line each. */
export function errorText(error: WireError, colors: Colors): string {
  const lines = [`${colors.red('error:')} ${error.message}`];
  for (const place of [error.place, error.config]) if (place) lines.push(`  at ${colors.cyan(placeText(place))}`);
  if (error.fix !== undefined) lines.push(`  ${colors.green('fix:')} ${error.fix}`);
  return `${lines.join('\n')}\n`;
}

/** `modelyard.yaml:12:7`, which terminals make a link of, and the key. */
export function placeText({
  file,
  line,
  column,
  key,
}: Omit<Place, 'key'> & { readonly key?: string | undefined }): string {
  const position = [file, line, line === undefined ? undefined : column].filter(part => part !== undefined).join(':');
  return key === undefined ? position : `${position} (${key})`;
}

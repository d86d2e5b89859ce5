import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelyardError } from '../errors';
import { limits } from './yaml/tokens';

export interface ConfigFile {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** @throws ModelyardError `config.missing` when it is not there, `config.invalid` when it is not a text of sensible size */
export async function readConfigFile(root: string, file: string): Promise<ConfigFile> {
  const path = join(root, file);
  try {
    const { size } = await stat(path);
    // Far too long for any text within the limit: do not even read it.
    if (size > 4 * limits.characters) throw tooBig(file, size);
    const bytes = await readFile(path);
    return { bytes, text: decoded(file, bytes) };
  } catch (error) {
    if (error instanceof ModelyardError) throw error;
    throw unreadable(root, file, error);
  }
}

function decoded(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ModelyardError('config.invalid', `${file} is not a UTF-8 text.`, {
      place: { file, line: 1, column: 1 },
      fix: 'Save it with the encoding UTF-8.',
      cause,
    });
  }
}

const tooBig = (file: string, size: number): ModelyardError =>
  new ModelyardError(
    'config.invalid',
    `${file} has ${size.toLocaleString('en')} bytes; a config may have at most ${limits.characters.toLocaleString('en')} characters.`,
    {
      place: { file, line: 1, column: 1 },
      fix: 'Is it the right file? Data belongs into files of its own, named under `datasets`.',
    },
  );

function unreadable(root: string, file: string, cause: unknown): ModelyardError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const place = { file };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ModelyardError('config.missing', `There is no ${file} in ${root}.`, {
      place,
      fix: `Create ${file}, or name another one with \`--config\`.`,
      cause,
    });
  }
  const why = code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'no permission' : code;
  return new ModelyardError('config.missing', `${file} in ${root} cannot be read: ${why}.`, { place, cause });
}

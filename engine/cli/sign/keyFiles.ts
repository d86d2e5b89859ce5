import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KeyKind } from '../../client/signing';
import { newKeys } from '../../client/signing';
import { ModelyardError } from '../../errors';

/** The variable that names the file with the private key. */
export const keyVariable = 'MODELYARD_SIGNING_KEY';

/**
 * Writes a new pair of keys: the private one for its owner alone, the public one beside it.
 * @throws ModelyardError `params.invalid` (below a workspace or repository), `conflict` (there is one)
 */
export function writeKeys(file: string, kind: KeyKind): { readonly publicFile: string; readonly publicKey: string } {
  const publicFile = `${file}.pub`;
  for (const one of [file, publicFile])
    if (existsSync(one)) throw new ModelyardError('conflict', `${one} exists; a key is not written over.`);
  const root = repositoryOf(path.dirname(file));
  if (root !== undefined)
    throw new ModelyardError('params.invalid', `${file} is within ${root}: a private key would be shared with it.`, {
      fix: 'Name a file outside of workspaces and repositories.',
    });
  const { privateKey, publicKey } = newKeys(kind);
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, privateKey, { mode: 0o600, flag: 'wx' });
    chmodSync(file, 0o600);
    writeFileSync(publicFile, publicKey, { flag: 'wx' });
  } catch (cause) {
    throw new ModelyardError('params.invalid', `${file} cannot be written: ${String(cause)}`, { cause });
  }
  return { publicFile, publicKey };
}

/** @throws ModelyardError `not-found`, `params.invalid` (others can read it) */
export function readPrivateKey(file: string): string {
  let mode: number;
  let text: string;
  try {
    mode = lstatSync(realpathSync(file)).mode;
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ModelyardError('not-found', `The key ${file} cannot be read.`, { cause });
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new ModelyardError('params.invalid', `Others can read the private key ${file}.`, {
      fix: `chmod 600 ${file}`,
    });
  return text;
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (['.git', 'modelyard.yaml', '.modelyard'].some(name => existsSync(path.join(at, name)))) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

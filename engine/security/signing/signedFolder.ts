import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isSignature } from '../../client/signing';
import { ModelyardError } from '../../errors';
import { readBundle } from './bundle';
import { differingFile } from './differingFile';
import { filesOfStatement, preAuthEncoding } from './statement';

/** Beside the files of an exported model, as OpenSSF model-signing names it. */
export const signatureFile = 'model.sig';

export interface SignedFolder {
  readonly folder: string;
  /** PEM of public keys, one of which must have signed; absent: whoever has. */
  readonly keys?: readonly string[];
  /** Files of the folder that are not of the model. */
  readonly besides: readonly string[];
}

/**
 * Holds a model's folder, away from the workspace it came from, to the signature that lies in it.
 * @throws ModelyardError `conflict` when it is not what was signed, or not by one of the keys
 */
export async function requireSignedFolder({ folder, keys, besides }: SignedFolder): Promise<void> {
  const refuse = (sentence: string): ModelyardError =>
    new ModelyardError('conflict', `${sentence} The model in ${folder} is not loaded.`, {
      fix: 'Export the model again from the workspace where it was signed.',
    });
  const text = await readFile(path.join(folder, signatureFile), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) {
    if (keys === undefined) return;
    throw refuse(`There is no ${signatureFile}.`);
  }
  let signed: ReturnType<typeof filesOfStatement>;
  try {
    const { payload, signature } = readBundle(text);
    if (keys?.some(key => isSignature(preAuthEncoding(payload), signature, key)) === false)
      throw refuse(`${signatureFile} is by none of the keys.`);
    signed = filesOfStatement(payload);
  } catch (cause) {
    if (cause instanceof ModelyardError) throw cause;
    throw refuse(`${signatureFile} is damaged.`);
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter(at => at !== signatureFile && !besides.includes(at));
  const difference = await differingFile(signed, { paths, digestOf: at => digestOf(path.join(folder, at)) });
  if (difference) throw refuse(difference.sentence);
}

/** Undefined: it cannot be read. */
async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

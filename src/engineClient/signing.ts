import { keyIdOf, newKeys, publicKeyOf, signBytes } from '../../engine/client/signing';
import type { KeyKind } from '../../engine/client/signing';
import { ModelyardError } from '../../engine/errors';
import type { SignatureReport } from '../../engine/protocol/signatures';
import type { CallOptions, EngineCalls } from './workspaceEngine';

/** A key that signs models; both halves as PEM. */
export interface SigningKey {
  /** sha-256 of the public half. */
  readonly id: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export function makeKey(kind: KeyKind): SigningKey {
  const { privateKey, publicKey } = newKeys(kind);
  return { id: keyIdOf(publicKey), privateKey, publicKey };
}

/**
 * A private key as it stands in a file.
 * @throws ModelyardError `params.invalid`
 */
export function readKey(privateKey: string, file: string): SigningKey {
  try {
    signBytes(new Uint8Array(), privateKey); // the public half alone would be taken for a key, too
    const publicKey = publicKeyOf(privateKey);
    return { id: keyIdOf(publicKey), publicKey, privateKey };
  } catch {
    // what the library says could quote the file
    throw new ModelyardError(
      'params.invalid',
      `${file} is no private key of Ed25519 or ECDSA as PEM without a password.`,
    );
  }
}

/** Signs a version here: the engine says what is to be signed, and is told the signature. The private key stays. */
export async function signVersion(
  engine: EngineCalls,
  { name, version, key }: { readonly name: string; readonly version: number; readonly key: SigningKey },
  { signal, onProgress }: CallOptions,
): Promise<SignatureReport> {
  const options = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const { payload, encoded } = await engine.call('signatures/toSign', { name, version }, options);
  const signature = signBytes(Buffer.from(encoded, 'base64'), key.privateKey).toString('base64');
  return engine.call('signatures/add', { name, version, payload, signature, publicKey: key.publicKey }, options);
}

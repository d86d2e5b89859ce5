import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

/** Kinds of keys: Ed25519, and the one that OpenSSF model-signing's own tool takes besides certificates. */
export const keyKinds = ['ed25519', 'ecdsa-p256'] as const;
export type KeyKind = (typeof keyKinds)[number];

export interface KeyPair {
  /** PKCS #8 as PEM. */
  readonly privateKey: string;
  /** SPKI as PEM. */
  readonly publicKey: string;
}

/** A new pair of keys. */
export function newKeys(kind: KeyKind): KeyPair {
  const { privateKey, publicKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), publicKey: pemOf(publicKey) };
}

/** The public half of a private key (PEM) or of itself, as PEM. @throws Error when it is no key that can sign */
export function publicKeyOf(pem: string): string {
  const key = createPublicKey(pem);
  digestOf(key);
  return pemOf(key);
}

/** Signs bytes with a private key (PEM). @throws Error when it is no key that can sign */
export function signBytes(bytes: Uint8Array, privateKey: string): Buffer {
  const key = createPrivateKey(privateKey);
  return sign(digestOf(key), bytes, key);
}

/** Whether a signature is of these bytes and of this public key (PEM). */
export function isSignature(bytes: Uint8Array, signature: Uint8Array, publicKey: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    return verify(digestOf(key), bytes, key, signature);
  } catch {
    return false;
  }
}

/** sha-256 of the public key as PEM, as OpenSSF model-signing names a key. */
export const keyIdOf = (publicKey: string): string => createHash('sha256').update(publicKeyOf(publicKey)).digest('hex');

const pemOf = (key: KeyObject): string => String(key.export({ type: 'spki', format: 'pem' }));

/** What a key hashes with before it signs; null: it does that itself. */
function digestOf(key: KeyObject): string | null {
  if (key.asymmetricKeyType === 'ed25519') return null;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const digest = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' }[curve ?? ''];
  if (digest === undefined) throw new Error(`a key of kind ${key.asymmetricKeyType ?? 'unknown'} does not sign models`);
  return digest;
}

import { keyIdOf } from '../../client/signing';
import { readBundle } from './bundle';
import { filesOfStatement } from './statement';
import type { SignatureSummary } from '../../protocol/signatures';
import type { KnownSignature } from './store';
import type { Trust } from './trust';
import { bySigner } from './trust';

/** What was found when the files were read last, by the keys that are trusted now. */
export function summaryOf({ name, version, newest, check }: KnownSignature, trust: Trust): SignatureSummary {
  if (check === undefined) {
    const { signedAt, signedBy, publicKey, bundle } = newest;
    const keyId = keyIdOf(publicKey);
    const files = signedFiles(bundle);
    return { version, files, keyId, signedAt, signedBy, ...bySigner({ name, version, keyId }, trust) };
  }
  const { found, checkedAt } = check;
  const { keyId, state } = found;
  const isOfKey = keyId !== undefined && (state === 'signed' || state === 'untrusted');
  return { version, ...found, ...(isOfKey && bySigner({ name, version, keyId }, trust)), readAt: checkedAt };
}

function signedFiles(bundle: string): number {
  try {
    return filesOfStatement(readBundle(bundle).payload).length;
  } catch {
    return 0; // reading its files will say that it is broken
  }
}

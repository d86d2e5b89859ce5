import type { SignatureReport } from '../../protocol/signatures';

/** What was found of a version. */
export type Found = Omit<SignatureReport, 'model' | 'version' | 'isRequired'>;

/** Which keys count, by their ids. */
export interface Trust {
  readonly ids: readonly string[];
  /** Why it cannot be told, as a sentence. */
  readonly problem?: string;
}

/** What a signature is worth whose files are what was signed. */
export function bySigner(
  { name, version, keyId }: { readonly name: string; readonly version: number; readonly keyId: string },
  { ids, problem }: Trust,
): Pick<SignatureReport, 'state' | 'sentence'> {
  const signed = `Version ${version} of ${name} is signed by the key ${keyId.slice(0, 16)}`;
  if (ids.includes(keyId)) return { state: 'signed', sentence: `${signed}.` };
  return problem === undefined
    ? { state: 'untrusted', sentence: `${signed}, which modelyard.yaml does not list under security.keys.` }
    : { state: 'untrusted', sentence: `${signed}. ${problem}` };
}

/** How the signature of a version stands. */
export type SignatureState =
  | 'signed' // by a key that is trusted, and its files are what was signed
  | 'untrusted' // rightly, but by no key that is trusted
  | 'altered' // its files are not those that were signed, or the signature is not of its key
  | 'unsigned';

export interface SignatureReport {
  readonly model: string;
  readonly version: number;
  readonly state: SignatureState;
  /** A sentence; it names the file that differs. */
  readonly sentence: string;
  /** The file that differs, is missing or was added. */
  readonly file?: string;
  /** sha-256 of the public key as PEM. */
  readonly keyId?: string;
  /** ms since 1970 */
  readonly signedAt?: number;
  readonly signedBy?: string;
  /** Files that were signed. */
  readonly files: number;
  /** Models are only loaded when they are signed: modelyard.yaml says so. */
  readonly isRequired: boolean;
}

/** What is known of the signature of a version without reading its files: how they stood to it when they were read last. */
export interface SignatureSummary extends Omit<SignatureReport, 'model' | 'isRequired'> {
  /** ms since 1970: when the files were read; absent: not since they were signed. */
  readonly readAt?: number;
}

/** What somebody who has a private key signs. */
export interface ToSign {
  /** Base64 of the in-toto statement. */
  readonly payload: string;
  /** Base64 of what is signed: the statement in DSSE's encoding. */
  readonly encoded: string;
  readonly files: number;
}

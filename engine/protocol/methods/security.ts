import type { AuditPart, AuditReport } from '../audit';
import type { ScanReport, VersionScan } from '../security';
import type { SignatureReport, ToSign } from '../signatures';

/** Calls about the safety of models and of the workspace. */
export interface SecurityMethods {
  /** Looks through the workspace, or the paths (relative to it), for all that is asked. `history`: for secrets in all commits too. Long. */
  'security/audit': {
    params: { parts: readonly AuditPart[]; paths?: readonly string[]; advisories?: string; history?: boolean };
    result: AuditReport;
  };
  /** Scans files and folders (absolute paths) without loading them. Long. */
  'security/scan': { params: { paths: readonly string[] }; result: ScanReport };
  /** The scan of a version; made now when there is none of its files as they are, or when asked to (`again`). Long. */
  'security/scanVersion': { params: { name: string; version: number; again?: boolean }; result: VersionScan };
}

/** Calls about signatures. Private keys never cross the wire: whoever has one signs. */
export interface SignatureMethods {
  'signatures/toSign': { params: { name: string; version: number }; result: ToSign };
  /** Keeps a signature of the version. `signature`: base64; `publicKey`: PEM. */
  'signatures/add': {
    params: { name: string; version: number; payload: string; signature: string; publicKey: string };
    result: SignatureReport;
  };
  /**
   * Reads all files of the version, and keeps what it finds. `keys`: PEM that are trusted instead of those of modelyard.yaml;
   * nothing is kept then. Long.
   */
  'signatures/verify': { params: { name: string; version: number; keys?: readonly string[] }; result: SignatureReport };
  /** The ML-BOM of a version: CycloneDX 1.6 as JSON. */
  'signatures/bom': { params: { name: string; version: number }; result: { bom: string } };
  /** The newest signature as a Sigstore bundle; null: there is none. */
  'signatures/bundle': { params: { name: string; version: number }; result: { bundle: string } | null };
}

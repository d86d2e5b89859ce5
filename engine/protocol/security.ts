/** `pass`: nothing but what the lists allow; `review`: somebody must look; `block`: runs code, hides something or cannot be read. */
export type ScanVerdict = 'pass' | 'review' | 'block';

export type ScanSeverity = 'low' | 'medium' | 'high' | 'critical';

/** What a finding is about. */
export type ScanKind =
  | 'denied-global'
  | 'unknown-global'
  | 'unresolved-global'
  | 'computed-call'
  | 'unsafe-call'
  | 'patched-class'
  | 'extension-code'
  | 'persistent-id'
  | 'malformed'
  | 'trailing-data'
  | 'hidden-data'
  | 'unreadable'
  | 'unknown-format'
  | 'program'
  | 'archive-bomb'
  | 'archive-path'
  | 'limit'
  | 'external-data'
  | 'custom-operator'
  | 'keras-code'
  | 'tensorflow-operator'
  | 'object-text'
  | 'template-code'
  | 'link';

export interface ScanFinding {
  /** As it was asked for, or below the folder that was. */
  readonly file: string;
  /** Within the file, by containers: `archive/data.pkl`, `weights.npy`; absent: the file itself. */
  readonly inner?: string;
  /** Bytes from the start of the innermost content. */
  readonly offset?: number;
  readonly kind: ScanKind;
  readonly verdict: Exclude<ScanVerdict, 'pass'>;
  readonly severity: ScanSeverity;
  /** `module:name` that a pickle asks for. */
  readonly global?: string;
  readonly sentence: string;
}

export interface ScannedFile {
  readonly file: string;
  readonly bytes: number;
  /** What it is by its content: `pickle`, `zip`, `npy`, `hdf5`, `onnx`, `text`, …; several with a plus between them. */
  readonly format: string;
  readonly verdict: ScanVerdict;
  /** How many different globals its pickles ask for that are allowed. */
  readonly allowed: number;
}

/** What a scan has found; no model file was loaded for it. */
export interface ScanReport {
  readonly verdict: ScanVerdict;
  readonly files: readonly ScannedFile[];
  /** The worst first. */
  readonly findings: readonly ScanFinding[];
  /** More findings than are listed. */
  readonly omitted: number;
  /** Of the lists and readers that judged. */
  readonly rules: number;
}

/** The newest scan of a registered version, as the registry keeps it. */
export interface VersionScan {
  readonly model: string;
  readonly version: number;
  /** ms since 1970 */
  readonly scannedAt: number;
  /** Nothing has changed since: neither its files nor what the lists and modelyard.yaml allow. */
  readonly isCurrent: boolean;
  readonly report: ScanReport;
}

/** The same in short, for lists of versions. */
export interface ScanSummary {
  readonly version: number;
  readonly scannedAt: number;
  readonly verdict: ScanVerdict;
  /** Findings that block, and that are to be reviewed. */
  readonly blocks: number;
  readonly reviews: number;
}

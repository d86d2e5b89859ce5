import type { ScanSeverity, ScanVerdict } from './security';

/** What an audit looks for: secrets in texts, packages with known weaknesses, licences of packages, unsafe model files. */
export type AuditPart = 'secrets' | 'dependencies' | 'licences' | 'models';

export interface AuditFinding {
  readonly part: AuditPart;
  /** Of the rule that has found it: `aws-access-key-id`, `GHSA-…`, `licence-denied`, a kind of a scan. */
  readonly rule: string;
  readonly verdict: Exclude<ScanVerdict, 'pass'>;
  readonly severity: ScanSeverity;
  /** Relative to the workspace, or what it stands in: `run 0123… (tags)`. */
  readonly file: string;
  /** From 1, in UTF-16 units. */
  readonly line?: number;
  readonly column?: number;
  readonly endColumn?: number;
  /** The full id of the commit that brought it, when it was found in earlier commits. */
  readonly commit?: string;
  /** Of packages: the name with its version. */
  readonly subject?: string;
  /** Never has a secret in it. */
  readonly sentence: string;
  /** What to do. */
  readonly fix?: string;
  /** The same as long as what was found stays, wherever its line moves. It tells nothing of a secret. */
  readonly fingerprint: string;
}

/** How a part came out. A part that could not be judged is to be reviewed: an error is no pass. */
export interface AuditedPart {
  readonly part: AuditPart;
  readonly verdict: ScanVerdict;
  readonly isJudged: boolean;
  /** What was looked at, or why it could not be judged. */
  readonly sentence: string;
}

export interface AuditReport {
  readonly verdict: ScanVerdict;
  readonly parts: readonly AuditedPart[];
  /** The worst first. */
  readonly findings: readonly AuditFinding[];
  /** More findings than are listed. */
  readonly omitted: number;
}

/** `security:` of modelyard.yaml, as far as it is about more than model files. */
export interface AuditConfig {
  readonly secrets?: {
    /** Fingerprints of findings that are none. */
    readonly allow?: readonly string[];
    /** Files that are not looked at, as in .gitignore. */
    readonly exclude?: readonly string[];
  };
  readonly dependencies?: {
    /** OSV: a folder of JSON files or a zip of them, relative to the workspace. */
    readonly advisories?: string;
    /** From which severity on a weakness blocks. */
    readonly block?: ScanSeverity;
    /** Ids of advisories that do not count here. */
    readonly ignore?: readonly string[];
  };
  readonly licences?: {
    /** SPDX ids; when given, all others are denied. */
    readonly allow?: readonly string[];
    readonly deny?: readonly string[];
    /** Packages that are accepted whatever their licence. */
    readonly except?: readonly string[];
  };
}

import type { GateReport } from './gates';
import type { Digest, RunId } from './ids';
import type { ScanSummary } from './security';
import type { SignatureSummary } from './signatures';
import type { AliasMove, Approval } from './approvals';

export interface ModelVersion {
  readonly model: string;
  /** 1, 2, 3, ... never reused. */
  readonly version: number;
  /** Absent: it came from no run of this workspace. */
  readonly runId?: RunId;
  /** Folder of the model among the run's artifacts; empty: its files are elsewhere, see `source`. */
  readonly artifactPath: string;
  /** URI of the model's files, as it was registered. */
  readonly source: string;
  readonly stage: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly description: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly lineage: Lineage;
  readonly tags: Readonly<Record<string, string>>;
}

/** What the version came from. */
export interface Lineage {
  readonly pipeline?: string;
  readonly configDigest?: Digest;
  readonly gitCommit?: string;
  readonly gitDirty?: boolean;
  readonly datasets: readonly { readonly name: string; readonly digest: Digest }[];
  /** sha-256 over the model's files; absent: a client registered them, and may still change them. */
  readonly modelDigest?: Digest;
  /** The evaluation.json that gates judge the version by, whatever the run logs later. */
  readonly evaluationDigest?: Digest;
  /** The model-tests.json that gates judge it by. */
  readonly testsDigest?: Digest;
}

export interface StageMove {
  readonly model: string;
  readonly version: number;
  readonly from: string | null;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
  readonly gates?: GateReport;
  /** Who held the stage before was put back. */
  readonly isRollback?: boolean;
}

export interface RegisteredModel {
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Which version each alias names. */
  readonly aliases: Readonly<Record<string, number>>;
  readonly stages: readonly string[];
  /** Which version holds each stage: of several that are in it, the one that was moved there last. */
  readonly holders: Readonly<Record<string, number>>;
  readonly versions: readonly ModelVersion[];
  /** Newest first. */
  readonly history: readonly StageMove[];
  /** Newest first. */
  readonly aliasHistory: readonly AliasMove[];
  /** What reviewers have said of its versions, newest first; their standing is by the gates as they were judged last. */
  readonly approvals: readonly Approval[];
  /** By stage the version that a rollback would put back; a stage without one is not among them. */
  readonly previous: Readonly<Record<string, number>>;
  /** Why a version may not be deleted, by its number; one that may is not among them. */
  readonly guarded: Readonly<Record<number, string>>;
  /** How the gates of each stage judged last, whether or not something was moved. */
  readonly gates: readonly GateReport[];
  /** What scans of the files of its versions have found last, newest version first; one that was never scanned is not among them. */
  readonly scans: readonly ScanSummary[];
  /** How the signatures of its versions stand, newest version first; one that was never signed is not among them. */
  readonly signatures: readonly SignatureSummary[];
}

export interface Promotion {
  readonly promoted: boolean;
  readonly version: ModelVersion;
  readonly from: string;
  readonly to: string;
  readonly gates: GateReport;
  /** The version that held the stage before, now archived or still there. */
  readonly replaced?: number;
}

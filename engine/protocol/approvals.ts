import type { GateReport } from './gates';
import type { Digest } from './ids';

/** Who somebody is, as far as this machine can tell: the account is the system's, the address is what git is told. */
export interface Person {
  /** Of the operating system. */
  readonly account: string;
  /** `user.email` of git; absent: git has none here. Anybody may write another one into it. */
  readonly email?: string;
  /** Where git has it from: `repository` is the folder's own configuration, `account` that of the account or machine. */
  readonly emailFrom?: 'repository' | 'account' | 'environment';
}

/** An alias that was given, moved or taken away. */
export interface AliasMove {
  readonly model: string;
  readonly alias: string;
  /** Null: no version had it. */
  readonly from: number | null;
  /** Null: it was deleted. */
  readonly to: number | null;
  /** ms since 1970 */
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/**
 * `counts`; `own`: given by an author of the version; `withdrawn`; `superseded`: the same reviewer has decided again;
 * `outdated`: the gates have become worse since.
 */
export type ApprovalStanding = 'counts' | 'own' | 'withdrawn' | 'superseded' | 'outdated';

/** What a reviewer has said of a version for a stage. It is never changed, only withdrawn or superseded. */
export interface Approval {
  readonly id: number;
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  readonly decision: 'approved' | 'rejected';
  readonly by: Person;
  /** What the reviewer is called: git's address, else the account. */
  readonly reviewer: string;
  /** ms since 1970 */
  readonly at: number;
  readonly comment: string;
  /** sha-256 over what was decided on: the model's digest, the evaluation's and the results of the gates. */
  readonly subject: Digest;
  /** The gates of the stage as they were then, but for approvals. */
  readonly gates: GateReport;
  readonly withdrawn?: { readonly at: number; readonly by: Person; readonly reason: string };
  readonly standing: ApprovalStanding;
  /** Why it does not count. */
  readonly why?: string;
  /** The reviewer's account of the system is the author's as well: git's address alone tells them apart. */
  readonly isSameAccount: boolean;
}

/** Approvals and rejections of a model's versions, the newest first. */
export interface Approvals {
  readonly model: string;
  readonly approvals: readonly Approval[];
  /** Whose approval of a version does not count. */
  readonly authors: readonly { readonly version: number; readonly people: readonly Person[] }[];
}

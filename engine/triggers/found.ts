import type { SkipReason } from '../protocol/triggers';
import type { WorkspaceConfig } from '../protocol/workspaceConfig';
import type { Cause, Finding } from './decide';

/** What one look at a trigger has found. */
export interface Found {
  readonly causes: readonly (Cause & { readonly finding: Finding })[];
  /** Where to go on when there is no cause; absent: the cursor stays. */
  readonly cursor?: string;
  /** Said once. */
  readonly skip?: { readonly reason: SkipReason; readonly message: string; readonly times: number };
}

export interface LookPlace {
  readonly config: WorkspaceConfig;
  /** ms since 1970 */
  readonly now: number;
}

import type { WireError } from './errors';
import type { Digest, RunId } from './ids';

/**
 * `bit-identical`: every metric, parameter and file is the same; `within-tolerance`: numbers differ by no more than the
 * tolerance; `different`: something differs by more, or a step failed.
 */
export type ReplayVerdict = 'bit-identical' | 'within-tolerance' | 'different';

export interface ReplayDifference {
  readonly kind: 'metric' | 'param' | 'file' | 'step';
  readonly name: string;
  /** Absent: there was none, or it is no text that can be shown. */
  readonly was?: string;
  readonly now?: string;
  /** `tolerance`: numbers, close enough; `bytes`: another content of which only the bytes can be told; `more`: more. */
  readonly size: 'tolerance' | 'bytes' | 'more';
}

export interface ReplayReport {
  readonly run: { readonly id: RunId; readonly number: number; readonly name: string };
  readonly pipeline: string;
  readonly verdict: ReplayVerdict;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Two numbers are close when they differ by no more than `absolute + relative · the larger one`. */
  readonly tolerance: { readonly relative: number; readonly absolute: number };
  readonly code: {
    readonly commit?: string;
    /** Files whose changes were put on top of it. */
    readonly changed: number;
    /** Files that it does not have. */
    readonly files: number;
  };
  readonly data: readonly {
    readonly name: string;
    readonly digest: Digest;
    readonly from: 'commit' | 'workspace' | 'store';
  }[];
  /** How many of each were held side by side. */
  readonly compared: { readonly metrics: number; readonly params: number; readonly files: number };
  /** At most 200, the largest first. */
  readonly differences: readonly ReplayDifference[];
  readonly differencesInAll: number;
  /** Why it may differ; empty when nothing does. */
  readonly causes: readonly string[];
  /** What was not as it was, though nothing may have come of it. */
  readonly notes: readonly string[];
  /** What the first failed step said. */
  readonly error?: WireError;
}

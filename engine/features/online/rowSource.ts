import type { FeatureViewVersion } from '../../protocol/features';
import type { PackedEvent, PackedRow } from './onlineStore';

export interface MaterialiseJob {
  readonly version: FeatureViewVersion;
  /**
   * µs since 1970: a row belongs to it when the later of its event and of when it became known is after `from` (absent: at
   * any time) and not after `to`. So a correction that became known since the last time comes with the next one.
   */
  readonly from?: number;
  readonly to: number;
  /** µs: events up to this one are in no window any more. */
  readonly oldestEvent: number;
  /** Of the rows that were pushed those from this one on belong to it, whatever their times; absent: none by that. */
  readonly pushedFrom?: number;
  /** Told which share of the source has been read, in [0, 1]. */
  readonly progress: (fraction: number) => void;
}

/** Rows as they are written, at most some thousand at a time: the engine's own thread takes them in at once. */
export type MaterialisedRows =
  /** Each key once in all of them: the newest of its rows that belong. */
  | { readonly kind: 'latest'; readonly rows: readonly PackedRow[] }
  | { readonly kind: 'events'; readonly rows: readonly PackedEvent[] }
  /** Rows of the source that belong to it, the entities that they are of, and how many rows were read of those that were pushed. */
  | { readonly kind: 'end'; readonly rows: number; readonly entities: number; readonly pushed: number };

/** Reads the source of a view, and after it what was pushed to it, and computes its rows, in another process; goes on as its rows are taken. */
export type RowSource = (job: MaterialiseJob, signal: AbortSignal) => AsyncIterable<MaterialisedRows>;

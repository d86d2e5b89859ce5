/** Which version answers: that which holds a stage (`production`), has an alias (`@champion`), or a number (`3`). */
export interface ServedTarget {
  readonly model: string;
  readonly at: string;
}

/** A model that answers over HTTP, on this machine. */
export interface Endpoint extends ServedTarget {
  readonly id: number;
  /** The one that answers now. */
  readonly version: number;
  /** `http://127.0.0.1:5001` */
  readonly url: string;
  /** Absent: none is asked for. */
  readonly token?: string;
  /** ms since 1970 */
  readonly startedAt: number;
  /** Answered requests, and those of them that failed, since it was started. */
  readonly requests: number;
  readonly errors: number;
  /** Bytes that its process holds, about; while another version is loaded, of both. Absent: not known yet. */
  readonly memory?: number;
  /** How often its process has ended and was started again; absent: never. */
  readonly restarts?: number;
  /**
   * Why the version that should answer does not: it cannot be loaded, nothing holds the stage; then the last one answers on. Or its
   * process has ended: until it is started again requests are answered with 503.
   */
  readonly problem?: string;
}

/** What clients saw while they asked as fast as they were answered. */
export interface LoadResult {
  /** Clients at a time. */
  readonly connections: number;
  readonly seconds: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** ms, from a client's side. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** Answers other than 200, and broken connections. */
  readonly failed: number;
  /** What one of those said. */
  readonly failure?: string;
}

/** A version under load is replaced by another one and put back. */
export interface RollbackResult {
  /** The version that took its place: the one before in the registry; the same one when there is no other. */
  readonly to: number;
  /** ms from the order until the other one answered, and until the last answer of the first. */
  readonly firstAnswer: number;
  readonly lastAnswer: number;
  /** ms until the first one answered again. */
  readonly back: number;
  readonly requests: number;
  /** Requests that were not answered with 200 meanwhile. */
  readonly failed: number;
}

/** What a version did when it was served. */
export interface ServingTest {
  readonly model: string;
  readonly version: number;
  /** ms since 1970 */
  readonly testedAt: number;
  /** What each look at the server found; in their order. */
  readonly smoke: readonly { readonly what: string; readonly passed: boolean; readonly sentence: string }[];
  /** ms from the start of its process to the first answer. */
  readonly startup: number;
  readonly load: LoadResult;
  readonly rollback: RollbackResult;
}

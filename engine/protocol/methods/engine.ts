import type { CollectedObjects, DatabaseCheck, EngineStatus, Hello, HttpEndpoint, Welcome } from '../engine';
import type { Empty } from './empty';

/** Calls about the engine itself and its database. */
export interface EngineMethods {
  /** First call of every connection; any other before it is refused. */
  'engine/hello': { params: Hello; result: Welcome };
  'engine/status': { params: Empty; result: EngineStatus };
  /** Has the engine listen for HTTP (as well) on this port, 0 = any free one; `token: null` turns the token off. */
  'engine/listen': { params: { port?: number; token?: string | null }; result: HttpEndpoint };
  /** Ends the engine once what is under way has ended (or at once, cancelling it, with `now`). */
  'engine/stop': { params: { now?: boolean }; result: Empty };

  /** A clean copy of the database with `VACUUM INTO`. */
  'db/copy': { params: { to: string }; result: { readonly path: string; readonly bytes: number } };
  'db/check': { params: Empty; result: DatabaseCheck };
  /**
   * The files of `.modelyard/objects` that no row mentions; `remove`: they are removed. What was written within the last hour, or since the
   * oldest run that is under way began, stays. Long.
   */
  'db/collect': { params: { remove: boolean }; result: CollectedObjects };
}

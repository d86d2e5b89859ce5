import type { HttpEndpoint } from '../protocol/engine';
import type { Emit } from './engine';
import type { Hold } from './lifetime';
import type { Log } from './log';

/** What an engine is built with. */
export interface ComposeOptions {
  /** Real path of the workspace folder. */
  readonly workspace: string;
  /** Relative to it, with `/`. */
  readonly configFile: string;
  /** Where the WASM files are. */
  readonly assetsDir: string;
  /** The bundle that runs one job. */
  readonly jobFile: string;
  readonly emit: Emit;
  /** Has the engine listen for HTTP, with a token. */
  readonly http: () => Promise<HttpEndpoint>;
  /** Keeps the engine from ending. */
  readonly busy: () => Hold;
  readonly log: Log;
}

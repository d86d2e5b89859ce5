import type { PipelineRun } from './pipelines';

export interface Hello {
  /** From `.modelyard/engine.json`, which only this user can read. */
  readonly token: string;
  readonly client: 'extension' | 'cli' | 'test';
  readonly version: string;
  /** False for a window in restricted mode: it may read, nothing may run. */
  readonly trusted: boolean;
  /** The file the client works with, relative to the workspace; default `modelyard.yaml`. An engine has one. */
  readonly configFile?: string;
}

export interface Welcome {
  readonly version: string;
  readonly pid: number;
  readonly workspace: { readonly root: string; readonly configFile: string; readonly hasConfig: boolean };
}

export interface HttpEndpoint {
  readonly url: string;
  /** Absent when the token is off. */
  readonly token?: string;
}

export interface EngineStatus {
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly clients: readonly { readonly client: string; readonly trusted: boolean }[];
  readonly http?: HttpEndpoint;
  readonly database: { readonly path: string; readonly bytes: number };
  readonly memory: { readonly rss: number };
  readonly running: readonly PipelineRun[];
}

export interface CollectedObjects {
  /** Files that nothing refers to, and their bytes; removed when `removed`. */
  readonly unused: number;
  readonly unusedBytes: number;
  /** All others. */
  readonly kept: number;
  readonly keptBytes: number;
  readonly removed: boolean;
}

export interface DatabaseCheck {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly path: string;
  readonly bytes: number;
  readonly schemaVersion: number;
  readonly missingObjects: number;
}

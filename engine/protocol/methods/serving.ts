import type { Endpoint, ServedTarget, ServingTest } from '../serving';
import type { Empty } from './empty';

/** Calls of the engine about served models. */
export interface ServingMethods {
  /**
   * Has a model answer over HTTP on 127.0.0.1, as MLflow's scoring server does, until it is stopped or the engine ends. At a
   * stage or an alias whoever holds it answers, also after a promotion or rollback. Long.
   */
  'serving/start': { params: ServedTarget & { port?: number; token?: string | null }; result: Endpoint };
  /** The files of whoever holds `at`, in a folder (absolute) that `modelyard serve-folder` serves. */
  'serving/export': {
    params: ServedTarget & { folder: string; force?: boolean };
    result: { model: string; version: number };
  };
  'serving/list': { params: Empty; result: readonly Endpoint[] };
  'serving/stop': { params: { id: number }; result: Empty };
  /** Serves a version for itself, looks, puts it under load, rolls it back under load. Long; what fails is a result. */
  'serving/test': {
    params: { model: string; version: number; seconds?: number; connections?: number };
    result: ServingTest;
  };
  /** Newest first. */
  'serving/tests': { params: { model: string; version: number; limit?: number }; result: readonly ServingTest[] };
}

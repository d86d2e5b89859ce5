import type { DatasetVersion } from '../data';
import type {
  DatasetCheck,
  DatasetComparison,
  DatasetDetail,
  DatasetRun,
  DatasetStatus,
  DatasetVersions,
  FailingRows,
  ProposedExpectations,
} from '../datasets';
import type { Digest } from '../ids';
import type { Empty } from './empty';

export interface DatasetMethods {
  'datasets/list': { params: Empty; result: readonly DatasetVersion[] };
  'datasets/get': { params: { name: string; digest?: Digest }; result: DatasetDetail };
  /** Reads and checks datasets (all, or the named ones), records their versions. Long. */
  'datasets/validate': { params: { names?: readonly string[] }; result: readonly DatasetCheck[] };
  /** How the file of each dataset of modelyard.yaml stands. A file that is new to the engine is read for its digest. */
  'datasets/status': { params: Empty; result: readonly DatasetStatus[] };
  /** What is known of a dataset's versions, the last seen first; default 50 a page. */
  'datasets/versions': { params: { name: string; limit?: number; pageToken?: string }; result: DatasetVersions };
  /** Runs that have read a version, the newest first; default 50 a page. */
  'datasets/runs': {
    params: { name: string; digest: Digest; limit?: number; pageToken?: string };
    result: { readonly runs: readonly DatasetRun[]; readonly nextPageToken?: string };
  };
  'datasets/failing': { params: { name: string; rule?: number; limit?: number }; result: FailingRows };
  'datasets/propose': { params: { name: string; text?: string }; result: ProposedExpectations };
  /**
   * What has changed between two versions. Each is a digest or the beginning of one, `now` (the file), `last` (what the
   * last run read), `lock`, or a run (`r-12`); default: `last` and `now`. Reads the file when it is not known yet. Long.
   */
  'datasets/compare': { params: { name: string; before?: string; after?: string }; result: DatasetComparison };
}

import type { CodeDiff, RunDiff } from '../compare';
import type { CurveKey, CurvesQuery, RunCurves } from '../curves';
import type { ParameterEffect } from '../effects';
import type { ExperimentId, RunId } from '../ids';
import type { ReplayReport } from '../replay';
import type { RunCard } from '../runCard';
import type {
  FilterCompletion,
  FilterCondition,
  GroupQuery,
  RunGroups,
  RunIds,
  RunKeys,
  RunQuery,
  RunsChange,
  ValueCount,
  ValueQuery,
} from '../runTable';
import type { ArtifactContent, ArtifactEntry, Experiment, MetricSeries, RunSearch, RunSummary } from '../tracking';
import type { Empty } from './empty';

export interface RunMethods {
  'experiments/list': { params: Empty; result: readonly Experiment[] };
  'runs/search': {
    params: RunSearch;
    result: { readonly runs: readonly RunSummary[]; readonly nextPageToken?: string };
  };
  /** By id, by `r-42`, by `42`. */
  'runs/get': { params: { run: string }; result: RunSummary };
  'runs/series': {
    params: { runId: RunId; keys?: readonly string[]; maxPoints?: number };
    result: readonly MetricSeries[];
  };
  /** One metric of many runs, for a chart of any part of its x axis. */
  'runs/curves': { params: CurvesQuery; result: RunCurves };
  /** The metrics that these runs have, by name. */
  'runs/curveKeys': { params: { runIds: readonly RunId[] }; result: readonly CurveKey[] };
  /** How the code of two runs differs: commits, what was not committed, modelyard.yaml. Asks git; may take seconds. */
  'runs/codeDiff': { params: { before: RunId; after: RunId }; result: CodeDiff };
  /** All in which a run differs from another one; without `other`, or with `HEAD`, from HEAD with the working tree. */
  'runs/diff': { params: { run: string; other?: string }; result: RunDiff };
  /** The report card of a run, or of one of its steps: what ran and why, what it took, found and made. */
  'runs/card': { params: { run: string; step?: string }; result: RunCard };
  'runs/artifacts': { params: { runId: RunId; path?: string }; result: readonly ArtifactEntry[] };
  /** At most `maxBytes` (default 1 MiB) of an artifact. `text` for what is UTF-8, else `base64`. */
  'runs/artifact': { params: { runId: RunId; path: string; maxBytes?: number }; result: ArtifactContent };
  /** What a table of runs asks: their order, then the rows that are looked at (at most 1,000 a call). */
  'runs/ids': { params: RunQuery & { readonly orderBy?: readonly string[] }; result: RunIds };
  'runs/list': { params: { runIds: readonly RunId[] }; result: readonly RunSummary[] };
  'runs/keys': { params: RunQuery; result: RunKeys };
  'runs/groups': { params: GroupQuery; result: RunGroups };
  'runs/values': { params: ValueQuery; result: readonly ValueCount[] };
  /** The conditions of a filter; a wrong one is an error with its column. */
  'runs/conditions': { params: { filter: string }; result: readonly FilterCondition[] };
  'runs/complete': {
    params: { filter: string; offset: number; experimentIds?: readonly ExperimentId[] };
    result: FilterCompletion;
  };
  'runs/change': { params: RunsChange; result: Empty };
  'runs/update': {
    params: { runId: RunId; name?: string; note?: string; tags?: Readonly<Record<string, string | null>> };
    result: RunSummary;
  };
  /** What finished runs say about the values in modelyard.yaml; `text`: the unsaved text of an editor. */
  'runs/effects': { params: { text?: string }; result: readonly ParameterEffect[] };
  /**
   * Makes a run again in a folder of its own, and says whether the same comes of it. By id, by `r-42`, by `42`. Long; a
   * difference is a result, not an error.
   */
  'runs/replay': { params: { run: string }; result: ReplayReport };
  'runs/delete': { params: { runId: RunId }; result: Empty };
  'runs/restore': { params: { runId: RunId }; result: Empty };
}

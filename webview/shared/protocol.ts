import type { Place, WireError } from '../../engine/protocol/errors';
import type { PipelineRunId, RunId, StudyId } from '../../engine/protocol/ids';
import type { JoinRequest } from '../../engine/protocol/featureJoins';
import type { EventName, Events } from '../../engine/protocol/events';
import type { Methods } from '../../engine/protocol/methods';

/** The calls of the engine that a page may make; the host refuses any other. */
export type EngineMethod =
  | 'pipelines/list'
  | 'pipelines/get'
  | 'pipelines/log'
  | 'pipelines/plan'
  | 'pipelines/runs'
  | 'pipelines/flow'
  | 'pipelines/step'
  | 'studies/get'
  | 'studies/stop'
  | 'studies/extend'
  | 'studies/enqueue'
  | 'experiments/list'
  | 'runs/search'
  | 'runs/get'
  | 'runs/series'
  | 'runs/curves'
  | 'runs/curveKeys'
  | 'runs/codeDiff'
  | 'runs/artifacts'
  | 'runs/artifact'
  | 'runs/ids'
  | 'runs/list'
  | 'runs/keys'
  | 'runs/groups'
  | 'runs/values'
  | 'runs/conditions'
  | 'runs/complete'
  | 'runs/change'
  | 'runs/update'
  | 'runs/delete'
  | 'runs/restore'
  | 'models/list'
  | 'models/get'
  | 'registry/diff'
  | 'registry/compare'
  | 'registry/describe'
  | 'registry/tag'
  | 'serving/list'
  | 'serving/tests'
  | 'serving/stop'
  | 'lineage/graph'
  | 'lineage/affected'
  | 'features/list'
  | 'features/get'
  | 'features/diff'
  | 'features/statistics'
  | 'features/preview'
  | 'features/compute'
  | 'datasets/list'
  | 'datasets/get'
  | 'datasets/versions'
  | 'datasets/runs'
  | 'datasets/compare';

/** What only the editor can do for a page. */
export interface HostMethods {
  'host/openRun': { params: { runId: RunId }; result: null };
  'host/openExperiments': { params: { selected: readonly RunId[] }; result: null };
  /** Asks where to, and writes there; `saved: false` when the person thought better of it. */
  'host/save': { params: SaveRequest; result: { readonly saved: boolean } };
  /** Asks where to, and has the engine write a table of all runs that the filter finds. */
  'host/exportTable': {
    params: { filter?: string; experiments?: readonly string[]; deleted?: 'only' };
    result: { readonly saved: boolean };
  };
  'host/copy': { params: { text: string }; result: null };
  /** Opens an artifact, read-only, in an editor. */
  'host/openArtifact': { params: { runId: RunId; path: string }; result: null };
  /** Opens two texts in the editor's own difference; `path` tells the language. */
  'host/openDiff': { params: TextDifference; result: null };
  /** Opens a file of the workspace at a place that an error names. */
  'host/openPlace': { params: { place: Place }; result: null };
  /** The colours of the runs that are compared, by run: the tree shows the same. */
  'host/runColours': { params: { slots: Readonly<Record<string, number>> }; result: null };
  /** What there is to tell of a run, as Markdown is read. */
  'host/openRunCard': { params: { runId: RunId }; result: null };
  /** The page of a registered model; `version`: what it would change in the stage, else beside who holds one. */
  'host/openModel': { params: { model: string; version?: number; stage?: string }; result: null };
  /** Does something with a model as its menu does, asking what is not said. Answers when that is over. */
  'host/changeModel': { params: ModelChange; result: null };
  'host/promote': { params: { model: string; version: number }; result: null };
  'host/runPipeline': { params: { pipeline?: string }; result: null };
  'host/runStep': { params: { pipeline: string; step: string }; result: null };
  /** Runs a pipeline or a part of it; does not wait for its end. */
  'host/startRun': { params: StartRequest; result: null };
  'host/stopRun': { params: { id: PipelineRunId }; result: null };
  /** The page of a pipeline, at a run of it or at the plan of its next one. */
  'host/openPipeline': { params: { pipeline: string; run?: PipelineRunId }; result: null };
  'host/openDataset': { params: { dataset: string }; result: null };
  /** Opens modelyard.yaml at a step. */
  'host/openStep': { params: { pipeline: string; step: string }; result: null };
  /** Opens the log of a step in an editor, where it follows. */
  'host/openLog': { params: { id: PipelineRunId; step: string }; result: null };
  /** The page of the lineage of something, as people or the engine name it. */
  'host/openLineage': { params: { node: string }; result: null };
  /** The page of a feature view. */
  'host/openFeatures': { params: { view: string }; result: null };
  /** Does something with features as their menu does, asking what is not said. Answers when that is over. */
  'host/changeFeatures': { params: FeatureChange; result: null };
  'host/openStudy': { params: { study: StudyId }; result: null };
  'host/openTerminal': { params: Readonly<Record<string, never>>; result: null };
}

export type ModelAction =
  | 'promote'
  | 'rollback'
  | 'approve'
  | 'reject'
  | 'withdraw'
  | 'demote'
  | 'archive'
  | 'restore'
  | 'delete'
  | 'setAlias'
  | 'deleteAlias'
  | 'checkGates'
  | 'serve'
  | 'testServing'
  | 'sign'
  | 'verify';
export interface ModelChange {
  readonly action: ModelAction;
  readonly model: string;
  readonly version?: number;
  readonly stage?: string;
}

export type FeatureAction =
  | 'compute'
  | 'preview'
  | 'trainingSet'
  | 'materialise'
  | 'check'
  | 'record'
  | 'online'
  | 'definition';
export interface FeatureChange {
  readonly action: FeatureAction;
  readonly view?: string;
  readonly service?: string;
  readonly feature?: string;
  readonly full?: boolean;
  /** Of a join the file of its rows, and their times, if they need not be asked for. */
  readonly entities?: string;
  readonly eventTime?: string;
}

/** At most one of `only`, `startAt`, `resume` and `fresh`. */
export interface StartRequest {
  readonly pipeline: string;
  /** This step alone. */
  readonly only?: string;
  /** This step and all that need it. */
  readonly startAt?: string;
  /** Goes on with the last run, which did not succeed. */
  readonly resume?: boolean;
  /** Takes nothing from earlier runs. */
  readonly fresh?: boolean;
  /** Of a pipeline with partitions the one to run for. */
  readonly partition?: string;
  /** Instead of what modelyard.yaml says, each as YAML. */
  readonly params?: Readonly<Record<string, string>>;
}

export interface TextDifference {
  readonly title: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Either text or base64. */
export interface SaveRequest {
  /** Proposed name of the file. */
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
}

export type PageMethods = Pick<Methods, EngineMethod> & HostMethods;
export type PageMethod = keyof PageMethods;
export type PageParams<M extends PageMethod> = PageMethods[M]['params'];
export type PageResult<M extends PageMethod> = PageMethods[M]['result'];

/** What a panel shows; also what is left of it after a reload of the window. */
export type Subject =
  | RunSubject
  | ExperimentsSubject
  | DatasetSubject
  | StudySubject
  | PipelineSubject
  | LineageSubject
  | ModelSubject
  | FeaturesSubject;
export interface RunSubject {
  readonly page: 'run';
  /** The workspace folder's URI. */
  readonly folder: string;
  readonly runId: RunId;
}
export interface ExperimentsSubject {
  readonly page: 'experiments';
  readonly folder: string;
  /** Ticked at first. */
  readonly selected: readonly RunId[];
}

export interface DatasetSubject {
  readonly page: 'dataset';
  readonly folder: string;
  /** Its name in modelyard.yaml. */
  readonly dataset: string;
}

export interface StudySubject {
  readonly page: 'study';
  readonly folder: string;
  readonly study: StudyId;
}

export interface PipelineSubject {
  readonly page: 'pipeline';
  readonly folder: string;
  /** Its name in modelyard.yaml. */
  readonly pipeline: string;
}

export interface LineageSubject {
  readonly page: 'lineage';
  readonly folder: string;
  /** What it is the lineage of, as people or the engine name it. */
  readonly node: string;
}

export interface ModelSubject {
  readonly page: 'model';
  readonly folder: string;
  /** Its name in the registry. */
  readonly model: string;
}

export interface FeaturesSubject {
  readonly page: 'features';
  readonly folder: string;
  /** A feature view by its name, or a join that is previewed. */
  readonly of: { readonly view: string } | { readonly join: JoinRequest };
}

/** The parts of the page of a feature view. */
export type FeaturePart = 'features' | 'versions' | 'online' | 'use';

/** Written into the page by the host, and read from `<body data-init>`. */
export interface Init {
  readonly subject: Subject;
  /** BCP 47 */
  readonly language: string;
  readonly trusted: boolean;
  /** Whose runs are “mine”. */
  readonly user: string;
  /** Metrics that lists show first (a setting). */
  readonly metrics: readonly string[];
  /** English text -> text in the editor's language; what is missing stays English. */
  readonly strings: Readonly<Record<string, string>>;
}

/** From the page to the host. `params` is checked there. */
export type ToHost =
  | { readonly type: 'call'; readonly id: number; readonly method: PageMethod; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'ready' };

/** From the host to the page. Values with NaN or infinities travel as `{"$number": "NaN"}` (see `reviveNumbers`). */
export type ToPage =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError }
  | PageEvent
  /** Another engine has taken over: what was read may be out of date. */
  | { readonly type: 'reconnected' }
  | { readonly type: 'select'; readonly selected: readonly RunId[] }
  /** Two versions, as `datasets/compare` names them; of a feature view their numbers. */
  | { readonly type: 'compare'; readonly before: string; readonly after: string }
  /** A run of the pipeline; none: the plan of the next one. */
  | { readonly type: 'showRun'; readonly run: PipelineRunId | null; readonly step?: string }
  /** A part of the page of a run, with a slice of the evaluation in it, or of that of a model or a feature view. */
  | { readonly type: 'showPart'; readonly part: 'evaluation' | 'serving' | FeaturePart; readonly slice?: string }
  /** Of a lineage: what is affected, rather than the graph. */
  | { readonly type: 'showAffected' }
  /** Of a model: what a version would change in a stage. */
  | { readonly type: 'showVersion'; readonly version: number; readonly stage?: string }
  | { readonly type: 'trusted' };

export type PageEvent = {
  readonly [E in EventName]: { readonly type: 'event'; readonly event: E; readonly payload: Events[E] };
}[EventName];

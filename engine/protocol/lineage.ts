import type { Place } from './errors';
import type { LoggedModelId, PipelineRunId, RunId, StudyId } from './ids';
import type { StepStatus } from './pipelines';
import type { RunStatus } from './tracking';
import type { CauseKind } from './triggers';

/** What stands in a lineage, in the order from where data comes from to what is made of it. */
export const lineageKinds = [
  'file',
  'dataset',
  'data',
  'view',
  'service',
  'trigger',
  'run',
  'study',
  'step',
  'output',
  'logged-model',
  'version',
  'endpoint',
] as const;
export type LineageKind = (typeof lineageKinds)[number];

/**
 * How one thing led to another. `read`: its content was read; `made`; `part`: a run or step within a run; `registered`: a
 * model became a version; `used`: a model was used by a run; `reused`: what an earlier run had made was taken over;
 * `compared`: a model was the champion that a run's was measured against; `watched`: something that a trigger saw; `started`.
 * `joined`: features, or the rows that asked for them, became a training set; `listed`: a service has features of a view;
 * `served`: a server answers with the version.
 */
export type LineageRelation =
  | 'read'
  | 'code'
  | 'made'
  | 'part'
  | 'registered'
  | 'used'
  | 'reused'
  | 'compared'
  | 'watched'
  | 'started'
  | 'joined'
  | 'listed'
  | 'served';

/** Towards what it came from, or towards what came of it. */
export type LineageWay = 'up' | 'down';

/** A place in the workspace that says more of a node. */
export interface LineagePlace {
  /** `config`: modelyard.yaml; `file`: the data; `code`: the program. */
  readonly what: 'config' | 'file' | 'code';
  readonly place: Place;
}

interface NodeBase {
  /** `run:12`, `data:applications@3f2a…`, `version:credit-risk@3`; what `lineage/graph` takes as a node. */
  readonly id: string;
}
export interface FileNode extends NodeBase {
  readonly kind: 'file';
  /** Relative to the workspace, with `/`. */
  readonly path: string;
}
/** A dataset of which no single version is meant. */
export interface DatasetNode extends NodeBase {
  readonly kind: 'dataset';
  readonly dataset: string;
}
/** A version of a dataset. */
export interface DataNode extends NodeBase {
  readonly kind: 'data';
  readonly dataset: string;
  /** sha-256 in hex; of MLflow's clients whatever they call it. */
  readonly digest: string;
  readonly rows?: number;
}
/** A version of a feature view. */
export interface ViewNode extends NodeBase {
  readonly kind: 'view';
  readonly view: string;
  readonly version: number;
  readonly computed: 'batch' | 'on-demand';
  readonly features: number;
  /** The dataset that it is read from. */
  readonly source?: string;
  /** What is wrong with its values now: how much, and the newest of it in sentences. */
  readonly alertCount: number;
  readonly alerts: readonly string[];
}
/** What models are trained with: some features by one name. */
export interface ServiceNode extends NodeBase {
  readonly kind: 'service';
  readonly service: string;
}
/** A server of this machine that answers with a version. */
export interface EndpointNode extends NodeBase {
  readonly kind: 'endpoint';
  readonly model: string;
  /** The version that answers now. */
  readonly version: number;
  /** A stage, an alias with `@` or a number. */
  readonly at: string;
  readonly url: string;
  /** Why it does not answer, or not with the version that it should. */
  readonly problem?: string;
}
export interface RunNode extends NodeBase {
  readonly kind: 'run';
  readonly runId: RunId;
  readonly number: number;
  readonly name: string;
  readonly status: RunStatus;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly isDeleted: boolean;
  /** Absent: no pipeline has made it. */
  readonly pipeline?: string;
  readonly pipelineRun?: PipelineRunId;
  /** The program, as a client named it. */
  readonly source?: string;
}
export interface StepNode extends NodeBase {
  readonly kind: 'step';
  readonly pipeline: string;
  readonly pipelineRun: PipelineRunId;
  readonly step: string;
  readonly uses: string;
  readonly status: StepStatus;
}
/** What a step made: a file or folder among the artifacts of its run. */
export interface OutputNode extends NodeBase {
  readonly kind: 'output';
  readonly runId: RunId;
  readonly path: string;
  /** Bytes; of a folder all its files. */
  readonly size: number;
  readonly files: number;
}
export interface StudyNode extends NodeBase {
  readonly kind: 'study';
  readonly study: StudyId;
  readonly number: number;
  readonly pipeline: string;
  readonly step: string;
  readonly trials: number;
}
/** A model that an MLflow client logged. */
export interface LoggedModelNode extends NodeBase {
  readonly kind: 'logged-model';
  readonly model: LoggedModelId;
  readonly name: string;
}
export interface VersionNode extends NodeBase {
  readonly kind: 'version';
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  readonly aliases: readonly string[];
  /** It is in a stage of its model after the first, has an alias or is served: somebody uses it now. */
  readonly isLive: boolean;
  /** Nobody would, but that it is served. */
  readonly isOnlyServed?: true;
  readonly runId?: RunId;
}
/** What has started a run by itself. */
export interface TriggerNode extends NodeBase {
  readonly kind: 'trigger';
  readonly pipeline: string;
  readonly trigger: CauseKind;
  /** A sentence's end: `dataset applications has changed`. */
  readonly says: string;
  /** ms since 1970 */
  readonly at: number;
}
/** Nodes of one kind that are not shown one by one. */
export interface GroupNode extends NodeBase {
  readonly kind: 'group';
  readonly of: LineageKind;
  readonly count: number;
}

/** A thing as the room that keeps it describes it. */
export type LineageThing =
  | FileNode
  | DatasetNode
  | DataNode
  | ViewNode
  | ServiceNode
  | RunNode
  | StepNode
  | OutputNode
  | StudyNode
  | LoggedModelNode
  | VersionNode
  | TriggerNode
  | EndpointNode;

export type LineageNode = (LineageThing | GroupNode) & {
  /** Steps from the node that was asked for; negative: it came before. */
  readonly distance: number;
  readonly places: readonly LineagePlace[];
};

export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly relation: LineageRelation;
}

export interface LineageQuery {
  /** As people name it: `applications`, `applications@3f2a`, `r-12`, `credit-risk@3`, `credit-risk@champion`, a file, `s-3`, `loans@v2`; or an id. */
  readonly node: string;
  /** Default: both. */
  readonly up?: boolean;
  readonly down?: boolean;
  /** Steps away from the node, at most; default 8. */
  readonly depth?: number;
  /** Neighbours of a node by one relation that are shown one by one; default 6. */
  readonly most?: number;
  /** The steps of a run, with the files that they read and made. */
  readonly steps?: boolean;
  /** Ids of groups that are opened: their nodes are shown one by one, as far as `mostOpened` goes. */
  readonly opened?: readonly string[];
}

/** Neighbours by one relation that an opened group shows one by one. */
export const mostOpened = 60;
/** Nodes of a graph. */
export const mostNodes = 400;

export interface LineageGraph {
  readonly root: string;
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** There is more than `depth` or `mostNodes` lets be seen. */
  readonly isCut: boolean;
}

/** A model version that something has gone into. */
export interface AffectedVersion extends VersionNode {
  /** Place of its stage among those of its model; -1: archived. */
  readonly rank: number;
  readonly createdAt: number;
}

/** What in modelyard.yaml uses the thing. */
export interface AffectedUse {
  readonly pipeline: string;
  /** Absent: the pipeline as a whole, by its triggers. */
  readonly step?: string;
  readonly place: Place;
}

/** What is to be done next, the most urgent first. */
export type AffectedAdvice =
  /** A version that is in use should be looked at, or taken back. `instead`: a newer version before it that is not affected. */
  | {
      readonly kind: 'version';
      readonly model: string;
      readonly version: number;
      readonly stage: string;
      readonly instead?: number;
      /** That version has held the stage: it comes back without a gate in its way. */
      readonly hasHeld?: true;
    }
  /** It is in use only because a server answers with it. */
  | {
      readonly kind: 'endpoint';
      readonly model: string;
      readonly version: number;
      readonly url: string;
      readonly instead?: number;
    }
  | { readonly kind: 'run'; readonly pipeline: string }
  /** A run that no pipeline has made: its program is to be run again. */
  | { readonly kind: 'program'; readonly source: string };

export interface Affected {
  readonly root: LineageNode;
  /** Those that are in use first, at most `mostVersions`. */
  readonly versions: readonly AffectedVersion[];
  readonly versionCount: number;
  readonly liveCount: number;
  /** What answers with an affected version now. */
  readonly endpoints: readonly EndpointNode[];
  /** The newest first, at most `mostViews`. */
  readonly views: readonly ViewNode[];
  readonly viewCount: number;
  /** The newest, at most `mostRuns`. */
  readonly runs: readonly RunNode[];
  readonly runCount: number;
  /** Other dataset versions that were made of it. */
  readonly data: readonly DataNode[];
  /** Runs that were started because of it, whatever they read. */
  readonly started: readonly RunNode[];
  readonly uses: readonly AffectedUse[];
  readonly next: readonly AffectedAdvice[];
}

export const mostVersions = 200;
export const mostRuns = 20;
export const mostViews = 50;

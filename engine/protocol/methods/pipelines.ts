import type { DebugEnd } from '../debug';
import type { CompileRequest, CompiledWorkflow, SubmitRequest, SubmittedWorkflow } from '../executors';
import type { PipelineRunId } from '../ids';
import type { Backfill, BackfillRequest, PartitionList } from '../partitions';
import type {
  PipelineFlow,
  PipelinePlan,
  PipelineRequest,
  PipelineRun,
  PipelineSummary,
  PlanRequest,
  StepMade,
} from '../pipelines';
import type { Empty } from './empty';

export interface PipelineMethods {
  'pipelines/list': { params: Empty; result: readonly PipelineSummary[] };
  /** Runs a pipeline to its end. Long; a failed step is a result, not an error. */
  'pipelines/run': { params: PipelineRequest; result: PipelineRun };
  /** What a run would do now with each step, and why; nothing runs. Files that are new to the engine are read. */
  'pipelines/plan': { params: PlanRequest; result: PipelinePlan };
  /** The pipeline as the workflow of an orchestrator elsewhere. */
  'pipelines/compile': { params: CompileRequest; result: CompiledWorkflow };
  /** Runs it there, as a workflow of Argo, to its end. Long; a failed task is a result. */
  'pipelines/submit': { params: SubmitRequest; result: SubmittedWorkflow };
  /** What has been made of the partitions of a pipeline; `limit`: the newest so many. */
  'pipelines/partitions': { params: { pipeline: string; limit?: number }; result: PartitionList };
  /** Runs partitions that are missing. Long; a failed one is a result. */
  'pipelines/backfill': { params: BackfillRequest; result: Backfill };
  'pipelines/get': { params: { id: PipelineRunId }; result: PipelineRun };
  'pipelines/runs': {
    params: { pipeline?: string; partition?: string; limit?: number; before?: PipelineRunId };
    result: readonly PipelineRun[];
  };
  /** What the steps of a run have read and made. */
  'pipelines/flow': { params: { id: PipelineRunId }; result: PipelineFlow };
  /** What a step of a run was made of, and why it ran. */
  'pipelines/step': { params: { id: PipelineRunId; step: string }; result: StepMade };
  'pipelines/cancel': { params: { id: PipelineRunId }; result: Empty };
  /** What a step has printed that runs under the debugger of this client. */
  'pipelines/debugOutput': { params: { id: PipelineRunId; step: string; text: string }; result: Empty };
  /** How it ended there. */
  'pipelines/debugEnded': { params: { id: PipelineRunId; step: string } & DebugEnd; result: Empty };
  /** A part of a step's log, by bytes. */
  'pipelines/log': {
    params: { id: PipelineRunId; step: string; offset?: number; limit?: number };
    result: { readonly text: string; readonly next: number; readonly size: number };
  };
}

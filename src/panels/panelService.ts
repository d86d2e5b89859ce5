import type * as vscode from 'vscode';
import type { JoinRequest } from '../../engine/protocol/featureJoins';
import type { PipelineRunId, RunId, StudyId } from '../../engine/protocol/ids';
import type { FeaturePart } from '../../webview/shared/protocol';
import type { Disposable } from '../disposables';

/** What the page of a pipeline shows. */
export interface PipelinePlace {
  readonly run: PipelineRunId | null;
  readonly step?: string;
}

/** What the page of a run shows. */
export interface RunPlace {
  readonly part: 'evaluation';
  readonly slice?: string;
}

/** What the page of a model shows: what a version would change in a stage, or a part. */
export type ModelPlace = { readonly version: number; readonly stage?: string } | { readonly part: 'serving' };

/** What the page of a feature view shows: a part, or what has changed between two versions. */
export type FeaturePlace = { readonly part: FeaturePart } | { readonly before: number; readonly after: number };

/** The pages: one panel a subject, revealed rather than opened twice. */
export interface PanelService extends Disposable {
  /** `at`: the part of the page that is to be seen, and a slice of the evaluation in it. */
  openRun(folder: vscode.Uri, runId: RunId, at?: RunPlace): void;
  /** `compare`: versions as `datasets/compare` names them. */
  openDataset(folder: vscode.Uri, dataset: string, compare?: { readonly before: string; readonly after: string }): void;
  openStudy(folder: vscode.Uri, study: StudyId): void;
  /** `at`: a run, or null for the plan of the next one; absent: as the page was. */
  openPipeline(folder: vscode.Uri, pipeline: string, at?: PipelinePlace): void;
  /** `node`: as people or the engine name it; `isAffected`: what is affected is what matters. */
  openLineage(folder: vscode.Uri, node: string, isAffected?: boolean): void;
  /** `at`: what is to be seen of it. */
  openModel(folder: vscode.Uri, model: string, at?: ModelPlace): void;
  openFeatureView(folder: vscode.Uri, view: string, at?: FeaturePlace): void;
  /** What features each row of a file would get, and why. */
  openJoin(folder: vscode.Uri, join: JoinRequest): void;
  openExperiments(folder: vscode.Uri, selected?: readonly RunId[]): void;
}

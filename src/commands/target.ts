import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { PipelineRunId } from '../../engine/protocol/ids';
import type { FeaturePart } from '../../webview/shared/protocol';
import type { Engines } from '../engineClient/engines';
import { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { nothing } from './pick';

/** What a command was called on: a node of a tree, a lens, a link of a walkthrough; all of it optional. */
export interface Target {
  readonly engine?: WorkspaceEngine;
  readonly pipeline?: string;
  readonly step?: string;
  readonly trigger?: string;
  readonly runId?: string;
  readonly pipelineRun?: PipelineRunId;
  /** What the next run would do, rather than a run. */
  readonly plan?: boolean;
  /** Of a run, instead of what modelyard.yaml says; each as YAML. */
  readonly params?: Readonly<Record<string, string>>;
  /** Of a pipeline with partitions the one to run for. */
  readonly partition?: string;
  readonly model?: string;
  readonly version?: number;
  readonly stage?: string;
  readonly alias?: string;
  /** Of a page what is to be seen. */
  readonly part?: 'serving' | FeaturePart;
  /** A feature view, a feature of it, a feature service, an entity. */
  readonly view?: string;
  readonly feature?: string;
  readonly service?: string;
  readonly entity?: string;
  /** Of a materialisation: from the beginning, or only what is new. */
  readonly full?: boolean;
  /** Of a join the file of its rows, and their times, if they need not be asked for. */
  readonly entities?: string;
  readonly eventTime?: string;
  readonly dataset?: string;
  readonly study?: string;
  /** The id of a verdict. */
  readonly rule?: string;
  /** Of a waiver its day, and of that or a move its reason, if they need not be asked for. */
  readonly until?: string;
  readonly reason?: string;
  /** A description, or a tag as `key=value`, if it need not be asked for. */
  readonly text?: string;
  /** Of a cleaning up: the age in days, if it need not be asked for. */
  readonly olderThan?: number;
  /** Of a lineage, as people or the engine name it. */
  readonly node?: string;
  /** Versions of the dataset that are to be compared. */
  readonly before?: string;
  readonly after?: string;
  /** A CI system. */
  readonly ci?: string;
  /** A generated file, as its folder names it. */
  readonly file?: string;
  /** A signing key: its name or id. */
  readonly key?: string;
}

const engine = v.instance(WorkspaceEngine);
const pipelineRunId = v.custom<PipelineRunId>(id => typeof id === 'string' && /^[0-9a-f]{32}$/.test(id));
const named = v.object({ name: v.string() });
const nodes = v.variant('kind', [
  v.object({ kind: v.literal('folder'), engine }),
  v.object({ kind: v.literal('experiment'), engine }),
  v.object({ kind: v.literal('pipeline'), engine, pipeline: named }),
  v.object({ kind: v.literal('step'), engine, pipeline: v.string(), step: named }),
  v.object({ kind: v.literal('trigger'), engine, trigger: v.object({ pipeline: v.string(), kind: v.string() }) }),
  v.object({ kind: v.literal('run'), engine, run: v.object({ id: v.string() }) }),
  v.object({ kind: v.literal('model'), engine, model: named }),
  v.object({ kind: v.literal('archive'), engine, model: named }),
  v.object({
    kind: v.literal('version'),
    engine,
    model: named,
    version: v.object({ version: v.number(), runId: v.exactOptional(v.string()) }),
  }),
]);
const ofFeatures = v.variant('kind', [
  v.object({ kind: v.picklist(['featureServices', 'featureEntities', 'servedFeatures']), engine }),
  v.object({
    kind: v.picklist(['featureView', 'featureAlert', 'featureFreshness', 'featureVersions', 'featureConsumers', 'featureConsumer']), // prettier-ignore
    engine,
    view: named,
  }),
  v.object({ kind: v.literal('feature'), engine, view: named, feature: named }),
  v.object({ kind: v.literal('featureVersion'), engine, view: named, version: v.object({ version: v.number() }) }),
  v.object({ kind: v.literal('featureService'), engine, service: named }),
  v.object({ kind: v.literal('featureEntity'), engine, entity: v.object({ entity: v.string() }) }),
]);
/** What lenses, pages and other commands hand over: plain values, so that it can be a command link. */
const links = v.object({
  folder: v.string(),
  pipeline: v.exactOptional(v.string()),
  step: v.exactOptional(v.string()),
  trigger: v.exactOptional(v.string()),
  runId: v.exactOptional(v.string()),
  pipelineRun: v.exactOptional(pipelineRunId),
  plan: v.exactOptional(v.boolean()),
  params: v.exactOptional(v.record(v.string(), v.string())),
  partition: v.exactOptional(v.string()),
  model: v.exactOptional(v.string()),
  version: v.exactOptional(v.number()),
  stage: v.exactOptional(v.string()),
  alias: v.exactOptional(v.string()),
  part: v.exactOptional(v.picklist(['serving', 'features', 'versions', 'online', 'use'])),
  view: v.exactOptional(v.string()),
  feature: v.exactOptional(v.string()),
  service: v.exactOptional(v.string()),
  entity: v.exactOptional(v.string()),
  full: v.exactOptional(v.boolean()),
  entities: v.exactOptional(v.string()),
  eventTime: v.exactOptional(v.string()),
  dataset: v.exactOptional(v.string()),
  study: v.exactOptional(v.string()),
  rule: v.exactOptional(v.string()),
  until: v.exactOptional(v.string()),
  reason: v.exactOptional(v.string()),
  text: v.exactOptional(v.string()),
  olderThan: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  node: v.exactOptional(v.string()),
  before: v.exactOptional(v.string()),
  after: v.exactOptional(v.string()),
  ci: v.exactOptional(v.string()),
  file: v.exactOptional(v.string()),
  key: v.exactOptional(v.string()),
});

/** Understands any argument; what is not known is nothing. */
export function targetOf(engines: Engines, argument: unknown): Target {
  const node = v.safeParse(nodes, argument);
  if (node.success) return ofNode(node.output);
  const feature = v.safeParse(ofFeatures, argument);
  if (feature.success) return ofFeatureNode(feature.output);
  const link = v.safeParse(links, argument);
  if (!link.success) return {};
  const { folder, ...rest } = link.output;
  const found = engines.all().find(known => known.folder.toString() === folder);
  return found === undefined ? rest : { engine: found, ...rest };
}

function ofNode(node: v.InferOutput<typeof nodes>): Target {
  switch (node.kind) {
    case 'folder':
    case 'experiment':
      return { engine: node.engine };
    case 'pipeline':
      return { engine: node.engine, pipeline: node.pipeline.name };
    case 'step':
      return { engine: node.engine, pipeline: node.pipeline, step: node.step.name };
    case 'trigger':
      return { engine: node.engine, pipeline: node.trigger.pipeline, trigger: node.trigger.kind };
    case 'run':
      return { engine: node.engine, runId: node.run.id };
    case 'model':
    case 'archive':
      return { engine: node.engine, model: node.model.name };
    case 'version': {
      const { version, runId } = node.version;
      return { engine: node.engine, model: node.model.name, version, ...(runId !== undefined && { runId }) };
    }
  }
}

function ofFeatureNode(node: v.InferOutput<typeof ofFeatures>): Target {
  const { engine: of } = node;
  switch (node.kind) {
    case 'featureServices':
    case 'featureEntities':
    case 'servedFeatures':
      return { engine: of };
    case 'feature':
      return { engine: of, view: node.view.name, feature: node.feature.name };
    case 'featureVersion':
      return { engine: of, view: node.view.name, version: node.version.version };
    case 'featureService':
      return { engine: of, service: node.service.name };
    case 'featureEntity':
      return { engine: of, entity: node.entity.entity };
    default:
      return { engine: of, view: node.view.name };
  }
}

/** The engine of the target, of the active editor, or the only one there is. */
export function engineInMind(engines: Engines, target: Target): WorkspaceEngine | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  const [only, ...others] = engines.all();
  return target.engine ?? (active && engines.of(active)) ?? (others.length === 0 ? only : undefined);
}

/**
 * The engine that a command without a target means: that of the active editor, the only one, or the one that the
 * person picks.
 * @throws vscode.CancellationError when none is picked
 */
export async function pickEngine(engines: Engines, target: Target = {}): Promise<WorkspaceEngine> {
  await engines.ready;
  const found = engineInMind(engines, target);
  if (found) return found;
  const all = engines.all();
  if (all.length === 0) throw nothing(vscode.l10n.t('No folder with a modelyard.yaml is open.'));
  const picked = await vscode.window.showQuickPick(
    all.map(candidate => ({
      label: path.basename(candidate.folder.fsPath),
      description: candidate.folder.fsPath,
      candidate,
    })),
    { placeHolder: vscode.l10n.t('Which folder?') },
  );
  if (picked === undefined) throw new vscode.CancellationError();
  return picked.candidate;
}

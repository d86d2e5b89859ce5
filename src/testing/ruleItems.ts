import * as vscode from 'vscode';
import type { ConfigOutline } from '../../engine/protocol/config';
import type { RegisteredModel } from '../../engine/protocol/registry';
import type { CheckReport, Verdict, VerdictGroup } from '../../engine/protocol/verdicts';
import { toRange } from '../editor/ranges';
import { configUri } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';

/** On rules about something that a command has made which a debugger can start. */
export const debuggable = new vscode.TestTag('debuggable');

/** What stands behind an item: a rule, or the group or model that it belongs to. */
export interface RuleNode {
  readonly engine: WorkspaceEngine;
  /** What `only` of a check takes. */
  readonly id: string;
  readonly group?: VerdictGroup;
  readonly verdict?: Verdict;
}

export interface RuleTree {
  readonly items: readonly vscode.TestItem[];
  readonly nodes: ReadonlyMap<string, RuleNode>;
}

interface Surroundings {
  readonly controller: vscode.TestController;
  readonly engine: WorkspaceEngine;
  readonly outline: ConfigOutline | undefined;
  readonly models: ReadonlyMap<string, RegisteredModel>;
}

/** Items of a folder: datasets with their rules, models with their stages and these with theirs. */
export function ruleTree(report: CheckReport, surroundings: Surroundings): RuleTree {
  const { controller, engine, outline } = surroundings;
  const nodes = new Map<string, RuleNode>();
  const models = new Map<string, vscode.TestItem>();
  const roots: vscode.TestItem[] = [];
  const make = (node: RuleNode, label: string): vscode.TestItem => {
    const id = `${engine.folder.toString()}#${node.id}`;
    nodes.set(id, node);
    return controller.createTestItem(id, label, configUri(engine.folder));
  };
  const modelItem = (name: string): vscode.TestItem => {
    const known = models.get(name);
    if (known) return known;
    const item = make({ engine, id: `model/${name}` }, name);
    setRange(item, outline?.models.find(model => model.name === name)?.range);
    models.set(name, item);
    roots.push(item);
    return item;
  };
  for (const group of report.groups) {
    if (group.kind === 'config') continue;
    const { stage, subject } = group;
    const ofModel = stage ?? (group.kind === 'security' ? vscode.l10n.t('files') : undefined);
    const item = make({ engine, id: group.id, group }, ofModel ?? (group.kind === 'ci' ? group.title : subject));
    setRange(item, placeOf(group, outline));
    if (group.version !== undefined) item.description = `v${group.version}`;
    const canDebug = commandThatMade(group, surroundings) !== undefined;
    for (const verdict of group.verdicts) {
      const rule = make({ engine, id: verdict.id, group, verdict }, verdict.rule);
      setRange(rule, rangeOf(verdict));
      if (canDebug) rule.tags = [debuggable];
      item.children.add(rule);
    }
    if (canDebug) item.tags = [debuggable];
    if (ofModel === undefined) roots.push(item);
    else modelItem(subject).children.add(item);
  }
  return { items: roots, nodes };
}

/** Of the pipeline that has made the version the last command that a debugger can start. */
export function commandThatMade(
  { kind, subject, version }: VerdictGroup,
  { models, outline }: Pick<Surroundings, 'models' | 'outline'>,
): { readonly pipeline: string; readonly step: string } | undefined {
  if (kind !== 'model') return undefined;
  const made = models.get(subject)?.versions.find(one => one.version === version)?.lineage.pipeline;
  const pipeline = outline?.pipelines.find(({ name }) => name === made);
  const step = pipeline?.steps.findLast(({ debug }) => debug !== undefined);
  return pipeline && step && { pipeline: pipeline.name, step: step.name };
}

function placeOf({ kind, subject, stage }: VerdictGroup, outline: ConfigOutline | undefined): Range | undefined {
  if (kind === 'data') return outline?.datasets.find(({ name }) => name === subject)?.range;
  if (kind === 'ci') return outline?.ci;
  if (kind === 'security') return outline?.models.find(({ name }) => name === subject)?.range;
  return outline?.models.find(({ name }) => name === subject)?.stages.find(({ name }) => name === stage)?.range;
}

type Range = ConfigOutline['datasets'][number]['range'];

function setRange(item: vscode.TestItem, range: Range | undefined): void {
  if (range !== undefined) item.range = toRange(range);
}

function rangeOf({ place }: Verdict): Range | undefined {
  if (place?.line === undefined) return undefined;
  const { line, column = 1, endLine = line, endColumn = column } = place;
  return { startLine: line, startColumn: column, endLine, endColumn };
}

import * as vscode from 'vscode';
import type { PipelineRun, PipelineSummary, StepRun } from '../../engine/protocol/pipelines';
import type { TriggerState } from '../../engine/protocol/triggers';
import type { LastResults } from '../editor/lastResults';
import type { LastStep } from '../editor/recentRuns';
import type { TriggerStates } from '../editor/triggerStates';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { wireOf } from '../engineClient/errorMessage';
import { setContext } from '../manifest/contextKeys';
import { commandLink } from '../manifest/commands';
import type { FolderNode } from './folderTree';
import { FolderTree, isFolder } from './folderTree';
import { statusIcon, statusWord } from './statusIcon';
import { ago, duration, escapeMarkdown, stepText } from './text';
import { kindWord, nextText, skipText, triggerTooltip } from './triggerText';

export interface PipelineNode {
  readonly kind: 'pipeline';
  readonly engine: WorkspaceEngine;
  readonly pipeline: PipelineSummary;
}
export interface StepNode {
  readonly kind: 'step';
  readonly engine: WorkspaceEngine;
  readonly pipeline: string;
  readonly step: Pick<StepRun, 'name' | 'uses' | 'needs'>;
  /** How it went the last time it ran. */
  readonly last: LastStep | undefined;
}

export interface TriggerNode {
  readonly kind: 'trigger';
  readonly engine: WorkspaceEngine;
  readonly trigger: TriggerState;
}
type Node = PipelineNode | StepNode | TriggerNode;

/** Pipelines and their steps, each with how it went last; live. */
export class PipelinesTree extends FolderTree<Node> {
  private readonly broken = new Set<WorkspaceEngine>();

  constructor(
    engines: Engines,
    private readonly results: LastResults,
    private readonly triggers: TriggerStates,
  ) {
    super(engines);
    this.owned.add(triggers.onDidChange(() => this.refresh()));
    this.owned.add(
      results.onDidChange(() => {
        this.tellRuns();
        this.refresh();
      }),
    );
  }

  protected tellFailed(isFailed: boolean): void {
    setContext('modelyard.pipelinesFailed', isFailed);
  }

  protected listen(engine: WorkspaceEngine): readonly vscode.Disposable[] {
    return [engine.on('config/changed', () => this.refresh())];
  }

  protected async roots(engine: WorkspaceEngine): Promise<readonly PipelineNode[]> {
    try {
      const pipelines = await engine.call('pipelines/list', {});
      this.tellBroken(engine, false);
      return pipelines.map(({ name, steps, last }) => {
        const newest = this.results.run(engine, name) ?? last;
        return { kind: 'pipeline', engine, pipeline: { name, steps, ...(newest && { last: newest }) } };
      });
    } catch (error) {
      const isBroken = wireOf(error).code === 'config.invalid';
      this.tellBroken(engine, isBroken);
      if (isBroken) return []; // the welcome of the view says it
      throw error;
    }
  }

  protected children(node: Node): readonly (StepNode | TriggerNode)[] {
    if (node.kind !== 'pipeline') return [];
    const { engine, pipeline } = node;
    const steps = pipeline.steps.map((step): StepNode => {
      const last = this.results.step(engine, pipeline.name, step.name);
      return { kind: 'step', engine, pipeline: pipeline.name, step, last };
    });
    const triggers = (this.triggers.of(engine, pipeline.name) ?? []).map((trigger): TriggerNode => ({
      kind: 'trigger',
      engine,
      trigger,
    }));
    return [...triggers, ...steps];
  }

  getTreeItem(node: Node | FolderNode): vscode.TreeItem {
    if (isFolder(node)) return this.folderItem(node);
    if (node.kind === 'trigger') return triggerItem(node);
    return node.kind === 'pipeline' ? pipelineItem(node) : stepItem(node);
  }

  /** Only what the mouse or a screen reader rests on gets its tooltip. */
  resolveTreeItem(item: vscode.TreeItem, node: Node | FolderNode): vscode.TreeItem {
    if (node.kind === 'step') item.tooltip = stepTooltip(node);
    if (node.kind === 'trigger') item.tooltip = triggerTooltip(node.trigger);
    if (node.kind === 'pipeline') item.tooltip = pipelineTooltip(node);
    return item;
  }

  private tellBroken(engine: WorkspaceEngine, isBroken: boolean): void {
    if (isBroken) this.broken.add(engine);
    else this.broken.delete(engine);
    setContext('modelyard.configBroken', this.broken.size > 0);
  }

  private tellRuns(): void {
    const runs = this.engines.all().flatMap(engine => this.results.runs(engine));
    const isRunning = runs.some(({ status }) => status === 'running');
    setContext('modelyard.running', isRunning);
    if (runs.some(({ status }) => status !== 'running')) setContext('modelyard.hasRuns', true);
  }
}

const keyOf = (engine: WorkspaceEngine, pipeline: string): string => `${engine.folder.toString()}#${pipeline}`;

function pipelineItem({ engine, pipeline }: PipelineNode): vscode.TreeItem {
  const { last } = pipeline;
  const item = new vscode.TreeItem(pipeline.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = keyOf(engine, pipeline.name);
  item.iconPath = last ? statusIcon(last.status) : new vscode.ThemeIcon('circle-outline');
  item.contextValue = last?.status === 'running' ? 'pipelineRunning' : 'pipeline';
  item.description = last ? lastText(last) : vscode.l10n.t('not run yet');
  const words = last ? [statusWord(last.status), lastText(last)] : [vscode.l10n.t('not run yet')];
  item.accessibilityInformation = { label: [pipeline.name, ...words].join(', ') };
  return item;
}

function lastText(run: PipelineRun): string {
  if (run.status === 'running') {
    const done = run.steps.filter(step => step.status === 'succeeded' || step.status === 'cached').length;
    return run.steps.length === 1
      ? vscode.l10n.t('{0} of 1 step', done)
      : vscode.l10n.t('{0} of {1} steps', done, run.steps.length);
  }
  return `${ago(run.endedAt ?? run.startedAt)} · ${duration((run.endedAt ?? run.startedAt) - run.startedAt)}`;
}

function stepItem(node: StepNode): vscode.TreeItem {
  const { step, last, engine, pipeline } = node;
  const item = new vscode.TreeItem(step.name, vscode.TreeItemCollapsibleState.None);
  item.id = `${keyOf(engine, pipeline)}/${step.name}`;
  item.iconPath = last ? statusIcon(last.step.status) : new vscode.ThemeIcon('circle-outline');
  item.contextValue = contextOf(node);
  const text = (last && stepText(last.step)) ?? (step.uses === step.name ? '' : step.uses);
  item.description = text;
  item.accessibilityInformation = {
    label: [step.name, last ? statusWord(last.step.status) : vscode.l10n.t('not run yet'), text]
      .filter(part => part !== '')
      .join(', '),
  };
  if (last) item.command = commandLink('showStepLog', vscode.l10n.t('Show Log'), node);
  return item;
}

function contextOf({ step, last }: StepNode): string {
  const kind = step.uses === 'run' ? 'Command' : step.uses === 'tune' ? 'Tune' : '';
  return last?.step.status === 'running' ? `stepRunning${kind}` : `step${kind}`;
}

const triggerIcons = {
  schedule: 'watch',
  change: 'database',
  files: 'files',
  model: 'package',
  metric: 'graph-line',
  drift: 'split-horizontal',
} as const;

function triggerItem({ engine, trigger }: TriggerNode): vscode.TreeItem {
  const { pipeline, kind, paused } = trigger;
  const item = new vscode.TreeItem(kindWord(kind), vscode.TreeItemCollapsibleState.None);
  item.id = `${keyOf(engine, pipeline)}!${kind}`;
  item.iconPath = new vscode.ThemeIcon(paused ? 'debug-pause' : triggerIcons[kind]);
  item.contextValue = paused ? 'triggerPaused' : 'trigger';
  item.description = [nextText(trigger), skipText(trigger)].filter(text => text !== '').join(' · ');
  item.accessibilityInformation = {
    label: [vscode.l10n.t('trigger of {0}', pipeline), kindWord(kind), item.description].join(', '),
  };
  return item;
}

function pipelineTooltip({ pipeline }: PipelineNode): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const { last } = pipeline;
  text.appendMarkdown(`**${escapeMarkdown(pipeline.name)}**`);
  if (last) text.appendMarkdown(` — ${statusWord(last.status)}`);
  text.appendMarkdown(`\n\n${escapeMarkdown(pipeline.steps.map(({ name }) => name).join(' → '))}`);
  if (last) text.appendMarkdown(`\n\n${new Date(last.startedAt).toLocaleString(vscode.env.language)}`);
  if (last?.error) text.appendMarkdown(`\n\n${escapeMarkdown(last.error.message)}`);
  return text;
}

function stepTooltip({ step, last }: StepNode): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escapeMarkdown(step.name)}** — \`${escapeMarkdown(step.uses)}\``);
  if (step.needs.length > 0)
    text.appendMarkdown(`\n\n${vscode.l10n.t('needs {0}', escapeMarkdown(step.needs.join(', ')))}`);
  if (!last) return text;
  const { startedAt, endedAt, error, message } = last.step;
  if (startedAt !== undefined && endedAt !== undefined)
    text.appendMarkdown(`\n\n${vscode.l10n.t('took {0}', duration(endedAt - startedAt))}`);
  if (error) text.appendMarkdown(`\n\n${escapeMarkdown([error.message, error.fix ?? ''].join(' '))}`);
  else if (message !== undefined) text.appendMarkdown(`\n\n${escapeMarkdown(message)}`);
  return text;
}

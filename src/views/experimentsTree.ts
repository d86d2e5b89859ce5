import * as vscode from 'vscode';
import type { Experiment, RunSummary } from '../../engine/protocol/tracking';
import { higherIsBetter } from '../../webview/shared/metricDirection';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { setContext } from '../manifest/contextKeys';
import { onSettingsChanged, setting } from '../manifest/settings';
import type { Engines } from '../engineClient/engines';
import type { FolderNode } from './folderTree';
import { FolderTree, isFolder } from './folderTree';
import type { RunColours } from './runColours';
import { runIcon, statusWord } from './statusIcon';
import { ago, duration, escapeMarkdown, metric } from './text';

export interface ExperimentNode {
  readonly kind: 'experiment';
  readonly engine: WorkspaceEngine;
  readonly experiment: Experiment;
}
export interface RunNode {
  readonly kind: 'run';
  readonly engine: WorkspaceEngine;
  readonly run: RunSummary;
  readonly nested: readonly RunSummary[];
}

/** Experiments with their newest runs; live. */
export class ExperimentsTree extends FolderTree<ExperimentNode | RunNode> {
  constructor(
    engines: Engines,
    private readonly colours: Pick<RunColours, 'of' | 'onDidChange'>,
  ) {
    super(engines);
    this.owned.add(colours.onDidChange(() => this.refresh()));
    this.owned.add(
      onSettingsChanged(['experiments.limit', 'experiments.metrics', 'experiments.sortBy'], () => this.refresh()),
    );
  }

  protected tellFailed(isFailed: boolean): void {
    setContext('modelyard.experimentsFailed', isFailed);
  }

  protected listen(engine: WorkspaceEngine): readonly vscode.Disposable[] {
    return [engine.on('runs/changed', () => this.refresh()), engine.on('run/points', () => this.refresh())];
  }

  protected async roots(engine: WorkspaceEngine): Promise<readonly ExperimentNode[]> {
    const experiments = await engine.call('experiments/list', {});
    return experiments.filter(({ runs }) => runs > 0).map(experiment => ({ kind: 'experiment', engine, experiment }));
  }

  protected async children(node: ExperimentNode | RunNode): Promise<readonly RunNode[]> {
    if (node.kind === 'run') return node.nested.map(run => ({ kind: 'run', engine: node.engine, run, nested: [] }));
    const { runs } = await node.engine.call('runs/search', {
      experimentIds: [node.experiment.id],
      orderBy: [orderBy(setting('experiments.sortBy'), setting('experiments.metrics'))],
      limit: setting('experiments.limit'),
    });
    const ids = new Set(runs.map(({ id }) => id));
    const isNested = (run: RunSummary): boolean => run.parentRunId !== undefined && ids.has(run.parentRunId);
    return runs
      .filter(run => !isNested(run))
      .map(run => ({
        kind: 'run',
        engine: node.engine,
        run,
        nested: runs.filter(({ parentRunId }) => parentRunId === run.id),
      }));
  }

  getTreeItem(node: ExperimentNode | RunNode | FolderNode): vscode.TreeItem {
    if (isFolder(node)) return this.folderItem(node);
    return node.kind === 'experiment' ? experimentItem(node) : runItem(node, this.colours);
  }

  /** Only the tooltip of the node under the mouse is made. */
  resolveTreeItem(item: vscode.TreeItem, node: ExperimentNode | RunNode | FolderNode): vscode.TreeItem {
    if (node.kind === 'run') item.tooltip = runTooltip(node.run);
    return item;
  }
}

/** The best of the first metric first, which of a loss is the lowest. */
export function orderBy(sort: string, [first = 'auc']: readonly string[]): string {
  if (sort === 'name') return 'attributes.run_name ASC';
  if (sort !== 'metric') return 'attributes.start_time DESC';
  return `metrics.\`${first}\` ${higherIsBetter(first) === false ? 'ASC' : 'DESC'}`;
}

function experimentItem({ engine, experiment }: ExperimentNode): vscode.TreeItem {
  const item = new vscode.TreeItem(experiment.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `${engine.folder.toString()}#${experiment.id}`;
  item.iconPath = new vscode.ThemeIcon('beaker');
  item.contextValue = 'experiment';
  item.description = experiment.runs === 1 ? vscode.l10n.t('1 run') : vscode.l10n.t('{0} runs', experiment.runs);
  item.accessibilityInformation = { label: `${experiment.name}, ${item.description}` };
  return item;
}

function runItem({ engine, run, nested }: RunNode, colours: Pick<RunColours, 'of'>): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(`r-${run.number} ${run.name}`, nested.length > 0 ? Collapsed : None);
  item.id = `${engine.folder.toString()}#${run.id}`;
  item.iconPath = runIcon(run.status, colours.of(engine.folder, run));
  item.contextValue = run.lifecycle === 'deleted' ? 'runDeleted' : 'run';
  item.description = describe(run);
  item.accessibilityInformation = {
    label: [`r-${run.number}`, run.name, statusWord(run.status), item.description].join(', '),
  };
  item.command = commandLink('openRun', vscode.l10n.t('Open Run'), { folder: engine.folder.toString(), runId: run.id });
  return item;
}

/** `auc 0.789 · logistic · 12 s ago`: what matters most is not cut in a narrow side bar. */
function describe(run: RunSummary): string {
  const shown = setting('experiments.metrics').flatMap(key => {
    const point = run.metrics[key];
    return point === undefined ? [] : [`${key} ${metric(point.value)}`];
  });
  const learner = run.params['learner'];
  const odd = run.status === 'FAILED' || run.status === 'KILLED' ? [statusWord(run.status)] : [];
  return [...odd, ...shown.slice(0, 2), ...(learner === undefined ? [] : [learner]), ago(run.startedAt)].join(' · ');
}

function runTooltip(run: RunSummary): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**r-${run.number} ${escapeMarkdown(run.name)}** — ${statusWord(run.status)}`);
  if (run.endedAt !== undefined) text.appendMarkdown(`, ${duration(run.endedAt - run.startedAt)}`);
  text.appendMarkdown(
    `\n\n${escapeMarkdown(run.user)}, ${new Date(run.startedAt).toLocaleString(vscode.env.language)}`,
  );
  const rows = Object.entries(run.metrics).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length > 0) {
    text.appendMarkdown('\n\n| | |\n|---|---:|\n');
    for (const [key, { value }] of rows.slice(0, 16))
      text.appendMarkdown(`| ${escapeMarkdown(key)} | ${metric(value)} |\n`);
  }
  const note = run.tags['mlflow.note.content'];
  if (note !== undefined) text.appendMarkdown(`\n\n${escapeMarkdown(note)}`);
  return text;
}

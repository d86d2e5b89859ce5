import * as vscode from 'vscode';
import type { AliasMove, Approval } from '../../engine/protocol/approvals';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import type { ScanSummary } from '../../engine/protocol/security';
import type { SignatureSummary } from '../../engine/protocol/signatures';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { commandLink } from '../manifest/commands';
import { setContext } from '../manifest/contextKeys';
import { setting } from '../manifest/settings';
import type { FolderNode } from './folderTree';
import { FolderTree, isFolder } from './folderTree';
import { ago, escapeMarkdown, metric } from './text';

export interface ModelNode {
  readonly kind: 'model';
  readonly engine: WorkspaceEngine;
  readonly model: RegisteredModel;
}
export interface VersionNode {
  readonly kind: 'version';
  readonly engine: WorkspaceEngine;
  readonly model: RegisteredModel;
  readonly version: ModelVersion;
}
/** Versions that no stage holds any more, folded away. */
export interface ArchiveNode {
  readonly kind: 'archive';
  readonly engine: WorkspaceEngine;
  readonly model: RegisteredModel;
  readonly versions: readonly ModelVersion[];
}
type Node = ModelNode | VersionNode | ArchiveNode;

/** Registered models: who holds which stage, the latest first; live. */
export class ModelsTree extends FolderTree<Node> {
  protected tellFailed(isFailed: boolean): void {
    setContext('modelyard.modelsFailed', isFailed);
  }

  protected listen(engine: WorkspaceEngine): readonly vscode.Disposable[] {
    return [engine.on('model/changed', () => this.refresh()), engine.on('config/changed', () => this.refresh())];
  }

  protected async roots(engine: WorkspaceEngine): Promise<readonly ModelNode[]> {
    const models = await engine.call('models/list', {});
    return models.map(model => ({ kind: 'model', engine, model }));
  }

  protected children(node: Node): readonly Node[] {
    const { engine, model } = node;
    const toNode = (version: ModelVersion): VersionNode => ({ kind: 'version', engine, model, version });
    if (node.kind === 'archive') return node.versions.map(toNode);
    if (node.kind === 'version') return [];
    const rank = (version: ModelVersion): number => model.stages.indexOf(version.stage);
    const held = model.versions.filter(version => rank(version) >= 0);
    const archived = model.versions.filter(version => rank(version) < 0);
    const inOrder = [...held].sort((a, b) => rank(b) - rank(a) || b.version - a.version).map(toNode);
    return archived.length === 0 ? inOrder : [...inOrder, { kind: 'archive', engine, model, versions: archived }];
  }

  getTreeItem(node: Node | FolderNode): vscode.TreeItem {
    if (isFolder(node)) return this.folderItem(node);
    if (node.kind === 'model') return modelItem(node);
    return node.kind === 'version' ? versionItem(node) : archiveItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node | FolderNode): vscode.TreeItem {
    if (node.kind === 'version') item.tooltip = versionTooltip(node);
    if (node.kind === 'model' && node.model.description !== '') item.tooltip = node.model.description;
    return item;
  }
}

const idOf = (node: Node): string => `${node.engine.folder.toString()}#${node.model.name}`;

function modelItem(node: ModelNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.model.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = idOf(node);
  item.iconPath = new vscode.ThemeIcon('package');
  item.contextValue = 'model';
  const count = node.model.versions.length;
  const versions = count === 1 ? vscode.l10n.t('1 version') : vscode.l10n.t('{0} versions', count);
  item.description = [versions, ...Object.entries(node.model.aliases).map(([alias, one]) => `@${alias} v${one}`)].join(
    ' · ',
  );
  item.accessibilityInformation = { label: `${node.model.name}, ${item.description}` };
  return item;
}

function versionItem(node: VersionNode): vscode.TreeItem {
  const { version, model, engine } = node;
  const item = new vscode.TreeItem(version.stage, vscode.TreeItemCollapsibleState.None);
  item.id = `${idOf(node)}/${version.version}`;
  item.label = `${version.stage}  v${version.version}`;
  item.contextValue = version.runId === undefined ? 'versionWithoutRun' : 'version';
  const isLast = version.stage === model.stages.at(-1);
  item.iconPath = new vscode.ThemeIcon(
    isLast ? 'star-full' : model.stages.includes(version.stage) ? 'circle-filled' : 'archive',
  );
  const since = model.history.find(move => move.version === version.version)?.at ?? version.createdAt;
  const gates = model.history.find(move => move.version === version.version && move.to === version.stage)?.gates;
  const warned = gates?.results.filter(({ verdict }) => verdict === 'warned').length ?? 0;
  const shown = setting('experiments.metrics').flatMap(key =>
    version.metrics[key] === undefined ? [] : [`${key} ${metric(version.metrics[key])}`],
  );
  const aliases = Object.entries(model.aliases).flatMap(([alias, one]) =>
    one === version.version ? [`@${alias}`] : [],
  );
  item.description = [
    ...aliases,
    ...shown.slice(0, 1),
    ago(since),
    ...decisionTexts(node),
    ...scanned(node),
    ...signed(node),
    ...(warned > 0 ? [warned === 1 ? vscode.l10n.t('1 gate warns') : vscode.l10n.t('{0} gates warn', warned)] : []),
  ].join(' · ');
  item.accessibilityInformation = {
    label: [
      vscode.l10n.t('version {0} of {1} in {2}', version.version, model.name, version.stage),
      item.description,
    ].join(', '),
  };
  const { runId } = version;
  if (runId !== undefined)
    item.command = commandLink('openRun', vscode.l10n.t('Open Run'), { folder: engine.folder.toString(), runId });
  return item;
}

/** What reviewers have said of the version that counts now: `approved for production`. */
function decisionTexts({ model, version: { version } }: VersionNode): readonly string[] {
  const standing = model.approvals.filter(one => one.version === version && one.standing === 'counts');
  const of = (decision: Approval['decision']): readonly string[] => [
    ...new Set(standing.filter(one => one.decision === decision).map(({ stage }) => stage)),
  ];
  return [
    ...of('rejected').map(stage => vscode.l10n.t('rejected for {0}', stage)),
    ...of('approved').map(stage => vscode.l10n.t('approved for {0}', stage)),
  ];
}

function scanText({ verdict, blocks, reviews, scannedAt }: ScanSummary): string {
  if (verdict === 'pass') return vscode.l10n.t('files scanned {0}: nothing found', ago(scannedAt));
  return vscode.l10n.t(
    'files scanned {0}: {1} findings that block, {2} to be reviewed',
    ago(scannedAt),
    blocks,
    reviews,
  );
}

/** What a scan of its files has found, when it was something. */
function scanned({ model, version }: VersionNode): readonly string[] {
  const scan = model.scans.find(one => one.version === version.version);
  if (scan === undefined || scan.verdict === 'pass') return [];
  return [scan.verdict === 'block' ? vscode.l10n.t('files not safe to load') : vscode.l10n.t('files to be reviewed')];
}

const signatureOf = ({ model, version }: VersionNode): SignatureSummary | undefined =>
  model.signatures.find(one => one.version === version.version);

/** How its signature stood when its files were read last. */
function signed(node: VersionNode): readonly string[] {
  switch (signatureOf(node)?.state) {
    case 'signed':
      return [vscode.l10n.t('signed')];
    case 'untrusted':
      return [vscode.l10n.t('signed by a key that is not trusted')];
    case 'altered':
      return [vscode.l10n.t('not what was signed')];
    default:
      return [];
  }
}

function signatureText({ sentence, signedAt, signedBy, readAt }: SignatureSummary): string {
  const said = [
    ...(signedAt === undefined ? [] : [vscode.l10n.t('signed {0} by {1}', ago(signedAt), signedBy ?? '')]),
    readAt === undefined
      ? vscode.l10n.t('its files were not read since')
      : vscode.l10n.t('its files were read {0}', ago(readAt)),
  ];
  return `${sentence} (${said.join(', ')})`;
}

function archiveItem(node: ArchiveNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('archived'), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${idOf(node)}/archive`;
  item.iconPath = new vscode.ThemeIcon('archive');
  item.contextValue = 'archive';
  item.description = String(node.versions.length);
  item.accessibilityInformation = {
    label: vscode.l10n.t('{0} archived versions of {1}', node.versions.length, node.model.name),
  };
  return item;
}

function versionTooltip(node: VersionNode): vscode.MarkdownString {
  const { model, version } = node;
  const text = new vscode.MarkdownString();
  text.appendMarkdown(`**${escapeMarkdown(model.name)} v${version.version}** — ${escapeMarkdown(version.stage)}`);
  const { lineage } = version;
  if (lineage.pipeline !== undefined)
    text.appendMarkdown(`\n\n${vscode.l10n.t('from pipeline {0}', escapeMarkdown(lineage.pipeline))}`);
  if (version.runId === undefined) text.appendMarkdown(`\n\n${escapeMarkdown(version.source)}`);
  for (const { name, digest } of lineage.datasets)
    text.appendMarkdown(`\n\n${escapeMarkdown(name)} \`${digest.slice(0, 12)}\``);
  if (lineage.gitCommit !== undefined) {
    text.appendMarkdown(
      `\n\ngit \`${lineage.gitCommit.slice(0, 10)}\`${lineage.gitDirty === true ? ` ${vscode.l10n.t('with uncommitted changes')}` : ''}`,
    );
  }
  for (const one of model.approvals.filter(({ version: number }) => number === version.version).slice(0, 6))
    text.appendMarkdown(`\n- ${escapeMarkdown(approvalText(one))}`);
  for (const move of model.aliasHistory
    .filter(({ from, to }) => from === version.version || to === version.version)
    .slice(0, 4))
    text.appendMarkdown(`\n- ${escapeMarkdown(aliasText(move, version.version))}`);
  const scan = model.scans.find(one => one.version === version.version);
  if (scan !== undefined) text.appendMarkdown(`\n\n${scanText(scan)}`);
  const signature = signatureOf(node);
  if (signature !== undefined) text.appendMarkdown(`\n\n${escapeMarkdown(signatureText(signature))}`);
  for (const move of model.history.filter(({ version: number }) => number === version.version).slice(0, 6)) {
    const gates = move.gates?.results.map(({ sentence }) => `\n  - ${escapeMarkdown(sentence)}`).join('') ?? '';
    text.appendMarkdown(
      `\n- ${escapeMarkdown(move.from ?? '—')} → ${escapeMarkdown(move.to)}, ${escapeMarkdown(move.by)}, ${ago(move.at)}: ${escapeMarkdown(move.reason)}${gates}`,
    );
  }
  return text;
}

function approvalText({ decision, reviewer, stage, at, comment, standing, why, isSameAccount, by }: Approval): string {
  const said =
    decision === 'approved'
      ? vscode.l10n.t('approved for {0} by {1}, {2}', stage, reviewer, ago(at))
      : vscode.l10n.t('rejected for {0} by {1}, {2}', stage, reviewer, ago(at));
  const account = isSameAccount ? vscode.l10n.t(' (from the account {0} of an author)', by.account) : '';
  const counts = standing === 'counts' ? '' : vscode.l10n.t('; does not count: {0}', why ?? standing);
  return `${said}${account}${comment === '' ? '' : `: ${comment}`}${counts}`;
}

function aliasText({ alias, to, by, at, reason }: AliasMove, version: number): string {
  const said =
    to === version
      ? vscode.l10n.t('@{0} given by {1}, {2}', alias, by, ago(at))
      : vscode.l10n.t('@{0} taken away by {1}, {2}', alias, by, ago(at));
  return reason === '' ? said : `${said}: ${reason}`;
}

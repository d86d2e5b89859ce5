import * as vscode from 'vscode';
import { commandLink } from '../manifest/commands';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { FeaturePart } from '../../webview/shared/protocol';
import type {
  AlertNode,
  ConsumerNode,
  EntityNode,
  FeatureNode,
  FeaturesNode,
  FeatureVersionNode,
  FreshnessNode,
  ServedNode,
  ServiceNode,
  ViewNode,
} from './featureNodes';
import {
  alertsText,
  alertText,
  attemptText,
  freshnessFacts,
  freshnessText,
  originText,
  span,
  viewIcons,
  viewReference,
  viewState,
} from './featureText';
import { ago, escapeMarkdown, metric } from './text';

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

/** How a node of the Features view looks: a label, a second line of information, an icon by its state. */
export function featureItem(node: FeaturesNode): vscode.TreeItem {
  switch (node.kind) {
    case 'featureView':
      return viewItem(node);
    case 'feature':
      return valueItem(node);
    case 'featureAlert':
      return alertItem(node);
    case 'featureFreshness':
      return freshnessItem(node);
    case 'featureVersions':
      return made(node, vscode.l10n.t('Versions'), {
        ...{ icon: 'git-commit', state: Collapsed, description: String(node.view.versions) },
      });
    case 'featureVersion':
      return versionItem(node);
    case 'featureConsumers':
      return made(node, vscode.l10n.t('Used by'), { icon: 'references', state: Collapsed, description: users(node) });
    case 'featureConsumer':
      return consumerItem(node);
    case 'featureServices':
      return made(node, vscode.l10n.t('Services'), {
        ...{ icon: 'symbol-interface', state: Collapsed, description: String(node.services.length) },
      });
    case 'featureService':
      return serviceItem(node);
    case 'servedFeatures':
      return servedItem(node);
    case 'featureEntities':
      return made(node, vscode.l10n.t('Entities'), {
        ...{ icon: 'key', state: Collapsed, description: String(node.entities.length) },
      });
    case 'featureEntity':
      return entityItem(node);
  }
}

interface Look {
  readonly icon: string;
  readonly color?: string | undefined;
  readonly state?: vscode.TreeItemCollapsibleState;
  readonly description?: string;
  /** Default: the kind. */
  readonly context?: string;
}

function made(node: FeaturesNode, label: string, look: Look): vscode.TreeItem {
  const item = new vscode.TreeItem(label, look.state ?? None);
  item.id = [node.engine.folder.toString(), 'features', ...idParts(node)].join('/');
  item.iconPath = new vscode.ThemeIcon(
    look.icon,
    look.color === undefined ? undefined : new vscode.ThemeColor(look.color),
  );
  item.contextValue = look.context ?? node.kind;
  if (look.description !== undefined) item.description = look.description;
  item.accessibilityInformation = { label: [label, look.description].filter(Boolean).join(', ') };
  return item;
}

function idParts(node: FeaturesNode): readonly string[] {
  switch (node.kind) {
    case 'feature':
      return [node.kind, node.view.name, node.feature.name];
    case 'featureAlert':
      return [node.kind, node.view.name, node.alert.kind, node.alert.feature ?? ''];
    case 'featureVersion':
      return [node.kind, node.view.name, String(node.version.version)];
    case 'featureConsumer':
      return [node.kind, node.view.name, JSON.stringify(node.consumer)];
    case 'featureService':
      return [node.kind, node.service.name];
    case 'servedFeatures':
      return [node.kind, node.service.name, node.reference];
    case 'featureEntity':
      return [node.kind, node.entity.entity];
    case 'featureServices':
    case 'featureEntities':
      return [node.kind];
    default:
      return [node.kind, node.view.name];
  }
}

function viewItem(node: ViewNode): vscode.TreeItem {
  const { view, engine } = node;
  const [icon, color] = viewIcons[viewState(view)];
  const alerts = view.alerts.length > 0 ? [alertsText(view.alerts.length)] : [];
  const isGone = view.place === undefined;
  const item = made(node, viewReference(view), {
    ...{ icon, color, state: Collapsed },
    context: isGone ? 'featureViewGone' : view.kind === 'batch' ? 'featureView' : 'featureViewOnDemand',
    description: [
      ...alerts,
      freshnessText(view),
      ...(isGone ? [vscode.l10n.t('not in modelyard.yaml any more')] : []),
    ].join(' · '),
  });
  const link = { folder: engine.folder.toString(), view: view.name };
  item.command = commandLink('openFeatureView', vscode.l10n.t('Open Feature View'), link);
  return item;
}

function valueItem(node: FeatureNode): vscode.TreeItem {
  const { view, feature, statistics } = node;
  const isAlarming = view.alerts.some(alert => alert.feature === feature.name);
  const share = statistics && statistics.rows > 0 ? statistics.nulls / statistics.rows : undefined;
  const nulls = share === undefined ? [] : [vscode.l10n.t('{0} % null', Number((share * 100).toFixed(1)))];
  const drift = statistics?.drift === undefined ? [] : [vscode.l10n.t('drift {0}', metric(statistics.drift))];
  const item = made(node, feature.name, {
    ...(isAlarming ? { icon: 'warning', color: 'list.warningForeground' } : { icon: 'symbol-field' }),
    description: [feature.type ?? vscode.l10n.t('type not known yet'), ...nulls, ...drift].join(' · '),
  });
  item.command = pageOf(node, 'features');
  return item;
}

/** What a click opens: the page of the view, at a part of it. */
const pageOf = ({ engine, view }: Pick<ViewNode, 'engine' | 'view'>, part: FeaturePart): vscode.Command =>
  commandLink('openFeatureView', vscode.l10n.t('Open Feature View'), {
    ...{ folder: engine.folder.toString(), view: view.name, part },
  });

const definitionOf = (engine: WorkspaceEngine, of: { readonly service: string } | { readonly entity: string }) =>
  commandLink('openFeatureDefinition', vscode.l10n.t('Open Feature Definition'), {
    ...{ folder: engine.folder.toString(), ...of },
  });

function alertItem(node: AlertNode): vscode.TreeItem {
  const { alert } = node;
  const look = { icon: 'warning', color: 'list.warningForeground', description: ago(alert.since) };
  const item = made(node, alertText(alert), look);
  item.command = pageOf(node, alert.kind === 'drift' ? 'features' : 'use');
  return item;
}

/** `online up to 3 h ago`; the pointer tells the rest. */
function freshnessItem(node: FreshnessNode): vscode.TreeItem {
  const look = { icon: 'history', description: freshnessText(node.view) };
  const item = made(node, vscode.l10n.t('Freshness'), look);
  item.command = pageOf(node, 'online');
  return item;
}

function servedItem(node: ServedNode): vscode.TreeItem {
  const { reference, engine } = node;
  const item = made(node, reference, { icon: 'symbol-field' });
  const link = { folder: engine.folder.toString(), view: reference.replace(/[@:].*$/, '') };
  item.command = commandLink('openFeatureView', vscode.l10n.t('Open Feature View'), link);
  return item;
}

function entityItem(node: EntityNode): vscode.TreeItem {
  const { entity, key, type } = node.entity;
  const item = made(node, entity, { icon: 'symbol-key', description: `${key} · ${type}` });
  item.command = definitionOf(node.engine, { entity });
  return item;
}

function versionItem(node: FeatureVersionNode): vscode.TreeItem {
  const { version, view, engine } = node;
  const isCurrent = version.version === view.version;
  const item = made(node, `v${version.version}`, {
    icon: isCurrent ? 'circle-filled' : 'circle-outline',
    description: [
      ...(isCurrent ? [vscode.l10n.t('as in the file')] : []),
      ago(version.createdAt),
      version.hash.slice(0, 8),
    ].join(' · '),
  });
  const link = { folder: engine.folder.toString(), view: view.name, part: 'versions' };
  item.command = commandLink('openFeatureView', vscode.l10n.t('Open Feature View'), link);
  return item;
}

/** `2 services · 3 versions of models · 1 endpoint` */
function users({ view: { consumers } }: { readonly view: ViewNode['view'] }): string {
  const { services, models, endpoints } = consumers;
  return [
    ...(services.length > 0 ? [vscode.l10n.t('services: {0}', services.length)] : []),
    ...(models.length > 0 ? [vscode.l10n.t('model versions: {0}', models.length)] : []),
    ...(endpoints.length > 0 ? [vscode.l10n.t('endpoints: {0}', endpoints.length)] : []),
  ].join(' · ');
}

function consumerItem(node: ConsumerNode): vscode.TreeItem {
  const { consumer, engine } = node;
  const folder = engine.folder.toString();
  if ('service' in consumer) {
    const { service } = consumer;
    const item = made(node, service, { icon: 'symbol-interface', description: vscode.l10n.t('service') });
    item.command = definitionOf(engine, { service });
    return item;
  }
  if ('endpoint' in consumer)
    return made(node, consumer.endpoint, { icon: 'broadcast', description: vscode.l10n.t('serves it now') });
  const { model, version, stage } = consumer;
  const item = made(node, `${model} v${version}`, { icon: 'package', description: stage ?? '' });
  item.command = commandLink('openModel', vscode.l10n.t('Open Model'), { folder, model });
  return item;
}

function serviceItem(node: ServiceNode): vscode.TreeItem {
  const { service } = node;
  const models = service.models.map(({ model, version }) => `${model} v${version}`);
  return made(node, service.name, {
    ...{ icon: 'symbol-interface', state: Collapsed },
    description: models.length > 0 ? models.join(', ') : vscode.l10n.t('no model uses it yet'),
  });
}

/** What is worth a look when the pointer rests on it. */
export function featureTooltip(node: FeaturesNode): vscode.MarkdownString | undefined {
  if (node.kind === 'feature') return featureText(node);
  if (node.kind === 'featureView') return viewText(node);
  if (node.kind === 'featureService') return described(node.service.name, node.service);
  if (node.kind === 'featureFreshness') return listed(freshnessFacts(node.view));
  if (node.kind === 'featureAlert') return new vscode.MarkdownString(escapeMarkdown(node.alert.message));
  return node.kind === 'featureEntity' ? described(node.entity.entity, node.entity) : undefined;
}

function described(
  name: string,
  about: { readonly description?: string; readonly owner?: string },
): vscode.MarkdownString {
  const text = new vscode.MarkdownString(`**${escapeMarkdown(name)}**`);
  if (about.description !== undefined) text.appendMarkdown(`\n\n${escapeMarkdown(about.description)}`);
  if (about.owner !== undefined) text.appendMarkdown(`\n\n${escapeMarkdown(vscode.l10n.t('owner: {0}', about.owner))}`);
  return text;
}

function listed(facts: readonly string[]): vscode.MarkdownString {
  return new vscode.MarkdownString(facts.map(fact => `- ${escapeMarkdown(fact)}`).join('\n'));
}

function featureText({ feature, statistics }: FeatureNode): vscode.MarkdownString {
  const text = described(feature.name, feature);
  text.appendMarkdown(`\n\n\`${originText(feature.from).replaceAll('`', "'")}\``);
  if (feature.privacy !== undefined) text.appendMarkdown(`\n\n${vscode.l10n.t('privacy: {0}', feature.privacy)}`);
  if (statistics?.mean !== undefined)
    text.appendMarkdown(
      `\n\n${vscode.l10n.t('mean {0}, deviation {1}', metric(statistics.mean), metric(statistics.std ?? 0))}`,
    );
  return text;
}

function viewText({ view }: ViewNode): vscode.MarkdownString {
  const text = described(viewReference(view), view);
  const facts = [
    vscode.l10n.t('of {0}', view.entities.join(', ')),
    ...(view.source === undefined ? [] : [vscode.l10n.t('from {0}', view.source)]),
    ...(view.ttl === undefined ? [] : [vscode.l10n.t('expires after {0}', span(view.ttl))]),
    ...(view.push ? [vscode.l10n.t('rows may be pushed')] : []),
    ...(view.freshness.last ? [attemptText(view.freshness.last)] : []),
  ];
  for (const fact of facts) text.appendMarkdown(`\n- ${escapeMarkdown(fact)}`);
  const problems = [view.problem, view.freshness.last?.problem, ...view.alerts.map(({ message }) => message)];
  for (const problem of problems)
    if (problem !== undefined) text.appendMarkdown(`\n- $(warning) ${escapeMarkdown(problem)}`);
  text.supportThemeIcons = true;
  return text;
}

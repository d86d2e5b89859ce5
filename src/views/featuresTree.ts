import type * as vscode from 'vscode';
import type { FeatureList, FeatureViewSummary } from '../../engine/protocol/features';
import { wireOf } from '../engineClient/errorMessage';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { setContext } from '../manifest/contextKeys';
import { featureItem, featureTooltip } from './featureItems';
import type { ConsumersNode, FeaturesNode, VersionsNode, ViewNode } from './featureNodes';
import type { FolderNode } from './folderTree';
import { FolderTree, isFolder } from './folderTree';

/** Feature views with their features, versions, freshness and who uses them; services and entities below; live. */
export class FeaturesTree extends FolderTree<FeaturesNode> {
  private readonly declaring = new Set<WorkspaceEngine>();
  private readonly broken = new Set<WorkspaceEngine>();

  protected tellFailed(isFailed: boolean): void {
    setContext('modelyard.featuresFailed', isFailed);
  }

  protected listen(engine: WorkspaceEngine): readonly vscode.Disposable[] {
    const again = (): void => this.refresh();
    return [
      engine.on('features/changed', again),
      engine.on('config/changed', again),
      engine.on('model/changed', again), // who uses a view
      engine.on('serving/changed', again),
    ];
  }

  protected async roots(engine: WorkspaceEngine): Promise<readonly FeaturesNode[]> {
    const list = await this.list(engine);
    this.noteViews(engine, list !== undefined && list.views.length > 0);
    if (list === undefined) return [];
    return [
      ...list.views.map((view): FeaturesNode => ({ kind: 'featureView', engine, view })),
      ...groups(engine, list),
    ];
  }

  /** Undefined: the file has errors. The empty view says so, with a way to them, which a message above it could not have. */
  private async list(engine: WorkspaceEngine): Promise<FeatureList | undefined> {
    const found = await engine.call('features/list', {}).catch((error: unknown) => {
      if (wireOf(error).code === 'config.invalid') return undefined;
      throw error;
    });
    if (found) this.broken.delete(engine);
    else this.broken.add(engine);
    const all = this.engines.all();
    for (const known of this.broken) if (!all.includes(known)) this.broken.delete(known);
    setContext('modelyard.featuresBroken', this.broken.size > 0);
    return found;
  }

  private noteViews(engine: WorkspaceEngine, hasViews: boolean): void {
    if (hasViews) this.declaring.add(engine);
    else this.declaring.delete(engine);
    const all = this.engines.all();
    for (const known of this.declaring) if (!all.includes(known)) this.declaring.delete(known);
    setContext('modelyard.hasFeatures', this.declaring.size > 0);
  }

  protected children(node: FeaturesNode): readonly FeaturesNode[] | Promise<readonly FeaturesNode[]> {
    const { engine } = node;
    switch (node.kind) {
      case 'featureView':
        return partsOf(node);
      case 'featureVersions':
        return versionsOf(node);
      case 'featureConsumers':
        return consumersOf(node);
      case 'featureServices':
        return node.services.map(service => ({ kind: 'featureService', engine, service }));
      case 'featureService':
        return node.service.features.map(reference => ({
          kind: 'servedFeatures',
          engine,
          service: node.service,
          reference,
        }));
      case 'featureEntities':
        return node.entities.map(entity => ({ kind: 'featureEntity', engine, entity }));
      default:
        return [];
    }
  }

  getTreeItem(node: FeaturesNode | FolderNode): vscode.TreeItem {
    return isFolder(node) ? this.folderItem(node) : featureItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: FeaturesNode | FolderNode): vscode.TreeItem {
    const tooltip = isFolder(node) ? undefined : featureTooltip(node);
    if (tooltip) item.tooltip = tooltip;
    return item;
  }
}

/** Absent where there is nothing in them. */
const groups = (engine: WorkspaceEngine, { services, entities }: FeatureList): readonly FeaturesNode[] => [
  ...(services.length > 0 ? [{ kind: 'featureServices', engine, services } as const] : []),
  ...(entities.length > 0 ? [{ kind: 'featureEntities', engine, entities } as const] : []),
];

/** What speaks against it first, then its features, then what is known of the whole. */
async function partsOf({ engine, view }: ViewNode): Promise<readonly FeaturesNode[]> {
  // a view whose statistics cannot be had is shown without them
  const all = await engine.call('features/statistics', { view: view.name }).catch(() => []);
  const ofSource = new Map(
    all.filter(one => one.of === 'source' && one.window === undefined).map(one => [one.feature, one]),
  );
  return [
    ...view.alerts.map((alert): FeaturesNode => ({ kind: 'featureAlert', engine, view, alert })),
    ...view.features.map((feature): FeaturesNode => {
      const statistics = ofSource.get(feature.name);
      return { kind: 'feature', engine, view, feature, ...(statistics && { statistics }) };
    }),
    ...(view.kind === 'batch' ? [{ kind: 'featureFreshness', engine, view } as const] : []),
    ...(view.versions > 0 ? [{ kind: 'featureVersions', engine, view } as const] : []),
    ...(isUsed(view) ? [{ kind: 'featureConsumers', engine, view } as const] : []),
  ];
}

const isUsed = ({ consumers: { services, models, endpoints } }: FeatureViewSummary): boolean =>
  services.length + models.length + endpoints.length > 0;

async function versionsOf({ engine, view }: VersionsNode): Promise<readonly FeaturesNode[]> {
  const { history } = await engine.call('features/get', { view: view.name });
  return history.map(version => ({ kind: 'featureVersion', engine, view, version }));
}

function consumersOf({ engine, view }: ConsumersNode): readonly FeaturesNode[] {
  const { services, models, endpoints } = view.consumers;
  return [...services.map(service => ({ service })), ...models, ...endpoints.map(endpoint => ({ endpoint }))].map(
    consumer => ({ kind: 'featureConsumer', engine, view, consumer }),
  );
}

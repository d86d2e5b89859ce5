import * as vscode from 'vscode';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import { ago } from '../views/text';
import type { CommandGroup } from './commandTable';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** Newest runs that are offered; any other is typed. */
const offeredRuns = 20;

/** The page of a lineage: what something came from, what came of it, what is affected if it is wrong. */
export function lineageCommands(engines: Engines, panels: Pick<PanelService, 'openLineage'>): CommandGroup {
  const show =
    (isAffected: boolean) =>
    async (argument: unknown): Promise<void> => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      panels.openLineage(engine.folder, nodeOf(target) ?? (await pickNode(engine)), isAffected);
    };
  return {
    showLineage: show(false),
    showAffected: show(true),
  };
}

/** What a node of a tree, a lens or a link is about. */
function nodeOf({ node, model, version, dataset, study, runId }: Target): string | undefined {
  if (node !== undefined) return node;
  if (model !== undefined) return version === undefined ? model : `${model}@${version}`;
  return dataset ?? study ?? runId;
}

interface Item extends vscode.QuickPickItem {
  readonly node?: string;
}

/** A dataset, version or run that is offered, or anything that is typed. @throws vscode.CancellationError */
async function pickNode(engine: WorkspaceEngine): Promise<string> {
  const pick = vscode.window.createQuickPick<Item>();
  pick.placeholder = vscode.l10n.t('A dataset, a file, a run (r-12), or a model version (credit-risk@3)');
  pick.matchOnDescription = true;
  pick.busy = true;
  pick.show();
  let known: readonly Item[] = [];
  const offer = (): void => {
    const typed = pick.value.trim();
    const isNew = typed !== '' && !known.some(({ node }) => node === typed);
    pick.items = isNew ? [...known, { label: typed, description: vscode.l10n.t('as typed'), node: typed, alwaysShow: true }] : known; // prettier-ignore
  };
  try {
    const chosen = new Promise<string | undefined>(resolve => {
      // what is typed faster than the list comes is taken as it is typed
      const accept = (): void => {
        const node = pick.selectedItems[0]?.node ?? pick.value.trim();
        if (node !== '') resolve(node);
      };
      pick.onDidAccept(accept);
      pick.onDidHide(() => resolve(undefined));
      pick.onDidChangeValue(offer);
    });
    known = await itemsOf(engine);
    pick.busy = false;
    offer();
    const node = await chosen;
    if (node === undefined) throw new vscode.CancellationError();
    return node;
  } finally {
    pick.dispose();
  }
}

async function itemsOf(engine: WorkspaceEngine): Promise<readonly Item[]> {
  const [datasets, models, { runs }] = await Promise.all([
    engine.call('config/outline', {}).then(
      outline => outline.datasets,
      () => [], // a modelyard.yaml with mistakes has none that can be offered
    ),
    engine.call('models/list', {}),
    engine.call('runs/search', { limit: offeredRuns, orderBy: ['attributes.start_time DESC'] }),
  ]);
  const heading = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    heading(vscode.l10n.t('Datasets')),
    ...datasets.map(({ name }) => ({ label: `$(database) ${name}`, node: name })),
    heading(vscode.l10n.t('Model versions')),
    ...models.flatMap(({ name, versions }) =>
      versions.map(({ version, stage }) => ({
        ...{ label: `$(package) ${name} v${version}`, description: stage, node: `${name}@${version}` },
      })),
    ),
    heading(vscode.l10n.t('Runs')),
    ...runs.map(({ number, name, startedAt }) => ({
      ...{ label: `$(graph) r-${number} ${name}`, description: ago(startedAt), node: `r-${number}` },
    })),
  ];
}

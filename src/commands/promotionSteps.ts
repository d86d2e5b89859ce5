import * as vscode from 'vscode';
import type { RegisteredModel } from '../../engine/protocol/registry';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { Target } from './target';
import { ago, metric } from '../views/text';

export interface ChosenPromotion {
  readonly name: string;
  readonly version: number;
  readonly to: string;
  readonly reason: string;
}

const back = Symbol('back');

/**
 * Version → stage → gates → reason, each a step with a way back; the gates are shown before anything is moved.
 * @throws vscode.CancellationError
 */
export async function promotionSteps(
  engine: WorkspaceEngine,
  model: RegisteredModel,
  target: Target,
): Promise<ChosenPromotion> {
  let version = target.version;
  let to = target.stage;
  const fixed = { version: version !== undefined, to: to !== undefined };
  for (;;) {
    if (version === undefined) {
      const picked = await step(versionItems(model), {
        title: vscode.l10n.t('Promote {0}', model.name),
        placeHolder: vscode.l10n.t('Which version?'),
        canGoBack: false,
      });
      if (picked === back) throw new vscode.CancellationError();
      version = picked;
    }
    if (to === undefined) {
      const picked = await step(stageItems(model, version), {
        title: vscode.l10n.t('Promote {0} v{1}', model.name, version),
        placeHolder: vscode.l10n.t('To which stage?'),
        canGoBack: !fixed.version,
      });
      if (picked === back) {
        version = undefined;
        continue;
      }
      to = picked;
    }
    const answer = await gatesStep(engine, { name: model.name, version, stage: to }, !fixed.to);
    if (answer === back) {
      to = undefined;
      continue;
    }
    if (answer === 'stay') continue;
    const reason = await vscode.window.showInputBox({
      title: vscode.l10n.t('Promote {0} v{1} to {2}', model.name, version, to),
      prompt: vscode.l10n.t('Why? It stays in the history.'),
    });
    if (reason === undefined) throw new vscode.CancellationError();
    return { name: model.name, version, to, reason };
  }
}

/** Every gate with its sentence; the first entry goes on. */
async function gatesStep(
  engine: WorkspaceEngine,
  move: { name: string; version: number; stage: string },
  canGoBack: boolean,
): Promise<'go' | 'stay' | typeof back> {
  const report = await engine.call('models/gates', move);
  const icons = { passed: '$(pass)', warned: '$(warning)', failed: '$(error)', unknown: '$(question)' } as const;
  const rules = report.results.map(result => ({
    label: `${icons[result.verdict]} ${result.rule}`,
    detail: result.sentence,
    value: 'stay' as const,
  }));
  const isBlocked = report.verdict === 'failed' || report.verdict === 'unknown';
  const label = isBlocked
    ? `$(error) ${vscode.l10n.t('Blocked: try all the same')}`
    : `$(arrow-up) ${vscode.l10n.t('Promote to {0}', move.stage)}`;
  const title = vscode.l10n.t('Gates of {0} for {1} v{2}', move.stage, move.name, move.version);
  return step([{ label, value: 'go' as const }, ...rules], { title, placeHolder: '', canGoBack });
}

type Item<T> = vscode.QuickPickItem & { readonly value: T };

const versionItems = (model: RegisteredModel): readonly Item<number>[] =>
  model.versions.map(version => ({
    label: `v${version.version}`,
    description: version.stage,
    detail: [
      ...Object.entries(version.metrics)
        .slice(0, 3)
        .map(([key, value]) => `${key} ${metric(value)}`),
      ago(version.createdAt),
    ].join(' · '),
    value: version.version,
  }));

/** Later stages first; where each is held now. */
function stageItems(model: RegisteredModel, version: number): readonly Item<string>[] {
  const now = model.versions.find(candidate => candidate.version === version)?.stage;
  return [...model.stages, 'archived']
    .filter(stage => stage !== now)
    .map(stage => {
      const holder = model.versions.find(candidate => candidate.stage === stage);
      const isHeld = holder !== undefined && stage !== model.stages[0] && stage !== 'archived';
      return { label: stage, description: isHeld ? vscode.l10n.t('held by v{0}', holder.version) : '', value: stage };
    });
}

async function step<T>(
  items: readonly Item<T>[],
  options: { title: string; placeHolder: string; canGoBack: boolean },
): Promise<T | typeof back> {
  const pick = vscode.window.createQuickPick<Item<T>>();
  pick.items = items;
  pick.title = options.title;
  pick.placeholder = options.placeHolder;
  pick.matchOnDetail = true;
  if (options.canGoBack) pick.buttons = [vscode.QuickInputButtons.Back];
  try {
    return await new Promise<T | typeof back>((resolve, reject) => {
      pick.onDidTriggerButton(() => resolve(back));
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen) resolve(chosen.value);
      });
      pick.onDidHide(() => reject(new vscode.CancellationError()));
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

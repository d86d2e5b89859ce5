import * as vscode from 'vscode';
import type { AppliedFeatures, ComputedView } from '../../engine/protocol/features';
import type { PanelService } from '../panels/panelService';
import { duration } from '../views/text';

type Pages = Pick<PanelService, 'openFeatureView'>;

const count = (value: number): string => value.toLocaleString(vscode.env.language);

/** Which versions there are now, and what could not be resolved. */
export async function tellRecorded({ views }: AppliedFeatures): Promise<void> {
  const broken = views.flatMap(({ view, problem }) => (problem === undefined ? [] : [`${view}: ${problem}`]));
  if (broken.length > 0) {
    await vscode.window.showWarningMessage(broken.join(' '));
    return;
  }
  const fresh = views.filter(({ isNew }) => isNew).map(({ view, version }) => `${view}@v${version ?? 0}`);
  const told =
    fresh.length === 0
      ? vscode.l10n.t('All feature views are as they were recorded.')
      : vscode.l10n.t('New: {0}.', fresh.join(', '));
  await vscode.window.showInformationMessage(told);
}

export async function tellComputed(computed: ComputedView, folder: vscode.Uri, pages: Pages): Promise<void> {
  const { view, version, rows, entities, took } = computed;
  const show = vscode.l10n.t('Show Distributions');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0}@v{1}: {2} rows of {3} entities in {4}.', view, version, count(rows), count(entities), duration(took)), // prettier-ignore
    show,
  );
  if (answer === show) pages.openFeatureView(folder, view, { part: 'features' });
}

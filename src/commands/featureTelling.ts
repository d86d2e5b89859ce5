import * as vscode from 'vscode';
import type { AppliedFeatures, ComputedView, Materialisation } from '../../engine/protocol/features';
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

export async function tellMaterialised(
  done: readonly Materialisation[],
  folder: vscode.Uri,
  pages: Pages,
): Promise<void> {
  const failed = done.filter(({ status }) => status !== 'complete');
  const [first] = failed;
  const show = vscode.l10n.t('Show Materialisations');
  if (first !== undefined) {
    const why = failed.map(({ view, problem, status }) => `${view}: ${problem ?? status}`).join(' ');
    const text = vscode.l10n.t('{0} of {1} views were not materialised. {2}', failed.length, done.length, why);
    if ((await vscode.window.showWarningMessage(text, show)) === show)
      pages.openFeatureView(folder, first.view, { part: 'online' });
    return;
  }
  const [written, rows] = [sum(done.map(one => one.written)), sum(done.map(one => one.rows))];
  const views = done.map(({ view, version }) => `${view}@v${version}`).join(', ');
  const told =
    rows === 0
      ? vscode.l10n.t('{0}: nothing is new in the source.', views)
      : vscode.l10n.t('{0}: {1} entities are online, from {2} rows.', views, count(written), count(rows));
  await vscode.window.showInformationMessage(told);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

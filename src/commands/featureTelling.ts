import * as vscode from 'vscode';
import type { AppliedFeatures, ComputedView } from '../../engine/protocol/features';
import type { Materialisation } from '../../engine/protocol/featureOnline';
import type { FeatureAlert, FeatureCheck } from '../../engine/protocol/featureMonitoring';
import { executeCommand } from '../manifest/commands';
import type { PanelService } from '../panels/panelService';
import { alertText, entitiesText, rowsText } from '../views/featureText';
import { duration } from '../views/text';

/** Alerts that a message names. */
const most = 3;

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
    vscode.l10n.t('{0}@v{1}: {2} of {3} in {4}.', view, version, rowsText(rows), entitiesText(entities), duration(took)), // prettier-ignore
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
  if (rows === 0) {
    await tellNothing(done, folder);
    return;
  }
  await vscode.window.showInformationMessage(
    vscode.l10n.t('{0}: {1} brought online, from {2}.', references(done), entitiesText(written), rowsText(rows)),
  );
}

/** From when on was looked, and how older rows are taken as well. */
async function tellNothing(done: readonly Materialisation[], folder: vscode.Uri): Promise<void> {
  const from = done.map(one => one.from ?? -Infinity).reduce((a, b) => Math.min(a, b), Infinity);
  if (!Number.isFinite(from)) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0}: there are no rows.', references(done)));
    return;
  }
  const all = vscode.l10n.t('Materialise Everything');
  const told = vscode.l10n.t(
    '{0}: there are no rows from {1} on. What is new is looked for from where the last materialisation ended; the first one looks from now − ttl.',
    references(done),
    new Date(from).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }),
  );
  if ((await vscode.window.showInformationMessage(told, all)) !== all) return;
  const [only, another] = done;
  const view = another === undefined && only !== undefined ? { view: only.view } : {};
  await executeCommand('materialiseFeatures', { folder: folder.toString(), ...view, full: true });
}

const references = (done: readonly Materialisation[]): string =>
  done.map(({ view, version }) => `${view}@v${version}`).join(', ');

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export async function tellChecked(
  { alerts, statistics, failures }: FeatureCheck,
  folder: vscode.Uri,
  pages: Pages,
): Promise<void> {
  const [first] = alerts;
  if (failures.length + alerts.length === 0) {
    const features = new Set(statistics.map(({ view, feature }) => `${view}:${feature}`)).size;
    const told =
      features === 1
        ? vscode.l10n.t('1 feature checked, no alerts.')
        : vscode.l10n.t('{0} features checked, no alerts.', count(features));
    await vscode.window.showInformationMessage(told);
    return;
  }
  const show = vscode.l10n.t('Show Alerts');
  const told = [...failures.map(({ error }) => error.message), ...(first ? [alertsTold(alerts, first)] : [])].join(' ');
  const answer = await vscode.window.showWarningMessage(told, ...(first ? [show] : []));
  if (first && answer === show) pages.openFeatureView(folder, first.view, { part: 'use' });
}

/** One in its own words; of several a message has place for the first, in short. */
function alertsTold(alerts: FeatureCheck['alerts'], { message }: FeatureAlert): string {
  if (alerts.length === 1) return message;
  const first = alerts.slice(0, most).map(alert => `${alert.view}@v${alert.version} ${alertText(alert)}`);
  const left = alerts.length - first.length;
  const more = left > 0 ? [left === 1 ? vscode.l10n.t('1 more') : vscode.l10n.t('{0} more', left)] : [];
  return `${vscode.l10n.t('{0} alerts', alerts.length)}: ${[...first, ...more].join('; ')}.`;
}

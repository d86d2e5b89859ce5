import * as vscode from 'vscode';
import type { RegisteredModel } from '../../engine/protocol/registry';
import type { Endpoint, ServingTest } from '../../engine/protocol/serving';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import type { ServedModel } from '../views/servedModels';
import { servedText } from '../views/servedModels';
import type { CommandGroup } from './commandTable';
import { withCancel } from './longCall';
import { versionItem } from './modelItems';
import { noVersions, pickModel, pickVersion } from './modelPicks';
import { nothing, pickOne } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** Models over HTTP: serve one, stop it, test how a version is served. */
export function servingCommands(engines: Engines, panels: Pick<PanelService, 'openModel'>): CommandGroup {
  return {
    serveModel: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      if (model.versions.length === 0) throw noVersions(model);
      const at = await pickPlace(model, target);
      const title = vscode.l10n.t('Serving {0} {1}', model.name, at);
      const endpoint = await withCancel(title, options => serve(engine, { model: model.name, at }, options.signal));
      engines.inBackground('serveModel', tellServed(engine, endpoint, panels));
      return endpoint;
    },
    stopServing: async argument => {
      const { engine, endpoint } = await pickServed(engines, targetOf(engines, argument), isStopped);
      await engine.call('serving/stop', { id: endpoint.id });
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} {1} is not served any more.', endpoint.model, endpoint.at), 5000); // prettier-ignore
      return endpoint;
    },
    showServed: async argument => {
      const { engine, endpoint } = await pickServed(engines, targetOf(engines, argument), isShown);
      panels.openModel(engine.folder, endpoint.model, { part: 'serving' });
    },
    testServing: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      const { version } = await pickVersion(model, target);
      const title = vscode.l10n.t('Testing how {0} v{1} is served', model.name, version);
      const test = await withCancel(title, options =>
        engine.call('serving/test', { model: model.name, version }, options),
      );
      engines.inBackground('testServing', tellTested(engine, test, panels));
      return test;
    },
  };
}

const isStopped = (): string => vscode.l10n.t('Stop which?');
const isShown = (): string => vscode.l10n.t('Show which?');

/** A start that was cancelled leaves nothing that answers. */
async function serve(
  engine: WorkspaceEngine,
  what: { readonly model: string; readonly at: string },
  signal: AbortSignal,
): Promise<Endpoint> {
  const started = engine.call('serving/start', what);
  const gaveUp = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new vscode.CancellationError()), { once: true }),
  );
  try {
    return await Promise.race([started, gaveUp]);
  } catch (error) {
    if (signal.aborted) void started.then(({ id }) => engine.call('serving/stop', { id })).catch(() => undefined);
    throw error;
  }
}

/** Who answers: whoever holds a stage or has an alias, or one version for good. */
function pickPlace(model: RegisteredModel, { stage, alias, version }: Target): Promise<string> | string {
  if (version !== undefined) return String(version);
  if (alias !== undefined) return `@${alias}`;
  if (stage !== undefined) return stage;
  const { stages, holders, aliases, versions } = model;
  const held = stages
    .toReversed()
    .flatMap(value =>
      holders[value] === undefined ? [] : [{ label: value, description: `v${holders[value]}`, value }],
    );
  const named = Object.entries(aliases).map(([name, number]) => ({
    ...{ label: `@${name}`, description: `v${number}`, value: `@${name}` },
  }));
  const fixed = versions.map(one => ({ ...versionItem(one), value: String(one.version) }));
  return pickOne(
    [...held, ...named, ...fixed],
    vscode.l10n.t('Which version of {0} answers? At a stage or an alias whoever holds it', model.name),
  );
}

/** @throws vscode.CancellationError when nothing is served, or none is picked */
async function pickServed(engines: Engines, target: Target, ask: () => string): Promise<ServedModel> {
  await engines.ready;
  const all = target.engine ? [target.engine] : engines.all();
  const lists = await Promise.all(
    all.map(async engine => (await engine.call('serving/list', {})).map(endpoint => ({ engine, endpoint }))),
  );
  const served = lists.flat().filter(({ endpoint: { model, at } }) => {
    const isModel = target.model === undefined || target.model === model;
    return isModel && (target.stage === undefined || target.stage === at);
  });
  if (served.length === 0) throw nothing(vscode.l10n.t('Nothing is served.'));
  const items = served.map(value => ({
    label: `${value.endpoint.model} ${value.endpoint.at}`,
    description: `v${value.endpoint.version}`,
    detail: value.endpoint.problem ?? value.endpoint.url,
    value,
  }));
  return pickOne(items, ask());
}

async function tellServed(
  engine: WorkspaceEngine,
  endpoint: Endpoint,
  panels: Pick<PanelService, 'openModel'>,
): Promise<void> {
  const copy = vscode.l10n.t('Copy curl');
  const open = vscode.l10n.t('Open Model');
  const stop = vscode.l10n.t('Stop');
  const answer = await vscode.window.showInformationMessage(servedText(endpoint), copy, open, stop);
  if (answer === copy) await vscode.env.clipboard.writeText(curl(endpoint));
  if (answer === open) panels.openModel(engine.folder, endpoint.model, { part: 'serving' });
  if (answer === stop) await engine.call('serving/stop', { id: endpoint.id });
}

/** Asks whether it answers; rows go to `/invocations` the same way. */
const curl = ({ url, token }: Endpoint): string =>
  token === undefined ? `curl ${url}/ping` : `curl -H 'Authorization: Bearer ${token}' ${url}/ping`;

async function tellTested(
  engine: WorkspaceEngine,
  { model, version, smoke, load, rollback }: ServingTest,
  panels: Pick<PanelService, 'openModel'>,
): Promise<void> {
  const passed = smoke.filter(one => one.passed).length;
  const failed = load.failed + rollback.failed;
  const said = vscode.l10n.t(
    '{0} v{1}: {2} of {3} looks pass; {4} requests a second, p99 {5} ms; rollback in {6} ms; {7} requests failed.',
    ...[model, version, passed, smoke.length, Math.round(load.requestsPerSecond), load.p99.toFixed(1)],
    ...[Math.round(rollback.firstAnswer), failed],
  );
  const open = vscode.l10n.t('Open Model');
  const isGood = passed === smoke.length && failed === 0;
  const answer = isGood
    ? await vscode.window.showInformationMessage(said, open)
    : await vscode.window.showWarningMessage(said, open);
  if (answer === open) panels.openModel(engine.folder, model, { part: 'serving' });
}

import * as vscode from 'vscode';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { versionItem } from './modelItems';
import { nothing, pickOne } from './pick';
import type { Target } from './target';

export async function pickModel(engine: WorkspaceEngine, target: Target): Promise<RegisteredModel> {
  const models = await engine.call('models/list', {});
  const named = models.find(({ name }) => name === target.model);
  if (named) return named;
  if (models.length === 0 || target.model !== undefined)
    throw nothing(vscode.l10n.t('No version is registered yet. Run a pipeline with the step `register`.'));
  return pickOne(
    models.map(value => ({ label: value.name, description: value.description, value })),
    vscode.l10n.t('Which model?'),
  );
}

export async function pickVersion(model: RegisteredModel, target: Target): Promise<ModelVersion> {
  if (model.versions.length === 0) throw noVersions(model);
  const named = model.versions.find(({ version }) => version === target.version);
  return named ?? pickOne(model.versions.map(versionItem), vscode.l10n.t('Which version of {0}?', model.name));
}

/** A client may have made the name alone. */
export const noVersions = ({ name }: RegisteredModel): vscode.CancellationError =>
  nothing(vscode.l10n.t('{0} has no versions.', name));

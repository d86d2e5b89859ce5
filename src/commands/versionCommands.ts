import * as vscode from 'vscode';
import type { Approval } from '../../engine/protocol/approvals';
import type { ModelVersion, RegisteredModel } from '../../engine/protocol/registry';
import type { CleanUp, StageChange } from '../../engine/protocol/registryMoves';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { ReportDocuments } from '../panels/reportDocuments';
import type { CommandGroup } from './commandTable';
import { withCancel } from './longCall';
import { pickModel, pickVersion } from './modelPicks';
import { askText, confirm, nothing, pickOne } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';
import { diffMarkdown } from './versionDiffText';

interface Picked {
  readonly engine: WorkspaceEngine;
  readonly model: RegisteredModel;
  readonly version: ModelVersion;
  readonly stage: string | undefined;
}

/** The life of versions beyond being promoted: looked at by others, taken back, put away. */
export function versionCommands(engines: Engines, reports: ReportDocuments): CommandGroup {
  const picked = async (argument: unknown): Promise<Picked> => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    const model = await pickModel(engine, target);
    return { engine, model, version: await pickVersion(model, target), stage: target.stage };
  };
  return {
    diffVersion: async argument => {
      const { engine, model, version, stage } = await picked(argument);
      const beside = stage === undefined ? await pickBeside(model, version) : { stage };
      const diff = await withCancel(vscode.l10n.t('Comparing versions'), options =>
        engine.call('registry/diff', { name: model.name, version: version.version, ...beside }, options),
      );
      await reports.show(vscode.l10n.t('{0} v{1}', model.name, version.version), diffMarkdown(diff));
      return diff;
    },
    approveVersion: async argument => decide(await picked(argument), 'approved'),
    rejectVersion: async argument => decide(await picked(argument), 'rejected'),
    demoteVersion: async argument => demote(await picked(argument)),
    rollbackStage: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      return rollback(engine, await pickModel(engine, target), target);
    },
    archiveVersion: async argument => {
      const { engine, model, version } = await picked(argument);
      const reason = await askReason(vscode.l10n.t('Archive {0} v{1}', model.name, version.version));
      return engine.call('registry/archive', { name: model.name, version: version.version, reason });
    },
    deleteVersion: async argument => {
      const { engine, model, version } = await picked(argument);
      const why = model.guarded[version.version];
      if (why !== undefined)
        throw nothing(vscode.l10n.t('v{0} of {1} cannot be deleted: {2}.', version.version, model.name, why));
      await confirm(vscode.l10n.t('Delete {0} v{1}?', model.name, version.version), {
        detail: vscode.l10n.t('It is hidden; `modelyard models restore` takes it back.'),
        action: vscode.l10n.t('Delete'),
      });
      return engine.call('registry/delete', { name: model.name, version: version.version, reason: '' });
    },
    cleanUpModels: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      return cleanUp(engine, target);
    },
  };
}

const plain = (value: string): { readonly label: string; readonly value: string } => ({ label: value, value });

const askReason = async (title: string): Promise<string> =>
  (await askText({ title, prompt: vscode.l10n.t('Why? It stays in the history.') })).trim();

/** A stage that another version holds, or another version. */
async function pickBeside(
  model: RegisteredModel,
  { version }: ModelVersion,
): Promise<{ readonly stage: string } | { readonly other: number }> {
  type Beside = Awaited<ReturnType<typeof pickBeside>>;
  const held = Object.entries(model.holders)
    .filter(([stage, holder]) => holder !== version && stage !== model.stages[0])
    .map(([stage, holder]) => ({ label: stage, description: `v${holder}`, value: { stage } satisfies Beside }));
  const others = model.versions
    .filter(one => one.version !== version)
    .map(one => ({ label: `v${one.version}`, description: one.stage, value: { other: one.version } satisfies Beside }));
  if (others.length === 0) throw nothing(vscode.l10n.t('{0} has no other version.', model.name));
  return pickOne<Beside>([...held, ...others], vscode.l10n.t('Beside which version?'));
}

/** What the user of this window says as a reviewer. */
async function decide(
  { engine, model, version, stage: named }: Picked,
  decision: Approval['decision'],
): Promise<Approval> {
  const at = model.stages.indexOf(version.stage);
  const later = model.stages.slice(Math.max(1, at + 1));
  const offered = later.length > 0 ? later : model.stages.slice(1);
  const stage = named ?? (await pickOne(offered.map(plain), vscode.l10n.t('For which stage?')));
  const title =
    decision === 'approved'
      ? vscode.l10n.t('Approve {0} v{1} for {2}', model.name, version.version, stage)
      : vscode.l10n.t('Reject {0} v{1} for {2}', model.name, version.version, stage);
  const comment = (await askText({ title, prompt: vscode.l10n.t('What have you looked at? It is kept.') })).trim();
  const asked = { name: model.name, version: version.version, stage, decision, comment };
  const made = await engine.call('registry/approve', asked);
  const said =
    decision === 'approved'
      ? vscode.l10n.t('{0} has approved {1} v{2} for {3}.', made.reviewer, model.name, version.version, stage)
      : vscode.l10n.t('{0} has rejected {1} v{2} for {3}.', made.reviewer, model.name, version.version, stage);
  vscode.window.setStatusBarMessage(said, 5000);
  return made;
}

/** Back to an earlier stage; the stage that is left can be filled as a rollback fills it. */
async function demote({ engine, model, version, stage: named }: Picked): Promise<StageChange> {
  const at = model.stages.indexOf(version.stage);
  if (at < 1) throw nothing(vscode.l10n.t('v{0} is in {1}: there is no stage before.', version.version, version.stage));
  const earlier = model.stages.slice(0, at).reverse();
  const to = named ?? (await pickOne(earlier.map(plain), vscode.l10n.t('Back to which stage?')));
  const putBack = await wantsBack(model, version);
  const reason = await askReason(vscode.l10n.t('Demote {0} v{1} to {2}', model.name, version.version, to));
  return engine.call('registry/demote', { name: model.name, version: version.version, to, reason, putBack });
}

/** Who held a stage before holds it again. */
async function rollback(
  engine: WorkspaceEngine,
  model: RegisteredModel,
  { stage: named, version }: Target,
): Promise<StageChange> {
  const stages = Object.entries(model.previous).map(([value, version]) => ({
    ...{ label: value, value },
    description: vscode.l10n.t('v{0} comes back', version),
  }));
  if (stages.length === 0 && version === undefined)
    throw nothing(vscode.l10n.t('No stage of {0} has had another version before.', model.name));
  const stage = named ?? (await pickOne(stages, vscode.l10n.t('Roll back which stage?')));
  const reason = await askReason(vscode.l10n.t('Roll back {0} of {1}', stage, model.name));
  const change = await engine.call('registry/rollback', {
    ...{ name: model.name, stage, reason },
    ...(version !== undefined && { version }),
  });
  const said = vscode.l10n.t('{0} v{1} is in {2} again.', model.name, change.version.version, stage);
  vscode.window.setStatusBarMessage(said, 5000);
  return change;
}

/** Whether who held the stage before shall hold it again; not asked when nobody did. */
async function wantsBack(model: RegisteredModel, { version, stage }: ModelVersion): Promise<boolean> {
  const previous = model.previous[stage];
  if (previous === undefined || model.holders[stage] !== version) return false;
  const items = [
    { label: vscode.l10n.t('Put v{0} back in {1}', previous, stage), value: true },
    { label: vscode.l10n.t('Leave {0} empty', stage), value: false },
  ];
  return pickOne(items, vscode.l10n.t('Who holds {0} then?', stage));
}

/** Those that may go are ticked; the others are not shown. */
async function cleanUp(engine: WorkspaceEngine, { model, olderThan }: Target): Promise<CleanUp> {
  const age =
    olderThan ??
    Number(
      await askText({
        title: vscode.l10n.t('Clean Up Models'),
        prompt: vscode.l10n.t('Versions older than so many days that nothing needs; the newest of each model stays.'),
        value: '90',
        validateInput: text => (/^\d{1,5}$/.test(text.trim()) ? undefined : vscode.l10n.t('A number of days.')),
      }),
    );
  const actions = [
    { label: vscode.l10n.t('Archive'), value: 'archive' as const },
    { label: vscode.l10n.t('Delete'), value: 'delete' as const },
  ];
  const action = await pickOne(actions, vscode.l10n.t('What shall become of them?'));
  const request = { action, keepLast: 1, olderThan: age, ...(model !== undefined && { model }) };
  const planned = await engine.call('registry/cleanUp', { ...request, dryRun: true });
  if (planned.changed.length === 0)
    throw nothing(
      planned.kept.length === 1
        ? vscode.l10n.t('Nothing to clean up: 1 version stays.')
        : vscode.l10n.t('Nothing to clean up: {0} versions stay.', planned.kept.length),
    );
  const items = planned.changed.map(one => ({
    ...{ label: `${one.model} v${one.version}`, description: one.stage, picked: true },
    value: { model: one.model, version: one.version },
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: action === 'delete' ? vscode.l10n.t('Delete these?') : vscode.l10n.t('Archive these?'),
  });
  if (chosen === undefined || chosen.length === 0) throw new vscode.CancellationError();
  const only = chosen.map(({ value }) => value);
  const done = await engine.call('registry/cleanUp', { ...request, dryRun: false, only });
  vscode.window.setStatusBarMessage(
    done.changed.length === 1
      ? vscode.l10n.t('1 version cleaned up.')
      : vscode.l10n.t('{0} versions cleaned up.', done.changed.length),
    5000,
  );
  return done;
}

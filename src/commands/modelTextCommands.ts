import * as vscode from 'vscode';
import type { Approval } from '../../engine/protocol/approvals';
import type { RegisteredModel } from '../../engine/protocol/registry';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import type { CommandGroup } from './commandTable';
import { pickModel, pickVersion } from './modelPicks';
import { askText, nothing, pickOne } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

interface Chosen {
  readonly engine: WorkspaceEngine;
  readonly model: RegisteredModel;
  readonly target: Target;
}

/** The page of a model; what is said of it and of its versions; what comes back. */
export function modelTextCommands(engines: Engines, panels: Pick<PanelService, 'openModel'>): CommandGroup {
  const chosen = async (argument: unknown): Promise<Chosen> => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    return { engine, model: await pickModel(engine, target), target };
  };
  return {
    openModel: async argument => {
      const { engine, model, target } = await chosen(argument);
      panels.openModel(engine.folder, model.name, placeOf(target));
    },
    describeModel: async argument => describe(await chosen(argument)),
    tagModel: async argument => changeTag(await chosen(argument)),
    restoreVersion: async argument => {
      const { engine, model, target } = await chosen(argument);
      const version = await pickAway(model, target);
      const reason = target.reason ?? (await askReason(vscode.l10n.t('Restore {0} v{1}', model.name, version)));
      const change = await engine.call('registry/restore', { name: model.name, version, reason });
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} v{1} is in {2}.', model.name, version, change.to), 5000);
      return change;
    },
    withdrawDecision: async argument => {
      const { engine, model, target } = await chosen(argument);
      const { version } = await pickVersion(model, target);
      const stage = await pickDecided(model, version, target.stage);
      const title = vscode.l10n.t('Withdraw what you have said of {0} v{1} for {2}', model.name, version, stage);
      const reason = target.reason ?? (await askReason(title));
      return engine.call('registry/withdraw', { name: model.name, version, stage, reason });
    },
  };
}

function placeOf({ version, stage, part }: Target): Parameters<PanelService['openModel']>[2] {
  if (part === 'serving') return { part };
  return version === undefined ? undefined : { version, ...(stage !== undefined && { stage }) };
}

const askReason = async (title: string): Promise<string> =>
  (await askText({ title, prompt: vscode.l10n.t('Why? It stays in the history.') })).trim();

/** In Markdown; one line here, more on the page of the model. */
async function describe({ engine, model, target }: Chosen): Promise<RegisteredModel> {
  const version = model.versions.find(one => one.version === target.version);
  const title = version
    ? vscode.l10n.t('Description of {0} v{1}', model.name, version.version)
    : vscode.l10n.t('Description of {0}', model.name);
  const before = version?.description ?? model.description;
  // an input box would make one line of it
  if (target.text === undefined && before.includes('\n'))
    throw nothing(vscode.l10n.t('The description has more than one line: change it on the page of the model.'));
  const description = target.text ?? (await askText({ title, prompt: vscode.l10n.t('In Markdown'), value: before }));
  return engine.call('registry/describe', {
    ...{ name: model.name, description },
    ...(version && { version: version.version }),
  });
}

/** One tag is added, changed or taken away. */
async function changeTag({ engine, model, target }: Chosen): Promise<RegisteredModel> {
  const version = model.versions.find(one => one.version === target.version);
  const tags = version?.tags ?? model.tags;
  const title = version ? `${model.name} v${version.version}` : model.name;
  const { key, value } = target.text === undefined ? await askTag(title, tags) : tagOf(target.text);
  return engine.call('registry/tag', {
    ...{ name: model.name, tags: { [key]: value === '' ? null : value } },
    ...(version && { version: version.version }),
  });
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

/** `key=value`; without a value it is taken away. */
function tagOf(text: string): Tag {
  const [key = '', ...rest] = text.split('=');
  return { key: key.trim(), value: rest.join('=').trim() };
}

async function askTag(title: string, tags: Readonly<Record<string, string>>): Promise<Tag> {
  const known = Object.entries(tags).map(([value, text]) => ({ label: value, description: text, value }));
  const added = { label: `$(add) ${vscode.l10n.t('New tag…')}`, value: '' };
  const picked = await pickOne([added, ...known], vscode.l10n.t('Which tag of {0}?', title));
  const key = picked === '' ? (await askText({ title, prompt: vscode.l10n.t('Name of the tag') })).trim() : picked;
  if (key === '') throw new vscode.CancellationError();
  const prompt = vscode.l10n.t('Value of {0}; empty takes the tag away', key);
  return { key, value: (await askText({ title, prompt, value: tags[key] ?? '' })).trim() };
}

/** A version that is archived, or that was deleted: the history still knows it. */
async function pickAway(model: RegisteredModel, { version }: Target): Promise<number> {
  if (version !== undefined) return version;
  const archived = model.versions
    .filter(({ stage }) => !model.stages.includes(stage))
    .map(one => ({ label: `v${one.version}`, description: one.stage, value: one.version }));
  const there = new Set(model.versions.map(one => one.version));
  const gone = [...new Set(model.history.map(move => move.version))]
    .filter(number => !there.has(number))
    .map(value => ({ label: `v${value}`, description: vscode.l10n.t('deleted'), value }));
  const items = [...archived, ...gone];
  if (items.length === 0) throw nothing(vscode.l10n.t('No version of {0} is archived or deleted.', model.name));
  return pickOne(items, vscode.l10n.t('Which version of {0} comes back?', model.name));
}

/** Of which stage a decision stands; whose it is, the engine knows. */
async function pickDecided(model: RegisteredModel, version: number, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  const standing = model.approvals.filter(
    one => one.version === version && one.standing !== 'withdrawn' && one.standing !== 'superseded',
  );
  if (standing.length === 0) throw nothing(vscode.l10n.t('Nobody has decided on v{0} of {1}.', version, model.name));
  const stages = [...new Set(standing.map(({ stage }) => stage))];
  return pickOne(
    stages.map(value => ({ label: value, description: decided(standing, value), value })),
    vscode.l10n.t('For which stage?'),
  );
}

const decided = (standing: readonly Approval[], stage: string): string =>
  standing
    .filter(one => one.stage === stage)
    .map(({ decision, reviewer }) =>
      decision === 'approved' ? vscode.l10n.t('approved by {0}', reviewer) : vscode.l10n.t('rejected by {0}', reviewer),
    )
    .join(', ');

import * as vscode from 'vscode';
import type { SignatureReport } from '../../engine/protocol/signatures';
import type { Engines } from '../engineClient/engines';
import { signVersion } from '../engineClient/signing';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { CommandGroup } from './commandTable';
import { withCancel } from './longCall';
import { pickModel, pickVersion } from './modelPicks';
import { confirm, nothing } from './pick';
import { signingKeySteps } from './signingKeySteps';
import type { KeptKey, SigningKeys } from './signingKeys';
import { signingKeys } from './signingKeys';
import { pickEngine, targetOf } from './target';
import { trustKey } from './trustKey';

/** Signatures of versions, and the keys that make them: private ones are in the secret storage of the editor alone. */
export function signingCommands(engines: Engines, storage: vscode.SecretStorage): CommandGroup {
  const keys = signingKeys(storage);
  const picked = async (argument: unknown) => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    const model = await pickModel(engine, target);
    return { engine, name: model.name, version: (await pickVersion(model, target)).version, key: target.key };
  };
  return {
    signVersion: async argument => {
      const { engine, name, version, key: named } = await picked(argument);
      const chosen = await chooseKey(keys, {
        named,
        title: vscode.l10n.t('Sign {0} v{1}', name, version),
        offersNew: true,
      });
      const key = await keys.whole(chosen.id);
      if (key === undefined) throw nothing(vscode.l10n.t('The key {0} is not kept here any more.', chosen.name));
      const title = vscode.l10n.t('Signing {0} v{1} with the key {2}', name, version, chosen.name);
      const report = await withCancel(title, options => signVersion(engine, { name, version, key }, options));
      engines.inBackground('signVersion', tell(engine, report, chosen));
      return report;
    },
    verifyVersion: async argument => {
      const { engine, name, version } = await picked(argument);
      const title = vscode.l10n.t('Reading the files of {0} v{1}', name, version);
      const report = await withCancel(title, options => engine.call('signatures/verify', { name, version }, options));
      const ours = (await keys.all()).find(({ id }) => id === report.keyId);
      engines.inBackground('verifyVersion', tell(engine, report, ours));
      return report;
    },
    makeSigningKey: async argument => {
      const key = await signingKeySteps(keys);
      const { engine = engines.all()[0] } = targetOf(engines, argument);
      if (engine) engines.inBackground('makeSigningKey', tellMade(engine, key));
      return key;
    },
    trustSigningKey: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const title = vscode.l10n.t('Trust a Signing Key');
      return trustKey(engine, await chooseKey(keys, { named: target.key, title, offersNew: true }));
    },
    deleteSigningKey: async argument => {
      const { key: named } = targetOf(engines, argument);
      const key = await chooseKey(keys, { named, title: vscode.l10n.t('Delete a Signing Key'), offersNew: false });
      await confirm(vscode.l10n.t('Delete the signing key {0}?', key.name), {
        detail: vscode.l10n.t(
          'Its private half is lost. What it has signed stays signed; nothing more can be signed with it.',
        ),
        action: vscode.l10n.t('Delete'),
      });
      await keys.forget(key.id);
      return key;
    },
  };
}

interface KeyChoice {
  /** Its name or id. */
  readonly named: string | undefined;
  readonly title: string;
  /** Whether one may be made now. */
  readonly offersNew: boolean;
}

/** Also of a single key it is asked whether it is meant: what it signs counts for others. */
async function chooseKey(keys: SigningKeys, { named, title, offersNew }: KeyChoice): Promise<KeptKey> {
  const all = await keys.all();
  const known = all.find(({ id, name }) => id === named || name === named);
  if (known) return known;
  if (named !== undefined) throw nothing(vscode.l10n.t('The key {0} is not kept here any more.', named));
  if (all.length === 0 && !offersNew) throw nothing(vscode.l10n.t('There is no signing key.'));
  if (all.length === 0) return signingKeySteps(keys);
  const items = [
    ...all.map(value => ({ label: `$(key) ${value.name}`, description: value.id.slice(0, 16), value })),
    ...(offersNew ? [{ label: `$(add) ${vscode.l10n.t('Make a key…')}`, description: '', value: undefined }] : []),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which key?') });
  if (chosen === undefined) throw new vscode.CancellationError();
  return chosen.value ?? signingKeySteps(keys);
}

/** How the signature stands, as the command line says it, and what can be done about it. */
async function tell(engine: WorkspaceEngine, report: SignatureReport, key: KeptKey | undefined): Promise<void> {
  const { state, sentence, model, version } = report;
  const trust = vscode.l10n.t('Trust the Key');
  if (state === 'signed') {
    await vscode.window.showInformationMessage(sentence);
  } else if (state === 'untrusted') {
    const answer = await vscode.window.showWarningMessage(sentence, ...(key ? [trust] : []));
    if (answer === trust && key) {
      await trustKey(engine, key);
      await engine.call('signatures/verify', { name: model, version });
    }
  } else await vscode.window.showErrorMessage(sentence);
}

async function tellMade(engine: WorkspaceEngine, key: KeptKey): Promise<void> {
  const trust = vscode.l10n.t('Trust the Key');
  const copy = vscode.l10n.t('Copy the Public Key');
  const made = vscode.l10n.t(
    'The key {0} is kept in the secret storage of the editor. Its signatures count when modelyard.yaml lists its public half.',
    key.name,
  );
  const answer = await vscode.window.showInformationMessage(made, trust, copy);
  if (answer === trust) await trustKey(engine, key);
  if (answer === copy) await vscode.env.clipboard.writeText(key.publicKey);
}

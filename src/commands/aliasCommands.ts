import * as vscode from 'vscode';
import type { RegisteredModel } from '../../engine/protocol/registry';
import type { Engines } from '../engineClient/engines';
import type { CommandGroup } from './commandTable';
import { pickModel, pickVersion } from './modelPicks';
import { askText, nothing, pickOne } from './pick';
import { pickEngine, targetOf } from './target';

/** Names of versions that clients load by, such as `models:/credit-risk@champion`. */
export function aliasCommands(engines: Engines): CommandGroup {
  return {
    setAlias: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      const { version } = await pickVersion(model, target);
      const alias = target.alias ?? (await askAlias(model, version));
      const changed = await engine.call('models/setAlias', { name: model.name, alias, version });
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0}@{1} is v{2}.', model.name, alias, version), 5000);
      return changed;
    },
    deleteAlias: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const model = await pickModel(engine, target);
      const aliases = Object.entries(model.aliases).filter(
        ([alias, version]) => version === (target.version ?? version) && alias === (target.alias ?? alias),
      );
      if (aliases.length === 0) throw nothing(vscode.l10n.t('There is no alias to delete.'));
      const items = aliases.map(([value, version]) => ({ label: `@${value}`, description: `v${version}`, value }));
      const alias = await pickOne(items, vscode.l10n.t('Which alias of {0}?', model.name));
      return engine.call('models/deleteAlias', { name: model.name, alias });
    },
  };
}

async function askAlias(model: RegisteredModel, version: number): Promise<string> {
  const text = await askText({
    title: vscode.l10n.t('Alias of {0} v{1}', model.name, version),
    prompt: vscode.l10n.t('A name such as champion. Another version that has it loses it.'),
    validateInput: typed => aliasProblem(model, version, typed.trim()),
  });
  return text.trim();
}

/** What the engine would refuse, and what is worth knowing before. */
function aliasProblem(
  { aliases }: RegisteredModel,
  version: number,
  alias: string,
): vscode.InputBoxValidationMessage | undefined {
  const error = { severity: vscode.InputBoxValidationSeverity.Error };
  if (!/^[\p{L}\p{N}_-]{1,255}$/u.test(alias))
    return { ...error, message: vscode.l10n.t('Letters, digits, _ and - only.') };
  if (/^(?:latest|v\d+)$/i.test(alias))
    return { ...error, message: vscode.l10n.t('This name means something already.') };
  const holder = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (holder === undefined || holder === version) return undefined;
  return {
    severity: vscode.InputBoxValidationSeverity.Info,
    message: vscode.l10n.t('v{0} has it now.', holder),
  };
}

import * as vscode from 'vscode';
import type { TriggerKind, TriggerState } from '../../engine/protocol/triggers';
import type { TriggerStates } from '../editor/triggerStates';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { kindWord, nextText } from '../views/triggerText';
import type { CommandGroup } from './commandTable';
import { nothing, pickOne } from './pick';
import { pickEngine, targetOf } from './target';

/** Fire, pause, resume. */
export function triggerCommands(engines: Engines, states: TriggerStates): CommandGroup {
  const chosen = async (argument: unknown, fits: (trigger: TriggerState) => boolean, none: string): Promise<Chosen> => {
    const target = targetOf(engines, argument);
    const engine = await pickEngine(engines, target);
    const { triggers } = await engine.call('triggers/list', {});
    const found = triggers.filter(
      trigger =>
        fits(trigger) &&
        (target.pipeline ?? trigger.pipeline) === trigger.pipeline &&
        (target.trigger ?? trigger.kind) === trigger.kind,
    );
    if (found.length === 0) throw nothing(none);
    return { engine, found, isOne: target.trigger !== undefined };
  };
  const change = async (method: 'triggers/pause' | 'triggers/resume', { engine, found, isOne }: Chosen) => {
    const trigger = isOne ? found[0] : await pickTrigger(found);
    if (!trigger) return;
    await engine.call(method, { pipeline: trigger.pipeline, kind: trigger.kind });
    await states.load(engine);
  };
  return {
    fireTrigger: async argument => {
      const { engine, found } = await chosen(argument, () => true, vscode.l10n.t('No pipeline has triggers.'));
      const names = [...new Set(found.map(({ pipeline }) => pipeline))];
      const items = names.map(value => ({ label: value, value }));
      const pipeline = await pickOne(items, vscode.l10n.t('Which pipeline?'));
      const { outcome, message } = await engine.call('triggers/fire', { pipeline });
      if (outcome !== 'started') engines.inBackground('fireTrigger', vscode.window.showInformationMessage(message));
    },
    pauseTrigger: async argument =>
      change('triggers/pause', await chosen(argument, ({ paused }) => !paused, vscode.l10n.t('No trigger is active.'))),
    resumeTrigger: async argument =>
      change('triggers/resume', await chosen(argument, ({ paused }) => paused, vscode.l10n.t('No trigger is paused.'))),
  };
}

interface Chosen {
  readonly engine: WorkspaceEngine;
  readonly found: readonly TriggerState[];
  readonly isOne: boolean;
}

async function pickTrigger(triggers: readonly TriggerState[]): Promise<{ pipeline: string; kind: TriggerKind }> {
  const items = triggers.map(value => ({
    label: `${value.pipeline}: ${kindWord(value.kind)}`,
    description: nextText(value),
    value,
  }));
  return pickOne(items, vscode.l10n.t('Which trigger?'));
}

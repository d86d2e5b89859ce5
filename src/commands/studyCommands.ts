import * as vscode from 'vscode';
import type { StudyId } from '../../engine/protocol/ids';
import type { StudySummary } from '../../engine/protocol/tuning';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import { ago, metric } from '../views/text';
import type { CommandGroup } from './commandTable';
import { nothing, pickOne } from './pick';
import { askParams } from './trialParams';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** The page of a study: its trials and their pictures. */
export function studyCommands(engines: Engines, panels: Pick<PanelService, 'openStudy'>): CommandGroup {
  return {
    openStudy: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      panels.openStudy(engine.folder, await studyOf(engine, target));
    },
    enqueueTrial: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const study = await engine.call('studies/get', { study: await studyOf(engine, target) });
      const params = await askParams(study);
      const trial = await engine.call('studies/enqueue', { study: study.id, params });
      const isRunning = study.status === 'running';
      const text = isRunning
        ? vscode.l10n.t('s-{0} tries it next, as trial {1}.', study.number, trial.number)
        : vscode.l10n.t('s-{0} tries it, as trial {1}, when it goes on.', study.number, trial.number);
      engines.inBackground(
        'enqueueTrial',
        tell(text, () => panels.openStudy(engine.folder, study.id)),
      );
      return trial;
    },
  };
}

async function tell(text: string, open: () => void): Promise<void> {
  const action = vscode.l10n.t('Show Study');
  if ((await vscode.window.showInformationMessage(text, action)) === action) open();
}

async function studyOf(engine: WorkspaceEngine, { study, pipeline, step }: Target): Promise<StudyId> {
  if (study !== undefined) return (await engine.call('studies/get', { study })).id;
  const all = await engine.call('studies/list', { ...(pipeline !== undefined && { pipeline }) });
  const studies = step === undefined ? all : all.filter(one => one.step === step).slice(0, 1);
  const [only, another] = studies;
  if (only === undefined)
    throw nothing(
      step === undefined
        ? vscode.l10n.t('There are no studies. A pipeline with a tune step makes one when it runs.')
        : vscode.l10n.t('{0} has not tried anything yet: it makes a study when it runs.', step),
    );
  if (another === undefined) return only.id;
  return pickOne(studies.map(item), vscode.l10n.t('Which study?'));
}

function item(study: StudySummary): vscode.QuickPickItem & { readonly value: StudyId } {
  const { number, pipeline, step, best, objectives, startedAt, counts, id } = study;
  const value = best?.values[0];
  const found = value === undefined ? [] : [`${objectives[0]?.metric ?? ''} ${metric(value)}`];
  const done = counts.complete + counts.pruned + counts.failed;
  return {
    label: `s-${number} ${pipeline} / ${step}`,
    description: [done === 1 ? vscode.l10n.t('1 trial') : vscode.l10n.t('{0} trials', done), ...found].join(' · '),
    detail: ago(startedAt),
    value: id,
  };
}

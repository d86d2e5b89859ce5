import * as vscode from 'vscode';
import type { StudyId } from '../../engine/protocol/ids';
import type { StudySummary } from '../../engine/protocol/tuning';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { PanelService } from '../panels/panelService';
import { ago, metric } from '../views/text';
import type { CommandGroup } from './commandTable';
import { nothing, pickOne } from './pick';
import { pickEngine, targetOf } from './target';

/** The page of a study: its trials and their pictures. */
export function studyCommands(engines: Engines, panels: Pick<PanelService, 'openStudy'>): CommandGroup {
  return {
    openStudy: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      panels.openStudy(engine.folder, await studyOf(engine, target.study));
    },
  };
}

async function studyOf(engine: WorkspaceEngine, named: string | undefined): Promise<StudyId> {
  if (named !== undefined) return (await engine.call('studies/get', { study: named })).id;
  const studies = await engine.call('studies/list', {});
  const [only, another] = studies;
  if (only === undefined)
    throw nothing(vscode.l10n.t('There are no studies. A pipeline with a tune step makes one when it runs.'));
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
    description: [vscode.l10n.t('{0} trials', done), ...found].join(' · '),
    detail: ago(startedAt),
    value: id,
  };
}

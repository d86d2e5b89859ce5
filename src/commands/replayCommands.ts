import * as vscode from 'vscode';
import type { ReplayReport } from '../../engine/protocol/replay';
import type { Engines } from '../engineClient/engines';
import type { ComparedTexts } from '../panels/comparedTexts';
import type { ReportDocuments } from '../panels/reportDocuments';
import type { CommandGroup } from './commandTable';
import { changesSince, showChanges } from './compareWithHead';
import { withCancel } from './longCall';
import { replayMarkdown, replaySentence } from './replayText';
import { pickRun } from './runCommands';
import { pickEngine, targetOf } from './target';

/** Tell of a run; make it again; hold it against what is there now. */
export function replayCommands(
  engines: Engines,
  { reports, texts }: { readonly reports: ReportDocuments; readonly texts: ComparedTexts },
): CommandGroup {
  return {
    openRunCard: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { id, number } = await pickRun(engine, target, 'active');
      const card = await engine.call('runs/card', { run: id, ...(target.step !== undefined && { step: target.step }) });
      await reports.show(vscode.l10n.t('Report of r-{0}', number), card.markdown);
      return card;
    },
    replayRun: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const run = await pickRun(engine, target, 'active');
      const report = await withCancel(vscode.l10n.t('Replaying r-{0}', run.number), options =>
        engine.call('runs/replay', { run: run.id }, options),
      );
      engines.inBackground('replayRun', tell(report, reports));
      return report;
    },
    compareRunWithHead: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const run = await pickRun(engine, target, 'active');
      const changes = await changesSince(engine, run, texts);
      engines.inBackground('compareRunWithHead', showChanges(run, changes));
      return changes;
    },
  };
}

/** What came of it, and the way to the whole of it. */
async function tell(report: ReplayReport, reports: ReportDocuments): Promise<void> {
  const say = report.verdict === 'different' ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const show = vscode.l10n.t('Show Report');
  if ((await say(replaySentence(report), show)) !== show) return;
  await reports.show(vscode.l10n.t('Replay of r-{0}', report.run.number), replayMarkdown(report));
}

import * as vscode from 'vscode';
import { withIcon } from '../editor/lensText';
import type { Engines } from '../engineClient/engines';
import { executeCommand } from '../manifest/commands';
import type { CommandId } from '../manifest/commandIds';
import type { CommandGroup } from './commandTable';
import { pickOne } from './pick';
import { pickPipeline } from './pipelineCommands';
import { pickEngine, targetOf } from './target';

interface Choice extends vscode.QuickPickItem {
  readonly value: CommandId;
}

/** What a lens of its own would crowd out: a list of what else can be done with a pipeline. */
export function moreCommands(engines: Engines): CommandGroup {
  return {
    moreOfPipeline: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const { name, last, partitions } = await pickPipeline(engine, target);
      const choices: readonly Choice[] = [
        {
          value: 'runPipelineFresh',
          label: withIcon('run-all', vscode.l10n.t('Run everything')),
          detail: vscode.l10n.t('Also what has not changed since an earlier run'),
        },
        ...(last?.status === 'failed' || last?.status === 'cancelled' ? [resume()] : []),
        {
          value: 'runFromStep',
          label: withIcon('debug-step-over', vscode.l10n.t('Run from a step…')),
          detail: vscode.l10n.t('The steps before it stay as the last run left them'),
        },
        ...(partitions ? [backfill()] : []),
        {
          value: 'openPipeline',
          label: withIcon('type-hierarchy-sub', vscode.l10n.t('Graph')),
          detail: vscode.l10n.t('Its plan and its runs, step by step'),
        },
        ...(last ? judged() : []),
        {
          value: 'compilePipeline',
          label: withIcon('export', vscode.l10n.t('Compile…')),
          detail: vscode.l10n.t('As a workflow of Argo, Kubeflow, GitHub, GitLab or Jenkins'),
        },
      ];
      const chosen = await pickOne(choices, name);
      const run = last?.status === 'succeeded' && takesRun.has(chosen) ? { runId: last.runId } : {};
      return executeCommand(chosen, { folder: engine.folder.toString(), pipeline: name, ...run });
    },
  };
}

const takesRun: ReadonlySet<CommandId> = new Set(['replayRun', 'compareRunWithHead']);

const resume = (): Choice => ({
  value: 'resumePipeline',
  label: withIcon('debug-continue', vscode.l10n.t('Resume')),
  detail: vscode.l10n.t('From the step that failed or was cancelled'),
});

const backfill = (): Choice => ({
  value: 'backfillPartitions',
  label: withIcon('calendar', vscode.l10n.t('Back-fill…')),
  detail: vscode.l10n.t('Partitions that are missing or have failed'),
});

const judged = (): readonly Choice[] => [
  {
    value: 'replayRun',
    label: withIcon('history', vscode.l10n.t('Replay')),
    detail: vscode.l10n.t('Make the last run again, apart, and say whether the same comes of it'),
  },
  {
    value: 'compareRunWithHead',
    label: withIcon('diff', vscode.l10n.t('Compare with HEAD')),
    detail: vscode.l10n.t('What has changed since the last run'),
  },
];

import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/protocol/tracking';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import { setting } from '../manifest/settings';
import type { PanelService } from '../panels/panelService';
import { statusWord } from '../views/statusIcon';
import { ago, metric } from '../views/text';
import type { CommandGroup } from './commandTable';
import { askText, confirm, nothing, pickOne } from './pick';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** Open, compare, rename, annotate, delete and restore runs. */
export function runCommands(engines: Engines, panels: PanelService): CommandGroup {
  const on =
    (act: (engine: WorkspaceEngine, run: RunSummary) => unknown, lifecycle: 'active' | 'deleted' = 'active') =>
    async (argument: unknown): Promise<unknown> => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      return act(engine, await pickRun(engine, target, lifecycle));
    };
  return {
    openRun: on((engine, run) => panels.openRun(engine.folder, run.id)),
    openExperiments: async (argument, selection) => {
      const selected: readonly unknown[] = Array.isArray(selection) ? selection : [];
      const engine = await pickEngine(engines, targetOf(engines, argument));
      const runs = await selectedRuns(engine, [argument, ...selected], engines);
      panels.openExperiments(
        engine.folder,
        runs.map(({ id }) => id),
      );
    },
    renameRun: on(async (engine, run) => {
      const name = await askText({
        prompt: vscode.l10n.t('Name of r-{0}', run.number),
        value: run.name,
        validateInput: text => (text.trim() === '' ? vscode.l10n.t('A run needs a name.') : undefined),
      });
      await engine.call('runs/update', { runId: run.id, name: name.trim() });
    }),
    editRunNote: on(async (engine, run) => {
      const note = await askText({
        prompt: vscode.l10n.t('Note of r-{0}', run.number),
        value: run.tags['mlflow.note.content'] ?? '',
      });
      await engine.call('runs/update', { runId: run.id, note });
    }),
    copyRunId: on(async (_engine, run) => {
      await vscode.env.clipboard.writeText(run.id);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', run.id), 3000);
    }),
    deleteRun: async (argument, selection) => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      const several: readonly unknown[] = Array.isArray(selection) && selection.length > 1 ? selection : [];
      const selected = await selectedRuns(engine, several, engines);
      await deleteRuns(engine, selected.length > 0 ? selected : [await pickRun(engine, target, 'active')]);
    },
    restoreRun: on(async (engine, run) => engine.call('runs/restore', { runId: run.id }), 'deleted'),
  };
}

async function deleteRuns(engine: WorkspaceEngine, runs: readonly RunSummary[]): Promise<void> {
  const [first] = runs;
  if (first === undefined) return;
  const question =
    runs.length === 1
      ? vscode.l10n.t('Delete run r-{0} {1}?', first.number, first.name)
      : vscode.l10n.t('Delete {0} runs?', runs.length);
  const detail = vscode.l10n.t(
    'Lists and searches no longer show what is deleted. “Restore Deleted Run” brings it back.',
  );
  await confirm(question, { detail, action: vscode.l10n.t('Delete') });
  for (const run of runs) await engine.call('runs/delete', { runId: run.id });
}

/** The run of the target, or one that is picked. */
export async function pickRun(
  engine: WorkspaceEngine,
  target: Target,
  lifecycle: 'active' | 'deleted',
): Promise<RunSummary> {
  if (target.runId !== undefined) return engine.call('runs/get', { run: target.runId });
  const { runs } = await engine.call('runs/search', {
    lifecycle,
    limit: setting('experiments.limit'),
    orderBy: ['attributes.start_time DESC'],
  });
  if (runs.length === 0) {
    throw nothing(
      lifecycle === 'active' ? vscode.l10n.t('Nothing has run here yet.') : vscode.l10n.t('No run has been deleted.'),
    );
  }
  return pickOne(runs.map(item), vscode.l10n.t('Which run?'));
}

function item(run: RunSummary): vscode.QuickPickItem & { readonly value: RunSummary } {
  const metrics = setting('experiments.metrics').flatMap(key => {
    const point = run.metrics[key];
    return point === undefined ? [] : [`${key} ${metric(point.value)}`];
  });
  const description = [statusWord(run.status), ...metrics.slice(0, 2)].join(' · ');
  return {
    label: `r-${run.number} ${run.name}`,
    description,
    detail: `${run.user}, ${ago(run.startedAt)}`,
    value: run,
  };
}

/** The runs among the nodes that a tree's multiple selection hands over. */
async function selectedRuns(
  engine: WorkspaceEngine,
  nodes: readonly unknown[],
  engines: Engines,
): Promise<readonly RunSummary[]> {
  const ids = new Set(nodes.flatMap(node => targetOf(engines, node).runId ?? []));
  return Promise.all([...ids].map(run => engine.call('runs/get', { run })));
}

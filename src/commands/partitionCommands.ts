import * as vscode from 'vscode';
import type {
  Backfill,
  BackfillRequest,
  PartitionList,
  PartitionState,
  PartitionStatus,
} from '../../engine/protocol/partitions';
import type { PipelineSummary } from '../../engine/protocol/pipelines';
import type { Engines } from '../engineClient/engines';
import type { WorkspaceEngine } from '../engineClient/workspaceEngine';
import type { CommandGroup } from './commandTable';
import { withCancel } from './longCall';
import { nothing, pickOne } from './pick';
import { saveFolder } from './pipelineCommands';
import type { Target } from './target';
import { pickEngine, targetOf } from './target';

/** Fills partitions that are missing. */
export function partitionCommands(engines: Engines): CommandGroup {
  return {
    backfillPartitions: async argument => {
      const target = targetOf(engines, argument);
      const engine = await pickEngine(engines, target);
      await saveFolder(engine);
      const pipeline = await pickPartitioned(engine, target);
      const list = await engine.call('pipelines/partitions', { pipeline });
      if (list.partitions.length === 0) throw nothing(vscode.l10n.t('No partition of {0} is over yet.', pipeline));
      const request = { pipeline, ...(await ask(list)) };
      const filled = await withCancel(vscode.l10n.t('Back-filling {0}', pipeline), options =>
        engine.call('pipelines/backfill', request, options),
      );
      engines.inBackground('backfillPartitions', tellFilled(filled));
      return filled;
    },
  };
}

async function pickPartitioned(engine: WorkspaceEngine, target: Target): Promise<string> {
  const all = await engine.call('pipelines/list', {});
  const partitioned = all.filter(({ partitions }) => partitions !== undefined);
  const named = partitioned.find(({ name }) => name === target.pipeline);
  if (named) return named.name;
  if (partitioned.length === 0) throw nothing(vscode.l10n.t('No pipeline has `partitions` in modelyard.yaml.'));
  const items = partitioned.map(one => ({ label: one.name, description: kindOf(one), value: one.name }));
  return pickOne(items, vscode.l10n.t('Which pipeline?'));
}

function kindOf({ partitions }: PipelineSummary): string {
  if (partitions === undefined) return '';
  if ('names' in partitions) return partitions.names.join(', ');
  const words = {
    day: vscode.l10n.t('one a day'),
    week: vscode.l10n.t('one a week'),
    month: vscode.l10n.t('one a month'),
  };
  return `${words[partitions.every]} · ${partitions.timezone}`;
}

interface Choice extends vscode.QuickPickItem {
  readonly value: 'due' | 'outdated' | 'range';
}

/** Which partitions, with how many there are of each kind. */
async function ask(list: PartitionList): Promise<Omit<BackfillRequest, 'pipeline'>> {
  const { missing, failed, outdated } = list.counts;
  const items: readonly Choice[] = [
    {
      label: vscode.l10n.t('Missing and failed'),
      description: vscode.l10n.t('{0} missing, {1} failed', missing, failed),
      value: 'due',
    },
    {
      label: vscode.l10n.t('Missing, failed and outdated'),
      description: vscode.l10n.t('{0} outdated', outdated),
      value: 'outdated',
    },
    { label: vscode.l10n.t('From one to another, whatever has been made of them'), value: 'range' },
  ];
  const wanted = await pickOne(items, vscode.l10n.t('Which partitions of {0}?', list.pipeline));
  if (wanted === 'due') return {};
  if (wanted === 'outdated') return { outdated: true };
  const newestFirst = list.partitions.toReversed().map(partitionItem);
  const from = await pickOne(newestFirst, vscode.l10n.t('The first one'));
  const later = newestFirst.slice(0, newestFirst.findIndex(({ value }) => value === from) + 1);
  return { from, to: await pickOne(later, vscode.l10n.t('The last one')), all: true };
}

function partitionItem({ partition, status }: PartitionState) {
  const words: Readonly<Record<PartitionStatus, string>> = {
    missing: vscode.l10n.t('missing'),
    running: vscode.l10n.t('running'),
    succeeded: vscode.l10n.t('succeeded'),
    failed: vscode.l10n.t('failed'),
    outdated: vscode.l10n.t('outdated'),
  };
  return { label: partition, description: words[status], value: partition };
}

function tellFilled({ pipeline, partitions }: Backfill): Thenable<unknown> {
  const failed = partitions.filter(({ status }) => status === 'failed');
  const succeeded = partitions.filter(({ status }) => status === 'succeeded').length;
  const [first] = failed;
  if (first) {
    const why = `${first.partition}: ${first.error?.message ?? ''}`;
    const counts = [succeeded, partitions.length, failed.length];
    return vscode.window.showWarningMessage(
      vscode.l10n.t('{0} of {1} partitions filled, {2} failed. {3}', ...counts, why),
    );
  }
  return vscode.window.showInformationMessage(
    partitions.length === 0
      ? vscode.l10n.t('Nothing is missing of {0}.', pipeline)
      : partitions.length === 1
        ? vscode.l10n.t('{0} of 1 partition of {1} filled.', succeeded, pipeline)
        : vscode.l10n.t('{0} of {1} partitions of {2} filled.', succeeded, partitions.length, pipeline),
  );
}

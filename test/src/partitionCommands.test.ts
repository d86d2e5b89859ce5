import { beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import type { BackfillRequest, PartitionState } from '../../engine/protocol/partitions';
import { partitionCommands } from '../../src/commands/partitionCommands';
import type { Engines } from '../../src/engineClient/engines';

interface Item {
  readonly label: string;
  readonly description?: string;
}
const asked: { placeHolder: string; labels: string[] }[] = [];
const answers: string[] = [];
const told: string[] = [];
const requests: BackfillRequest[] = [];

const partitions: readonly PartitionState[] = [
  { partition: '2024-01-01', status: 'succeeded' },
  { partition: '2024-01-02', status: 'missing' },
  { partition: '2024-01-03', status: 'failed' },
];
const counts = { missing: 1, running: 0, succeeded: 1, failed: 1, outdated: 0 };
const steps = [{ name: 's', uses: 'run', needs: [] }];
const summaries = {
  daily: { name: 'daily', steps, partitions: { every: 'day', start: '2024-01-01', timezone: 'UTC' } },
  regions: { name: 'regions', steps, partitions: { names: ['eu', 'us'] } },
  plain: { name: 'plain', steps },
};

/** One folder whose engine knows these pipelines. */
const enginesWith = (pipelines: readonly object[], known = partitions): Engines => {
  const call = (method: string, params: BackfillRequest): Promise<unknown> => {
    if (method === 'pipelines/list') return Promise.resolve(pipelines);
    if (method === 'pipelines/partitions')
      return Promise.resolve({ pipeline: params.pipeline, every: 'day', timezone: 'UTC', partitions: known, counts });
    requests.push(params);
    const filled = [
      { partition: '2024-01-02', status: 'succeeded' },
      { partition: '2024-01-03', status: 'failed', error: { code: 'step.failed', message: 'It broke.' } },
    ];
    return Promise.resolve({ pipeline: params.pipeline, partitions: filled, skipped: 1 });
  };
  const engine = { folder: vscode.Uri.file('/w'), call };
  const stub: unknown = { all: () => [engine], ready: Promise.resolve(), inBackground: () => undefined };
  return stub as Engines;
};
const backfill = (engines: Engines): unknown => partitionCommands(engines).backfillPartitions?.(undefined);

beforeEach(() => {
  for (const list of [asked, answers, told, requests]) list.length = 0;
  const say = (text: string): Promise<undefined> => {
    told.push(text);
    return Promise.resolve(undefined);
  };
  Object.assign(vscode.window, {
    showQuickPick: (items: readonly Item[], { placeHolder }: { placeHolder: string }) => {
      asked.push({ placeHolder, labels: items.map(({ label, description = '' }) => `${label}|${description}`) });
      const answer = answers.shift();
      return Promise.resolve(items.find(({ label }) => label === answer));
    },
    withProgress: (_: unknown, work: (progress: object, token: object) => unknown) =>
      work({ report: vi.fn() }, { isCancellationRequested: false, onCancellationRequested: () => undefined }),
    showWarningMessage: say,
    showInformationMessage: say,
  });
  Object.assign(vscode.workspace, { textDocuments: [] });
});

test('asks which pipeline and which partitions, and says what came of them', async () => {
  answers.push('daily', 'Missing and failed');
  await backfill(enginesWith([summaries.daily, summaries.regions, summaries.plain]));
  expect(asked).toEqual([
    { placeHolder: 'Which pipeline?', labels: ['daily|one a day · UTC', 'regions|eu, us'] },
    {
      placeHolder: 'Which partitions of daily?',
      labels: [
        'Missing and failed|1 missing, 1 failed',
        'Missing, failed and outdated|0 outdated',
        'From one to another, whatever has been made of them|',
      ],
    },
  ]);
  expect(requests).toEqual([{ pipeline: 'daily' }]);
  expect(told).toEqual(['1 of 2 partitions filled, 1 failed. 2024-01-03: It broke.']);
});

test('from one to another: the newest first, and none before the first one', async () => {
  answers.push('From one to another, whatever has been made of them', '2024-01-02', '2024-01-03');
  await backfill(enginesWith([summaries.daily]));
  expect(asked.slice(1).map(({ labels }) => labels)).toEqual([
    ['2024-01-03|failed', '2024-01-02|missing', '2024-01-01|succeeded'],
    ['2024-01-03|failed', '2024-01-02|missing'],
  ]);
  expect(requests).toEqual([{ pipeline: 'daily', from: '2024-01-02', to: '2024-01-03', all: true }]);
});

test('runs nothing when the question is left, when no pipeline has partitions, and when none is over', async () => {
  await expect(backfill(enginesWith([summaries.daily]))).rejects.toBeInstanceOf(vscode.CancellationError);
  await expect(backfill(enginesWith([summaries.plain]))).rejects.toMatchObject({
    why: 'No pipeline has `partitions` in modelyard.yaml.',
  });
  await expect(backfill(enginesWith([summaries.daily], []))).rejects.toMatchObject({
    why: 'No partition of daily is over yet.',
  });
  expect(requests).toEqual([]);
});

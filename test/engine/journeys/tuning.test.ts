import { readdirSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { StudySummary } from '../../../engine/protocol/tuning';
import { journey, childrenOf } from '../../support/journey';
import { isAlive } from '../../support/isAlive';
import { until, workspaces } from '../../support/workspaces';
import path from 'node:path';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 }); // whole pipelines, on a machine that may be busy

const it = journey();
const { make, connect } = workspaces();

/** Rows whose label hangs on x, and on chance. */
const rows = Array.from({ length: 240 }, (_, i) => {
  const x = ((i * 7919) % 240) / 240;
  return `${x.toFixed(3)},${(i * 31) % 17},${x + ((i * 104729) % 100) / 100 > 1 ? 'yes' : 'no'}`;
});
const csv = `x,z,label\n${rows.join('\n')}\n`;
const config = (tune: string): string => `name: tiny
datasets: {rows: {path: rows.csv}}
pipelines:
  p:
    steps:
      split: {uses: split, with: {test: 0.25, stratify: label, seed: 1}}
      prepare: {uses: prepare, needs: split, with: {label: label, positive: "yes"}}
      tune: {uses: tune, needs: prepare, with: {learner: logistic, metric: auc, folds: 2, ${tune}}}
      train: {uses: train, needs: tune}
`;
const newest = async (client = it.client): Promise<StudySummary | undefined> =>
  (await client.call('studies/list', { limit: 1 }))[0];

test('a tune step tries, a train step takes the best, and the study goes on when it is asked to', async () => {
  it.write({ 'rows.csv': csv, 'modelyard.yaml': config('trials: 3, pruner: none, parallel: 2') });
  const run = await it.run();
  expect(run.code, JSON.stringify(run.error)).toBe(0);
  const study = await newest();
  expect(study).toMatchObject({ status: 'finished', pipeline: 'p', step: 'tune', counts: { complete: 3 } });
  const whole = await it.client.call('runs/get', { run: run.pipelineRun.runId });
  expect(Number(whole.params['C'])).toBe(study?.best?.params['logistic.C']);
  expect(whole.params['tune.C']).toBe(whole.params['C']);
  expect(whole.metrics['tune_auc']?.value).toBe(study?.best?.values[0]);
  const trials = await it.client.call('runs/search', { filter: `tags.\`mlflow.parentRunId\` = '${whole.id}'` });
  expect(trials.runs.map(({ status }) => status)).toEqual(Array<string>(3).fill('FINISHED'));

  expect(await it.text('studies', 'enqueue', 's-1', 'C=0.5')).toMatchObject({ code: 0 });
  const more = await it.text('studies', 'continue', 's-1', '--trials', '1');
  expect(more.code, more.stderr).toBe(0);
  const after = await it.client.call('studies/get', { study: 's-1' });
  expect(after.counts.complete).toBe(5);
  expect(after.trials[3]?.params).toEqual({ learner: 'logistic', 'logistic.C': 0.5 });
});

test('a cancelled study leaves no process', async () => {
  it.write({ 'rows.csv': csv, 'modelyard.yaml': config('trials: 6, seed: 1, parallel: 2') });
  const abort = new AbortController();
  const running = it.client.call('pipelines/run', { pipeline: 'p' }, { signal: abort.signal });
  const pid = it.client.welcome.pid;
  const newest = async (): Promise<StudySummary | undefined> => (await it.client.call('studies/list', { limit: 1 }))[0];
  await until(
    async () => ((await newest())?.counts.complete ?? 0) > 0 && (await newest())?.status === 'running',
    60_000,
  );
  abort.abort();
  const ended = await running.catch((error: unknown) => error);
  expect(ended).toBeDefined();
  await until(() => childrenOf(pid).length === 0, 5_000);
  expect(await newest()).toMatchObject({ status: 'interrupted', counts: { running: 0 } });
});

test.skipIf(process.platform !== 'linux')(
  'an engine that is killed leaves no trial running, and its study goes on',
  async () => {
    const folder = make(config('trials: 4, pruner: none, parallel: 2'));
    writeFileSync(path.join(folder, 'rows.csv'), csv);
    const first = await connect(folder);
    const { pid } = first.welcome;
    const lost = first.call('pipelines/run', { pipeline: 'p' }).catch(() => undefined);
    await until(async () => ((await newest(first))?.counts.complete ?? 0) > 0, 60_000);
    const trials = childrenOf(pid);
    process.kill(pid, 'SIGKILL');
    await until(() => trials.every(child => !isAlive(child)), 10_000);
    first.dispose();
    await lost;
    const second = await connect(folder);
    expect(await newest(second)).toMatchObject({ status: 'interrupted', counts: { running: 0 } });
    const run = await second.call('pipelines/run', { pipeline: 'p' });
    expect(run.status).toBe('succeeded');
    const found = await second.call('studies/list', {});
    expect(found.map(({ status, counts }) => [status, counts.complete])).toEqual([['finished', 4]]);
    const log = await second.call('pipelines/log', { id: run.id, step: 'tune' });
    expect(log.text).toMatch(/^Study s-1 goes on with [1-3] trials? done\.\n/);
    expect(readdirSync(path.join(folder, '.modelyard', 'work'))).toEqual([]);
  },
);

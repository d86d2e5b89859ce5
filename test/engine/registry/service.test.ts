import { rmSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { GateService } from '../../../engine/gates/service';
import { digest, runId as asRunId } from '../../../engine/ids';
import type { Digest, RunId } from '../../../engine/protocol/ids';
import type { GateRule } from '../../../engine/protocol/gateRules';
import type { ModelConfig } from '../../../engine/protocol/workspaceConfig';
import { RegistryService } from '../../../engine/registry/service';
import type { Store } from '../../../engine/store/store';
import { TrackingService } from '../../../engine/tracking/service';
import { openTestStore } from '../../support/store';

let store: Store;
let registry: RegistryService;
let models: Record<string, ModelConfig>;
let changed: string[];
let runId: RunId;
let evaluated: Digest;
let clock = 1000;
/** Something that happens while gates are being judged. */
let meanwhile: () => Promise<unknown> = async () => undefined;

const rule = (more: Partial<GateRule>): GateRule => ({ metric: 'auc', severity: 'error', ...more });
/** What the next version is registered with. */
const evaluate = (metrics: Record<string, number>): void => {
  evaluated = store.objects.put(Buffer.from(JSON.stringify({ task: 'binary', label: 'y', rows: 100, metrics })));
};

beforeEach(async () => {
  store = await openTestStore();
  changed = [];
  meanwhile = async () => undefined;
  models = {
    credit: {
      description: 'Credit risk',
      stages: ['dev', 'staging', 'production'],
      gates: { staging: [rule({ at_least: 0.75 })], production: [rule({ better_than: 'production' })] },
    },
  };
  const config = async () => ({ name: 'w', datasets: {}, pipelines: {}, tracking: { system_metrics: false }, models });
  const tracking = new TrackingService({ store, events: { runsChanged: () => undefined, points: () => undefined } });
  runId = tracking.createRun({ experimentId: tracking.ensureExperiment('e').id, user: 'ann' }).id;
  const gates = new GateService({
    db: store.db,
    config,
    registered: async model => (registry.models.find(model) ? registry.get(model) : undefined),
    evaluation: ({ lineage }) => store.objects.read(lineage.evaluationDigest!),
    tests: () => undefined,
    now: () => clock++,
  });
  registry = new RegistryService({
    db: store.db,
    config,
    judge: async subject => {
      const report = await gates.judgeVersion(subject);
      const now = meanwhile;
      meanwhile = async () => undefined;
      await now();
      return report;
    },
    reports: models => gates.latest(models),
    user: () => 'ann',
    changed: model => changed.push(model),
    now: () => clock++,
  });
  evaluate({ auc: 0.79 });
});

const register = (metrics: Record<string, number> = { auc: 0.79 }) =>
  registry.register({
    model: 'credit',
    runId,
    artifactPath: 'model',
    description: '',
    metrics,
    lineage: {
      pipeline: 'train',
      configDigest: digest('c'.repeat(64)),
      gitCommit: 'abc',
      gitDirty: true,
      datasets: [{ name: 'applications', digest: digest('d'.repeat(64)) }],
      modelDigest: digest('e'.repeat(64)),
      evaluationDigest: evaluated,
    },
  });
const promote = (version: number, to: string) => registry.promote({ name: 'credit', version, to, reason: 'because' });
const stages = async (): Promise<Record<number, string>> =>
  Object.fromEntries((await registry.get('credit')).versions.map(version => [version.version, version.stage]));

test('versions count up, begin in the first stage, keep their lineage', async () => {
  await register();
  const second = await register({ auc: 0.8, broken: Number.NaN });
  expect(second).toMatchObject({ version: 2, stage: 'dev', createdBy: 'ann' });
  const model = await registry.get('credit');
  expect(model.versions.map(version => version.version)).toEqual([2, 1]);
  expect(model.versions[0]).toMatchObject({
    runId,
    metrics: { auc: 0.8 },
    lineage: { gitCommit: 'abc', gitDirty: true, pipeline: 'train' },
  });
  expect(model.versions[0]!.metrics).not.toHaveProperty('broken');
  expect(model.history.map(move => [move.version, move.from, move.to])).toEqual([
    [2, null, 'dev'],
    [1, null, 'dev'],
  ]);
  expect(model.description).toBe('Credit risk');
  expect(changed).toEqual(['credit', 'credit']);
});

describe('promotion', () => {
  test('moves, archives who was there, keeps the history with gates, who and why', async () => {
    await register();
    await register();
    expect(await promote(1, 'staging')).toMatchObject({ promoted: true, from: 'dev', to: 'staging' });
    expect(await promote(2, 'staging')).toMatchObject({ promoted: true, replaced: 1 });
    expect(await stages()).toEqual({ 1: 'archived', 2: 'staging' });
    const { history } = await registry.get('credit');
    expect(history.slice(0, 2)).toEqual([
      expect.objectContaining({ version: 2, from: 'dev', to: 'staging', by: 'ann', reason: 'because' }),
      expect.objectContaining({ version: 1, from: 'staging', to: 'archived', reason: 'made room for version 2' }),
    ]);
    expect(history[0]!.gates).toMatchObject({
      verdict: 'passed',
      results: [{ sentence: 'auc is 0.79, at least the required 0.75.' }],
    });
  });

  test('a failed gate blocks, says why, moves nothing and is remembered', async () => {
    evaluate({ auc: 0.7 });
    await register();
    const promotion = await promote(1, 'staging');
    expect(promotion).toMatchObject({
      promoted: false,
      gates: { verdict: 'failed', results: [{ sentence: 'auc is 0.7, below the required 0.75.' }] },
    });
    expect(await stages()).toEqual({ 1: 'dev' });
    expect((await registry.get('credit')).history).toHaveLength(1);
    expect(store.db.prepare('SELECT verdict, stage FROM gate_report').all()).toEqual([
      { verdict: 'failed', stage: 'staging' },
    ]);
  });

  test('what is no evaluation is an error with the way out, not a pass', async () => {
    evaluated = store.objects.put(Buffer.from('no json'));
    await register();
    await expect(promote(1, 'staging')).rejects.toThrow('evaluation.json is not an evaluation');
    expect(await stages()).toEqual({ 1: 'dev' });
  });

  test('better_than compares with the holder', async () => {
    await register({ auc: 0.5 }); // what its run happens to say last
    evaluate({ auc: 0.78 });
    await register();
    await promote(1, 'staging');
    expect(await promote(1, 'production')).toMatchObject({ promoted: true });
    const second = await promote(2, 'production');
    expect(second.gates.results[0]!.sentence).toBe('auc is 0.78, not better than the 0.79 of version 1 in production.');
    expect(await stages()).toEqual({ 1: 'production', 2: 'dev' });
  });

  test('a holder whose evaluation is lost is compared by the metrics it kept', async () => {
    await register({ auc: 0.6 });
    await promote(1, 'staging');
    await promote(1, 'production');
    rmSync(store.objects.path(evaluated));
    evaluate({ auc: 0.78 });
    await register();
    expect((await promote(2, 'production')).gates.results[0]!.sentence).toBe(
      'auc is 0.78, better than the 0.6 of version 1 in production.',
    );
  });

  test('going back needs no gates; several versions may be in the first stage and in the archive', async () => {
    await register();
    await register();
    await promote(1, 'staging');
    models['credit'] = { ...models['credit']!, gates: { dev: [rule({ at_least: 0.9 })] } };
    expect(await promote(1, 'dev')).toMatchObject({ promoted: true, gates: { results: [] } });
    expect(await promote(1, 'archived')).toMatchObject({ promoted: true });
    expect(await promote(2, 'archived')).toMatchObject({ promoted: true });
    expect(await stages()).toEqual({ 1: 'archived', 2: 'archived' });
  });

  test('what has become worse than the new holder meanwhile is judged again', async () => {
    await register({ auc: 0.78 });
    await register({ auc: 0.79 });
    await promote(1, 'staging');
    await promote(2, 'staging');
    evaluate({ auc: 0.78 });
    meanwhile = async () => {
      evaluate({ auc: 0.79 });
      await promote(2, 'production');
      evaluate({ auc: 0.78 });
    };
    const first = await promote(1, 'production'); // nobody held it when it was judged first
    expect(first).toMatchObject({ promoted: false, gates: { verdict: 'failed' } });
    expect(await stages()).toEqual({ 1: 'archived', 2: 'production' });
  });

  test('what somebody else has moved meanwhile stays where it is now', async () => {
    await register();
    meanwhile = () => promote(1, 'archived');
    await expect(promote(1, 'staging')).rejects.toMatchObject({
      code: 'conflict',
      message: 'Version 1 of credit was moved from dev to archived meanwhile.',
    });
    const { history } = await registry.get('credit');
    expect(history.map(({ from, to }) => [from, to])).toEqual([
      ['dev', 'archived'],
      [null, 'dev'],
    ]);
  });

  test('two that promote the same at once: one does, the other hears that it is there already', async () => {
    await register();
    const both = await Promise.allSettled([promote(1, 'staging'), promote(1, 'staging')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(one => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    expect((await registry.get('credit')).history.map(({ from, to }) => [from, to])).toEqual([
      ['dev', 'staging'],
      [null, 'dev'],
    ]);
  });

  test('a model that never stands still is given up with a way out', async () => {
    await register();
    const stir = async (): Promise<void> => {
      await register();
      meanwhile = stir;
    };
    meanwhile = stir;
    await expect(promote(1, 'staging')).rejects.toMatchObject({ code: 'conflict', fix: expect.any(String) });
    meanwhile = async () => undefined;
    expect((await stages())[1]).toBe('dev');
  });

  test('names that do not exist say what there is', async () => {
    await expect(promote(1, 'staging')).rejects.toMatchObject({
      code: 'not-found',
      fix: 'Run a pipeline with a `register` step.',
    });
    await register();
    await expect(promote(9, 'staging')).rejects.toMatchObject({ code: 'not-found', fix: 'The newest is version 1.' });
    await expect(promote(1, 'prod')).rejects.toMatchObject({
      code: 'not-found',
      fix: 'Its stages are dev, staging, production, archived.',
    });
    await expect(promote(1, 'dev')).rejects.toMatchObject({ code: 'conflict' });
  });
});

test('judging alone moves nothing', async () => {
  await register();
  expect(await registry.gates('credit', 1, 'staging')).toMatchObject({ verdict: 'passed', version: 1 });
  expect(await stages()).toEqual({ 1: 'dev' });
});

test('all gates at once, and the newest report of each stage is kept', async () => {
  evaluate({ auc: 0.7 });
  await registry.judgeAll(await register());
  evaluate({ auc: 0.76 });
  expect((await registry.judgeAll(await register())).map(({ stage, verdict }) => [stage, verdict])).toEqual([
    ['staging', 'passed'],
    ['production', 'passed'],
  ]);
  expect((await registry.get('credit')).gates.map(({ stage, verdict }) => [stage, verdict])).toEqual([
    ['production', 'passed'],
    ['staging', 'passed'],
  ]);
});

test('the files of a version are known by their path below its folder', async () => {
  await register();
  for (const file of ['model', 'model/MLmodel', 'model/data/weights.bin'])
    expect(registry.partOf(runId, file), file).toBe('version 1 of credit');
  for (const file of ['model.json', 'evaluation.json', 'data/model'])
    expect(registry.partOf(runId, file), file).toBeUndefined();
  expect(registry.partOf(asRunId('0'.repeat(32)), 'model/MLmodel')).toBeUndefined();
});

test('a model that the config no longer names keeps its versions and the usual stages', async () => {
  await register();
  models = {};
  expect(await registry.get('credit')).toMatchObject({ stages: ['dev', 'staging', 'production'] });
});

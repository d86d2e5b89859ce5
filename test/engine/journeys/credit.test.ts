import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EngineClient } from '../../../engine/client/engineClient';
import type { RunSpoken } from '../../support/journey';
import { commandLine, parseRun } from '../../support/journey';
import { bundles } from '../../support/bundles';
import { copySample, endEngine, version } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 }); // whole pipelines, on a machine that may be busy

let room = '';
let folder = '';
let built = '';
let client: EngineClient;
let first: RunSpoken;
let second: RunSpoken;
let locks: readonly string[] = [];

const run = async (...args: readonly string[]): Promise<RunSpoken> =>
  parseRun(await commandLine(path.join(built, 'cli.js'), ['run', ...args, '--json', '--workspace', folder]));
const lock = (): string => readFileSync(path.join(folder, 'modelyard.lock'), 'utf8');
const connect = (): Promise<EngineClient> =>
  EngineClient.connect({
    workspace: folder,
    engineFile: path.join(built, 'engine.js'),
    client: 'test',
    version,
    trusted: true,
  });

beforeAll(async () => {
  built = await bundles();
  room = mkdtempSync(path.join(tmpdir(), 'mc-'));
  folder = path.join(room, 'workspace');
  mkdirSync(folder);
  copySample(folder);
  first = await run('train'); // the command line starts the engine
  const before = lock();
  client = await connect();
  second = await run('train', '--fresh');
  locks = [before, lock()];
});
afterAll(async () => {
  client.dispose();
  await endEngine(folder);
  rmSync(room, { recursive: true, force: true });
});

/** Path → digest of every file among a run's artifacts. */
async function artifacts({ pipelineRun }: RunSpoken, below?: string): Promise<Record<string, string>> {
  const found = await client.call('runs/artifacts', {
    runId: pipelineRun.runId,
    ...(below !== undefined && { path: below }),
  });
  const parts = await Promise.all(
    found.map(async ({ path: file, isFolder, digest = '' }) =>
      isFolder ? artifacts({ pipelineRun } as RunSpoken, file) : { [file]: digest },
    ),
  );
  return Object.assign({}, ...parts);
}

/** All but the time the fit took and the load of the machine. */
const numbers = ({ outcome }: RunSpoken): Record<string, number> =>
  Object.fromEntries(
    Object.entries(outcome.run?.metrics ?? {})
      .filter(([key]) => !/^(fit_seconds|latency_p\d+_ms|rows_per_second|memory_mb)$|^system\//.test(key))
      .map(([key, { value }]) => [key, value]),
  );

describe('the first run', () => {
  test('every step succeeds and says what it found', () => {
    expect(first.code).toBe(0);
    expect(first.pipelineRun.steps.map(({ name, status, message }) => [name, status, message])).toEqual([
      ['validate', 'succeeded', '1,000 rows · 16 checks · 4 data checks'],
      ['split', 'succeeded', '700 train · 300 test rows, stratified by creditability'],
      ['prepare', 'succeeded', '19 columns → 57 features'],
      ['train', 'succeeded', expect.stringMatching(/^logistic · 57 features · \d+ iterations · ONNX parity \de-1\d$/)],
      [
        'evaluate',
        'succeeded',
        expect.stringMatching(/^AUC 0\.777 · cost 0\.6\d\d at threshold 0\.167 · 300 test rows$/),
      ],
      ['test', 'succeeded', expect.stringMatching(/^4 tests · [\d.e-]+ ms a row$/)],
      ['gate', 'succeeded', 'staging: passed with 1 warning · production: blocked by 1 of 11 rules'],
      ['register', 'succeeded', 'credit-risk version 1 in staging'],
    ]);
  });

  test('the metrics are those of a logistic regression on this data', () => {
    const metrics = numbers(first);
    expect(metrics).toMatchObject({ train_rows: 700, test_rows: 300, columns: 19, features: 57 });
    expect(metrics['auc']).toBeCloseTo(0.777, 3);
    expect(metrics['gini']).toBeCloseTo(2 * metrics['auc']! - 1, 12);
    expect(metrics['threshold']).toBeCloseTo(1 / 6, 12); // 1 / (1 + 5), of the costs
    expect(metrics['train_loss']).toBeLessThan(metrics['log_loss']!);
    const bounds = { ks: [0.4, 0.55], average_precision: [0.55, 0.7], log_loss: [0.48, 0.52], brier: [0.15, 0.175], calibration_error: [0, 0.1], expected_cost: [0.5, 0.65], recall: [0.75, 0.95], onnx_parity_max_difference: [0, 1e-5] }; // prettier-ignore
    for (const [key, [low = 0, high = 0]] of Object.entries(bounds)) {
      expect(metrics[key], key).toBeGreaterThanOrEqual(low);
      expect(metrics[key], key).toBeLessThanOrEqual(high);
    }
  });

  test('fairness warns for staging and blocks production, with the trade-off', () => {
    const [staging, production] = first.outcome.gates;
    expect(staging).toMatchObject({ model: 'credit-risk', stage: 'staging', verdict: 'warned' });
    expect(production).toMatchObject({ model: 'credit-risk', stage: 'production', verdict: 'failed' });
    expect(staging?.results.map(({ verdict }) => verdict)).toEqual([
      ...['passed', 'passed', 'warned', 'passed', 'passed', 'passed', 'passed'],
    ]);
    expect(production?.results.map(({ verdict }) => verdict)).toEqual([
      ...Array.from({ length: 10 }, () => 'passed'),
      'failed',
    ]);
    const sentence = production?.results.at(-1)?.sentence ?? '';
    const said = /^selection_rate_ratio where age_in_years <= 25 is (0\.\d+), below the required 0\.8 \(.+\); a threshold of (0\.\d+) instead of 0\.167 would reach (0\.\d+), at an expected cost of (0\.\d+) instead of (0\.\d+) a row\.$/.exec(sentence); // prettier-ignore
    const [ratio, threshold, reached, cost, now] = said?.slice(1).map(Number) ?? [];
    expect(ratio).toBeLessThan(0.8);
    expect(reached).toBeGreaterThanOrEqual(0.8);
    expect(threshold).toBeGreaterThan(1 / 6);
    expect(cost).toBeGreaterThan(now!);
    expect(now).toBeCloseTo(numbers(first)['expected_cost']!, 3);
  });

  test('parameters, tags, data and all that was made are tracked', async () => {
    const { run: tracked } = first.outcome;
    expect(tracked).toMatchObject({
      status: 'FINISHED',
      params: { learner: 'logistic', C: '0.1', train_seed: '7', 'split.split_test': '0.3', 'prepare.label': 'creditability', 'prepare.positive': 'bad' }, // prettier-ignore
      tags: { 'modelyard.pipeline': 'train', 'modelyard.model': 'credit-risk', 'modelyard.modelVersion': '1', 'mlflow.source.type': 'LOCAL' }, // prettier-ignore
    });
    expect(tracked?.inputs).toContainEqual(expect.objectContaining({ dataset: 'applications', context: 'training' }));
    const files = Object.keys(await artifacts(first));
    expect(files).toEqual(
      expect.arrayContaining([
        ...['modelyard.yaml', 'split.json', 'preparation.json', 'evaluation.json', 'roc.json', 'precision_recall.json'],
        ...['calibration.json', 'confusion_matrix.json', 'predictions.csv', 'gates.json', 'model_version.json'],
        ...['model/MLmodel', 'model/model.onnx', 'model/input_example.json', 'model/requirements.txt'],
        ...['checks/applications.json', 'profiles/applications.json'],
        ...['environment/host.json', 'environment/git.json'],
        ...first.pipelineRun.steps.map(({ name }) => `logs/${name}.log`),
      ]),
    );
    const { text } = await client.call('runs/artifact', { runId: first.pipelineRun.runId, path: 'model/MLmodel' });
    expect(text).toContain(`run_id: ${first.pipelineRun.runId}`);
    const host = await client.call('runs/artifact', { runId: first.pipelineRun.runId, path: 'environment/host.json' });
    expect(JSON.parse(host.text ?? '')).toMatchObject({ node: process.version, modelyard: version });
  });

  test('the log of each step tells what it did and what came of it', async () => {
    for (const { name, message } of first.pipelineRun.steps) {
      const part = { id: first.pipelineRun.id, step: name, offset: 0, limit: 1 << 16 };
      expect((await client.call('pipelines/log', part)).text, name).toMatch(new RegExp(`(?:^|\n)${message}\n$`));
    }
    const { runId } = first.pipelineRun;
    const log = async (step: string) => (await client.call('runs/artifact', { runId, path: `logs/${step}.log` })).text;
    expect(await log('train')).toMatch(
      /^Reading the training part\nTraining on 700 rows × 57 features\nIteration 1: loss /,
    );
    const [, production] = first.outcome.gates;
    expect(await log('gate')).toContain(`production failed: ${production?.results.at(-1)?.sentence}\n`);
  });

  test('MLflow’s API tells the same of the run', async () => {
    const { url, token } = await client.call('engine/listen', { port: 0 });
    const ask = async (target: string): Promise<unknown> => {
      const answer = await fetch(`${url}/api/2.0/mlflow/${target}run_id=${first.pipelineRun.runId}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const { run: tracked } = first.outcome;
    const sorted = (list: readonly { key: string; value: unknown }[]) =>
      Object.fromEntries(list.map(({ key, value }) => [key, value]));
    const { run: told } = (await ask('runs/get?')) as {
      run: {
        info: { status: string; run_name: string };
        data: Record<'params' | 'metrics' | 'tags', { key: string; value: unknown }[]>;
      };
    };
    expect(told.info).toMatchObject({ status: 'FINISHED', run_name: tracked?.name });
    expect(sorted(told.data.params)).toEqual(tracked?.params);
    expect(sorted(told.data.tags)).toMatchObject(tracked?.tags ?? {});
    const metrics = Object.entries(tracked?.metrics ?? {}).map(([key, { value }]) => [key, value]);
    expect(sorted(told.data.metrics)).toEqual(Object.fromEntries(metrics));
    const { files } = (await ask('artifacts/list?path=model&')) as { files: readonly { path: string }[] };
    expect(files.map(file => file.path)).toEqual(expect.arrayContaining(['model/MLmodel', 'model/model.onnx']));
  });
});

describe('what is logged to the run of a registered version', () => {
  const file = async (method: string, name: string, body?: string): Promise<{ status: number; told: unknown }> => {
    const { url, token } = await client.call('engine/listen', { port: 0 });
    const { experimentId, id } = first.outcome.run!;
    const answer = await fetch(
      `${url}/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${id}/artifacts/${name}`,
      { method, headers: { authorization: `Bearer ${token}` }, ...(body !== undefined && { body }) }, // prettier-ignore
    );
    const text = await answer.text();
    return { status: answer.status, told: text === '' ? {} : JSON.parse(text) };
  };
  const production = () => client.call('models/gates', { name: 'credit-risk', version: 1, stage: 'production' });

  test('changes no verdict', async () => {
    const { versions } = await client.call('models/get', { name: 'credit-risk' });
    const { evaluationDigest } = versions.find(({ version: number }) => number === 1)!.lineage;
    const before = await artifacts(first);
    expect(evaluationDigest).toBe(before['evaluation.json']);
    /** How long a rule took to judge is another each time. */
    const judged = async () => (await production()).results.map(result => ({ ...result, duration: 0 }));
    const results = await judged();
    const read = await client.call('runs/artifact', { runId: first.pipelineRun.runId, path: 'evaluation.json' });
    const evaluation = JSON.parse(read.text ?? '');
    for (const { metrics } of evaluation.slices) metrics.selection_rate_ratio = 1;
    expect((await file('PUT', 'evaluation.json', JSON.stringify(evaluation))).status).toBe(200);
    expect((await artifacts(first))['evaluation.json']).not.toBe(evaluationDigest);
    expect(await judged()).toEqual(results);
    expect((await file('DELETE', 'evaluation.json')).status).toBe(200);
    expect(await judged()).toEqual(results);
    expect((await file('PUT', 'evaluation.json', read.text)).status).toBe(200);
  });

  test('leaves its model as it is, and may be anything else', async () => {
    const before = await artifacts(first);
    for (const [method, name] of [
      ['PUT', 'model/model.onnx'],
      ['PUT', 'model/more'],
      ['DELETE', 'model'],
      ['DELETE', ''],
    ] as const)
      // prettier-ignore
      expect(await file(method, name, method === 'PUT' ? '{}' : undefined)).toEqual({
        status: 400,
        told: {
          error_code: 'INVALID_PARAMETER_VALUE',
          message: expect.stringMatching(/^model\/.+ of run r-1 cannot change: it is part of version 1 of credit-risk, and a version never changes\. Log to another path or a new run; register that as a new version\.$/), // prettier-ignore
        },
      });
    for (const table of ['[1]', '[1,2]']) expect((await file('PUT', 'table.json', table)).status).toBe(200);
    expect((await file('DELETE', 'table.json')).status).toBe(200);
    expect(await artifacts(first)).toEqual(before);
  });

  test('goes with the run when it is deleted, and the version stays', async () => {
    const { runId } = first.pipelineRun;
    const before = await artifacts(first);
    await client.call('runs/delete', { runId });
    expect((await production()).verdict).toBe('failed');
    expect(await artifacts(first)).toEqual(before);
    expect(await client.call('db/check', {})).toMatchObject({ ok: true, missingObjects: 0 });
    await client.call('runs/restore', { runId });
  });
});

describe('the second run', () => {
  test('finds the same numbers bit for bit and makes the same files', async () => {
    expect(numbers(second)).toEqual(numbers(first));
    const [before, after] = [await artifacts(first), await artifacts(second)];
    const same = ['split.json', 'preparation.json', 'evaluation.json', 'roc.json', 'calibration.json', 'confusion_matrix.json', 'predictions.csv', 'model/model.onnx', 'model/modelyard/model.json']; // prettier-ignore
    for (const file of same) {
      expect(after[file], file).toMatch(/^[0-9a-f]{64}$/);
      expect(after[file], file).toBe(before[file]);
    }
    expect(after['model/MLmodel']).not.toBe(before['model/MLmodel']);
  });

  test('leaves modelyard.lock as it is', async () => {
    expect(locks[1]).toBe(locks[0]);
    const files = await artifacts(first);
    for (const line of [
      `applications: ${first.outcome.run?.inputs[0]?.digest}`,
      `split.json: ${files['split.json']}`,
      `preparation.json: ${files['preparation.json']}`,
      `evaluation.json: ${files['evaluation.json']}`,
    ])
      expect(locks[0]).toContain(line);
    expect(locks[0]).toMatch(/^ {4}train:\n {6}model: [0-9a-f]{64}$/m);
    expect(locks[0]).not.toMatch(/gates\.json|model_version|\/workspace/);
  });

  test('takes the place of version 1', async () => {
    expect(second.step('register').message).toBe('credit-risk version 2 in staging');
    const { versions, history } = await client.call('models/get', { name: 'credit-risk' });
    const stages = Object.fromEntries(versions.map(({ version: number, stage }) => [number, stage]));
    expect(stages).toEqual({ 1: 'archived', 2: 'staging' });
    expect(versions.find(({ version: number }) => number === 2)?.lineage).toMatchObject({
      pipeline: 'train',
      datasets: [{ name: 'applications', digest: first.outcome.run?.inputs[0]?.digest }],
    });
    expect(history[0]).toMatchObject({ model: 'credit-risk' });
  });
});

test('a copy of the database holds the same runs', async () => {
  const other = path.join(room, 'other');
  mkdirSync(path.join(other, '.modelyard'), { recursive: true });
  const to = path.join(other, '.modelyard', 'modelyard.db');
  const cli = (...args: readonly string[]) => commandLine(path.join(built, 'cli.js'), args);
  expect((await cli('db', 'copy', to, '--workspace', folder)).code).toBe(0);
  try {
    const listed = async (at: string): Promise<unknown> =>
      JSON.parse((await cli('runs', '--json', '--workspace', at)).stdout);
    expect(await listed(other)).toEqual(await listed(folder));
  } finally {
    await endEngine(other);
  }
});

// Last: the folder is elsewhere afterwards.
test('the folder moves: all is there, and a network in a new engine comes to the same numbers', async () => {
  const before = await run('network');
  expect(before.code).toBe(0);
  expect(numbers(before)['auc']).toBeGreaterThan(0.75);
  const [engine, networkLock] = [client.welcome.pid, lock()];
  client.dispose();
  await endEngine(folder);
  mkdirSync(path.join(room, 'moved'));
  const target = path.join(room, 'moved', 'elsewhere');
  renameSync(folder, target);
  folder = target;

  const after = await run('network', '--fresh');
  client = await connect();
  expect(client.welcome.pid).not.toBe(engine);
  expect(numbers(after)).toEqual(numbers(before));
  const [old, fresh] = [await artifacts(before), await artifacts(after)];
  for (const file of ['evaluation.json', 'model/model.onnx', 'predictions.csv']) expect(fresh[file]).toBe(old[file]);
  expect(lock()).toBe(networkLock);

  const model = await client.call('models/get', { name: 'credit-risk' });
  expect(model.versions).toHaveLength(2);
  const text = await client.call('runs/artifact', { runId: first.pipelineRun.runId, path: 'evaluation.json' });
  expect(JSON.parse(text.text ?? '').metrics.auc).toBe(numbers(first)['auc']);
  expect(await client.call('db/check', {})).toMatchObject({ ok: true, missingObjects: 0 });
});

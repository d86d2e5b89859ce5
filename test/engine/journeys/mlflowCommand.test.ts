import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();

/** What MLflow's client does between `start_run` and `end_run`, with nothing but the environment. */
const client = `
const { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN, MLFLOW_RUN_ID: run_id, MLFLOW_EXPERIMENT_ID } = process.env;
async function ask(method, call, fields) {
  const query = method === 'GET' ? '?' + new URLSearchParams(fields) : '';
  const answer = await fetch(MLFLOW_TRACKING_URI + '/api/2.0/mlflow/' + call + query, {
    method,
    headers: { authorization: 'Bearer ' + MLFLOW_TRACKING_TOKEN, 'content-type': 'application/json' },
    ...(method === 'POST' && { body: JSON.stringify(fields) }),
  });
  if (!answer.ok) throw new Error(call + ': ' + answer.status + ' ' + (await answer.text()));
  return answer.json();
}
const step = process.env.MODELYARD_STEP;
const before = (await ask('GET', 'runs/get', { run_id })).run.info;
console.log(step, 'finds', before.status, before.experiment_id === MLFLOW_EXPERIMENT_ID);
await ask('POST', 'runs/update', { run_id, status: 'RUNNING' });
await ask('POST', 'runs/log-metric', { run_id, key: 'auc_' + step, value: 0.75, timestamp: Date.now(), step: 1 });
await ask('POST', 'runs/log-parameter', { run_id, key: 'depth_' + step, value: '3' });
await ask('POST', 'runs/update', { run_id, status: process.argv[2], end_time: Date.now() - 3_600_000 });
console.log(JSON.stringify(process.env));
process.stderr.write(MLFLOW_TRACKING_TOKEN.slice(0, 20));
setTimeout(() => process.stderr.write(MLFLOW_TRACKING_TOKEN.slice(20) + '\\n'), 100);
setTimeout(() => process.exit(Number(process.argv[3] ?? 0)), 200);
`;
const config = (second: string): string => `name: commands
pipelines:
  train:
    steps:
      first: {run: "node client.mjs FINISHED"}
      second: {run: "node client.mjs ${second}", needs: first}
`;

test.each([
  ['FINISHED', 'FINISHED', 0],
  ['FINISHED 3', 'FAILED', 1],
  ['FAILED', 'FINISHED', 0],
  ['KILLED', 'FINISHED', 0],
])(
  'commands log to the run; when the second says %s it is %s in the end, as the pipeline says',
  async (second, status, code) => {
    at.write({ 'modelyard.yaml': config(second), 'client.mjs': client });
    const spoken = await at.run();
    expect(spoken.code, JSON.stringify(spoken.error)).toBe(code);
    const { pipelineRun } = spoken;
    const run = await at.client.call('runs/get', { run: pipelineRun.runId });
    expect(run).toMatchObject({ status, params: { depth_first: '3', depth_second: '3' } });
    expect([run.metrics['auc_first']?.value, run.metrics['auc_second']?.value]).toEqual([0.75, 0.75]);
    expect(run.endedAt).toBeGreaterThanOrEqual(spoken.step('second').endedAt ?? Infinity);
    for (const step of ['first', 'second'])
      expect(await at.artifact(run.id, `logs/${step}.log`)).toContain(`${step} finds RUNNING true\n`);
  },
);

test('the token is in no log, row or file but the one that only its owner can read', async () => {
  at.write({ 'modelyard.yaml': config('FINISHED 3'), 'client.mjs': client });
  const { error, pipelineRun } = await at.run();
  const { token = '' } = await at.client.call('engine/listen', {});
  expect(token.length).toBeGreaterThan(20);
  expect(await at.artifact(pipelineRun.runId, 'logs/first.log')).toContain('"MLFLOW_TRACKING_TOKEN":"[redacted]"');
  expect(error?.message).toContain('[redacted]');
  const folder = path.join(at.folder, '.modelyard');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  expect(files.length).toBeGreaterThan(5);
  const telling = files.filter(entry => readFileSync(path.join(entry.parentPath, entry.name)).includes(token));
  expect(telling.map(entry => entry.name)).toEqual(['http.json']);
});

test('a command goes on with the run of its model', async () => {
  const people = `name: commands
datasets:
  people: {path: people.csv}
pipelines:
  train:
    steps:
      split: {uses: split, with: {test: 0.3}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes'}}
      one: {uses: train, needs: prepare, with: {learner: logistic}}
      two: {uses: train, needs: prepare, with: {learner: logistic, C: 0.1}}
      after: {run: "node client.mjs FINISHED", needs: two}
`;
  at.write({ 'modelyard.yaml': people, 'client.mjs': client, 'people.csv': peopleCsv() });
  const spoken = await at.run();
  expect(spoken.code, JSON.stringify(spoken.error)).toBe(0);
  const runOf = (step: string) => at.client.call('runs/get', { run: spoken.step(step).runId ?? '' });
  expect((await runOf('two')).metrics['auc_after']?.value).toBe(0.75);
  expect((await runOf('one')).metrics).not.toHaveProperty('auc_after');
  expect((await runOf('two')).status).toBe('FINISHED');
});

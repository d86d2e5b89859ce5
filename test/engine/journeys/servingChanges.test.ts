import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Endpoint } from '../../../engine/protocol/serving';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';
import { until } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = `name: changes
datasets:
  people: {path: people.csv}
models:
  m: {stages: [dev, live]}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      train: {uses: train, needs: prepare, with: {learner: forest, trees: 10}}
      register: {uses: register, needs: train, with: {model: m}}
`;
const files = () => at.write({ 'modelyard.yaml': config, 'people.csv': peopleCsv() });
const row = JSON.stringify({ dataframe_records: [{ age: 40, income: 3000 }] });
const promote = (version: number) => at.client.call('models/promote', { name: 'm', version, to: 'live' });
const stateOf = async ({ id }: Endpoint) => (await at.client.call('serving/list', {})).find(one => one.id === id)!;

/** Which version answers, and how it takes it. */
async function ask({ url, token }: Endpoint): Promise<{ readonly version: number; readonly status: number }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/invocations`, { method: 'POST', body: row, headers });
  await answer.arrayBuffer();
  return { version: Number(answer.headers.get('x-modelyard-version')), status: answer.status };
}

/** A new version, and where the store keeps its trees. */
async function anotherVersion(): Promise<{ readonly version: number; readonly weights: string }> {
  expect((await at.run('train', '--fresh')).pipelineRun.status).toBe('succeeded');
  const { versions } = await at.client.call('models/get', { name: 'm' });
  const { runId, version } = versions[0]!;
  const found = await at.client.call('runs/artifacts', { runId: runId!, path: 'model/modelyard' });
  const { digest = '' } = found.find(({ path: one }) => one.endsWith('model.json')) ?? {};
  const weights = path.join(at.folder, '.modelyard', 'objects', digest.slice(0, 2), digest.slice(2));
  chmodSync(weights, 0o644);
  return { version, weights };
}

test('while a huge version is loaded the one before it answers, and is not held up', async () => {
  files();
  expect((await at.run('train')).pipelineRun.status).toBe('succeeded');
  await promote(1);
  const endpoint = await at.client.call('serving/start', { model: 'm', at: 'live' });
  expect(await ask(endpoint)).toEqual({ version: 1, status: 200 });
  const small = (await stateOf(endpoint)).memory ?? 0;
  expect(small).toBeGreaterThan(20e6);

  const { version: huge, weights } = await anotherVersion();
  const model = JSON.parse(readFileSync(weights, 'utf8'));
  const copies = Math.ceil(20e6 / JSON.stringify(model.trees).length);
  writeFileSync(weights, JSON.stringify({ ...model, trees: Array.from({ length: copies }, () => model.trees).flat() }));

  await promote(huge);
  const asked = performance.now();
  let [loaded, longest, before, asks] = [0, 0, 0, 0];
  while (loaded === 0) {
    const began = performance.now();
    const { version, status } = await ask(endpoint);
    expect(status).toBe(200);
    if (++asks % 20 === 0) expect((await stateOf(endpoint)).problem).toBeUndefined();
    const now = performance.now();
    if (version === huge) loaded = now - asked;
    else {
      before++;
      longest = Math.max(longest, now - began);
    }
  }
  // read on the thread that answers, all of the loading would be one answer
  expect(before).toBeGreaterThan(10);
  expect(longest).toBeLessThan(loaded / 2);
  const { memory = 0, problem } = await stateOf(endpoint);
  expect(problem).toBeUndefined();
  expect(memory - small).toBeGreaterThan(10e6);
  await at.client.call('serving/stop', { id: endpoint.id });
});

test('a version that is damaged and promoted while its model is served does not answer; that is shown, and ends with it', async () => {
  files();
  await promote(1);
  const endpoint = await at.client.call('serving/start', { model: 'm', at: 'live' });
  const { version: damaged, weights } = await anotherVersion();
  const whole = readFileSync(weights);
  writeFileSync(weights, whole.subarray(0, 100));
  await promote(damaged);
  await until(async () => (await stateOf(endpoint)).problem !== undefined);
  const { problem } = await stateOf(endpoint);
  expect(problem).toContain('model.json');
  expect(await ask(endpoint)).toEqual({ version: 1, status: 200 });
  expect(await stateOf(endpoint)).toMatchObject({ version: 1, url: endpoint.url });
  await promote(1);
  await until(async () => (await stateOf(endpoint)).problem === undefined);
  expect(await ask(endpoint)).toEqual({ version: 1, status: 200 });
  writeFileSync(weights, whole);
  await promote(damaged);
  await until(async () => (await ask(endpoint)).version === damaged);
  await at.client.call('serving/stop', { id: endpoint.id });
});

test('a model that only ONNX Runtime can score answers', async () => {
  const { onnx, rows, scores } = JSON.parse(readFileSync('test/fixtures/training/onnx.json', 'utf8')).cases.at(-1);
  at.write({ 'modelyard.yaml': 'name: changes\n', 'pipeline.onnx': Buffer.from(onnx, 'base64') });
  await at.client.call('models/import', { file: 'pipeline.onnx', name: 'theirs', label: 'outcome' });
  const { url, token, id } = await at.client.call('serving/start', { model: 'theirs', at: '1' });
  const body = JSON.stringify({ dataframe_split: { columns: ['income', 'debt', 'city', 'rooms'], data: rows } });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/invocations`, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
  const { predictions } = await answer.json();
  for (const [at, [first, second]] of scores.entries())
    expect(Object.values(predictions[at]).slice(1)).toEqual([expect.closeTo(first, 5), expect.closeTo(second, 5)]);
  await at.client.call('serving/stop', { id });
});

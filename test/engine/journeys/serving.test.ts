import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ServingTest } from '../../../engine/protocol/serving';
import { putLoad, type Answer } from '../../../engine/serving/loadTest';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';
import { until } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const config = (C: number) => `name: served
datasets:
  people: {path: people.csv}
models:
  m:
    stages: [dev, live]
    gates: {live: [{check: served, severity: warn}, {check: rollback, severity: warn}]}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, stratify: good}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [id, city]}}
      train: {uses: train, needs: prepare, with: {learner: logistic, C: ${C}}}
      evaluate: {uses: evaluate, needs: train, with: {importance: 0, dependence: 0, bootstrap: 0, worst_slices: 0}}
      register: {uses: register, needs: evaluate, with: {model: m}}
`;
const row = JSON.stringify({ dataframe_records: [{ age: 40, income: 3000 }] });
const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/invocations`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const move = (version: number, to: string) => at.client.call('models/promote', { name: 'm', version, to });

test('a model answers at a stage, through a promotion and the way back, and no request fails', async () => {
  at.write({ 'modelyard.yaml': config(1), 'people.csv': peopleCsv() });
  await expect(at.client.call('serving/start', { model: 'm', at: 'live' })).rejects.toMatchObject({
    code: 'not-found',
  });
  const first = await at.run('train');
  expect(first.pipelineRun.status, JSON.stringify(first.error)).toBe('succeeded');
  at.write({ 'modelyard.yaml': config(0.01) });
  expect((await at.run('train')).pipelineRun.status).toBe('succeeded');
  await expect(at.client.call('serving/start', { model: 'm', at: 'live' })).rejects.toMatchObject({
    message: 'No version of m holds live yet.',
  });
  await move(1, 'live');
  const endpoint = await at.client.call('serving/start', { model: 'm', at: 'live' });
  const { url, token = '' } = endpoint;
  expect(endpoint).toMatchObject({ id: expect.any(Number), version: 1, requests: 0 });

  const authorization = `Bearer ${token}`;
  const good = await post(url, row, { authorization });
  expect([good.status, good.headers.get('x-modelyard-version')]).toEqual([200, '1']);
  const { predictions } = JSON.parse(await good.text());
  expect(predictions).toEqual([
    { label: expect.stringMatching(/yes|no/), probability_no: expect.any(Number), probability_yes: expect.any(Number) },
  ]);
  expect(predictions[0].probability_no + predictions[0].probability_yes).toBeCloseTo(1);
  const status = async (body: string, headers: Record<string, string>) => (await post(url, body, headers)).status;
  expect(await status(row, {})).toBe(401);
  expect(await status(row, { authorization, origin: 'http://evil.example' })).toBe(403);
  expect(await status('{', { authorization })).toBe(400);
  expect(await status(row, { authorization, 'content-type': 'text/csv' })).toBe(415);
  expect(await status('{"instances": [{"age": "old", "income": 1}]}', { authorization })).toBe(400);
  expect((await fetch(`${url}/invocations`, { headers: { authorization } })).status).toBe(405);
  expect((await fetch(`${url}/ping`, { headers: { authorization } })).status).toBe(200);

  const answers: Answer[] = [];
  const seen = (answer: Answer): void => void answers.push(answer);
  const ending = new AbortController();
  const traffic = putLoad({ asked: { url, token, body: row }, connections: 2, seconds: 60, seen }, ending.signal).catch(
    () => undefined,
  );
  const answersOf = (version: number) => until(() => (answers.at(-1)?.version === version ? true : undefined));
  await answersOf(1);
  await move(2, 'live');
  await answersOf(2);
  await move(1, 'live');
  await answersOf(1);
  ending.abort();
  await traffic;
  expect(answers.filter(answer => answer.status !== 200)).toEqual([]);
  const [now] = await at.client.call('serving/list', {});
  expect(now).toMatchObject({ version: 1, at: 'live' });
  await until(async () =>
    (await at.client.call('serving/list', {}))[0]!.requests >= answers.length ? true : undefined,
  );

  await expect(move(1, 'archived')).rejects.toMatchObject({
    message: `Version 1 of m is in use by the server at ${url}.`,
  });

  // nobody has the alias any more: the last one answers on, and it is said
  await at.client.call('models/setAlias', { name: 'm', alias: 'champion', version: 2 });
  const named = await at.client.call('serving/start', { model: 'm', at: '@champion', token: null });
  expect(named).not.toHaveProperty('token');
  await at.client.call('models/deleteAlias', { name: 'm', alias: 'champion' });
  const lastOf = async () => (await at.client.call('serving/list', {})).at(-1)!;
  await until(async () => (await lastOf()).problem);
  expect(await lastOf()).toMatchObject({ version: 2, problem: 'No version of m holds @champion any more.' });
  expect(await status(row, { authorization })).toBe(200);
  expect((await post(named.url, row)).status).toBe(200);
  await at.client.call('serving/stop', { id: named.id });
  await at.client.call('serving/stop', { id: endpoint.id });
  await expect(post(url, row)).rejects.toThrow();
  expect(existsSync(path.join(at.folder, '.modelyard', 'served'))).toBe(false);
});

test('a version is served, put under load and rolled back for itself; its gates know', async () => {
  at.write({ 'people.csv': peopleCsv(), 'modelyard.yaml': config(0.01) });
  const said = await at.cli('test-serving', 'm', '2', '--seconds', '1', '--connections', '2');
  const served: ServingTest = JSON.parse(JSON.stringify(said.json));
  expect(served.smoke.filter(({ passed }) => !passed)).toEqual([]);
  expect(served.load).toMatchObject({ connections: 2, failed: 0 });
  expect(served.load.requests).toBeGreaterThan(10);
  expect(served.rollback).toMatchObject({ to: 1, failed: 0 });
  expect(served.rollback.back).toBeGreaterThan(0);
  expect(said.code).toBe(0);
  const { gates } = await at.client.call('models/get', { name: 'm' });
  expect(gates[0]!.results.map(({ verdict, rule }) => [rule, verdict])).toEqual([
    ['served', 'passed'],
    ['rolls back within 5 s', 'passed'],
  ]);
  expect(await at.client.call('serving/tests', { model: 'm', version: 2 })).toEqual([served]);
  expect((await at.cli('test-serving', 'm', '9')).code).toBe(2);
  expect((await at.cli('serve-model', 'm')).code).toBe(2);
});

test('a test that is cancelled leaves no server and no result', async () => {
  at.write({ 'people.csv': peopleCsv(), 'modelyard.yaml': config(0.01) });
  const ending = new AbortController();
  const test_ = at.client.call(
    'serving/test',
    { model: 'm', version: 2, seconds: 600 },
    { signal: ending.signal, onProgress: ({ message }) => message.startsWith('Asking') && ending.abort() },
  );
  await expect(test_).rejects.toMatchObject({ code: 'cancelled' });
  expect(await at.client.call('serving/tests', { model: 'm', version: 2 })).toHaveLength(1);
  await until(() => (existsSync(path.join(at.folder, '.modelyard', 'served')) ? undefined : true));
});

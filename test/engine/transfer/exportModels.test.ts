import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../engine/http';
import { wholeBody } from '../../../engine/mlflow/requestBody';
import type { ExportReport } from '../../../engine/protocol/transfer';
import { serve } from '../../support/httpServer';
import { databaseWithFiles, modelFile, MLMODEL, openWithModels, version } from '../../support/registries';
import type { TestRegistryApi } from '../../support/registryApi';
import { openTestRegistryApi } from '../../support/registryApi';
import type { TestTransfer } from '../../support/transfer';
import { copyOf } from '../../support/transfer';

interface Server {
  readonly api: TestRegistryApi;
  /** Of what may change something. */
  readonly calls: string[];
  export(t: TestTransfer, more?: object): Promise<ExportReport>;
}

/** MLflow's API over another workspace. `lose`: that call is done, and its answer does not arrive. */
async function server(lose: (path: string) => boolean = () => false): Promise<Server> {
  const api = await openTestRegistryApi();
  for (const model of ['credit-risk', 'copied'])
    api.models[model] = { stages: ['none', 'staging', 'production'], gates: {} };
  const calls: string[] = [];
  const url = await serve(async (request: HttpRequest) => {
    const call = { ...request, body: await wholeBody(request) };
    if (request.method !== 'GET' && !request.path.endsWith('/search')) calls.push(request.path);
    const found = await api.handler(call);
    if (lose(request.path)) return { status: 504, headers: {}, body: '' };
    return found ?? { status: 404, headers: {}, body: '' };
  });
  return {
    api,
    calls,
    export: (t, more = {}) =>
      t.transfer.export({ to: { kind: 'mlflow', url }, ...more }, () => undefined, new AbortController().signal),
  };
}

test('models are registered with their versions, stages, aliases and tags; a second time nothing is', async () => {
  const t = await openWithModels();
  await t.import(await databaseWithFiles('registry-3.17'));
  t.registry.models.setTag('credit-risk', 'more', '1');
  const { api, calls, export: run } = await server();
  const report = await run(t);
  expect(report).toMatchObject({
    runs: { exported: 2 },
    models: { exported: 6, unchanged: 0, broken: 0 },
    versions: { exported: 7, unchanged: 0, broken: 0 },
    problems: [],
    notes: [],
  });
  const credit = await api.registry.get('credit-risk');
  expect(credit).toMatchObject({
    description: 'Who pays back.',
    tags: { team: 'risk', constructor: 'x', more: '1' },
    aliases: { champion: 2, challenger: 3 },
    holders: { production: 2, staging: 3 },
  });
  const first = version(t, 'credit-risk', 1);
  expect(credit.versions[2]).toMatchObject({
    ...{ version: 1, stage: 'archived', description: 'the first' },
    tags: { 'a/b': '1', 'modelyard.version': `1@${first.createdAt}` },
  });
  expect(api.registry.versions.get('credit-risk', 2).runLink).toBe('https://ci.example.org/7');
  for (const [name, number] of [
    ['credit-risk', 1],
    ['credit-risk', 2],
    ['copied', 1],
  ] as const) {
    const there = api.registry.versions.get(name, number);
    const owner = api.tracking.record(there.runId!);
    expect(owner.tags['modelyard.run_id']).toBe(version(t, name, number).runId);
    const inside = there.storage.slice(owner.artifactUri.length + 1);
    expect(Buffer.from((await api.tracking.readArtifact(owner.id, `${inside}/MLmodel`)).bytes).toString()).toBe(
      MLMODEL,
    );
  }
  calls.length = 0;
  expect(await run(t)).toMatchObject({
    models: { exported: 0, unchanged: 6 },
    versions: { exported: 0, unchanged: 7 },
  });
  expect(calls).toEqual([]);
  expect(api.registry.versions.get('greeting', 1).tags['mlflow.prompt.text']).toBe('Hello {{name}}');
  expect(await modelFile(t, 'credit-risk', 1)).toBe(MLMODEL);
});

test('answers that were lost make nothing twice', async () => {
  const t = await openWithModels();
  await t.import(copyOf('registry-2.9'));
  const lost = new Set(['registered-models/create', 'model-versions/create']);
  const { api, export: run } = await server(path => [...lost].some(call => path.endsWith(call) && lost.delete(call)));
  expect(await run(t)).toMatchObject({ models: { exported: 4 }, versions: { exported: 5 }, problems: [] });
  expect((await api.registry.list()).map(({ name, versions }) => [name, versions.length])).toEqual([
    ['copied', 1],
    ['credit-risk', 3],
    ['elsewhere', 1],
    ['empty', 0],
  ]);
});

test('what is there stays; what the server refuses is said, and the rest arrives', async () => {
  const t = await openWithModels();
  await t.import(copyOf('registry-2.9'));
  const { api, export: run } = await server();
  api.models['credit-risk'] = {
    stages: ['none', 'staging', 'production'],
    gates: { production: [{ metric: 'auc', severity: 'error', at_least: 0.9 }] },
  };
  api.registry.models.create({ name: 'credit-risk', description: 'theirs', tags: { team: 'theirs' } });
  const theirs = await api.create('credit-risk');
  api.registry.models.setAlias('credit-risk', 'champion', theirs.version);
  api.evaluate({ auc: 0.8 });
  const report = await run(t);
  expect(report).toMatchObject({ models: { exported: 3, broken: 1 }, versions: { exported: 4, broken: 1 } });
  expect(report.problems).toMatchObject([
    {
      message: expect.stringMatching(
        /^Model credit-risk, version 2: The server did not do model-versions\/transition-stage: .*0\.9/s,
      ),
    },
  ]);
  expect(report.notes).toEqual(
    [1, 2, 3].map(number => `Version ${number} of credit-risk is version ${number + 1} on the server.`),
  );
  expect(await api.registry.get('credit-risk')).toMatchObject({
    description: 'theirs',
    tags: { team: 'theirs', constructor: 'x' },
    aliases: { champion: 1, challenger: 4 },
    holders: { staging: 4 },
  });
});

test('of chosen runs only their models go', async () => {
  const t = await openWithModels();
  await t.import(copyOf('registry-2.9'));
  const { api, export: run } = await server();
  const report = await run(t, { filter: "attributes.run_name = 'first'" });
  expect(report).toMatchObject({ models: { exported: 1 }, versions: { exported: 2 } });
  expect(report.notes).toContain('Version 2 of credit-risk was left out: its run is not exported.');
  expect((await api.registry.list()).map(({ name }) => name)).toEqual(['credit-risk']);
});

test('the files of a logged model are uploaded to the run of its version', async () => {
  const t = await openWithModels();
  const run = t.newRun();
  const { id } = t.tracking.models.create({ experimentId: t.tracking.record(run).experimentId, sourceRun: run });
  await t.tracking.models.folder(id).put('MLmodel', Readable.from([Buffer.from(MLMODEL)]));
  const { api, export: out } = await server();
  await out(t); // the run is there before the version
  t.registry.models.create({ name: 'logged', description: '', tags: {} });
  const storage = `mlflow-artifacts:/0/models/${id}/artifacts`;
  await t.create('logged', { source: `models:/${id}`, storage, run });
  expect(await out(t)).toMatchObject({ versions: { exported: 1 }, artifacts: { files: 1 }, problems: [] });
  const there = api.registry.versions.get('logged', 1);
  const { bytes } = await api.tracking.readArtifact(there.runId!, `${id}/MLmodel`);
  expect(Buffer.from(bytes).toString()).toBe(MLMODEL);
  expect(there.storage).toBe(`${api.tracking.record(there.runId!).artifactUri}/${id}`);
});

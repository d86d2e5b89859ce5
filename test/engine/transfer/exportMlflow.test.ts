import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HttpHandler, HttpRequest } from '../../../engine/http';
import { wholeBody } from '../../../engine/mlflow/requestBody';
import { runId } from '../../../engine/ids';
import type { ExportReport } from '../../../engine/protocol/transfer';
import { serve } from '../../support/httpServer';
import type { TestApi } from '../../support/mlflowApi';
import { openTestApi, whole } from '../../support/mlflowApi';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';

interface Server {
  readonly api: TestApi;
  readonly url: string;
  readonly calls: WholeCall[];
  export(t: TestTransfer, more?: object, signal?: AbortSignal): Promise<ExportReport>;
}

/** MLflow's API over another workspace; `before` may answer instead. */
/** A call with the whole of its body. */
interface WholeCall extends HttpRequest {
  readonly body: Uint8Array;
}

async function server(before: (call: WholeCall) => ReturnType<HttpHandler> = () => undefined): Promise<Server> {
  const api = await openTestApi();
  const calls: WholeCall[] = [];
  const url = await serve(async request => {
    const call = { ...request, body: await wholeBody(request) };
    calls.push(call);
    const found = await (before(call) ?? api.handler(call));
    return found ?? { status: 404, headers: {}, body: '' };
  });
  return {
    api,
    url,
    calls,
    export: (t, more = {}, signal = new AbortController().signal) =>
      t.transfer.export({ to: { kind: 'mlflow', url }, ...more }, () => undefined, signal),
  };
}
const answer = (status: number, body: unknown) =>
  Promise.resolve({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const there = (api: TestApi, id: string) => {
  const filter = `tags.\`modelyard.run_id\` = '${id}'`;
  const { records } = api.tracking.searchRecords({ filter, lifecycle: 'all' });
  expect(records).toHaveLength(1);
  return records[0]!;
};
const json = (call: WholeCall): Record<string, unknown[]> => JSON.parse(Buffer.from(call.body).toString());

test('runs arrive with parents, histories, params, tags, inputs, artifacts, times and states', async () => {
  const t = await openTestTransfer();
  await t.import(copyOf('mlruns-3.17'));
  const { api, export: run } = await server();
  const report = await run(t, { deleted: true });
  expect(report).toMatchObject({
    kind: 'mlflow',
    runs: { exported: 5, unchanged: 0, broken: 0 },
    points: 12,
    problems: [],
  });
  const [parent, child, deleted] = ['parent', 'child', 'deleted'].map(
    name => t.tracking.searchRecords({ lifecycle: 'all', filter: `attributes.run_name = '${name}'` }).records[0]!,
  );
  const copy = there(api, parent!.id);
  expect(copy).toMatchObject({
    name: 'parent',
    status: 'FINISHED',
    user: 'ada',
    startedAt: parent!.startedAt,
    endedAt: parent!.endedAt,
    params: parent!.params,
    tags: parent!.tags,
    inputs: [{ dataset: 'rows', digest: parent!.inputs[0]!.digest, context: 'training' }],
  });
  const { tags, ...detail } = JSON.parse(parent!.inputs[0]!.detail);
  const context = { key: 'mlflow.data.context', value: 'training' };
  expect(JSON.parse(copy.inputs[0]!.detail)).toEqual({ ...detail, tags: [context, ...tags] });
  const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  for (const key of ['loss', 'odd', 'val/auc'])
    expect(api.tracking.history(copy.id, key).points).toEqual(
      t.tracking.history(parent!.id, key).points.map(point => ({ ...point, value: finite(point.value) })),
    );
  for (const file of ['a/b.txt', 'd.json', 'model/MLmodel'])
    expect(api.tracking.artifact(copy.id, file).digest).toBe(t.tracking.artifact(parent!.id, file).digest);
  expect(there(api, child!.id).parentRunId).toBe(copy.id);
  expect(there(api, deleted!.id)).toMatchObject({ lifecycle: 'deleted', status: 'FAILED' });
  expect(api.tracking.getExperiment(copy.experimentId)).toMatchObject({ name: 'credit', tags: { team: 'risk' } });
});

test('a second time only what is new: no run twice, no artifact again', async () => {
  const t = await openTestTransfer();
  await t.import(copyOf('mlruns-3.17'));
  const { api, calls, export: run } = await server();
  await run(t);
  calls.length = 0;
  expect((await run(t)).runs).toEqual({ exported: 0, unchanged: 3, broken: 0 });
  expect(calls.filter(({ method, path: to }) => method !== 'GET' && !to.endsWith('/search'))).toEqual([]);
  const id = t.newRun('another');
  t.tracking.setTags(t.tracking.searchRecords({ filter: "attributes.run_name = 'child'" }).records[0]!.id, {
    new: 'tag',
  });
  expect((await run(t)).runs).toEqual({ exported: 2, unchanged: 2, broken: 0 });
  expect(there(api, id).name).toBe('another');
  expect(api.tracking.searchRecords({ filter: "tags.new = 'tag'" }).records).toHaveLength(1);
});

test('an export that broke off goes on: what was half there becomes whole', async () => {
  const t = await openTestTransfer();
  const id = t.newRun('half');
  await t.tracking.logMetrics(
    id,
    Array.from({ length: 2500 }, (_, step) => ({ key: 'm', value: step, step, time: step })),
  );
  t.tracking.logArtifactBytes(id, 'file.bin', Buffer.alloc(100_000, 7));
  let broken = true;
  const { api, export: run } = await server(call =>
    broken && call.method === 'PUT'
      ? answer(500, { error_code: 'INTERNAL_ERROR', message: 'out of order' })
      : undefined,
  );
  const report = await run(t);
  expect(report.runs).toEqual({ exported: 0, unchanged: 0, broken: 1 });
  expect(report.problems).toMatchObject([{ message: expect.stringContaining('out of order'), run: id }]);
  broken = false;
  expect((await run(t)).runs).toEqual({ exported: 1, unchanged: 0, broken: 0 });
  const copy = there(api, id);
  expect(api.tracking.history(copy.id, 'm').points).toHaveLength(2500);
  expect(api.tracking.artifact(copy.id, 'file.bin').digest).toBe(t.tracking.artifact(id, 'file.bin').digest);
});

test('calls stay within the bounds of MLflow', async () => {
  const t = await openTestTransfer();
  const id = t.newRun('large');
  await t.tracking.logMetrics(
    id,
    Array.from({ length: 5200 }, (_, step) => ({ key: 'm', value: step, step, time: step })),
  );
  const many = Object.fromEntries(Array.from({ length: 230 }, (_, at) => [`k${at}`, 'v'.repeat(5000)]));
  t.tracking.logParams(id, many);
  t.tracking.setTags(id, many);
  const { api, calls, export: run } = await server();
  expect((await run(t)).runs.exported).toBe(1);
  const batches = calls.filter(({ path: to }) => to.endsWith('/log-batch'));
  for (const call of batches) {
    const { metrics = [], params = [], tags = [] } = json(call);
    expect(metrics.length).toBeLessThanOrEqual(1000);
    expect(params.length).toBeLessThanOrEqual(100);
    expect(tags.length).toBeLessThanOrEqual(100);
    expect(call.body.length).toBeLessThan(1_000_000);
  }
  const copy = there(api, id);
  expect(Object.keys(copy.params)).toHaveLength(230);
  expect(api.tracking.history(copy.id, 'm').points).toHaveLength(5200);
});

test('what the server does not take is left out and said, the rest arrives', async () => {
  const t = await openTestTransfer();
  const id = t.newRun('odd');
  t.tracking.logParams(id, { good: '1', bad: '2', better: '3' });
  await t.tracking.logMetrics(id, [
    { key: 'good', value: 1 },
    { key: 'bad', value: 2 },
  ]);
  const { api, export: run } = await server(call =>
    call.path.endsWith('/log-batch') && Buffer.from(call.body).includes('"bad"')
      ? answer(400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'I do not like bad.' })
      : undefined,
  );
  const report = await run(t);
  expect(report.runs).toEqual({ exported: 0, unchanged: 0, broken: 1 });
  expect(report.problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/its parameter bad was left out.*I do not like bad/),
    expect.stringMatching(/its metric bad was left out/),
  ]);
  expect(there(api, id)).toMatchObject({ params: { good: '1', better: '3' }, metrics: { good: { value: 1 } } });
});

describe('the secret', () => {
  const authorization = async (to: object): Promise<string | undefined> => {
    const t = await openTestTransfer();
    t.newRun();
    const seen: (string | undefined)[] = [];
    const http = await import('node:http');
    const { api } = await server();
    const own = http.createServer((request, response) => {
      seen.push(request.headers.authorization);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://localhost');
        const call = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          body: Buffer.concat(chunks),
        };
        void Promise.resolve(api.handler(call)).then(async found =>
          response.writeHead(found?.status ?? 404).end(found === undefined ? '' : (await whole(found)).body),
        );
      });
    });
    await new Promise<void>(resolve => own.listen(0, '127.0.0.1', resolve));
    const address = own.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await t.transfer.export(
      { to: { kind: 'mlflow', url: `http://127.0.0.1:${port}`, ...to } },
      () => undefined,
      new AbortController().signal,
    );
    own.close().closeAllConnections();
    expect(new Set(seen).size).toBe(1);
    return seen[0];
  };
  test('a token', async () => expect(await authorization({ token: 'secret' })).toBe('Bearer secret'));
  test('a password', async () =>
    expect(await authorization({ token: 'secret', user: 'ada' })).toBe(
      `Basic ${Buffer.from('ada:secret').toString('base64')}`,
    ));
  test('none', async () => expect(await authorization({})).toBeUndefined());

  test.each([401, 403])('%d ends the export, and the message does not hold the secret', async status => {
    const t = await openTestTransfer();
    t.newRun();
    const { url } = await server(() => answer(status, { message: 'no' }));
    const to = { kind: 'mlflow', url, token: 'very-secret' } as const;
    const failure: unknown = await t.transfer
      .export({ to }, () => undefined, new AbortController().signal)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'remote.refused', message: expect.stringContaining(String(status)) });
    expect(JSON.stringify([failure, String(failure)])).not.toContain('very-secret');
  });
});

describe('servers that do not answer as they should', () => {
  test('busy for a moment: tried again', async () => {
    const t = await openTestTransfer();
    t.newRun();
    let busy = 2;
    const { export: run } = await server(() => (busy-- > 0 ? answer(503, {}) : undefined));
    expect((await run(t)).runs.exported).toBe(1);
  });

  test('an answer that is lost: the run is not made twice', async () => {
    const t = await openTestTransfer();
    const id = t.newRun('once');
    const first = await server();
    let lost = true;
    const http = await import('node:http');
    const own = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://localhost');
        const call = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          body: Buffer.concat(chunks),
        };
        void Promise.resolve(first.api.handler(call)).then(async found => {
          if (lost && url.pathname.endsWith('/runs/create')) {
            lost = false;
            request.socket.destroy(); // it was made, but nobody hears of it
          } else response.writeHead(found?.status ?? 404).end(found === undefined ? '' : (await whole(found)).body);
        });
      });
    });
    await new Promise<void>(resolve => own.listen(0, '127.0.0.1', resolve));
    const address = own.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const report = await t.transfer.export(
      { to: { kind: 'mlflow', url: `http://127.0.0.1:${port}` } },
      () => undefined,
      new AbortController().signal,
    );
    own.close().closeAllConnections();
    expect(report.runs.exported).toBe(1);
    expect(there(first.api, id).name).toBe('once');
  });

  test.each<[string, Parameters<typeof server>[0], object]>([
    ['a web page', () => Promise.resolve({ status: 200, headers: {}, body: '<html>' }), { code: 'remote.unreachable' }],
    ['sent elsewhere', () => Promise.resolve({ status: 302, headers: { location: 'http://evil' }, body: '' }), { code: 'remote.refused' }],
  ])('%s', async (_, before, error) => {
    const t = await openTestTransfer();
    t.newRun();
    await expect((await server(before)).export(t)).rejects.toMatchObject(error);
  }); // prettier-ignore

  test('nobody there', async () => {
    const t = await openTestTransfer();
    t.newRun();
    const to = { kind: 'mlflow', url: 'http://127.0.0.1:1' } as const;
    await expect(t.transfer.export({ to }, () => undefined, new AbortController().signal)).rejects.toMatchObject({
      code: 'remote.unreachable',
    });
  });

  test('artifacts in a place of their own: said, everything else arrives', async () => {
    const t = await openTestTransfer();
    const id = t.newRun('one');
    t.tracking.logArtifactBytes(id, 'x', Buffer.from('x'));
    const made = runId('a'.repeat(32));
    const { calls, export: run } = await server(call =>
      call.path.endsWith('/runs/create') ? answer(200, { run: { info: { run_id: made, artifact_uri: 's3://bucket/1' } } })
      : /log-batch|update|set-tag/.test(call.path) ? answer(200, {}) : undefined,
    ); // prettier-ignore
    const report = await run(t);
    expect(report.problems).toMatchObject([
      { message: expect.stringContaining('s3://bucket/1'), fix: expect.stringContaining('--serve-artifacts') },
    ]);
    expect(
      calls.some(({ path: to }) => to.endsWith('/set-tag')),
      'the next export tries again',
    ).toBe(false);
  });

  test('an experiment or run that was deleted there', async () => {
    const t = await openTestTransfer();
    const experimentId = t.tracking.createExperiment('credit').id;
    const { id } = t.tracking.createRun({ experimentId, user: 'ada', name: 'one' });
    const { api, export: run } = await server();
    await run(t);
    api.tracking.deleteRun(there(api, id).id);
    expect((await run(t)).runs.unchanged).toBe(1);
    t.tracking.setTags(id, { a: '1' });
    expect((await run(t)).problems).toMatchObject([{ message: expect.stringContaining('deleted on the server') }]);
    api.tracking.deleteExperiment(api.tracking.experimentByName('credit').id);
    expect((await run(t)).problems).toMatchObject([
      { message: expect.stringContaining('experiment credit has been deleted') },
    ]);
  });

  test('cancelled: stops, and goes on later', async () => {
    const t = await openTestTransfer();
    for (let run = 0; run < 5; run++) t.newRun(`r${run}`);
    const controller = new AbortController();
    const { api, export: run } = await server(call => {
      if (call.path.endsWith('/set-tag')) controller.abort();
      return undefined;
    });
    await expect(run(t, {}, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    const report = await run(t);
    expect(report.runs.exported + report.runs.unchanged).toBe(5);
    expect(api.tracking.searchRecords({}).records).toHaveLength(5);
  });
});

test('children before their parents, and circles of parents', async () => {
  const t = await openTestTransfer();
  const experimentId = t.tracking.experimentByName('Default').id;
  const parent = t.tracking.createRun({ experimentId, user: 'a', name: 'parent', startedAt: 5000 }).id;
  const child = t.tracking.createRun({
    experimentId,
    user: 'a',
    name: 'child',
    startedAt: 1000,
    parentRunId: parent,
  }).id;
  const [one, two] = [t.newRun('one'), t.newRun('two')];
  t.tracking.setTags(one, { 'mlflow.parentRunId': two });
  t.tracking.setTags(two, { 'mlflow.parentRunId': one });
  const { api, export: run } = await server();
  expect((await run(t)).runs.exported).toBe(4);
  expect(there(api, child).parentRunId).toBe(there(api, parent).id);
  expect(path.basename(there(api, one).tags['mlflow.parentRunId']!)).not.toBe('');
});

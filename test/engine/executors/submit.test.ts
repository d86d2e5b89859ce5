import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { ExecutorService } from '../../../engine/executors/service';
import { ancestors, surelyMade, topologicalOrder } from '../../../engine/pipelines/graph/graph';
import type { SubmittedWorkflow } from '../../../engine/protocol/executors';
import { startKubeServer } from '../../support/kubeServer';

const { config } = parseConfig('name: x\npipelines: {train: {steps: {load: {run: a}, fit: {run: b, needs: load}}}}', 'modelyard.yaml'); // prettier-ignore
const service = new ExecutorService({
  config: async () => ({ config: config!, locate: () => undefined }),
  graph: { order: topologicalOrder, ancestors, sure: surelyMade },
  version: '1.2.3',
  configFile: 'modelyard.yaml',
  ray: { workspace: '/', git: () => Promise.resolve(undefined) },
  argo: { interval: 20, patience: 300 },
});
const never = new AbortController().signal;
const beside = (name: string): string => path.resolve(import.meta.dirname, '../../fixtures/tls', name);

function submit(kubeconfig: string, signal = never) {
  const seen: string[] = [];
  const changed = ({ phase, tasks }: SubmittedWorkflow): void => {
    seen.push([phase, ...tasks.map(task => `${task.name}:${task.phase}`)].join(' '));
  };
  return { seen, result: service.submit({ pipeline: 'train', kubeconfig }, changed, signal) };
}
const reached = (seen: readonly string[], what: string) =>
  expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(what);

test('a pipeline is created as a workflow and followed to its end, with a token over TLS', async () => {
  const server = await startKubeServer();
  const { seen, result } = submit(server.kubeconfig());
  await reached(seen, 'Pending');
  expect(server.created().spec.templates.map(({ name }) => name)).toEqual(['modelyard-dag', 'load', 'fit']);
  server.become('Running', { load: 'Running' });
  await reached(seen, 'Running load:Running');
  server.become('Succeeded', { load: 'Succeeded', fit: 'Succeeded' });
  expect(await result).toMatchObject({ name: 'train-x', namespace: 'ml', phase: 'Succeeded' });
  expect(seen.at(-1)).toBe('Succeeded load:Succeeded fit:Succeeded');
});

test('a client certificate in files beside the kubeconfig is as good', async () => {
  const server = await startKubeServer();
  const user = { 'client-certificate': beside('client.crt'), 'client-key': beside('client.key') };
  const cluster = { 'certificate-authority-data': undefined, 'certificate-authority': beside('ca.crt') };
  const { seen, result } = submit(server.kubeconfig({ user, cluster }));
  await reached(seen, 'Pending');
  server.become('Succeeded', {});
  expect((await result).phase).toBe('Succeeded');
});

test('of a failed task the end of its log is told', async () => {
  const server = await startKubeServer();
  server.logs.set('fit', 'no column age\n');
  const { seen, result } = submit(server.kubeconfig());
  await reached(seen, 'Pending');
  server.become('Failed', { load: 'Succeeded', fit: 'Failed' });
  const { tasks } = await result;
  expect(tasks).toMatchObject([{ name: 'load', phase: 'Succeeded' }, { name: 'fit', phase: 'Failed', log: 'no column age\n' }]); // prettier-ignore
  expect(tasks[0]).not.toHaveProperty('log');
});

test('cancelled: the workflow is terminated there', async () => {
  const server = await startKubeServer();
  const abort = new AbortController();
  const { seen, result } = submit(server.kubeconfig(), abort.signal);
  const ended = expect(result).rejects.toMatchObject({ code: 'cancelled' });
  await reached(seen, 'Pending');
  abort.abort();
  await ended;
  expect(server.created()).toMatchObject({ spec: { shutdown: 'Terminate' }, status: { phase: 'Failed' } });
});

test('a cluster that answers badly for a moment is borne; one that is gone is told, and that the workflow goes on', async () => {
  const server = await startKubeServer();
  const { seen, result } = submit(server.kubeconfig());
  const ended = expect(result).rejects.toMatchObject({
    code: 'remote.unreachable',
    message: expect.stringMatching(/has not answered for 0 s \(nothing listens there\)\. The workflow train-x goes on there by itself\./), // prettier-ignore
  });
  await reached(seen, 'Pending');
  server.answer = () => ({ status: 503, body: { message: 'etcd leader changed' } });
  await delay(100);
  server.answer = () => undefined;
  server.become('Running', {});
  await reached(seen, 'Running');
  await server.die();
  await ended;
});

test('refusals say the way out', async () => {
  const server = await startKubeServer();
  const refused = async (over: Parameters<typeof server.kubeconfig>[0]): Promise<unknown> =>
    submit(server.kubeconfig(over)).result.catch((error: unknown) => error);
  expect(await refused({ user: { exec: { command: 'aws' } } })).toMatchObject({ message: expect.stringMatching(/user me .* a program \(`exec`\), but apiVersion is not as it should be/), fix: expect.stringMatching(/client\.authentication\.k8s\.io\/v1 and v1beta1/) }); // prettier-ignore
  expect(await refused({ cluster: { 'insecure-skip-tls-verify': true } })).toMatchObject({ message: expect.stringMatching(/not checked/) }); // prettier-ignore
  expect(await refused({ cluster: { server: 'http://127.0.0.1:1' } })).toMatchObject({ message: expect.stringMatching(/not reached over TLS/) }); // prettier-ignore
  expect(server.requests).toEqual([]);
  const unchecked = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  onTestFinished(() => void (unchecked === undefined ? delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'] : (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = unchecked))); // prettier-ignore
  expect(await refused({ cluster: { 'certificate-authority-data': undefined } })).toMatchObject({ code: 'remote.unreachable', message: expect.stringMatching(/certificate/) }); // prettier-ignore
  expect(await refused({ user: { token: 'wrong' } })).toMatchObject({ code: 'remote.refused', fix: expect.stringMatching(/not valid any more/) }); // prettier-ignore
  server.answer = () => ({ status: 404, body: { message: 'the server could not find the requested resource' } });
  expect(await refused({})).toMatchObject({
    message: expect.stringMatching(/has no Argo Workflows, or no namespace ml/),
  });
  await expect(submit('/no/such/file').result).rejects.toMatchObject({ code: 'not-found', fix: expect.stringMatching(/KUBECONFIG/) }); // prettier-ignore
});

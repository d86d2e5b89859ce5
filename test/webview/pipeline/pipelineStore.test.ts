import { expect, test } from 'vitest';
import type { PipelineRun } from '../../../engine/protocol/pipelines';
import { PipelineStore } from '../../../webview/pipeline/pipelineStore';
import { Channel } from '../../../webview/shared/channel';
import type { ToHost, ToPage } from '../../../webview/shared/protocol';
import { aRun } from './steps';

type Answer = (params: never) => unknown;

/** A page's channel over a host that answers as it is told, or not at all. */
function open(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const cancelled: number[] = [];
  let listen: (event: { readonly data: unknown }) => void = () => undefined;
  const say = (message: ToPage | object): void => listen({ data: message });
  const api = {
    getState: () => undefined,
    setState: () => undefined,
    postMessage: (message: ToHost) => {
      if (message.type === 'cancel') cancelled.push(message.id);
      if (message.type !== 'call') return;
      asked.push(message.method);
      const answer = answers[message.method];
      if (answer === undefined) return;
      queueMicrotask(() => {
        try {
          say({ type: 'result', id: message.id, value: answer(message.params as never) });
        } catch (error) {
          say({ type: 'error', id: message.id, error });
        }
      });
    },
  };
  const target = {
    addEventListener: (_: string, listener: never) => (listen = listener),
    removeEventListener: () => undefined,
  };
  const channel = new Channel(api, target as never);
  const [began, failed] = [[] as PipelineRun[], [] as unknown[]];
  const store = new PipelineStore(channel, 'train', {
    changed: () => undefined,
    began: run => began.push(run),
    failed: error => failed.push(error),
  });
  return { store, say, asked, cancelled, began, failed };
}
const turns = () => new Promise(resolve => setTimeout(resolve, 5));
const summary = { name: 'train', steps: [] };
const plan = { pipeline: 'train', steps: [], runs: 0, summary: 'Nothing will run: nothing has changed.' };
const base = (runs: () => readonly PipelineRun[]): Record<string, Answer> => ({
  'pipelines/list': () => [summary],
  'pipelines/runs': runs,
  'pipelines/plan': () => plan,
  'runs/list': () => [],
});

test('a run whose engine was killed is shown as it ended, and nothing older is lost', async () => {
  const old = aRun([], { startedAt: 1000 });
  const running = aRun([{ status: 'running' }], { startedAt: 2000, status: 'running' });
  let runs: readonly PipelineRun[] = [running, old];
  const it = open(base(() => runs));
  await it.store.load();
  expect(it.store.runs.map(({ status }) => status)).toEqual(['running', 'succeeded']);
  runs = [{ ...running, status: 'failed' }];
  it.say({ type: 'reconnected' });
  await turns();
  expect(it.store.runs.map(({ status }) => status)).toEqual(['failed', 'succeeded']);
  expect(it.began).toEqual([]);
});

test('a run that begins is told once; those of other pipelines are not', async () => {
  const it = open(base(() => []));
  await it.store.load();
  const run = aRun([], { status: 'running' });
  const changed = (payload: PipelineRun) =>
    it.say({ type: 'event', event: 'pipeline/changed', payload: { run: payload } });
  changed(run);
  changed({ ...run, status: 'succeeded' });
  changed({ ...aRun([]), pipeline: 'other' });
  expect(it.began).toEqual([run]);
  expect(it.store.runs.map(({ status }) => status)).toEqual(['succeeded']);
});

test('a newer plan ends an older one; what is wrong with the file does not hide the runs', async () => {
  const answers = base(() => [aRun([])]);
  const { 'pipelines/plan': _, ...silent } = answers;
  const it = open(silent);
  void it.store.load();
  await turns();
  void it.store.makePlan();
  expect(it.cancelled).toHaveLength(1);
  const broken = open({
    ...answers,
    'pipelines/list': () => {
      throw { code: 'config.invalid', message: 'Line 3 is no YAML.' };
    },
  });
  await broken.store.load();
  expect(broken.failed).toEqual([]);
  expect(broken.store.runs).toHaveLength(1);
  expect(String(broken.store.planError)).toContain('Line 3 is no YAML.');
  expect(broken.asked).not.toContain('pipelines/plan');
});

test('older runs come page by page', async () => {
  const runs = Array.from({ length: 50 }, (_, at) => aRun([], { startedAt: 50 - at }));
  const it = open({
    ...base(() => []),
    'pipelines/runs': (({ limit, before }: { limit: number; before?: string }) => {
      const from = before === undefined ? 0 : runs.findIndex(({ id }) => id === before) + 1;
      return runs.slice(from, from + limit);
    }) as Answer,
  });
  await it.store.load();
  const counts = [it.store.runs.length];
  while (it.store.hasMore) {
    await it.store.more();
    counts.push(it.store.runs.length);
  }
  expect(counts).toEqual([20, 40, 50]);
  expect(it.store.runs.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
});

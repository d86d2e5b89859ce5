import { beforeEach, expect, test, vi } from 'vitest';
import type { PipelinePlan } from '../../engine/protocol/pipelines';

const edited = vi.hoisted(() => ({ fire: (event: unknown): void => void event, text: 'a', config: true }));
vi.mock('vscode', async load => {
  const stub = await load<typeof import('./vscodeStub')>();
  const changes = new stub.EventEmitter<unknown>();
  edited.fire = changes.fire.bind(changes);
  const document = { uri: stub.Uri.file('/w/modelyard.yaml'), getText: () => edited.text };
  return {
    ...stub,
    window: { visibleTextEditors: [{ document }], onDidChangeVisibleTextEditors: new stub.EventEmitter().event },
    workspace: {
      ...stub.workspace,
      onDidChangeTextDocument: changes.event,
      onDidChangeConfiguration: new stub.EventEmitter().event,
      getConfiguration: () => ({ get: () => edited.config }),
    },
  };
});
const vscode = await import('vscode');
const { PlanStates } = await import('../../src/editor/planStates');

const plan = (runs: number): PipelinePlan => ({
  ...{ pipeline: 'p', summary: '', runs },
  steps: ['a', 'b'].map((name, at) => ({
    ...{ name, uses: 'run', needs: [], reason: 'no earlier run', changes: [] },
    decision: at < runs ? 'runs' : 'cached',
  })),
});

beforeEach(() => {
  vi.useFakeTimers();
  edited.text = 'a';
});

function open(answer: () => Promise<PipelinePlan>, kept = new Map<string, unknown>()) {
  const asked: { method: string; params: unknown; signal: AbortSignal }[] = [];
  const listeners = new Map<string, (payload: unknown) => void>();
  const engine = {
    folder: vscode.Uri.file('/w'),
    on: (event: string, listener: (payload: unknown) => void) => (
      listeners.set(event, listener),
      { dispose: () => {} }
    ),
    onDidReconnect: () => ({ dispose: () => {} }),
    call: (method: string, params: unknown, { signal }: { signal: AbortSignal }) => {
      asked.push({ method, params, signal });
      return method === 'config/outline' ? Promise.resolve({ pipelines: [{ name: 'p' }] }) : answer();
    },
  };
  const engines = {
    ...{ all: () => [engine], of: () => engine, isConfig: () => true, inBackground: () => undefined },
    onDidChange: new vscode.EventEmitter<void>().event,
  };
  const store = {
    get: (key: string) => kept.get(key),
    update: (key: string, value: unknown) => void kept.set(key, value),
  };
  const states = new PlanStates(engines as never, { version: '1', store } as never);
  let changes = 0;
  states.onDidChange(() => changes++);
  const type = (text: string): void => {
    edited.text = text;
    edited.fire({ document: { uri: vscode.Uri.file('/w/modelyard.yaml') }, contentChanges: [{}] });
  };
  const plans = () => asked.filter(({ method }) => method === 'pipelines/plan');
  return {
    states,
    type,
    plans,
    kept,
    emit: (event: string, payload: unknown) => listeners.get(event)?.(payload),
    text: () => states.text(engine as never, 'p'),
    changes: () => changes,
  };
}

test('while somebody types nothing is planned; then once, with the text of the editor', async () => {
  const it = open(() => Promise.resolve(plan(1)));
  for (const text of ['b', 'bc', 'bcd']) {
    it.type(text);
    await vi.advanceTimersByTimeAsync(300);
  }
  expect(it.plans()).toEqual([]);
  expect(it.text()).toBe('Plan');
  await vi.advanceTimersByTimeAsync(600);
  expect(it.plans().map(({ params }) => params)).toEqual([{ pipeline: 'p', text: 'bcd' }]);
  expect(it.text()).toBe('Plan: 1 of 2 will run (a: no earlier run)');
  expect(it.changes()).toBe(1);
});

test('a key ends the plan of an older text, and its lens stays as it was', async () => {
  const answers: (() => Promise<PipelinePlan>)[] = [
    () => Promise.resolve(plan(1)),
    () => new Promise(() => undefined),
    () => Promise.resolve(plan(2)),
  ];
  const it = open(() => answers.shift()!());
  await vi.advanceTimersByTimeAsync(600);
  it.type('b');
  await vi.advanceTimersByTimeAsync(600);
  expect(it.plans()[1]!.signal.aborted).toBe(false);
  it.type('c');
  expect(it.plans()[1]!.signal.aborted).toBe(true);
  expect(it.text()).toBe('Plan: 1 of 2 will run (a: no earlier run)');
  await vi.advanceTimersByTimeAsync(600);
  expect(it.text()).toBe('Plan: all 2 will run (a: no earlier run)');
});

test('what it said last is there after a reload; what cannot be planned stays, and the same is no change', async () => {
  const first = open(() => Promise.resolve(plan(1)));
  await vi.advanceTimersByTimeAsync(600);
  const second = open(() => Promise.reject(new Error('a text that is no YAML')), first.kept);
  expect(second.text()).toBe('Plan: 1 of 2 will run (a: no earlier run)');
  await vi.advanceTimersByTimeAsync(600);
  expect([second.text(), second.changes()]).toEqual(['Plan: 1 of 2 will run (a: no earlier run)', 0]);
});

test('a run that ends is planned anew, one that goes on is not; nothing is asked when the setting is off', async () => {
  const it = open(() => Promise.resolve(plan(1)));
  await vi.advanceTimersByTimeAsync(600);
  it.emit('pipeline/changed', { run: { status: 'running' } });
  await vi.advanceTimersByTimeAsync(600);
  expect(it.plans()).toHaveLength(1);
  it.emit('pipeline/changed', { run: { status: 'succeeded' } });
  await vi.advanceTimersByTimeAsync(600);
  expect(it.plans()).toHaveLength(2);
  edited.config = false;
  it.emit('config/changed', {});
  await vi.advanceTimersByTimeAsync(600);
  edited.config = true;
  expect(it.plans()).toHaveLength(2);
});

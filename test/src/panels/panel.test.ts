import { expect, test } from 'vitest';
import * as vscode from 'vscode';
import { Panel } from '../../../src/panels/panel';

/** An engine that notes who listens, and answers with its name. */
function engine(name: string) {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const on = (event: string, listener: (payload: unknown) => void) => {
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set.add(listener));
    return new vscode.Disposable(() => set.delete(listener));
  };
  return {
    call: () => Promise.resolve(name),
    on,
    onDidReconnect: (listener: () => void) => on('reconnect', listener),
    emit: (event: string, payload: unknown) => listeners.get(event)?.forEach(listener => listener(payload)),
    heard: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

function open(subject: object = { page: 'experiments', folder: 'file:///w', selected: [] }) {
  const posted: unknown[] = [];
  const [messages, changed, state] = [0, 1, 2].map(() => new vscode.EventEmitter<unknown>());
  const webview = {
    onDidReceiveMessage: messages!.event,
    postMessage: (m: unknown) => Promise.resolve(posted.push(m)),
  };
  const panel = { webview, visible: true, onDidChangeViewState: state!.event, dispose: () => undefined };
  const engines = {
    at: engine('first'),
    of: () => engines.at,
    onDidChange: changed!.event,
    inBackground: () => undefined,
  };
  const host = new Panel({ panel, engines, subject, owner: {} } as never);
  const replace = (next: ReturnType<typeof engine>): void => {
    engines.at = next;
    changed!.fire(undefined);
  };
  const call = async (): Promise<unknown> => {
    messages!.fire({ type: 'call', id: 1, method: 'models/list', params: {} });
    await new Promise(resolve => setImmediate(resolve));
    return posted.at(-1);
  };
  return { host, posted, engines, replace, call, say: (message: unknown) => messages!.fire(message) };
}
const turn = () => new Promise(resolve => setImmediate(resolve));

test('a page follows the engine of its folder when that is replaced, and leaves the old one', async () => {
  const { host, posted, engines, replace, call, say } = open();
  const first = engines.at;
  await turn();
  say({ type: 'ready' });
  expect(await call()).toEqual({ type: 'result', id: 1, value: 'first' });
  const second = engine('second');
  replace(second);
  expect(posted.at(-1)).toEqual({ type: 'reconnected' });
  expect(await call()).toEqual({ type: 'result', id: 1, value: 'second' });
  expect(first.heard()).toBe(0);
  second.emit('model/changed', { name: 'm' });
  expect(posted.at(-1)).toEqual({ type: 'event', event: 'model/changed', payload: { name: 'm' } });
  const before = posted.length;
  replace(second);
  expect(posted).toHaveLength(before);
  host.dispose();
  expect(second.heard()).toBe(0);
});

test('one that is closed before its engine is there listens to nothing', async () => {
  const { host, engines } = open();
  host.dispose();
  await turn();
  expect(engines.at.heard()).toBe(0);
});

test('the page of a pipeline hears of its own runs, and is told which to show when it is there', async () => {
  const { host, posted, engines, say } = open({ page: 'pipeline', folder: 'file:///w', pipeline: 'train' });
  const run = (pipeline: string) => ({ run: { id: 'a', pipeline } });
  host.showRun({ run: null, step: 'split' });
  await turn();
  expect(posted).toEqual([]);
  say({ type: 'ready' });
  expect(posted).toEqual([{ type: 'showRun', run: null, step: 'split' }]);
  engines.at.emit('pipeline/changed', run('other'));
  engines.at.emit('pipeline/changed', run('train'));
  engines.at.emit('config/changed', {});
  expect(posted.slice(1)).toEqual([
    { type: 'event', event: 'pipeline/changed', payload: run('train') },
    { type: 'event', event: 'config/changed', payload: {} },
  ]);
});

test('the page of a model hears of what is served, and is told which version or part to show', async () => {
  const { host, posted, engines, say } = open({ page: 'model', folder: 'file:///w', model: 'credit-risk' });
  await turn();
  say({ type: 'ready' });
  host.showOfModel({ version: 4, stage: 'production' });
  host.showOfModel({ part: 'serving' });
  engines.at.emit('serving/changed', {});
  engines.at.emit('config/changed', {});
  engines.at.emit('dataset/changed', { name: 'd' });
  expect(posted).toEqual([
    { type: 'showVersion', version: 4, stage: 'production' },
    { type: 'showPart', part: 'serving' },
    { type: 'event', event: 'serving/changed', payload: {} },
    { type: 'event', event: 'config/changed', payload: {} },
  ]);
});

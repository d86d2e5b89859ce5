import { beforeEach, describe, expect, test, vi } from 'vitest';

const shown = vi.hoisted((): string[] => []);
vi.mock('vscode', () => {
  const uri = { joinPath: (...parts: string[]) => parts.join('/'), parse: (text: string) => text };
  const showTextDocument = (at: string, { selection }: { selection: { text: string } }): Promise<void> => {
    shown.push(`${at} ${selection.text}`);
    return Promise.resolve();
  };
  const at = ({ line, character }: { line: number; character: number }): string => `${line}:${character}`;
  return {
    l10n: { t: (text: string) => text, bundle: undefined },
    env: { language: 'en' },
    workspace: { isTrusted: false, getConfiguration: () => ({ get: () => ['auc'] }) },
    window: { showTextDocument },
    Position: class {
      constructor(
        readonly line: number,
        readonly character: number,
      ) {}
    },
    Range: class {
      readonly text: string;
      constructor(start: never, end: never) {
        this.text = `${at(start)}-${at(end)}`;
      }
    },
    CancellationError: class extends Error {},
    Uri: uri,
  };
});

const { handlers, isPageMethod } = await import('../../../src/panels/handlers');
const { toHost } = await import('../../../src/panels/messages');
const { plain } = await import('../../../src/panels/plain');
const { keptSubject } = await import('../../../src/panels/subject');

const runId = 'a'.repeat(32);
const calls: unknown[][] = [];
const engine = { call: (...args: unknown[]) => (calls.push(args), Promise.resolve('answer')) };
const context = { engine, folder: '/w', subject: { page: 'run', folder: '/w', runId }, owner: {} } as never;
const signal = new AbortController().signal;

beforeEach(() => void calls.splice(0));

describe('what a page may ask of its host', () => {
  test('is what is on the list, and nothing that starts, stops or copies anything', () => {
    const asked = (method: string) => toHost({ type: 'call', id: 1, method, params: {} });
    expect(asked('runs/get')).toEqual({ type: 'call', id: 1, method: 'runs/get', params: {} });
    for (const method of [
      'pipelines/run',
      'pipelines/cancel',
      'models/promote',
      'features/materialise',
      'features/push',
      'features/apply',
      'db/copy',
      'engine/stop',
      'toString',
      'constructor',
      '',
    ])
      expect(asked(method), method).toBeUndefined();
    expect(isPageMethod('__proto__')).toBe(false);
  });

  test.each([
    null,
    1,
    'ready',
    [],
    {},
    { type: 'call' },
    { type: 'call', id: 'x', method: 'runs/get' },
    { type: 'cancel' },
  ])('is not understood: %j', data => expect(toHost(data)).toBeUndefined());

  test('is handed on with checked parameters', async () => {
    expect(await handlers['runs/delete'](context, { runId }, signal)).toBe('answer');
    expect(calls).toEqual([['runs/delete', { runId }, { signal }]]);
  });

  test.each([
    ['runs/delete', {}],
    ['runs/delete', { runId: '../etc' }],
    ['runs/delete', { runId, more: 1 }],
    ['runs/search', { limit: -1 }],
    ['runs/search', { orderBy: 'metrics.auc' }],
    ['pipelines/log', { id: 'x', step: 'train' }],
    ['runs/update', { runId, tags: { a: 1 } }],
    ['host/promote', { model: '', version: 1 }],
    ['host/startRun', { pipeline: '' }],
    ['host/startRun', { pipeline: 'p', fresh: 'true' }],
    ['host/startRun', { pipeline: 'p', params: { lr: 1 } }],
    ['host/stopRun', { id: runId.slice(1) }],
    ['host/openPipeline', { pipeline: 'p', run: '../x' }],
    ['host/openStep', { pipeline: 'p' }],
    ['pipelines/flow', { id: 'x' }],
    ['host/save', { text: 'no name' }],
    ['features/preview', { entities: '' }],
    ['features/preview', { entities: 'a', mode: 'newest' }],
    ['features/preview', { entities: 'a', limit: 100_000 }],
    ['features/diff', { view: 'loans', before: 0, after: 1 }],
    ['host/changeFeatures', { action: 'push', view: 'loans' }],
    ['host/openPlace', { place: { file: '../secret.txt' } }],
    ['host/openPlace', { place: { file: 'data\\..\\..\\secret.txt', line: 1 } }],
    ['host/openPlace', { place: { file: '', line: 1 } }],
    ['host/openPlace', { place: { file: 'data/a.csv', line: 0 } }],
    ['host/openPlace', { place: { file: 'data/a.csv', scheme: 'http' } }],
  ] as const)('goes nowhere when it is wrong: %s %j', async (method, params) => {
    await expect(async () => handlers[method](context, params, signal)).rejects.toThrow();
    expect(calls).toEqual([]);
  });
});

test('a place that an error names is opened there', async () => {
  const place = { file: 'data/a.csv', line: 42, column: 3, endLine: 42, endColumn: 5, key: 'age' };
  expect(await handlers['host/openPlace'](context, { place }, signal)).toBeNull();
  expect(await handlers['host/openPlace'](context, { place: { file: 'modelyard.yaml' } }, signal)).toBeNull();
  expect(shown).toEqual(['/w/data/a.csv 41:2-41:4', '/w/modelyard.yaml 0:0-0:0']);
});

test('the subject of a kept panel is taken only when it is one', () => {
  const subject = { page: 'run', folder: 'file:///w', runId };
  expect(keptSubject({ subject, tab: 'log' })).toEqual(subject);
  const join = { page: 'features', folder: 'file:///w', of: { join: { service: 'risk', entities: 'applications' } } };
  expect(keptSubject({ subject: join, filter: 'missed' })).toEqual(join);
  expect(keptSubject({ subject: { ...join, of: { view: '' } } })).toBeUndefined();
  for (const state of [undefined, null, {}, { subject: { ...subject, runId: 7 } }, { subject: { page: 'other' } }])
    expect(keptSubject(state)).toBeUndefined();
});

test('numbers that JSON lacks are marked; what has none is handed over as it is', () => {
  const value = { a: [1, { b: 'NaN' }] };
  expect(plain(value)).toBe(value);
  expect(plain({ a: [NaN, -Infinity, 1] })).toEqual({ a: [{ $number: 'NaN' }, { $number: '-Infinity' }, 1] });
});

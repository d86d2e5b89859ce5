import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { methodKinds } from '../../../engine/client/methodKinds';
import { ModelyardError } from '../../../engine/errors';
import type { CallContext } from '../../../engine/process/method';
import { methodTable } from '../../../engine/process/methods/table';
import type { RoomCall } from '../../support/stubEngine';
import { stubServices } from '../../support/stubEngine';
import { methodNames, validParams } from '../../support/validParams';

const calls: RoomCall[] = [];
const engineCalls = {
  status: () => ({ version: '', pid: 1, startedAt: 0, clients: [], database: { path: '', bytes: 0 }, memory: { rss: 0 }, running: [] }),
  listen: () => Promise.resolve({ url: '' }),
  stop: () => Promise.resolve(),
  lifetime: { stopWhenIdle: () => undefined },
}; // prettier-ignore
const table = methodTable(stubServices(calls), engineCalls);
const never = new AbortController().signal;
const context: CallContext = { client: 'test', trusted: true, signal: never, gone: never, progress: () => undefined };

async function invoke(method: keyof typeof table, params: unknown): Promise<ModelyardError | undefined> {
  calls.length = 0;
  try {
    await table[method].invoke(params, context);
    return undefined;
  } catch (error) {
    if (error instanceof ModelyardError) return error;
    throw error;
  }
}

/** What a key may be given instead of the right thing. */
const wrongValues: readonly unknown[] = [{ a: { b: 1 } }, [[]], -1, 1.5, true, '', null, Number.MAX_VALUE];

test('every method is in the table, and is classified as reading or writing', () => {
  expect(Object.keys(table).sort()).toEqual([...methodNames].sort());
  expect(Object.keys(methodKinds).sort()).toEqual([...methodNames, 'engine/hello'].sort());
});

describe.each(methodNames)('%s', method => {
  const valid: Readonly<Record<string, unknown>> = validParams[method];
  const keys = Object.keys(valid);

  test('takes what it should', async () => {
    expect(await invoke(method, valid)).toBeUndefined();
  });

  test('names a key that it does not know', async () => {
    const error = await invoke(method, { ...valid, rubbish: 1 });
    expect(error).toMatchObject({
      code: 'params.invalid',
      message: `${method} has no parameter rubbish.`,
      data: { method, key: 'rubbish' },
    });
    expect(calls).toEqual([]);
  });

  test.each([[[]], ['text'], [7], [false]])('refuses %j for parameters', async params => {
    expect(await invoke(method, params)).toMatchObject({ code: 'params.invalid' });
    expect(calls).toEqual([]);
  });

  for (const key of keys) {
    test(`names ${key} when it is of a wrong kind`, async () => {
      const errors = await Promise.all(wrongValues.map(value => invoke(method, { ...valid, [key]: value })));
      const refused = errors.filter(error => error !== undefined);
      expect(refused.length).toBeGreaterThan(1);
      for (const error of refused) {
        expect(error.code).toBe('params.invalid');
        expect(String(error.data?.['key']).split('.')[0]).toBe(key);
        expect(error.message).toContain(key);
      }
    });
  }

  test('survives anything: a call or params.invalid, never internal', async () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record(Object.fromEntries(keys.map(key => [key, fc.jsonValue()])), { requiredKeys: [] }),
    );
    await fc.assert(
      fc.asyncProperty(anything, async params => {
        const error = await invoke(method, params);
        if (error) {
          expect(error.code).toBe('params.invalid');
          expect(calls).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a missing parameter is named', async () => {
  expect(await invoke('runs/get', {})).toMatchObject({ message: 'runs/get needs the parameter run.' });
  expect(await invoke('models/promote', { name: 'a', version: 1 })).toMatchObject({
    message: 'models/promote needs the parameter to.',
  });
});

test('the message says what is wrong with a value', async () => {
  expect(await invoke('runs/series', { runId: '../etc' })).toMatchObject({
    message: 'The parameter runId of runs/series cannot be used: "../etc" is not a run id.',
  });
  expect(await invoke('runs/search', { orderBy: ['a', 7] })).toMatchObject({
    message: expect.stringContaining('The parameter orderBy.1 of runs/search cannot be used'),
  });
});

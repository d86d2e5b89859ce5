import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { OnlineRequest } from '../../../engine/protocol/features';
import type { HttpRequest } from '../../../engine/http';
import { AskEngine } from '../../../engine/serving/askEngine';
import { completeRows, type FeatureLookup } from '../../../engine/serving/featureLookup';
import { createScoringHandler } from '../../../engine/serving/scoringHandler';

const use = {
  service: 'risk',
  definition: 'd',
  features: [
    { column: 'bill', reference: 'statements@v1:bill' },
    { column: 'paid', reference: 'statements@v1:paid' },
    { column: 'share', reference: 'use@v2:share' },
  ],
  keys: ['client_id'],
  request: ['amount'],
};
/** `paid` is a feature that the model does not take. */
const model = { inputs: ['age', 'bill', 'share'], use };

const asked: OnlineRequest[] = [];
const lookup: FeatureLookup = request => {
  asked.push(request);
  return Promise.resolve({
    values: [
      [10, null],
      ['a', 'b'],
    ].slice(0, request.features?.length),
    absent: 1,
  });
};

test('what the model takes and the rows lack is looked up by their keys, in the order of the rows', async () => {
  const rows = { columns: ['age', 'client_id', 'amount'], data: [[30, 7, 1], [40, 8, 2]] }; // prettier-ignore
  expect(await completeRows(rows, model, lookup)).toEqual({
    rows: {
      columns: ['age', 'client_id', 'amount', 'bill', 'share'],
      data: [[30, 7, 1, 10, 'a'], [40, 8, 2, null, 'b']], // prettier-ignore
    },
    absent: 1,
  });
  expect(asked).toEqual([
    { features: ['statements@v1:bill', 'use@v2:share'], entities: { client_id: [7, 8], amount: [1, 2] } },
  ]);
});

test('what a row brings itself is taken as it is; with all of it nobody is asked', async () => {
  const all = { columns: ['age', 'bill', 'share'], data: [[30, 5, 'x']] };
  expect(await completeRows(all, model, () => Promise.reject(new Error('asked')))).toEqual({ rows: all });
  const some = { columns: ['bill', 'client_id', 'amount'], data: [[5, 7, 1]] };
  const { rows } = await completeRows(some, model, () => Promise.resolve({ values: [['x']], absent: 0 }));
  expect(rows).toEqual({ columns: ['bill', 'client_id', 'amount', 'share'], data: [[5, 7, 1, 'x']] });
});

test('without keys, or without anybody to ask, the error says what to send', async () => {
  const rows = { columns: ['age', 'amount'], data: [[30, 1]] };
  await expect(completeRows(rows, model, lookup)).rejects.toMatchObject({
    code: 'data.column',
    message: 'The rows have no column bill, which the model takes, and no client_id to look it up with.',
    fix: 'Send client_id, amount, or all columns that the model takes.',
  });
  const keyed = { columns: ['client_id', 'amount'], data: [[1, 1]] };
  await expect(completeRows(keyed, model, undefined)).rejects.toThrow('only by a server of the workspace');
});

const post = (body: object): HttpRequest => ({
  method: 'POST',
  path: '/invocations',
  query: new URLSearchParams(),
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

test('the process that serves asks the engine, and an answer says how many values there were not', async () => {
  const engine = new AskEngine(question => {
    expect(question).toMatchObject({ type: 'look-up', features: ['statements@v1:bill', 'use@v2:share'] });
    engine.hear({ type: 'features', id: question.id, found: { values: [[10], [null]], absent: 1 } });
  });
  const handler = createScoringHandler({
    scorer: () => ({ version: 3, features: model, answer: async ({ data }) => [{ value: Number(data[0]?.[3]) }] }),
    lookup: engine.lookup,
    answered: () => undefined,
  });
  const answer = await handler(post({ dataframe_records: [{ age: 1, client_id: 7, amount: 2 }] }));
  expect(answer).toMatchObject({ status: 200, headers: { 'x-modelyard-absent-features': '1' } });
  expect(JSON.parse(String(answer?.body))).toEqual({ predictions: [{ value: 10 }] });
});

test('what the engine refuses reaches whoever has asked', async () => {
  const engine = new AskEngine(({ id }) =>
    engine.hear({
      type: 'features',
      id,
      error: new ModelyardError('not-found', 'There is no view statements.').toWire(),
    }),
  );
  await expect(engine.lookup({ features: ['a:b'], entities: {} })).rejects.toMatchObject({ code: 'not-found' });
});

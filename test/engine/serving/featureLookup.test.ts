import { expect, test } from 'vitest';
import { ModelyardError } from '../../../engine/errors';
import type { OnlineRequest } from '../../../engine/protocol/featureOnline';
import type { HttpRequest } from '../../../engine/http';
import { AskEngine } from '../../../engine/serving/askEngine';
import { completeRows, type FeatureLookup } from '../../../engine/serving/featureLookup';
import { readScoringRequest } from '../../../engine/scoringRequest';
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
  const { rows } = await completeRows(some, model, () => Promise.resolve({ values: [['x']] }));
  expect(rows).toEqual({ columns: ['bill', 'client_id', 'amount', 'share'], data: [[5, 7, 1, 'x']] });
});

test('of rows that bring different columns each gets what it lacks itself; null is brought', async () => {
  const rows = readScoringRequest(
    JSON.stringify({
      dataframe_records: [
        { age: 1, bill: null, share: 'own' },
        { age: 2, client_id: 7, amount: 1 },
        { age: 3, client_id: 8, amount: 2, bill: 5 },
      ],
    }),
  );
  const requests: OnlineRequest[] = [];
  const found = await completeRows(rows, model, request => {
    requests.push(request);
    return Promise.resolve({ values: [[10, 11], ['a', null]] }); // prettier-ignore
  });
  expect(requests).toEqual([
    { features: ['statements@v1:bill', 'use@v2:share'], entities: { client_id: [7, 8], amount: [1, 2] } },
  ]);
  const at = (name: string): number => found.rows.columns.indexOf(name);
  expect(found.rows.data.map(row => [row[at('bill')], row[at('share')]])).toEqual([[null, 'own'], [10, 'a'], [5, null]]); // prettier-ignore
  expect(found.absent).toBe(1);
  const keyless = readScoringRequest('{"instances": [{"client_id": 7, "amount": 1}, {"amount": 2}]}');
  await expect(completeRows(keyless, model, lookup)).rejects.toThrow('Row 2 has no column bill');
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
    engine.hear({ type: 'features', id: question.id, found: { values: [[10], [null]] } });
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

test('keys beyond what a number holds are looked up as they are written, other numbers stay numbers', async () => {
  const keys: unknown[] = [];
  const rows: unknown[] = [];
  const handler = createScoringHandler({
    scorer: () => ({
      ...{ version: 1, features: model },
      answer: async ({ data }) => {
        rows.push(...data);
        return data.map(() => ({ value: 1 }));
      },
    }),
    lookup: ({ entities }) => {
      keys.push(entities['client_id']);
      return Promise.resolve({ values: [[1], [2]] });
    },
    answered: () => undefined,
  });
  const body = '{"instances": [{"client_id": 9007199254740993, "age": 9007199254740993, "amount": 1}]}';
  const answer = await handler({ ...post({}), body: Buffer.from(body) });
  expect(answer).toMatchObject({ status: 200 });
  expect(keys).toEqual([['9007199254740993']]);
  expect(rows).toEqual([[9007199254740992, 9007199254740992, 1, 1, 2]]);
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

import { expect, it } from 'vitest';
import { createFeastHandler } from '../../../../engine/features/online/feastHandler';
import { iso, onlineWorld as world, start } from './onlineWorld';

it("Feast's calls answer in its shape", async () => {
  const { push, loan, online } = await world();
  const handler = createFeastHandler({ get: one => online.get(one), push: one => online.push(one) });
  const post = async (target: string, body: unknown, method = 'POST', headers = {}) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const answer = await handler({ method, path: target, query: new URLSearchParams(), body: bytes, headers });
    return answer && { status: answer.status, body: JSON.parse(String(answer.body)) };
  };
  const df = {
    applicant_id: [1001, 1002],
    at: [iso(start - 1500), iso(start - 1500)],
    amount: [0.5, null],
    grade: ['A', 'B'],
  };
  const pushed = { push_source_name: 'loans', df, to: 'online', allow_registry_cache: true };
  expect(await post('/push', pushed)).toMatchObject({ status: 200 });
  const asked = {
    features: ['loans:amount', 'affordability:share'],
    entities: { applicant_id: [1001, 1002, 7] },
    full_feature_names: true,
    request_context: { asked: 1 },
  };
  const time = iso(start - 1500);
  const never1970 = '1970-01-01T00:00:00Z';
  expect(await post('/features/get-online-features', asked)).toEqual({
    status: 200,
    body: {
      metadata: { feature_names: ['applicant_id', 'loans__amount', 'affordability__share'] },
      results: [
        {
          values: [1001, 1002, 7],
          statuses: ['PRESENT', 'PRESENT', 'PRESENT'],
          event_timestamps: [never1970, never1970, never1970],
        },
        {
          values: [0.5, null, null],
          statuses: ['PRESENT', 'NULL_VALUE', 'NOT_FOUND'],
          event_timestamps: [time, time, never1970],
        },
        {
          values: [2, null, null],
          statuses: ['PRESENT', 'NULL_VALUE', 'NULL_VALUE'],
          event_timestamps: [never1970, never1970, never1970],
        },
      ],
    },
  });
  expect(await post('/get-online-features', { features: ['loans:x'], entities: { applicant_id: [1] } })).toMatchObject({
    status: 404,
  });
  for (const [body, detail] of [
    ['{', /^The body is not JSON/],
    [{ features: ['loans'] }, /^The body does not fit, at `entities`/],
    [{ entities: {} }, /^Give either `feature_service` or `features`/],
    [
      { features: ['loans'], entities: { applicant_id: [[1]] } },
      /^The body does not fit, at `entities.applicant_id.0`/,
    ],
  ] as const)
    expect(await post('/get-online-features', body)).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(detail) },
    });
  expect(await post('/push', { ...pushed, df: { ...df, amount: [1] } })).toMatchObject({ status: 400 });
  expect(await post('/push', { ...pushed, to: 'elsewhere' })).toMatchObject({ status: 400 });
  // an id of the push, as a header or in the body
  const spent = { push_source_name: 'spending', df: { applicant_id: [5], at: [iso(start - 9)], amount: [2] } };
  await post('/push', spent, 'POST', { 'idempotency-key': 'k' });
  await post('/push', { ...spent, push_id: 'k' });
  expect(await post('/push', { ...spent, push_id: 'l' })).toMatchObject({ status: 200 });
  expect(await post('/push', { ...pushed, push_source_name: 'spending', push_id: 'k' })).toMatchObject({
    status: 409,
    body: { error_code: 'conflict' },
  });
  expect(await post('/push', spent, 'POST', { 'idempotency-key': 'x'.repeat(201) })).toMatchObject({ status: 400 });
  const spending = { features: ['spending:spent_7d'], entities: { applicant_id: [5] } };
  expect((await post('/get-online-features', spending))?.body.results[1].values).toEqual([4]);
  expect(await post('/push', {}, 'GET')).toMatchObject({ status: 405 });
  expect(await post('/api/2.0/mlflow/runs/get', {})).toBe(undefined);
  // a key beyond 2^53 is not rounded to another's
  await push('loans', [loan('9007199254740993', start, 1), loan('9007199254740992', start, 2)]);
  const long = '{"features": ["loans:amount"], "entities": {"applicant_id": [9007199254740993]}}';
  expect((await post('/get-online-features', long))?.body.results[1].values).toEqual([1]);
});

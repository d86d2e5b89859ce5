import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openTestRegistryApi } from '../../support/registryApi';

const created = { entity: 'MODEL_VERSION', action: 'CREATED' };
const webhook = { name: 'w', url: 'http://localhost:1/x', events: [created] };

test('made, seen, listed by pages, changed and deleted', async () => {
  const { call, clock } = await openTestRegistryApi();
  const made = await call('POST webhooks', { ...webhook, description: 'd' });
  const id = made.at('webhook', 'webhook_id');
  const times = { creation_timestamp: clock.now, last_updated_timestamp: clock.now };
  expect(made.json).toEqual({ webhook: { webhook_id: id, ...webhook, description: 'd', status: 'ACTIVE', ...times } });
  expect((await call(`GET webhooks/${id}`)).json).toEqual(made.json);
  clock.now += 5;
  const events = [{ entity: 'PROMPT', action: 'CREATED' }, { entity: 'PROMPT_TAG', action: 'SET' }]; // prettier-ignore
  const change = { name: 'v', url: 'https://example.com/', status: 'DISABLED', events };
  expect((await call(`PATCH webhooks/${id}`, change)).json).toMatchObject({
    webhook: { ...change, description: 'd', last_updated_timestamp: clock.now },
  });
  for (const name of ['a', 'b', 'c']) await call('POST webhooks', { ...webhook, name });
  for (const max_results of [-1, 1_001])
    expect(await call('GET webhooks', { max_results })).toMatchObject({
      status: 400,
      json: { error_code: 'INVALID_PARAMETER_VALUE', message: 'max_results must be between 1 and 1000.' },
    });
  const first = await call('GET webhooks', { max_results: 3 });
  expect(JSON.stringify(first.json).match(/(?<="name":")\w/g)).toEqual(['c', 'b', 'a']);
  const second = await call('GET webhooks', { max_results: 3, page_token: first.at('next_page_token') });
  expect(second.json).toMatchObject({ webhooks: [{ name: 'v' }] });
  expect(second.json).not.toHaveProperty('next_page_token');
  expect(await call(`DELETE webhooks/${id}`)).toMatchObject({ status: 200, json: {} });
  for (const route of [
    `GET webhooks/${id}`,
    `PATCH webhooks/${id}`,
    `DELETE webhooks/${id}`,
    `POST webhooks/${id}/test`,
  ])
    expect(await call(route), route).toMatchObject({
      status: 404,
      json: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `Webhook with ID ${id} not found.` },
    });
});

test.each([
  [{}, "Missing value for required parameter 'name'"],
  [{ name: 'w' }, "Missing value for required parameter 'url'"],
  [{ name: 'w', url: 'http://x' }, "Missing value for required parameter 'events'"],
  [{ ...webhook, name: 'a b' }, "Webhook name 'a b' is invalid."],
  [{ ...webhook, name: 'x'.repeat(64) }, 'be at most 63 characters long'],
  [{ ...webhook, url: 'ftp://x' }, "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: http, https."],
  [{ ...webhook, url: 'nonsense' }, "Invalid webhook URL scheme: ''."],
  [{ ...webhook, url: 'http://' }, "Invalid webhook URL 'http://'."],
  [{ ...webhook, url: '  ' }, 'Webhook URL cannot be empty or just whitespace'],
  [{ ...webhook, url: 'https://ann:secret@example.com' }, 'A webhook URL cannot hold a user name or password'],
  [{ ...webhook, events: [{ entity: 'REGISTERED_MODEL', action: 'DELETED' }] }, "Invalid action 'deleted' for entity 'registered_model'. Valid actions are: ['created']"], // prettier-ignore
  [{ ...webhook, events: [{ entity: 'NONSENSE', action: 'CREATED' }] }, 'An event has an entity such as MODEL_VERSION'],
  [{ ...webhook, description: 5 }, "Invalid value 5 for parameter 'description'"],
  [{ ...webhook, secret: 's'.repeat(1_001) }, "'secret' exceeds the maximum length"],
])('%j is refused', async (body, message) => {
  const { call } = await openTestRegistryApi();
  expect(await call('POST webhooks', body)).toMatchObject({
    status: 400,
    json: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) },
  });
});

describe('secrets', () => {
  test('are in a file that only this user can read: neither in the database, nor in an answer, nor in the log', async () => {
    const { call, secretFile, store, logged } = await openTestRegistryApi({
      post: () => Promise.reject(new Error('nobody there')),
    });
    const secret = 'the-very-secret';
    const made = await call('POST webhooks', { ...webhook, secret });
    expect(JSON.stringify(made.json)).not.toContain(secret);
    expect(readFileSync(secretFile, 'utf8')).toContain(secret);
    if (process.platform !== 'win32') expect(statSync(secretFile).mode & 0o777).toBe(0o600);
    await call(`POST webhooks/${made.at('webhook', 'webhook_id')}/test`);
    const copy = store.copyTo(`${store.root}/copy.db`);
    expect(readFileSync(copy.path).includes(secret)).toBe(false);
    expect(logged.join()).not.toContain(secret);
    await call(`DELETE webhooks/${made.at('webhook', 'webhook_id')}`);
    expect(readFileSync(secretFile, 'utf8')).not.toContain(secret);
  });

  test('a webhook without one makes no file; one can be set, changed and taken away', async () => {
    const { call, secretFile, sent } = await openTestRegistryApi();
    const id = (await call('POST webhooks', webhook)).at('webhook', 'webhook_id');
    expect(existsSync(secretFile)).toBe(false);
    const signature = async () => {
      await call(`POST webhooks/${id}/test`);
      return sent.at(-1)?.headers['X-MLflow-Signature'];
    };
    expect(await signature()).toBeUndefined();
    await call(`PATCH webhooks/${id}`, { secret: 'one' });
    expect(await signature()).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    await call(`PATCH webhooks/${id}`, { description: 'x' });
    expect(await signature(), 'another change').toBeDefined();
    await call(`PATCH webhooks/${id}`, { secret: '' });
    expect(await signature()).toBeUndefined();
  });
});

test('a test sends an example of an event and tells the answer', async () => {
  const { call, sent } = await openTestRegistryApi({ post: () => Promise.resolve({ status: 418, body: 'teapot' }) });
  const id = (await call('POST webhooks', webhook)).at('webhook', 'webhook_id');
  expect((await call(`POST webhooks/${id}/test`)).json).toEqual({
    result: { success: false, response_status: 418, response_body: 'teapot' },
  });
  await call(`POST webhooks/${id}/test`, { event: { entity: 'PROMPT_ALIAS', action: 'DELETED' } });
  const told = sent.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(told).toMatchObject([
    { entity: 'model_version', action: 'created', data: { name: 'example_model', version: '1' } },
    { entity: 'prompt_alias', action: 'deleted', data: { name: 'example_prompt' } },
  ]);
  expect(told[0]?.['timestamp']).toMatch(/^2023-11-14T22:13:20\.\d{3}\+00:00$/);
});

test('what happens over the API is told to who wants it, after the answer', async () => {
  const { call, sent, webhooks } = await openTestRegistryApi();
  await call('POST webhooks', webhook);
  await call('POST webhooks', { ...webhook, name: 'off', status: 'DISABLED' });
  await call('POST webhooks', { ...webhook, name: 'other', events: [{ entity: 'PROMPT', action: 'CREATED' }] });
  await call('POST registered-models/create', { name: 'm' });
  await call('POST model-versions/create', { name: 'm', source: 's3://b/a' });
  await webhooks.idle();
  expect(sent.map(({ url, body }) => [url, JSON.parse(body).data.source])).toEqual([[webhook.url, 's3://b/a']]);
});

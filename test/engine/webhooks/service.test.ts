import { createHmac } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Post, PostRequest } from '../../../engine/webhooks/post';
import { SecretFile } from '../../../engine/webhooks/secretFile';
import { WebhookService } from '../../../engine/webhooks/service';
import { openTestStore } from '../../support/store';

const created = { entity: 'model_version', action: 'created' };
const event = (name: string) => ({ ...created, data: { name } });

async function open(answers: Post) {
  const store = await openTestStore();
  const sent: PostRequest[] = [];
  const logged: string[] = [];
  const waits: number[] = [];
  const secretFile = path.join(store.root, '.modelyard', 'webhooks.json');
  const service = new WebhookService({
    db: store.db,
    secrets: new SecretFile(secretFile),
    log: { info: line => void logged.push(line) },
    now: () => 1_700_000_000_500,
    wait: ms => Promise.resolve(waits.push(ms)),
    post: (request, signal) => {
      sent.push(request);
      return answers(request, signal);
    },
  });
  const add = (name: string, more = {}) =>
    service.create({ name, url: `http://${name}.test/path?token=x`, events: [created], ...more });
  return { store, service, sent, logged, waits, add, secretFile };
}
const taken: Post = () => Promise.resolve({ status: 200, body: '' });

test('a message is signed as MLflow signs: the secret over id, seconds and body', async () => {
  const { service, sent, add } = await open(taken);
  add('w', { secret: 's3cret' });
  service.deliver(event('m'));
  expect(sent, 'not while the caller waits').toEqual([]);
  await service.idle();
  const [{ headers, body }] = sent as [PostRequest];
  expect(JSON.parse(body)).toEqual({ ...event('m'), timestamp: '2023-11-14T22:13:20.500+00:00' });
  expect(headers).toMatchObject({ 'Content-Type': 'application/json', 'X-MLflow-Timestamp': '1700000000' });
  const id = headers['X-MLflow-Delivery-Id'] ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const wanted = createHmac('sha256', 's3cret').update(`${id}.1700000000.${body}`).digest('base64');
  expect(headers['X-MLflow-Signature']).toBe(`v1,${wanted}`);
});

test.each([429, 500, 502, 503, 504])('%i is tried again, three times, ever later, and then given up', async status => {
  const { service, sent, waits, logged, add } = await open(() => Promise.resolve({ status, body: '' }));
  add('w');
  service.deliver(event('m'));
  await service.idle();
  expect(sent).toHaveLength(4);
  expect(waits.map(ms => Math.floor(ms / 1000))).toEqual([
    expect.toBeOneOf([1, 2]),
    expect.toBeOneOf([2, 3]),
    expect.toBeOneOf([4, 5]),
  ]);
  expect(logged).toEqual([`Webhook w: w.test answered ${status}; given up`]);
});

test('what the receiver refuses is not tried again; nobody there is', async () => {
  const refusing = await open(() => Promise.resolve({ status: 400, body: '' }));
  refusing.add('w');
  refusing.service.deliver(event('m'));
  await refusing.service.idle();
  expect(refusing.sent).toHaveLength(1);
  let calls = 0;
  const absent = await open(() =>
    ++calls < 3 ? Promise.reject(new Error('nobody')) : Promise.resolve({ status: 200, body: '' }),
  );
  absent.add('w');
  absent.service.deliver(event('m'));
  await absent.service.idle();
  expect([absent.sent.length, absent.logged]).toEqual([3, []]);
});

test('a receiver says when to come again, up to a minute', async () => {
  const answers = [2, 100_000].map(retryAfter => ({ status: 429, body: '', retryAfter }));
  const { service, waits, add } = await open(() => Promise.resolve(answers.shift() ?? { status: 200, body: '' }));
  add('w');
  service.deliver(event('m'));
  await service.idle();
  expect(waits).toEqual([2_000, 60_000]);
});

test('each receiver is told in order, and a slow one holds up no other', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>(resolve => (release = resolve));
  const { service, sent, add } = await open(async ({ url }) => {
    if (url.includes('slow')) await gate;
    return { status: 200, body: '' };
  });
  add('slow');
  add('quick');
  for (const name of ['a', 'b', 'c']) service.deliver(event(name));
  const told = (who: string) =>
    sent
      .filter(({ url }) => url.includes(who))
      .map(({ body }) => (JSON.parse(body) as { data: { name: string } }).data.name);
  await expect.poll(() => told('quick')).toEqual(['a', 'b', 'c']);
  expect(told('slow')).toEqual(['a']);
  release();
  await service.idle();
  expect(told('slow')).toEqual(['a', 'b', 'c']);
});

test('who was deleted or turned off meanwhile is told no more', async () => {
  const { service, sent, add } = await open(taken);
  const webhooks = [add('gone'), add('off'), add('on')];
  service.deliver(event('m'));
  service.delete(webhooks[0]!.id);
  service.update(webhooks[1]!.id, { status: 'DISABLED' });
  await service.idle();
  expect(sent.map(({ url }) => new URL(url).host)).toEqual(['on.test']);
});

test('what should be signed is not sent unsigned when the secrets are gone or damaged', async () => {
  const { service, sent, logged, add, secretFile } = await open(taken);
  const { id } = add('w', { secret: 's' });
  rmSync(secretFile);
  service.deliver(event('m'));
  await service.idle();
  expect(await service.test(id)).toMatchObject({ success: false, error: expect.stringContaining('set it again') });
  writeFileSync(secretFile, '{half');
  service.deliver(event('m'));
  await service.idle();
  expect(sent).toEqual([]);
  expect(logged).toEqual([
    'Webhook w: The secret of the webhook w is not there any more; set it again.; given up',
    expect.stringContaining('does not hold the secrets of webhooks'),
  ]);
});

test('closing ends what waits and what is under way', async () => {
  const { service, sent, add } = await open(
    (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  );
  add('w');
  for (let count = 0; count < 5; count++) service.deliver(event('m'));
  await expect.poll(() => sent.length).toBe(1);
  await service.close();
  service.deliver(event('m'));
  await service.idle();
  expect(sent).toHaveLength(1);
});

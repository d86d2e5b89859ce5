import { expect, test } from 'vitest';
import { openTestRegistryApi } from '../../support/registryApi';

const routes = [
  ...['POST create', 'GET get', 'PATCH update', 'POST rename', 'DELETE delete', 'GET search', 'POST set-tag'],
  ...['DELETE delete-tag', 'POST get-latest-versions', 'GET get-latest-versions', 'POST alias', 'GET alias'],
  'DELETE alias',
].map(route => route.replace(' ', ' registered-models/'));
const versionRoutes = [
  ...['POST create', 'GET get', 'PATCH update', 'POST transition-stage', 'DELETE delete', 'GET search', 'POST set-tag'],
  ...['DELETE delete-tag', 'GET get-download-uri'],
].map(route => route.replace(' ', ' model-versions/'));
const webhookRoutes = [
  'POST webhooks',
  'GET webhooks',
  'GET webhooks/ID',
  'PATCH webhooks/ID',
  'POST webhooks/ID/test',
];

/** What each member may sensibly be; any of them may also be nonsense. */
const members: Readonly<Record<string, readonly unknown[]>> = {
  name: ['m', 'n', 'p', 'new', 'ünï'],
  new_name: ['m', 'n', 'other'],
  version: ['1', '2', '3', '99', '-1', '9'.repeat(25)],
  alias: ['champion', 'latest', 'v1', 'é'],
  key: ['k', 'mlflow.prompt.is_prompt', '__proto__', 'a/b'],
  value: ['v', 'true', ''],
  description: ['d', ''],
  stage: ['None', 'staging', 'Production', 'Archived', 'dev', 'zz'],
  stages: [['Production'], ['none', 'Staging'], ['zz'], []],
  archive_existing_versions: [true, false],
  source: ['s3://b/a', 'models:/m/1', 'models:/m@champion', 'models:/m/latest', 'models:/m-1', 'runs:/x/y', '/etc', 'dummy-source', '%', 'models:/%zz', 'mlflow-artifacts:/0/x/artifacts'], // prettier-ignore
  run_id: ['x', '', '!'],
  model_id: ['m-1', ''],
  tags: [[], [{ key: 'k', value: 'v' }], [{ key: 'mlflow.prompt.is_prompt', value: 'true' }], [{}], [null], ['k']],
  filter: ["name = 'm'", "name LIKE '%'", "tags.k = 'v'", 'version_number > 1', "run_id IN ('x')", "name = '", 'AND', '``', "tags.`mlflow.prompt.is_prompt` = 'true'"], // prettier-ignore
  order_by: [['name'], ['version_number DESC'], ['zz'], ['name', 'name'], ['`']],
  max_results: [1, 2, 0, -1, 100, 10_000_000, 1.5, '7'],
  page_token: ['', 'garbage', 'eyJxIjoiIiwiayI6W119', Buffer.from('{"q":"x","k":["n1"]}').toString('base64url')],
  url: ['http://localhost:1', 'https://example.com', 'ftp://x', 'http://[', 'http://[::1]:99999', ''],
  events: [[{ entity: 'MODEL_VERSION', action: 'CREATED' }], [{ entity: 2, action: 1 }], [{}], [], 'x', [[]]],
  event: [{ entity: 'PROMPT', action: 'CREATED' }, {}, { entity: 'PROMPT', action: 'SET' }],
  secret: ['s', '', 'x'.repeat(2_000)],
  status: ['ACTIVE', 'DISABLED', 'zz', 1, 9],
};
const nonsense: readonly unknown[] = [
  ...[null, 0, -1, 1.5, 1e300, true, [], {}, '', ' ', '\0', '\ud800', '../..', "'", '"', '`', '%', '__proto__'],
  ...['constructor', '😀'.repeat(300), 'x'.repeat(100_001), [[[]]], { a: { b: [] } }, ['x', 1], [null]],
];

test('never a 500, whatever is asked', { timeout: 120_000 }, async () => {
  const api = await openTestRegistryApi();
  let seed = 20_240_607;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  await api.register('m');
  await api.register('m');
  await api.call('POST registered-models/create', { name: 'n' });
  const webhook = { name: 'w', url: 'http://localhost:1', events: members['events']![0] };
  const id = (await api.call('POST webhooks', webhook)).at('webhook', 'webhook_id');
  const counts = new Map<number, number>();
  for (let round = 0; round < 4_000; round++) {
    const route = pick([...routes, ...versionRoutes, ...webhookRoutes]).replace('ID', pick([id, id, 'none', '%00']));
    const body = Object.fromEntries(
      Object.entries(members).flatMap(([name, values]) => {
        if (random(10) === 0) return [];
        return [[name, random(12) === 0 ? pick(nonsense) : pick(values)]];
      }),
    );
    const text = random(40) === 0 ? pick(['{', 'null', '[]', '"x"', '{"name":NaN}', '\xff']) : undefined;
    const asked = `${route} ${JSON.stringify(text ?? body).slice(0, 2_000)}`;
    const answer = await api.call(route, text ?? body).catch((error: unknown) => {
      throw new Error(asked, { cause: error });
    });
    expect([200, 400, 404], asked).toContain(answer.status);
    counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
  }
  await api.webhooks.idle();
  for (const status of [200, 400, 404]) expect(counts.get(status), `answers ${status}`).toBeGreaterThan(100);
});

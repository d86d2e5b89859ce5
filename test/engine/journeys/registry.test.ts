import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HttpEndpoint } from '../../../engine/protocol/engine';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 60_000 });
const { make, connect } = workspaces();

const config = `
name: w
models:
  m:
    stages: [dev, production]
    gates:
      production:
        - {metric: auc, at_least: 0.75}
`;

const asking =
  ({ url, token }: HttpEndpoint) =>
  async (method: string, route: string, body: object): Promise<{ status: number; json: Record<string, unknown> }> => {
    const answer = await fetch(`${url}/api/2.0/mlflow/${route}`, {
      ...{ method, body: JSON.stringify(body) },
      headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json' },
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };

/** A receiver of webhooks. */
async function receiver(): Promise<{ url: string; got: string[] }> {
  const got: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => got.push(text));
    request.on('end', () => response.end());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => server.close().closeAllConnections());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`, got };
}

test('a client registers, the window hears of it, gates block, a webhook is told, and all is there after a restart', async () => {
  const folder = make(config);
  const window = await connect(folder);
  const heard: string[] = [];
  window.on('model/changed', ({ name }) => heard.push(name));
  const ask = asking(await window.call('engine/listen', {}));
  const hook = await receiver();
  const events = [{ entity: 'MODEL_VERSION', action: 'CREATED' }];
  await ask('POST', 'webhooks', { name: 'w', url: hook.url, events, secret: 's' });
  expect(existsSync(path.join(folder, '.modelyard', 'webhooks.json'))).toBe(true);

  await ask('POST', 'registered-models/create', { name: 'm' });
  await ask('POST', 'model-versions/create', { name: 'm', source: 's3://b/a' });
  await expect.poll(() => heard).toEqual(['m', 'm']);
  await expect.poll(() => hook.got.map(text => JSON.parse(text) as unknown)).toMatchObject([{ data: { name: 'm' } }]);

  const move = { name: 'm', version: '1', stage: 'Production' };
  expect(await ask('POST', 'model-versions/transition-stage', move)).toMatchObject({
    status: 400,
    json: { message: 'There is no evaluation of version 1 of m, so its gates cannot be judged.' },
  });
  await window.call('models/setAlias', { name: 'm', alias: 'champion', version: 1 });

  await window.call('engine/stop', {});
  const again = await connect(folder);
  expect(await again.call('models/get', { name: 'm' })).toMatchObject({
    ...{ stages: ['dev', 'production'], aliases: { champion: 1 } },
    versions: [{ version: 1, stage: 'dev', source: 's3://b/a' }],
  });
});

test('a folder without modelyard.yaml serves the registry with the usual stages', async () => {
  const window = await connect(make());
  const ask = asking(await window.call('engine/listen', {}));
  await ask('POST', 'registered-models/create', { name: 'm' });
  await ask('POST', 'model-versions/create', { name: 'm', source: 's3://b/a' });
  const moved = await ask('POST', 'model-versions/transition-stage', { name: 'm', version: '1', stage: 'Production' });
  expect(moved).toMatchObject({ status: 200, json: { model_version: { current_stage: 'Production' } } });
  expect(await window.call('models/get', { name: 'm' })).toMatchObject({ holders: { production: 1 } });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bundles } from '../../support/bundles';
import { modelyard } from '../../support/commandLine';
import { startServer } from '../../support/mlflowServer';
import type { MlflowServer } from '../../support/mlflowServer';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000 }); // processes start slowly on a busy machine
const { make } = workspaces();
const fixtures = path.resolve(import.meta.dirname, '../../fixtures/security');

const text = (value: unknown, ...names: readonly string[]): string =>
  String(names.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value));

/** What a client of MLflow does to log a model and to register it. */
async function register({ url, call }: MlflowServer, file: string): Promise<string> {
  const run = text(await call('POST', 'runs/create', { experiment_id: '0' }), 'run', 'info', 'run_id');
  const target = `${url}/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/model/${file}`;
  const put = await fetch(target, { method: 'PUT', body: new Uint8Array(readFileSync(path.join(fixtures, file))) });
  expect(put.status).toBe(200);
  const version = { name: 'risk', source: `runs:/${run}/model`, run_id: run };
  return text(await call('POST', 'model-versions/create', version), 'model_version', 'version');
}

test('a version is scanned by itself, and the gate of a stage holds one back that is not safe to load', async () => {
  const gates = 'gates: {production: [{check: security}]}';
  const workspace = make(`name: t\nmodels: {risk: {stages: [dev, production], ${gates}}}\n`);
  const server = await startServer(await bundles(), workspace);
  onTestFinished(() => server.kill());
  await server.call('POST', 'registered-models/create', { name: 'risk' });
  const good = await register(server, 'state.pt');
  const bad = await register(server, 'calls.pt');
  let seen = '';
  while (!/\bblock\b/.test(seen) || !/\bpass\b/.test(seen)) {
    await delay(1000);
    seen = (await modelyard(['models', 'risk'], workspace)).stdout;
  }
  const promoted = await modelyard(['promote', 'risk', bad, '--to', 'production'], workspace);
  expect(promoted.code).not.toBe(0);
  expect(`${promoted.stdout}${promoted.stderr}`).toContain('It asks for posix:system');
  expect(await modelyard(['promote', 'risk', good, '--to', 'production'], workspace)).toMatchObject({ code: 0 });
});

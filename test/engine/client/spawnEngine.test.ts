import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { spawnEngine } from '../../../engine/client/spawnEngine';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 60_000 });
const { make, connect } = workspaces();

test.skipIf(process.platform !== 'linux')(
  'an engine that a step has started does not carry the step’s marks',
  async () => {
    vi.stubEnv('MODELYARD_RUN_ID', 'a1');
    vi.stubEnv('MODELYARD_STEP', 'train');
    const { welcome } = await connect(make());
    const environment = readFileSync(`/proc/${welcome.pid}/environ`, 'utf8').split('\0');
    expect(environment).toContain('ELECTRON_RUN_AS_NODE=1');
    expect(environment.filter(entry => /^MODELYARD_(RUN_ID|STEP)=/.test(entry))).toEqual([]);
    vi.unstubAllEnvs();
  },
);

test('a workspace that has been removed is not made again', () => {
  const workspace = make();
  rmSync(workspace, { recursive: true });
  const start = () =>
    spawnEngine({ workspace, configFile: path.join(workspace, 'modelyard.yaml'), engineFile: 'engine.js' });
  expect(start).toThrow(`The folder ${workspace} does not exist.`);
  expect(existsSync(workspace)).toBe(false);
});

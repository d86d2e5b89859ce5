import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
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

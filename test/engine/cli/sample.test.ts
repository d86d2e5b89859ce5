import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { bundles } from '../../support/bundles';
import { isAlive } from '../../support/isAlive';
import { copySample, until, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000 }); // a whole pipeline, on a machine that may be busy
const { make, connect } = workspaces();

async function modelyard(args: readonly string[], cwd: string): Promise<{ code: number | string; stdout: string }> {
  const cli = path.join(await bundles(), 'cli.js');
  return new Promise(resolve => {
    execFile(process.execPath, [cli, ...args], { cwd }, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }));
  });
}

test('the sample: trained, judged, registered; the fairness gate warns for staging and blocks production', async () => {
  const folder = make();
  copySample(folder);
  const run = await modelyard(['run'], folder);
  expect(run.stdout).toMatch(/^✓ Pipeline train succeeded/);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/Gate credit-risk → staging: passed with 1 warning/);
  expect(run.stdout).toMatch(/! selection_rate_ratio where age_in_years <= 25 is 0\.\d+, below the required 0\.8/);
  expect(run.stdout.replace(/\s+/g, ' ')).toMatch(/a threshold of [\d.]+ instead of [\d.]+ would reach [\d.]+, at an expected cost of [\d.]+ instead of [\d.]+ a row/); // prettier-ignore
  expect(run.stdout).toMatch(/Gate credit-risk → production: blocked by 1 of 4 rules/);
  expect(run.stdout).toMatch(/Model credit-risk version 1 is in staging\.\n {2}It may not enter production before the rules above hold\./); // prettier-ignore

  const models = JSON.parse((await modelyard(['models', 'credit-risk', '--json'], folder)).stdout);
  expect(models.versions).toMatchObject([{ version: 1, stage: 'staging', lineage: { pipeline: 'train' } }]);
  const { lineage } = models.versions[0];
  expect(lineage.datasets).toMatchObject([{ name: 'applications' }]);
  const short = (digest: string): string => digest.slice(0, 8);
  const told = ["r-1", short(lineage.configDigest), `applications@${short(lineage.datasets[0].digest)}`]; // prettier-ignore
  expect((await modelyard(['models', 'credit-risk'], folder)).stdout).toMatch(new RegExp(told.join(' .*')));

  const promotion = await modelyard(['promote', 'credit-risk', 'v1', '--to', 'production'], folder);
  expect(promotion.code).toBe(1);
  expect(promotion.stdout).toMatch(/^✗ credit-risk version 1 stays in staging: the gates of production block it\./);

  const alias = await modelyard(['alias', 'credit-risk', '@champion', 'v1'], folder);
  expect(alias).toEqual({ code: 0, stdout: 'credit-risk@champion is version 1.\n' });
  expect((await modelyard(['models'], folder)).stdout).toMatch(/^credit-risk +1 +staging v1 +@champion v1$/m);
  expect((await modelyard(['models', 'credit-risk'], folder)).stdout).toMatch(/^v1 +staging +@champion +0\.\d+/m);
  const noAlias = await modelyard(['alias', 'credit-risk', 'champion', '--delete'], folder);
  expect(noAlias).toEqual({ code: 0, stdout: 'credit-risk@champion is no more.\n' });

  const only = JSON.parse((await modelyard(['run', 'train', '--only', 'evaluate', '--json'], folder)).stdout);
  expect(only.pipelineRun).toMatchObject({ status: 'succeeded', steps: [{ name: 'evaluate' }] });

  const runs = await modelyard(['runs', '--filter', 'metrics.auc > 0.7', '--order', 'metrics.auc DESC'], folder);
  expect(runs.stdout).toMatch(/^run +status +started +took +auc +expected_cost +accuracy +name\nr-\d+ +✓ finished/);
});

test.runIf(process.platform === 'linux')(
  'the engine is killed while a step runs: its child ends, the run has failed, the next one works',
  async () => {
    const folder = make();
    copySample(folder);
    const client = await connect(folder);
    const engine = client.welcome.pid;
    const call = client.call('pipelines/run', { pipeline: 'train' }).catch((error: unknown) => error);
    await until(() => childrenOf(engine).length > 0, 30_000);
    const [child = 0] = childrenOf(engine);
    process.kill(engine, 'SIGKILL');
    expect(await call).toMatchObject({ code: 'engine.unreachable' });
    await until(() => !isAlive(child));
    const [run] = await client.call('pipelines/runs', { limit: 1 });
    expect(run).toMatchObject({ status: 'failed', error: { message: 'The engine was ended while this ran.' } });
    expect(existsSync(path.join(folder, '.modelyard', 'work'))).toBe(false);
    expect((await client.call('pipelines/run', { pipeline: 'train', only: 'validate' })).status).toBe('succeeded');
  },
);

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => parentOf(name) === pid)
    .map(Number);
}

function parentOf(name: string): number | undefined {
  try {
    return Number(/^\d+ \(.*\) \S+ (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined; // it has just ended
  }
}

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { expect, test, vi } from 'vitest';
import type { CheckReport } from '../../../engine/protocol/verdicts';
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

/** `check` after a run: the data and both stages judged, written in every format at once. */
async function checksOf(folder: string): Promise<void> {
  const files = ['junit=out/junit.xml', 'sarif=out/checks.sarif', 'markdown=out/checks.md', 'json=out/checks.json'];
  const checked = await modelyard(['check', '--format', 'text', ...files], folder);
  expect(checked.code).toBe(1); // production is closed
  expect(checked.stdout).toMatch(/^✓ applications \(data\/german_credit\.csv\): 20 of 20 passed$/m);
  expect(checked.stdout).toMatch(/^! credit-risk v1 for staging: 6 of 7 passed, 1 warned$/m);
  expect(checked.stdout).toMatch(/^✗ credit-risk v1 for production: 10 of 11 passed, 1 failed$/m);
  expect(checked.stdout).toMatch(/^1 failed, 1 warned, 37 passed in /m);
  expect(readdirSync(path.join(folder, 'out')).sort()).toEqual([
    'checks.json',
    'checks.md',
    'checks.sarif',
    'junit.xml',
  ]);
  const report = JSON.parse(readFileSync(path.join(folder, 'out/checks.json'), 'utf8'));
  expect(wrongInReport(report)).toBe('');
  const ids = report.groups.flatMap(({ verdicts }: CheckReport['groups'][number]) => verdicts.map(({ id }) => id));
  expect(ids).toContain('model/credit-risk/production/selection_rate_ratio≥0.8-where-age_in_years<=25');
  expect(ids).toContain('dataset/applications/expect/3/2');
  expect(new Set(ids).size).toBe(39);

  const staging = await modelyard(['check', '--stage', 'staging', '--only', 'model', '--json'], folder);
  expect(staging.code).toBe(0); // a warning blocks nothing
  const { groups }: CheckReport = JSON.parse(staging.stdout);
  expect(groups.map(({ id }) => id)).toEqual(['model/credit-risk/staging']);
  const [auc] = groups[0]?.verdicts ?? [];
  const text = readFileSync(path.join(folder, 'modelyard.yaml'), 'utf8').split('\n');
  expect(text[(auc?.place?.line ?? 0) - 1]).toBe('        - {metric: auc, at_least: 0.75}');
  expect(auc?.history?.length).toBeGreaterThan(0);

  const waived = text
    .join('\n')
    .replace(
      /(production:[^]*selection_rate_ratio, at_least: 0.8)\}/,
      '$1, waive: {until: 2999-12-31, owner: ana, reason: the cost is not agreed}}',
    );
  writeFileSync(path.join(folder, 'modelyard.yaml'), waived);
  const open = await modelyard(['check', '--only', 'model/credit-risk/production'], folder);
  expect(open.stdout.replace(/\s+/g, ' ')).toMatch(
    /~ selection_rate_ratio .* waived until 2999-12-31 by ana: the cost is not agreed\./,
  );
  expect(open.code).toBe(0);
  writeFileSync(path.join(folder, 'modelyard.yaml'), text.join('\n'));
}

/** What does not fit docs/check-report.schema.json. */
function wrongInReport(report: unknown): string {
  const ajv = new Ajv({ allErrors: true });
  const schema = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../../docs/check-report.schema.json'), 'utf8'),
  );
  return ajv.validate(schema, report) ? '' : ajv.errorsText();
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
  expect(run.stdout).toMatch(/Gate credit-risk → production: blocked by 1 of 11 rules/);
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
  expect(promotion.stdout).toMatch(/^✗ credit-risk version 1 stays in staging: the gates of production block it\./m);

  await checksOf(folder);

  const alias = await modelyard(['alias', 'credit-risk', '@champion', 'v1'], folder);
  expect(alias).toEqual({ code: 0, stdout: 'credit-risk@champion is version 1.\n' });
  expect((await modelyard(['models'], folder)).stdout).toMatch(/^credit-risk +1 +staging v1 +@champion v1$/m);
  expect((await modelyard(['models', 'credit-risk'], folder)).stdout).toMatch(/^v1 +staging +@champion +\w+ +0\.\d+/m);
  const line = await modelyard(['lineage', 'credit-risk@champion', '--up'], folder);
  expect(line.stdout).toMatch(
    /^model credit-risk@1 {2}staging, @champion {2}modelyard.yaml:\d+\n\nCame from\n└─ run r-1 {2}/,
  );
  expect(line.stdout).toMatch(/ data applications@[0-9a-f]{12} {2}1,000 rows .*\n.*└─ file data\/german_credit.csv\n$/);
  const affected = await modelyard(['affected', 'german_credit.csv', '--exit-code'], path.join(folder, 'data'));
  expect(affected.stdout).toMatch(/^If file data\/german_credit.csv is wrong: 1 run and 1 model version are affected, 1 in use NOW\.\n/); // prettier-ignore
  expect(affected.code).toBe(1);
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

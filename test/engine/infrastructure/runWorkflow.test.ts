import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { cliFile, modelyard } from '../../support/commandLine';
import { runWorkflow } from '../../support/githubRunner';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 180_000 }); // a dozen engines, on a machine that may be busy
const { make } = workspaces();

const config = (cli: string, least: number): string => `
name: credit
datasets: {people: {path: people.csv, expect: [{column: age, not_null: true}]}}
pipelines:
  train:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: bad}}
      train: {uses: train, needs: prepare, with: {learner: logistic, seed: 7}}
      evaluate: {uses: evaluate, needs: train}
      register: {uses: register, needs: evaluate, with: {model: risk}}
models:
  risk:
    gates: {staging: [{metric: auc, at_least: ${least}}]}
ci: {github: {}, cli: "${process.execPath} ${cli}"}
`;
const rows = Array.from({ length: 120 }, (_, i) => `${i % 61},${(i * 37) % 100},${(i * 37) % 100 > 40 + (i % 7) ? 'yes' : 'no'}`); // prettier-ignore

function commit(folder: string, message: string): void {
  const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...args], { cwd: folder }); // prettier-ignore
  git('add', '-A');
  git('commit', '-qm', message);
}

test('the steps of the generated workflow of GitHub, in clean clones: to staging; a gate that fails stops it', async () => {
  const cli = await cliFile();
  const origin = make(config(cli, 0.6));
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: origin });
  writeFileSync(path.join(origin, 'people.csv'), `age,amount,bad\n${rows.join('\n')}\n`);
  expect(await modelyard(['ci', 'generate', '--write'], origin)).toMatchObject({ code: 0 });
  await modelyard(['stop'], origin);
  commit(origin, 'first');
  const room = make();
  const text = (): string => readFileSync(path.join(origin, '.github/workflows/modelyard.yml'), 'utf8');
  const run = (runId: string, approved: readonly string[] = ['staging']) => runWorkflow(text(), { origin, room, event: 'push', runId, approved }); // prettier-ignore

  const first = run('1');
  expect(first.results, first.log).toEqual({
    ...{ lint: 'success', data: 'success', train: 'success', gates: 'success', comment: 'skipped', package: 'success' },
    ...{ 'deploy-staging': 'success', 'deploy-production': 'waiting' },
  });
  const artifacts = path.join(room, 'artifacts/1');
  expect(readFileSync(path.join(artifacts, 'modelyard-reports/gates.xml'), 'utf8')).toMatch(/<testsuites/);
  expect(readFileSync(path.join(artifacts, 'modelyard-reports/summary.md'), 'utf8')).toMatch(/auc/);
  execFileSync('sha256sum', ['-c', 'models.bundle.sha256'], { cwd: path.join(artifacts, 'modelyard-package') });
  const deployed = make(config(cli, 0.6));
  execFileSync('cp', ['-r', path.join(artifacts, 'modelyard-state-deploy-staging'), path.join(deployed, '.modelyard')]);
  const model = JSON.parse((await modelyard(['models', 'risk', '--json'], deployed)).stdout);
  expect(model).toMatchObject({ holders: { staging: 1 } });
  expect(JSON.stringify(model.history)).toContain('commit 0123456789abcdef0123456789abcdef01234567, workflow run 1, started by ana'); // prettier-ignore

  // a bound that nothing reaches, and a workflow that is still what modelyard.yaml says
  writeFileSync(path.join(origin, 'modelyard.yaml'), config(cli, 1.5));
  commit(origin, 'second');
  const second = run('2', ['staging', 'production']);
  expect(second.results, second.log).toEqual({
    ...{ lint: 'success', data: 'success', train: 'success', gates: 'failure', comment: 'skipped', package: 'skipped' },
    ...{ 'deploy-staging': 'skipped', 'deploy-production': 'skipped' },
  });
  // the registry of the last deployment was there: nothing has changed for the model, so that it is the same version
  expect(second.log).toMatch(/train +↺ as in r-1/);
  expect(second.log).toMatch(/risk version 1 as before, in staging/);
  expect(readFileSync(path.join(room, 'artifacts/2/modelyard-reports/gates.xml'), 'utf8')).toMatch(/<failure/);
});

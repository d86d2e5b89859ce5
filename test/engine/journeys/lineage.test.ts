import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelVersion } from '../../../engine/protocol/registry';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = journey();
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: at.folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  }).trim();
/** Everything as it is now; returns the commit. */
function commit(): string {
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'x');
  return git('rev-parse', 'HEAD');
}
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const versions = async (name: string): Promise<readonly ModelVersion[]> =>
  (await at.client.call('models/get', { name })).versions;

const training = (name: string, needs: string): string => `
      ${name}: {uses: train, needs: ${needs}, with: {learner: logistic}}
      evaluate_${name}: {uses: evaluate, needs: ${name}, with: {bootstrap: 0, importance: 0}}
      register_${name}: {uses: register, needs: evaluate_${name}, with: {model: ${name}}}`;
const config = `name: lineage
datasets:
  people: {path: people.csv}
models:
  short: {stages: [dev]}
  one: {stages: [dev]}
  two: {stages: [dev]}
pipelines:
  short:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes'}}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
      register: {uses: register, needs: train, with: {model: short}}
  single:
    steps:
      validate: {uses: validate, with: {dataset: people}}
      split: {uses: split, needs: validate, with: {test: 0.3}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes'}}${training('one', 'prepare')}
  both:
    steps:
      split: {uses: split, with: {dataset: people, test: 0.3}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes'}}${training('one', 'prepare')}${training('two', 'prepare')}
`;

describe.skipIf(process.platform === 'win32')('in a git repository', () => {
  beforeEach(() => {
    git('init', '-q');
    at.write({ 'modelyard.yaml': config, 'people.csv': peopleCsv(), '.gitignore': '.modelyard/\n' });
  });

  test('a version of the shortest pipeline knows its commit, and whether files had changed', async () => {
    const first = commit();
    expect((await at.run('short')).pipelineRun.status).toBe('succeeded');
    expect((await versions('short'))[0]?.lineage).toMatchObject({
      gitCommit: first,
      gitDirty: false,
      pipeline: 'short',
    });
    at.write({ 'people.csv': peopleCsv({ line: 2, column: 'city', to: 'Graz' }) });
    await at.run('short');
    expect((await versions('short'))[0]).toMatchObject({ version: 2, lineage: { gitCommit: first, gitDirty: true } });
  });

  test('the versions of nested runs do as well, and so do these runs', async () => {
    const head = commit();
    const { pipelineRun } = await at.run('both');
    expect(pipelineRun.status).toBe('succeeded');
    const runs = await Promise.all(
      ['one', 'two'].map(async name => {
        const [version] = await versions(name);
        expect(version?.lineage).toMatchObject({
          gitCommit: head,
          gitDirty: false,
          configDigest: digestOf(config),
          datasets: [{ name: 'people', digest: digestOf(peopleCsv()) }],
        });
        return at.client.call('runs/get', { run: version?.runId ?? '' });
      }),
    );
    for (const run of runs) {
      expect(run.parentRunId).toBe(pipelineRun.runId);
      expect(run.tags).toMatchObject({ 'mlflow.source.git.commit': head, 'modelyard.git.dirty': 'false' });
    }
  });

  test('the same model that is registered again, alone, is no second version', async () => {
    const trained = commit();
    const whole = await at.run('single', '--fresh');
    expect(whole.pipelineRun.status).toBe('succeeded');
    const later = `${config}# changed\n`;
    at.write({ 'modelyard.yaml': later });
    expect(commit()).not.toBe(trained);
    const alone = await at.run('single', '--only', 'register_one');
    expect(alone.pipelineRun.status, JSON.stringify(alone.error)).toBe('succeeded');
    const [version, before] = await versions('one');
    expect(version).toEqual(whole.outcome.versions[0]);
    expect(before?.version).not.toBe(version?.version);
    expect(alone.step('register_one').message).toBe(`one version ${version?.version} as before, in ${version?.stage}`);
    expect(version?.lineage).toMatchObject({
      gitCommit: trained,
      gitDirty: false,
      configDigest: digestOf(config),
      datasets: [{ name: 'people', digest: digestOf(peopleCsv()) }],
    });
    expect(alone.outcome.versions).toEqual([version]);
  });

  test('a model that was trained alone is registered when it has been evaluated', async () => {
    at.write({ 'modelyard.yaml': config });
    commit();
    await at.run('single');
    const trained = commit(); // with the lock that the run has written
    const again = await at.run('single', '--only', 'one');
    const early = await at.run('single', '--only', 'register_one');
    expect(early.error).toMatchObject({
      code: 'conflict',
      message: 'The evaluation of step evaluate_one is older than the model that is to be registered.',
    });
    const evaluated = await at.run('single', '--only', 'evaluate_one');
    at.write({ 'modelyard.yaml': `${config}# changed again\n` });
    expect(commit()).not.toBe(trained);
    expect((await at.run('single', '--only', 'register_one')).pipelineRun.status).toBe('succeeded');
    const [version] = await versions('one');
    expect(version?.runId).toBe(again.pipelineRun.runId);
    expect(version?.metrics['auc']).toBe(evaluated.outcome.run?.metrics['auc']?.value);
    expect(version?.metrics['train_loss']).toBe(again.outcome.run?.metrics['train_loss']?.value);
    expect(version?.lineage).toMatchObject({
      gitCommit: trained,
      gitDirty: false,
      configDigest: digestOf(config),
      datasets: [{ name: 'people', digest: digestOf(peopleCsv()) }],
    });
  });
});

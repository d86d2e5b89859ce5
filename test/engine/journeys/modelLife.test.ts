import { execFileSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import type { RegisteredModel } from '../../../engine/protocol/registry';
import type { VersionDiff } from '../../../engine/protocol/registryMoves';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = (learner: string, drop: string): string => `name: life
datasets:
  people: {path: people.csv}
models:
  m:
    stages: [dev, production]
    gates:
      production: [{metric: accuracy, at_least: 0.1}, {check: approval}]
pipelines:
  train:
    steps:
      validate: {uses: validate, with: {dataset: people}}
      split: {uses: split, needs: validate, with: {test: 0.4, seed: 1}}
      prepare: {uses: prepare, needs: split, with: {label: good, positive: 'yes', drop: [${drop}]}}
      train: {uses: train, needs: prepare, with: {learner: ${learner}}}
      evaluate: {uses: evaluate, needs: train, with: {bootstrap: 200, importance: 0, champion: m}}
      register: {uses: register, needs: evaluate, with: {model: m}}
`;

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd: at.folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
const iAm = (address: string): string => git('config', 'user.email', address);
const cli = (...args: readonly string[]) => at.text(...args);
async function json<T>(...args: readonly string[]): Promise<T> {
  const { stdout } = await cli(...args, '--json');
  return JSON.parse(stdout) as T;
}

test('a version replaces another: diff with paired intervals, approval by somebody else, rollback, clean-up', async () => {
  git('init', '-q');
  iAm('ana@x.org');
  at.write({ 'modelyard.yaml': config('logistic', 'id'), 'people.csv': peopleCsv() });
  expect((await at.run('train')).code).toBe(0);
  iAm('bea@x.org');
  expect((await cli('approve', 'm', '1', '--stage', 'production', '--comment', 'fine')).stdout).toMatch(
    /^✓ bea@x\.org \(from the account .+, which is an author's as well\) has approved version 1 of m for production\.\n/,
  );
  const first = await cli('promote', 'm', '1', '--to', 'production', '--reason', 'the first');
  expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('m version 1 moved from dev to production.')]);

  iAm('ana@x.org');
  const changed = peopleCsv({ line: 5, column: 'age', to: '90' }, { line: 6, column: 'city', to: 'Basel' });
  at.write({ 'modelyard.yaml': config('forest', 'id, income'), 'people.csv': changed });
  expect((await at.run('train')).code).toBe(0);

  const diff = await json<VersionDiff>('models', 'diff', 'm', '2', '--to', 'production');
  expect(diff).toMatchObject({ before: { version: 1 }, after: { version: 2 }, stage: 'production' });
  // the numbers are those of champion.json: both on the rows of the second test part
  const { runId } = diff.after;
  const champion = JSON.parse(await at.artifact(runId!, 'champion.json')) as {
    rows: number;
    metrics: Record<string, { own: number; champion: number; difference: number; interval?: [number, number] }>;
  };
  expect(diff.paired?.rows).toBe(champion.rows);
  const accuracy = diff.metrics.find(({ name }) => name === 'accuracy')!;
  const measured = champion.metrics['accuracy']!;
  expect(accuracy).toMatchObject({
    before: { value: measured.champion },
    after: { value: measured.own },
    difference: measured.difference,
    interval: measured.interval,
  });
  const [low, high] = measured.interval!;
  expect(accuracy.verdict).toBe(low > 0 ? 'better' : high < 0 ? 'worse' : 'unsure');
  expect(diff.params).toContainEqual(expect.objectContaining({ before: 'logistic', after: 'forest' }));
  expect(diff.data).toMatchObject([{ name: 'people', rows: { before: 60, after: 60 } }]);
  expect(diff.data[0]!.before).not.toBe(diff.data[0]!.after);
  expect(diff.features).toEqual([{ name: 'income', before: 'double' }]);
  expect(diff.signature).toMatchObject({ verdict: 'compatible' });
  expect(diff.gates.after).toMatchObject({ verdict: 'failed', results: [{}, { check: 'approval' }] });
  const said = await cli('models', 'diff', 'm', '1', '2');
  expect(said.stdout).toContain('m version 2 beside version 1');
  expect(said.stdout).toContain('input income is not asked for any more; it may still be sent');

  const own = await cli('approve', 'm', '2', '--stage', 'production');
  expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('ana@x.org is an author of version 2 of m.')]);
  const blocked = await cli('promote', 'm', '2', '--to', 'production', '--dry-run');
  expect([blocked.code, blocked.stdout]).toEqual([1, expect.stringContaining('Nobody whose word counts has approved')]);
  iAm('bea@x.org');
  await cli('approve', 'm', '2', '--stage', 'production');
  expect((await cli('promote', 'm', '2', '--to', 'production')).stdout).toContain('in place of version 1');
  expect((await cli('approvals', 'm')).stdout).toMatch(/v2 .*production .*approved .*bea@x\.org/);

  expect((await cli('models', 'rollback', 'm', 'production', '--reason', 'worse')).stdout).toContain(
    '✓ m version 1 moved from archived to production, in place of version 2.',
  );
  const archive = await json<{ diff: VersionDiff }>('promote', 'm', '1', '--to', 'archived', '--dry-run');
  expect(archive.diff, 'nobody holds the archive').not.toHaveProperty('before');
  const refused = await cli('models', 'delete', 'm', '1', '--yes');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('it is in production')]);
  const unasked = await cli('models', 'clean', 'm', '--keep-last', '0', '--delete');
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('Say it with --yes.')]);
  expect((await cli('models', 'clean', 'm', '--keep-last', '0', '--delete', '--yes')).stdout).toContain(
    'Deleted 1 version.',
  );
  const model = await json<RegisteredModel>('models', 'm');
  expect(model.versions.map(({ version }) => version)).toEqual([1]);
  expect(model.history.slice(0, 2)).toMatchObject([
    { version: 2, to: 'deleted', reason: 'cleaned up' },
    { version: 1, to: 'production', isRollback: true },
  ]);
});

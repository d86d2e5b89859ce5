import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { DatasetStatus } from '../../../engine/protocol/datasets';
import { journey } from '../../support/journey';

const it = journey();

/** A row's numbers: the same on every machine. */
const rows = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${of(i)}\n`).join('');
const wave = (i: number): number => Math.round(1000 * Math.sin(i * 12.9898)) / 10;
const kinds = ['own', 'rent', 'free'];
const first = `id,age,income,housing,note\n${rows(400, i => `${i},${20 + (i % 50)},${1000 + wave(i)},${kinds[i % 3]},n${i}`)}`;
const second = `id,age,salary,housing,note,region\n${rows(400, i => `${i},${20.5 + (i % 50)},${1000 + wave(i)},${kinds[i % 2 ? 0 : i % 3]},n${i},${i % 2 ? 'n' : 's'}`)}`;
const config = `name: loans
datasets:
  loans:
    path: loans.csv
    expect: [{column: income, not_null: true}]
pipelines:
  check: {steps: {validate: {uses: validate, with: {dataset: loans}}}}
  cut: {steps: {split: {uses: split, with: {dataset: loans, test: 0.3, seed: 1}}}}
`;
const status = async (): Promise<DatasetStatus> => (await it.client.call('datasets/status', {}))[0]!;
const versions = () => it.client.call('datasets/versions', { name: 'loans' });

test('a dataset from its first run to a changed, then a missing file', async () => {
  it.write({ 'modelyard.yaml': config, 'loans.csv': first });
  expect(await status()).toMatchObject({ name: 'loans', state: 'unused', versions: 0, bytes: first.length });

  // A step that is no `validate` reads it: its version is kept all the same.
  const cut = await it.run('cut');
  expect(cut.code).toBe(0);
  const used = cut.outcome.run!.inputs[0]!.digest;
  const before = await status();
  expect(before).toMatchObject({ state: 'unchanged', digest: used, locked: used, versions: 1, rows: 400, columns: 5 });
  expect(before.last).toMatchObject({ digest: used, run: { number: cut.outcome.run!.number, contexts: ['split'] } });
  expect(readFileSync(path.join(it.folder, 'modelyard.lock'), 'utf8')).toContain(`loans: ${used}`);

  it.write({ 'loans.csv': second });
  const after = await status();
  expect(after).toMatchObject({ state: 'changed', locked: used, last: { digest: used }, versions: 1 });
  expect(after.digest).not.toBe(used);
  expect(after).not.toHaveProperty('rows');

  // `expect:` names a column that is gone: a comparison does not mind.
  const found = await it.client.call('datasets/compare', { name: 'loans' });
  expect(found).toMatchObject({
    before: { digest: used, rows: 400, columns: 5, current: false },
    after: { digest: after.digest, rows: 400, columns: 6, current: true },
  });
  const byName = Object.fromEntries(found.columns.map(column => [column.name, column]));
  expect(found.columns[0]).toMatchObject({ name: 'region', kind: 'added', verdict: 'untested' });
  expect(byName['salary']).toMatchObject({ kind: 'renamed', formerly: 'income', verdict: 'alike' });
  expect(byName['salary']?.change).toMatchObject({ statistic: 0, p: 1, wasserstein: 0, method: 'exact' });
  expect(byName['age']).toMatchObject({ kind: 'kept', retyped: { from: 'integer', to: 'number' } });
  expect(byName['housing']).toMatchObject({ verdict: 'different', change: { test: 'chi-squared', degrees: 2 } });
  expect(byName['note']).toMatchObject({ verdict: 'untested', reason: expect.stringContaining('value of their own') });
  expect(byName['housing']?.change?.before).toEqual({ kind: 'whole', values: 400, of: 400 });

  // The comparison has recorded what the file is; nobody has used it yet.
  expect(await versions()).toMatchObject({
    total: 2,
    versions: [
      {
        digest: after.digest,
        current: true,
        locked: false,
        runCount: 0,
        runs: [],
        profiled: { rows: 400, columns: 6 },
      },
      { digest: used, current: false, locked: true, runCount: 1, runs: [{ number: cut.outcome.run!.number }] },
    ],
  });

  // The file of the older version is gone, that of the newer one as well: both are still compared.
  rmSync(path.join(it.folder, 'loans.csv'));
  expect(await status()).toMatchObject({ state: 'missing', versions: 2 });
  const again = await it.client.call('datasets/compare', {
    name: 'loans',
    before: `r-${cut.outcome.run!.number}`,
    after: after.digest!.slice(0, 8),
  });
  expect(again.columns).toEqual(found.columns);
  await expect(it.client.call('datasets/compare', { name: 'loans' })).rejects.toMatchObject({
    code: 'data.missing',
    place: { file: 'loans.csv' },
  });
});

test('versions and runs come by pages', async () => {
  it.write({ 'modelyard.yaml': config });
  const digests: string[] = [];
  for (let i = 0; i < 3; i++) {
    it.write({ 'loans.csv': `${first}${i},1,2,own,x\n` });
    digests.unshift((await it.run('check')).outcome.run!.inputs[0]!.digest);
  }
  await it.run('check');
  const page = await it.client.call('datasets/versions', { name: 'loans', limit: 2 });
  expect(page.versions.map(({ digest }) => digest)).toEqual(digests.slice(0, 2));
  expect(page.versions[0]).toMatchObject({ runCount: 2, locked: true, current: true });
  const rest = await it.client.call('datasets/versions', { name: 'loans', pageToken: page.nextPageToken! });
  expect(rest.versions[0]?.digest).toBe(digests[2]);
  expect(rest).not.toHaveProperty('nextPageToken');
  const query = { name: 'loans', digest: page.versions[0]!.digest, limit: 1 };
  const runs = await it.client.call('datasets/runs', query);
  expect(runs.runs).toHaveLength(1);
  const next = await it.client.call('datasets/runs', { ...query, pageToken: runs.nextPageToken! });
  expect(next.runs[0]!.number).toBe(runs.runs[0]!.number - 1);
  expect(next).not.toHaveProperty('nextPageToken');
});

test('names that fit no version say what would', async () => {
  it.write({ 'modelyard.yaml': config, 'loans.csv': first });
  const compare = (before: string, name = 'loans') => it.client.call('datasets/compare', { name, before });
  await expect(compare('ffffffff')).rejects.toMatchObject({
    code: 'not-found',
    fix: expect.stringContaining('`lock`'),
  });
  await expect(compare('lock')).rejects.toMatchObject({ code: 'not-found', fix: expect.stringContaining('pipeline') });
  await expect(compare('last', 'nothing')).rejects.toMatchObject({ code: 'not-found' });
  await expect(it.client.call('datasets/versions', { name: 'nothing' })).rejects.toMatchObject({
    code: 'not-found',
    message: 'There is no dataset nothing, and no version of one.',
  });
});

test('a file that links out of the workspace is said to be unreadable, and is not read', async () => {
  it.write({ 'modelyard.yaml': config.replace('loans.csv', 'links/loans.csv'), 'links/here': 'x' });
  const { symlinkSync } = await import('node:fs');
  symlinkSync('/etc/hostname', path.join(it.folder, 'links/loans.csv'));
  const found = await status();
  expect(found).toMatchObject({ state: 'unreadable', problem: expect.stringContaining('leads out of the workspace') });
  expect(found).not.toHaveProperty('digest');
});

test('a touched file is unchanged, and one with the same size and time is not believed to be the same', async () => {
  const { utimesSync, statSync } = await import('node:fs');
  const file = path.join(it.folder, 'loans.csv');
  it.write({ 'modelyard.yaml': config, 'loans.csv': first });
  await it.run('check');
  const { digest } = await status();
  utimesSync(file, new Date(), new Date());
  expect(await status()).toMatchObject({ state: 'unchanged', digest });
  const { atime, mtime } = statSync(file);
  writeFileSync(file, first.replace('own', 'nwo'));
  utimesSync(file, atime, mtime);
  expect(await status()).toMatchObject({ state: 'changed' });
});

test('the command line says the same, with honest exit codes', async () => {
  it.write({ 'modelyard.yaml': config, 'loans.csv': first });
  const { code, outcome } = await it.run('cut');
  expect(code).toBe(0);
  const { digest } = outcome.run!.inputs[0]!;
  const run = `r-${outcome.run!.number}`;
  const listed = await it.text('datasets');
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatch(new RegExp(`^loans +✓ unchanged +400 +5 +\\d+ +${run} .* agrees +loans.csv$`, 'm'));
  expect(await it.text('datasets', 'diff', 'loans', '--exit-code')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('The content is the same.'),
  });

  it.write({ 'loans.csv': second });
  expect((await it.cli('datasets', 'status')).json).toMatchObject({ datasets: [{ state: 'changed', locked: digest }] });
  const diff = await it.text('datasets', 'diff', 'loans', run, 'now');
  expect(diff.code).toBe(0);
  expect(diff.stdout).toContain(`loans: ${digest.slice(0, 12)}, 400 × 5 → `);
  expect(diff.stdout).toContain('+ region (string)\n');
  expect(diff.stdout).toMatch(/^salary \(was probably income\) +✓ alike +number/m);
  expect(diff.stdout).toMatch(/^housing +! different +string +0 % +χ²\(2\)/m);
  expect((await it.text('datasets', 'diff', 'loans', '--exit-code')).code).toBe(1);
  const versions = await it.text('datasets', 'versions', 'loans', '--limit', '2');
  expect(versions.stdout).toMatch(new RegExp(`^${digest.slice(0, 12)} .* 400 +5 +(r-\\d+ )*${run}.* lock$`, 'm'));
  expect((await it.text('datasets', 'versions', 'loan')).code).toBe(2);
  rmSync(path.join(it.folder, 'loans.csv'));
  expect((await it.text('datasets')).code).toBe(1);
  expect((await it.text('datasets', 'diff', 'loans')).code).toBe(1);
});

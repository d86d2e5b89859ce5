import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { tarHeader, readTarHeader, BLOCK } from '../../../engine/transfer/bundle/tar';
import type { TestTransfer } from '../../support/transfer';
import { copyOf, openTestTransfer } from '../../support/transfer';
import type { Entry } from '../../support/bundleFiles';
import { bundleOf, changed, entriesOf } from '../../support/bundleFiles';
import { temporaryFolder } from '../../support/store';

const signal = new AbortController().signal;
const exportTo = (t: TestTransfer, file: string, more = {}) =>
  t.transfer.export({ to: { kind: 'bundle', file }, ...more }, () => undefined, signal);

async function filled(): Promise<{ t: TestTransfer; file: string }> {
  const t = await openTestTransfer();
  await t.import(copyOf('mlruns-3.17'));
  await t.import(copyOf('wandb'));
  const file = path.join(temporaryFolder(), 'runs.tar.gz');
  await exportTo(t, file, { deleted: true });
  return { t, file };
}

test('everything arrives: runs, states, exact histories, datasets, artifacts, experiments', async () => {
  const { t, file } = await filled();
  const other = await openTestTransfer();
  const report = await other.import(file);
  expect(report).toMatchObject({ kind: 'bundle', runs: { imported: 7 }, problems: [] });
  const records = (one: TestTransfer) =>
    one.tracking.searchRecords({ lifecycle: 'all', orderBy: ['start_time ASC'] }).records.map(record => ({
      ...record,
      number: 0,
      experimentId: one.tracking.getExperiment(record.experimentId).name,
      histories: Object.keys(record.metrics).map(key => one.tracking.history(record.id, key)),
      artifacts: one.tracking.artifacts(record.id),
    }));
  expect(records(other)).toEqual(records(t));
  expect(other.tracking.experimentByName('gone')).toMatchObject({ lifecycle: 'deleted' });
  expect(other.tracking.experimentByName('credit').tags).toEqual({ team: 'risk' });
  expect(other.store.check()).toMatchObject({ ok: true, missingObjects: 0 });
});

test.skipIf(spawnSync('tar', ['--version']).status !== 0)('any tar reads it, and its lines are JSON', async () => {
  const { file } = await filled();
  const folder = temporaryFolder();
  execFileSync('tar', ['xzf', file, '-C', folder]);
  expect(readdirSync(folder).sort()).toEqual(['bundle.json', 'end.json', 'objects', 'runs']);
  const lines = readFileSync(path.join(folder, 'runs/000001.jsonl'), 'utf8').trim().split('\n');
  const kinds = lines.map(line => Object.keys(JSON.parse(line))[0]);
  expect(new Set(kinds)).toEqual(new Set(['experiment', 'run', 'points']));
  expect(lines.map(line => JSON.parse(line)).find(line => line.points?.key === 'odd')?.points).toMatchObject({
    steps: expect.arrayContaining(['9007199254740993']),
    values: expect.arrayContaining(['NaN', 'Infinity', '-Infinity']),
  });
});

describe('what is selected', () => {
  test('active runs; deleted ones when asked for; by experiment and filter', async () => {
    const { t } = await filled();
    const folder = temporaryFolder();
    const count = async (more: object): Promise<number> =>
      (await exportTo(t, path.join(folder, `${Math.random()}.tar.gz`), more)).runs.exported;
    expect(await count({})).toBe(5);
    expect(await count({ deleted: true })).toBe(7);
    expect(await count({ deleted: 'only' })).toBe(2);
    expect(await count({ experiments: ['credit'] })).toBe(4);
    expect(await count({ filter: "params.lr = '0.1'" })).toBe(2);
    await expect(count({ experiments: ['none'] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(count({ filter: 'what?' })).rejects.toMatchObject({ code: 'params.invalid' });
    expect(readdirSync(folder).filter(name => name.includes('partial'))).toEqual([]);
  });

  test('a file is replaced only when that is said', async () => {
    const { t, file } = await filled();
    await expect(exportTo(t, file)).rejects.toMatchObject({
      code: 'conflict',
      fix: expect.stringContaining('--force'),
    });
    expect((await exportTo(t, file, { overwrite: true })).runs.exported).toBe(5);
    await expect(exportTo(t, path.join(file, 'x'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(exportTo(t, path.dirname(file))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a missing artifact is said, the rest is exported', async () => {
    const { t } = await filled();
    const run = t.tracking.searchRecords({ filter: "attributes.run_name = 'parent'" }).records[0]!;
    rmSync(t.store.objects.path(t.tracking.artifact(run.id, 'd.json').digest));
    const file = path.join(temporaryFolder(), 'x.tar.gz');
    const report = await exportTo(t, file);
    expect(report.problems).toMatchObject([
      { message: expect.stringContaining('its artifact d.json was left out'), run: run.id },
    ]);
    const other = await openTestTransfer();
    expect((await other.import(file)).runs).toMatchObject({ imported: 5, broken: 0 });
  });

  test('a damaged artifact ends the export, and leaves no file', async () => {
    const { t } = await filled();
    const run = t.tracking.searchRecords({ filter: "attributes.run_name = 'parent'" }).records[0]!;
    const object = t.store.objects.path(t.tracking.artifact(run.id, 'd.json').digest);
    rmSync(object);
    writeFileSync(object, '{"x": 2}\n\n\n\n');
    const folder = temporaryFolder();
    await expect(exportTo(t, path.join(folder, 'x.tar.gz'))).rejects.toMatchObject({ code: 'store.corrupt' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('of a bundle that is not whole nothing is imported', () => {
  async function refused(file: string, why: RegExp): Promise<void> {
    const t = await openTestTransfer();
    await expect(t.import({ source: file, kind: 'bundle' })).rejects.toMatchObject({
      code: 'data.unreadable',
      message: expect.stringMatching(why),
    });
    expect(t.tracking.searchRecords({ lifecycle: 'all' }).records).toEqual([]);
    expect(t.tracking.experiments().map(({ name }) => name)).toEqual(['Default']);
    expect(readdirSync(path.join(t.workspace, '.modelyard/work'))).toEqual([]);
    const { folder } = t.store.objects;
    expect((existsSync(folder) ? readdirSync(folder) : []).filter(name => name !== 'incoming')).toEqual([]);
  }

  test.each([0.1, 0.5, 0.9, 0.999])('cut off at %d of its length', async part => {
    const { file } = await filled();
    truncateSync(file, Math.floor(statSync(file).size * part));
    await refused(file, /it is cut off/);
  });

  test.each([0.2, 0.5, 0.8])('a byte is another one at %d of its length', async part => {
    const { file } = await filled();
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length * part)]! ^= 0x40;
    writeFileSync(file, bytes);
    await refused(file, /damaged|not what its name says|cut off|not those that were exported|no file of a bundle/);
  });

  test.each<[string, (entries: Entry[]) => Entry[], RegExp]>([
    ['another artifact', e => changed(e, /^objects/, text => `${text}!`), /is not what its name says/],
    ['another value', e => changed(e, /^runs/, text => text.replace('"0.1"', '"0.2"')), /not those that were exported/],
    ['no artifact', e => e.filter(([name]) => !name.startsWith('objects')), /not hold as much/],
    ['no end', e => e.filter(([name]) => name !== 'end.json'), /cut off/],
    ['no beginning', e => e.slice(1), /does not begin as a bundle/],
    ['a newer format', e => changed(e, /^bundle/, text => text.replace('"version":1', '"version":3')), /newer Modelyard/],
    ['another format', e => changed(e, /^bundle/, text => text.replace('modelyard-runs', 'x')), /does not say what it should/],
    ['a stranger', e => [...e.slice(0, 2), ['../../evil', Buffer.from('x')], ...e.slice(2)], /does not belong there/],
    ['an absolute stranger', e => [...e.slice(0, 2), ['/etc/passwd', Buffer.from('x')], ...e.slice(2)], /does not belong there/],
    ['no JSON', e => changed(e, /^runs/, text => text.replace('{', '')), /is not JSON/],
    ['an id that is none', e => changed(e, /^runs/, text => text.replace(/"id":"/, '"id":"../')), /does not say what it should/],
  ])('%s', async (_, change, why) => {
    const { file } = await filled();
    await refused(bundleOf(change(entriesOf(file))), why);
  }); // prettier-ignore

  test('no bundle at all', async () => {
    const file = path.join(temporaryFolder(), 'x.tar.gz');
    writeFileSync(file, gzipSync('hello'));
    await refused(file, /cut off/);
    writeFileSync(file, gzipSync(Buffer.alloc(5000, 'x')));
    await refused(file, /no file of a bundle/);
    writeFileSync(file, 'hello');
    await refused(file, /damaged/);
  });

  test('unchanged entries packed again are fine: the test above is about what was changed', async () => {
    const { file } = await filled();
    const t = await openTestTransfer();
    expect((await t.import(bundleOf(entriesOf(file)))).runs.imported).toBe(7);
  });
});

test('sizes beyond what tar writes as digits', () => {
  for (const size of [0, 1, 511, 8 ** 11 - 1, 8 ** 11, 2 ** 45])
    expect(readTarHeader(tarHeader({ name: 'objects/ab/cd', size }))).toEqual({ name: 'objects/ab/cd', size });
  expect(readTarHeader(Buffer.alloc(BLOCK))).toBe('end');
  const wrong = tarHeader({ name: 'a', size: 1 });
  wrong[0] = 0x62;
  expect(readTarHeader(wrong)).toBeUndefined();
});

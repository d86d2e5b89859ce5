import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digest } from '../../../../engine/ids';
import { LockFile, lockedDigests } from '../../../../engine/pipelines/outputs/lockFile';
import type { StoredFile, StoredOutput } from '../../../../engine/pipelines/outputs/outputs';
import type { PipelineConfig } from '../../../../engine/protocol/workspaceConfig';
import { temporaryFolder } from '../../../support/store';

const hex = (letter: string) => digest(letter.repeat(64));
const file = (path: string, letter: string): StoredFile => ({ path, digest: hex(letter), size: 1 });
const model = (...files: readonly StoredFile[]): StoredOutput => ({
  kind: 'model',
  path: 'model',
  artifactPath: 'model',
  files,
});

test('a file is locked by its digest, by its place among the artifacts or else its kind', () => {
  const outputs: StoredOutput[] = [
    { kind: 'split', path: 'x.json', artifactPath: 'split.json', files: [file('', 'a')] },
    { kind: 'preparation', path: 'y.json', files: [file('', 'b')] },
  ];
  expect(lockedDigests('split', outputs)).toEqual({ 'split.json': hex('a'), preparation: hex('b') });
});

test('a folder by the list of its files, as sha256sum writes it', () => {
  const list = `${'a'.repeat(64)}  code/m.py\n${'b'.repeat(64)}  model.onnx\n`;
  const expected = createHash('sha256').update(list).digest('hex');
  expect(lockedDigests('run', [{ ...model(file('code/m.py', 'a'), file('model.onnx', 'b')), kind: 'file' }])).toEqual({
    model: expected,
  });
});

test('a model without its MLmodel, which names the run: the same model gives the same lock', () => {
  const of = (letter: string, onnx = 'b') =>
    lockedDigests('train', [model(file('MLmodel', letter), file('model.onnx', onnx))]);
  expect(of('c')).toEqual(of('d'));
  expect(of('c', 'e')).not.toEqual(of('c'));
});

test.each(['validate', 'test', 'gate', 'register'] as const)('what %s makes is of one run', uses => {
  expect(lockedDigests(uses, [{ kind: 'file', path: 'a', artifactPath: 'a', files: [file('', 'a')] }])).toEqual({});
});

const dataset = { path: 'a.csv', format: 'csv', missing: [], expect: [] } as const;
const pipeline = (...steps: readonly string[]): PipelineConfig => ({
  steps: Object.fromEntries(steps.map(step => [step, { uses: 'run', run: 'true', env: {}, outs: [], needs: [] }])),
});

test('many runs that end at once lose nothing, and the steps stand in the order of modelyard.yaml', async () => {
  const folder = temporaryFolder();
  const lock = new LockFile(folder);
  const names = Array.from({ length: 20 }, (_, i) => `p${i}`);
  const config = { datasets: {}, pipelines: Object.fromEntries(names.map(name => [name, pipeline('z', 'a')])) };
  const steps = { a: { out: hex('a') }, z: { out: hex('b') } };
  await Promise.all(names.map(name => lock.write({ datasets: {}, pipeline: name, steps, config })));
  expect(Object.keys((await lock.read())?.pipelines ?? {})).toEqual([...names].sort());
  const text = readFileSync(path.join(folder, 'modelyard.lock'), 'utf8');
  expect(text).toContain(`  p0:\n    z:\n      out: ${hex('b')}\n    a:\n      out: ${hex('a')}\n`);
  expect(readdirSync(folder)).toEqual(['modelyard.lock']);
});

test('what modelyard.yaml no longer names leaves the lock; the rest stays', async () => {
  const lock = new LockFile(temporaryFolder());
  const before = {
    datasets: { old: dataset, kept: dataset },
    pipelines: { p: pipeline('a', 'b'), gone: pipeline('a') },
  };
  const one = { a: { out: hex('a') } };
  await lock.write({ datasets: { old: hex('1') }, pipeline: 'gone', steps: one, config: before });
  const both = { ...one, b: { out: hex('b') } };
  await lock.write({ datasets: { kept: hex('2') }, pipeline: 'p', steps: both, config: before });
  const config = { datasets: { kept: dataset }, pipelines: { p: pipeline('a', 'c') } };
  await lock.write({ datasets: {}, pipeline: 'p', steps: { c: { out: hex('c') } }, isPart: true, config });
  expect(await lock.read()).toEqual({
    datasets: { kept: hex('2') },
    pipelines: { p: { ...one, c: { out: hex('c') } } },
  });
});

test('a lock with an unresolved merge is none, and the next run makes it anew', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'modelyard.lock'), '<<<<<<< ours\ndatasets: {}\n=======\n>>>>>>> theirs\n');
  const lock = new LockFile(folder);
  expect(await lock.read()).toBeUndefined();
  const config = { datasets: { d: dataset }, pipelines: { p: pipeline('a') } };
  await lock.write({ datasets: { d: hex('d') }, pipeline: 'p', steps: {}, config });
  expect(await lock.read()).toEqual({ datasets: { d: hex('d') }, pipelines: { p: {} } });
});

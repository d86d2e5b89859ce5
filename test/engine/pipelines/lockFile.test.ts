import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digest } from '../../../engine/ids';
import { lockedDigests } from '../../../engine/pipelines/lockFile';
import type { StoredFile, StoredOutput } from '../../../engine/pipelines/outputs';

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

test.each(['validate', 'gate', 'register'] as const)('what %s makes is of one run', uses => {
  expect(lockedDigests(uses, [{ kind: 'file', path: 'a', artifactPath: 'a', files: [file('', 'a')] }])).toEqual({});
});

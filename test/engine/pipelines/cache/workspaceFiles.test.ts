import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fileStamp, hashFile } from '../../../../engine/dataFiles';
import { patternMatcher } from '../../../../engine/pipelines/cache/filePattern';
import {
  WorkspaceFiles,
  type FileDigests,
  type StampedDigest,
} from '../../../../engine/pipelines/cache/workspaceFiles';
import type { Digest } from '../../../../engine/protocol/ids';
import { temporaryFolder } from '../../../support/store';

const never = new AbortController().signal;

test.each([
  ['src/*.py', ['src/a.py', 'src/.hidden.py'], ['src/b/a.py', 'src/a.pyc', 'a.py']],
  ['src/**', ['src/a', 'src/b/c.txt'], ['src', 'other/src/a']],
  ['**/*.sql', ['a.sql', 'x/y/a.sql'], ['a.sqlx', 'xa/sql']],
  ['src/**/test/?.py', ['src/test/a.py', 'src/x/y/test/b.py'], ['src/test/ab.py', 'srctest/a.py']],
  ['[ab]*.[!x]', ['a.y', 'bcd.z'], ['c.y', 'a.x']],
  ['a+(b).c', ['a+(b).c'], ['aa(b).c', 'a+(b)xc']],
])('%s means %j', (pattern, these, others) => {
  const matches = patternMatcher(pattern);
  expect(these.filter(one => !matches(one))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

function folder(files: Record<string, string>) {
  const workspace = temporaryFolder();
  const old = new Date(Date.now() - 60_000);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    writeFileSync(path.join(workspace, name), text);
    utimesSync(path.join(workspace, name), old, old);
  }
  const kept = new Map<string, StampedDigest>();
  const commits: number[] = [];
  const known: FileDigests = {
    get: file => kept.get(file),
    keep: found => {
      commits.push(found.size);
      for (const [file, one] of found) kept.set(file, one);
    },
  };
  const read: string[] = [];
  const hash = (file: string, signal: AbortSignal): Promise<Digest> => {
    read.push(path.relative(workspace, file));
    return hashFile(file, signal);
  };
  return {
    workspace,
    read,
    commits,
    files: new WorkspaceFiles({ workspace, reading: { stamp: fileStamp, hash }, known }),
  };
}

test('folders and patterns are their files; what tools keep beside them is left out; what is not there is said', async () => {
  const { files } = folder({
    'src/a.py': 'a',
    'src/deep/b.py': 'b',
    'src/__pycache__/a.pyc': 'x',
    '.git/config': 'x',
    'README.md': 'r',
  });
  expect(Object.keys(await files.digests(['src', 'README.md', 'none.txt'], never))).toEqual([
    'README.md',
    'none.txt',
    'src/a.py',
    'src/deep/b.py',
  ]);
  const digests = await files.digests(['**/*.py', 'none.txt', 'nowhere/*.py'], never);
  expect(Object.keys(digests)).toEqual(['none.txt', 'src/a.py', 'src/deep/b.py']);
  expect(digests['none.txt']).toBe('missing');
  expect(digests['src/a.py']).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'); // sha256sum
});

test('a file is read once, and again when it has been written', async () => {
  const { workspace, files, read } = folder({ 'big.bin': 'one' });
  const first = await files.digests(['big.bin'], never);
  expect(await files.digests(['big.bin'], never)).toEqual(first);
  expect(read).toEqual(['big.bin']);
  writeFileSync(path.join(workspace, 'big.bin'), 'two');
  expect(await files.digests(['big.bin'], never)).not.toEqual(first);
  // Written just now: it may be written again without its times telling, and is read once more.
  await files.digests(['big.bin'], never);
  expect(read).toHaveLength(3);
});

test('what leads out of the workspace is refused', async () => {
  const { workspace, files } = folder({ 'a.txt': 'a' });
  symlinkSync(temporaryFolder(), path.join(workspace, 'away'));
  for (const name of ['../x', 'away', 'away/**'])
    await expect(files.digests([name], never), name).rejects.toMatchObject({
      code: 'config.invalid',
      place: { key: 'deps.0' },
    });
});

test('what is learnt of many files is kept in a few commits, also of those that were read before a cancel', async () => {
  const many = Object.fromEntries(Array.from({ length: 1205 }, (_, i) => [`src/${i}.txt`, String(i)]));
  const { files, read, commits } = folder(many);
  const cancelling = new AbortController();
  const cancelled = files.digests(['src'], cancelling.signal);
  while (read.length < 5) await new Promise(resolve => setImmediate(resolve));
  cancelling.abort();
  await expect(cancelled).rejects.toThrow();
  expect(commits).toEqual([expect.any(Number)]);
  const before = commits[0]!;
  read.length = 0;
  await files.digests(['src'], never);
  expect(read).toHaveLength(1205 - before);
  expect(commits.slice(1)).toEqual([1000, 205 - before]);
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { RunId } from '../../../engine/protocol/ids';
import { applyPatch } from '../../../engine/tracking/code/applyPatch';
import { codeDiff } from '../../../engine/tracking/code/codeDiff';
import { git } from '../../../engine/tracking/git';
import { temporaryFolder } from '../../support/store';
import { openTestTracking } from '../../support/tracking';

const { signal } = new AbortController();

/** A repository, and what git says in it. */
function repository() {
  const folder = temporaryFolder();
  const run = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
  const write = (name: string, text: string | Buffer) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const commit = () => {
    run('add', '-A');
    run('commit', '-qm', 'x');
    return run('rev-parse', 'HEAD').trim();
  };
  run('init', '-q');
  return { folder, run, write, commit };
}

const long = Array.from({ length: 60 }, (_, at) => `line ${at}`);
test.each<[string, string, string]>([
  ['a change in the middle', `${long.join('\n')}\n`, `${long.with(30, 'other').toSpliced(50, 3).join('\n')}\n`],
  ['an end without a line break that gets one', 'a\nb', 'a\nb\n'],
  ['a line break at the end that goes', 'a\nb\n', 'a\nb'],
  ['neither has one', 'a\nb\nc', 'x\nb\nc'],
  ['a change far before an open end', long.join('\n'), long.with(2, 'x').join('\n')],
  ['an empty file that is filled', '', 'a\nb\n'],
  ['a file that is emptied', 'a\nb\n', ''],
  ['lines that look like a patch', '-- a\n++ b\n@@ c\n', '-- a\n++ d\n@@ c\n'],
])('a diff of git gives back the file: %s', (_name, before, after) => {
  const { write, commit, run } = repository();
  write('f.txt', before);
  commit();
  write('f.txt', after);
  expect(applyPatch(before, run('diff', '--no-color', 'HEAD'))).toBe(after);
});

test('a diff that does not fit gives nothing', () => {
  const { write, commit, run } = repository();
  write('f.txt', 'a\nb\nc\n');
  commit();
  write('f.txt', 'a\nx\nc\n');
  const patch = run('diff', 'HEAD');
  expect(applyPatch('a\nB\nc\n', patch)).toBeUndefined();
  expect(applyPatch('a\n', patch)).toBeUndefined();
});

test('the code of two runs is compared over their commits, what was not committed, and files of their own', async () => {
  const { folder, run, write, commit } = repository();
  write('work/train.py', 'rate = 1\nprint(rate)\n');
  write('work/same.py', 'same\n');
  write('work/gone.py', 'gone\n');
  write('.env', 'SECRET=1\n');
  const first = commit();
  write('work/train.py', 'rate = 2\nprint(rate)\n');
  write('.env', 'SECRET=2\n');
  write('work/bytes.bin', Buffer.from([0, 1, 2]));
  const second = commit();
  write('work/train.py', 'rate = 3\nprint(rate)\n');
  execFileSync('rm', [path.join(folder, 'work/gone.py')]);
  const patch = run('diff', 'HEAD', '--no-color', '--no-renames');
  const { tracking, newRun } = await openTestTracking();
  const [a, b] = [newRun(), newRun()];
  const put = (id: RunId, name: string, text: string) => tracking.logArtifactBytes(id, name, Buffer.from(text));
  tracking.setTags(a, { 'mlflow.source.git.commit': first });
  tracking.setTags(b, { 'mlflow.source.git.commit': second });
  put(a, 'modelyard.yaml', 'name: a\n');
  put(b, 'modelyard.yaml', 'name: b\n');
  put(b, 'environment/diff.patch', patch);
  put(
    b,
    'environment/files.json',
    JSON.stringify({ besides: 'commit', kept: [{ path: 'notes.txt', size: 3, sha256: '0' }], leftOut: [] }),
  );
  put(b, 'environment/files/notes.txt', 'new');
  const parts = {
    tracking,
    git: (args: readonly string[], maxBytes: number, abort: AbortSignal) =>
      git({ folder: path.join(folder, 'work'), args, maxBytes, timeoutMs: 10_000 }, abort),
  };
  expect(await codeDiff(parts, { a, b }, signal)).toEqual({
    commitBefore: first,
    commitAfter: second,
    configBefore: 'name: a\n',
    configAfter: 'name: b\n',
    files: [
      { path: 'work/bytes.bin', isOpaque: true },
      { path: 'work/gone.py', before: 'gone\n' },
      { path: 'work/notes.txt', after: 'new' },
      { path: 'work/train.py', before: 'rate = 1\nprint(rate)\n', after: 'rate = 3\nprint(rate)\n' },
    ],
    notes: [],
  });
  expect((await codeDiff(parts, { a: b, b }, signal)).files.filter(({ isOpaque }) => !isOpaque)).toEqual([]);
  await expect(codeDiff(parts, { a, b }, AbortSignal.abort())).rejects.toThrow();
});

test('without a repository, or without a commit, it says so', async () => {
  const { tracking, newRun } = await openTestTracking();
  const [a, b] = [newRun(), newRun()];
  const folder = temporaryFolder();
  const parts = {
    tracking,
    git: (args: readonly string[], maxBytes: number, abort: AbortSignal) =>
      git({ folder, args, maxBytes, timeoutMs: 10_000 }, abort),
  };
  expect(await codeDiff(parts, { a, b }, signal)).toEqual({ files: [], notes: ['Neither run knows its commit.'] });
  tracking.setTags(a, { 'mlflow.source.git.commit': '1'.repeat(40) });
  expect((await codeDiff(parts, { a, b }, signal)).notes).toEqual(['One of the runs does not know its commit.']);
  tracking.setTags(b, { 'mlflow.source.git.commit': '--upload-pack=x' });
  expect((await codeDiff(parts, { a, b }, signal)).files).toEqual([]);
});

test('against the folder a secret that was taken out is no difference, and no name leads out of the repository', async () => {
  const { folder, run, write, commit } = repository();
  write('a.py', 'one\n');
  const head = commit();
  const token = ['sk', 'a'.repeat(24)].join('-');
  write('a.py', `one\nuse("${token}")\n`);
  const { tracking, newRun } = await openTestTracking();
  const a = newRun();
  const put = (name: string, text: string) => tracking.logArtifactBytes(a, name, Buffer.from(text));
  tracking.setTags(a, { 'mlflow.source.git.commit': head });
  put('environment/diff.patch', run('diff', 'HEAD', '--no-color').replace(token, '[redacted]'));
  put('environment/git.json', JSON.stringify({ diffRedacted: true }));
  const outside = path.join(temporaryFolder(), 'outside.txt');
  writeFileSync(outside, 'not for others\n');
  const kept = [{ path: path.relative(folder, outside), size: 900_000, sha256: '0' }];
  put('environment/files.json', JSON.stringify({ besides: 'commit', kept, leftOut: [] }));
  const parts = {
    tracking,
    git: (args: readonly string[], maxBytes: number, abort: AbortSignal) =>
      git({ folder, args, maxBytes, timeoutMs: 10_000 }, abort),
  };
  const found = await codeDiff(parts, { a, b: { folder } }, signal);
  expect(found.files).toEqual([{ path: path.relative(folder, outside), isOpaque: true }]);
  expect(found.notes).toEqual(['Secrets were taken out of what was changed without a commit.']);
  write('a.py', `two\nuse("${token}")\n`);
  expect((await codeDiff(parts, { a, b: { folder } }, signal)).files.map(file => file.path)).toContain('a.py');
});

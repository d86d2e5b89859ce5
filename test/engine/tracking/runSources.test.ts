import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { collectEnvironment } from '../../../engine/tracking/environment';
import { keepFiles } from '../../../engine/tracking/keepFiles';
import { splitPatch } from '../../../engine/tracking/patch';
import { readKeptFile, readRunSources } from '../../../engine/tracking/runSources';
import { isSecretFile } from '../../../engine/tracking/secrets';
import { temporaryFolder } from '../../support/store';
import { openTestTracking } from '../../support/tracking';

const never = new AbortController().signal;
const sha = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

function newRepository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  git(folder, 'init', '-q', '-b', 'trunk');
  write(folder, files);
  git(folder, 'add', '-f', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

const kept = async (folder: string, leaveOut: readonly string[] = []) => {
  const files = await keepFiles({ folder, leaveOut }, never);
  const list = files.find(file => file.path === 'environment/files.json');
  const told = list === undefined ? undefined : (JSON.parse(Buffer.from(list.bytes).toString()) as unknown);
  return { paths: files.map(file => file.path), told };
};

test('files that the commit does not have are kept, within bounds and without secrets', async () => {
  const folder = newRepository({ 'train.py': 'x\n', '.gitignore': '*.log\n.venv/\n', 'logo.bin': 'a\0b' });
  write(folder, {
    'my lib/helpers.py': 'y = 1\n',
    'run.sh': 'true\n',
    'logo.bin': 'a\0c',
    'train.py': 'x = 2\n', // in the diff
    'noise.log': 'ignored',
    '.venv/bin/python': 'ignored',
    'data/rows.csv': 'a\n1\n',
    'out/report.json': '{}',
    'big.bin': Buffer.alloc(1_000_001),
    'deploy.pem': 'k',
    '.aws/config': 'k',
    'settings.py': 'API_KEY = "abcdef0123456789"\n',
    '.modelyard/modelyard.db': 'x',
  });
  chmodSync(path.join(folder, 'run.sh'), 0o755);
  symlinkSync('/etc/hostname', path.join(folder, 'link.txt'));
  const { paths, told } = await kept(folder, ['data/rows.csv', 'out']);
  expect(paths).toEqual([
    'environment/files/my lib/helpers.py',
    'environment/files/run.sh',
    'environment/files/logo.bin',
    'environment/files.json',
  ]);
  expect(told).toEqual({
    besides: 'commit',
    kept: [
      { path: 'my lib/helpers.py', size: 6, sha256: sha('y = 1\n') },
      { path: 'run.sh', size: 5, sha256: sha('true\n'), executable: true },
      { path: 'logo.bin', size: 3, sha256: sha('a\0c') },
    ],
    leftOut: [
      { path: 'link.txt', why: 'a link' },
      { path: 'settings.py', why: 'it holds what looks like a secret' },
      { path: '.aws/config', why: 'its name says that it may hold secrets' },
      { path: 'big.bin', why: '1000001 bytes' },
      { path: 'deploy.pem', why: 'its name says that it may hold secrets' },
    ],
  });
});

test('without a commit the small files of the folder are kept; a clean repository keeps none', async () => {
  const folder = temporaryFolder();
  write(folder, { 'train.py': 'x\n', 'node_modules/a/index.js': 'x', '.venv/x.py': 'x', 'lib/b.py': 'y\n' });
  expect(await kept(folder)).toEqual({
    paths: ['environment/files/lib/b.py', 'environment/files/train.py', 'environment/files.json'],
    told: expect.objectContaining({ besides: 'folder', leftOut: [] }),
  });
  expect(await kept(newRepository({ 'a.py': 'x\n' }))).toEqual({ paths: [], told: undefined });
});

test('no more than 200 files are kept, code before all else', async () => {
  const folder = temporaryFolder();
  write(folder, Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`a/${i}.dat`, String(i)])));
  write(folder, { 'z.py': 'x\n' });
  const { paths, told } = await kept(folder);
  expect(paths).toHaveLength(201);
  expect(paths[0]).toBe('environment/files/z.py');
  expect(told).toMatchObject({ leftOut: Array.from({ length: 51 }, () => ({ why: 'more than 200 files' })) });
});

test('a diff is taken apart file by file, and its parts are the whole', async () => {
  const folder = newRepository({ 'a b.py': 'one\n', 'gone.py': 'x\n', 'ü.py': 'u\n', 'p.bin': 'a\0b', 'm.sh': 'm\n', 'd.csv': '1\n' }); // prettier-ignore
  git(folder, 'config', 'diff.noprefix', 'true');
  write(folder, { 'a b.py': 'two\ndiff --git a/x b/x\n', 'ü.py': 'v\n', 'p.bin': 'a\0c', 'd.csv': '2\n' });
  chmodSync(path.join(folder, 'm.sh'), 0o755);
  git(folder, 'rm', '-q', 'gone.py');
  const { files } = await collectEnvironment({ folder, version: '0', command: [], leaveOut: ['d.csv'] }, never);
  const patch = Buffer.from(files.find(file => file.path === 'environment/diff.patch')?.bytes ?? []).toString();
  const parts = splitPatch(patch);
  expect(parts.map(({ path: name, isBinary }) => [name, isBinary])).toEqual([
    ['a b.py', false],
    ['gone.py', false],
    ['m.sh', false],
    ['p.bin', true],
    ['ü.py', false],
  ]);
  expect(parts.map(({ text }) => text).join('')).toBe(patch);
  expect(splitPatch('')).toEqual([]);
});

test('what a run keeps is read back', async () => {
  const { tracking } = await openTestTracking();
  const run = tracking.createRun({
    experimentId: tracking.ensureExperiment('e').id,
    user: 'ada',
    tags: { 'mlflow.source.git.commit': 'c0ffee', 'modelyard.config.digest': sha('name: x\n') },
  });
  expect(await readRunSources(tracking, run.id)).toMatchObject({ commit: 'c0ffee', changes: [], files: [] });
  const folder = newRepository({ 'a.py': 'x\n' });
  write(folder, { 'a.py': 'PASSWORD = "hunter2"\n', 'b.py': 'y\n' });
  const environment = await collectEnvironment({ folder, version: '0', command: [] }, never);
  for (const { path: file, bytes } of [...environment.files, ...(await keepFiles({ folder, leaveOut: [] }, never))])
    tracking.logArtifactBytes(run.id, file, bytes);
  tracking.logArtifactBytes(run.id, 'conf/my.yaml', Buffer.from('name: x\n'));
  const sources = await readRunSources(tracking, run.id);
  expect(sources).toMatchObject({
    commit: 'c0ffee',
    config: { path: 'conf/my.yaml', text: 'name: x\n', digest: sha('name: x\n') },
    changes: [{ path: 'a.py', isBinary: false }],
    changesCut: false,
    changesRedacted: true,
    files: [{ path: 'b.py', sha256: sha('y\n') }],
    host: { node: process.version },
  });
  expect(Buffer.from(await readKeptFile(tracking, run.id, 'b.py')).toString()).toBe('y\n');
});

test('names of secret files are known in any folder and case', () => {
  for (const name of ['.env', 'a/.ENV.local', 'x/id_rsa', '.ssh/config', 'a/client_secrets.json', 'k.PEM'])
    expect(isSecretFile(name), name).toBe(true);
  for (const name of ['train.py', 'environment.yml', 'monkey.py', 'a/kid_1.py'])
    expect(isSecretFile(name), name).toBe(false);
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectEnvironment } from '../../../engine/tracking/environment';
import type { Environment, EnvironmentOptions } from '../../../engine/tracking/environment';
import { redact } from '../../../engine/tracking/secrets';
import { temporaryFolder } from '../../support/store';

const never = new AbortController().signal;

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

function newRepository(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  git(folder, 'init', '-q', '-b', 'trunk');
  write(folder, files);
  git(folder, 'add', '-f', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

const collect = (folder: string, options: Partial<EnvironmentOptions> = {}): Promise<Environment> =>
  collectEnvironment({ folder, version: '0.1.0', command: ['modelyard', 'run', 'train'], ...options }, never);

const file = (environment: Environment, name: string): string =>
  Buffer.from(environment.files.find(one => one.path === `environment/${name}`)?.bytes ?? []).toString('utf8');

const everything = (environment: Environment): string =>
  JSON.stringify(environment.tags) + environment.files.map(one => Buffer.from(one.bytes).toString('utf8')).join('\n');

test('a clean repository gives commit and branch, and no diff', async () => {
  const folder = newRepository({ 'a.txt': 'one\n' });
  git(folder, 'remote', 'add', 'origin', 'https://ada:hunter2hunter2@example.org/x.git');
  const environment = await collect(folder, { command: ['modelyard', 'run', '--token', 'abcdef123456'] });
  expect(environment.tags).toEqual({
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': 'modelyard run --token [redacted]',
    'mlflow.source.git.commit': git(folder, 'rev-parse', 'HEAD').trim(),
    'mlflow.source.git.branch': 'trunk',
    'mlflow.source.git.repoURL': 'https://[redacted]@example.org/x.git',
    'modelyard.git.dirty': 'false',
    'modelyard.host': os.hostname(),
    'modelyard.version': '0.1.0',
  });
  expect(environment.files.map(one => one.path)).toEqual(['environment/host.json', 'environment/git.json']);
  expect(JSON.parse(file(environment, 'host.json'))).toMatchObject({
    modelyard: '0.1.0',
    platform: process.platform,
    node: process.version,
    cpus: os.cpus().length,
    memoryBytes: os.totalmem(),
  });
  expect(everything(environment)).not.toContain('hunter2');
});

test('changes are kept, secrets are not', async () => {
  const folder = newRepository({
    'train.py': 'lr = 0.1\n',
    '.env': 'A=committed-secret-1\n',
    'conf/prod.ENV': 'A=committed-secret-2\n',
    'keys/server.pem': 'committed-secret-3\n',
    id_rsa: 'committed-secret-4\n',
    'client_secrets.json': '{}\n',
  });
  const pem = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA7'.repeat(4)}\nabc=\n-----END RSA PRIVATE KEY-----\n`;
  write(folder, {
    'train.py': [
      'lr = 0.2',
      'DB_PASSWORD = "correct horse battery"',
      'aws = "AKIAIOSFODNN7EXAMPLE"',
      "client = Client(api_key='zq81-secret')",
      'url = "postgres://ada:p4ssw0rd@db/x"',
      'gh = f("ghp_abcdefghijklmnopqrstuvwxyz0123456789")',
      'headers = {"Authorization": "Bearer abc.def-ghi"}',
      pem,
    ].join('\n'),
    '.env': 'A=new-secret-1\n',
    'conf/prod.ENV': 'A=new-secret-2\n',
    'keys/server.pem': 'new-secret-3\n',
    id_rsa: 'new-secret-4\n',
    'client_secrets.json': '{"a": "new-secret-5"}\n',
    'notes/new.txt': 'new-secret-6\n',
    '.modelyard/modelyard.db': 'x',
  });
  const environment = await collect(folder);
  const diff = file(environment, 'diff.patch');
  expect(environment.tags['modelyard.git.dirty']).toBe('true');
  expect(diff).toContain('-lr = 0.1\n+lr = 0.2\n');
  expect(diff).toContain('+DB_PASSWORD = [redacted]');
  const all = everything(environment);
  for (const secret of [
    'secret-',
    'correct horse',
    'AKIAIOSFODNN7EXAMPLE',
    'zq81',
    'p4ssw0rd',
    'ghp_abc',
    'abc.def-ghi',
    'MIIEow',
  ])
    expect(all, secret).not.toContain(secret);
  expect(JSON.parse(file(environment, 'git.json'))).toMatchObject({
    changed: ['.env', 'client_secrets.json', 'conf/prod.ENV', 'id_rsa', 'keys/server.pem', 'train.py'],
    untracked: ['notes/'],
    diffCut: false,
  });
  expect(git(folder, 'status', '--porcelain')).toContain(' M train.py');
});

test('a long diff is cut at a line, and says so', async () => {
  const folder = newRepository({ 'big.txt': '' });
  write(folder, { 'big.txt': 'a line of some length\n'.repeat(20_000) });
  const environment = await collect(folder, { diffBytes: 10_000 });
  const diff = file(environment, 'diff.patch');
  expect(diff.length).toBeGreaterThan(9_900);
  expect(diff.length).toBeLessThanOrEqual(10_000);
  expect(diff.endsWith('+a line of some length\n')).toBe(true);
  expect(JSON.parse(file(environment, 'git.json'))).toMatchObject({ diffCut: true });
});

test('outside a repository there is only the host', async () => {
  const folder = temporaryFolder();
  write(folder, { 'requirements.txt': 'mlflow\n' });
  const environment = await collect(folder);
  expect(environment.tags['mlflow.source.git.commit']).toBeUndefined();
  expect(environment.tags['modelyard.git.dirty']).toBeUndefined();
  expect(file(environment, 'git.json')).toContain('not a git repository');
  expect(JSON.parse(file(environment, 'host.json'))).toMatchObject({
    dependencies: [
      { file: 'requirements.txt', sha256: 'c26f14a98c941c8db512fad30c76f7798202cb474e5432c18402fe8e9e736ee2' },
    ],
  });
});

test('a repository without a commit works', async () => {
  const folder = temporaryFolder();
  git(folder, 'init', '-q', '-b', 'trunk');
  write(folder, { 'a.txt': 'staged\n' });
  git(folder, 'add', '.');
  const environment = await collect(folder);
  expect(environment.tags['mlflow.source.git.commit']).toBeUndefined();
  expect(environment.tags['mlflow.source.git.branch']).toBe('trunk');
  expect(file(environment, 'diff.patch')).toContain('+staged');
});

describe.skipIf(process.platform === 'win32')('git that misbehaves', () => {
  const withGit = async (script: string | undefined, work: () => Promise<void>): Promise<void> => {
    const bin = temporaryFolder();
    if (script !== undefined) {
      writeFileSync(path.join(bin, 'git'), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(bin, 'git'), 0o755);
    }
    const before = process.env['PATH'];
    process.env['PATH'] = script === undefined ? bin : `${bin}${path.delimiter}${before ?? ''}`;
    try {
      await work();
    } finally {
      process.env['PATH'] = before;
    }
  };

  test('is not there', () =>
    withGit(undefined, async () => {
      const environment = await collect(temporaryFolder());
      expect(file(environment, 'git.json')).toContain('git cannot be run');
      expect(environment.tags['modelyard.host']).toBe(os.hostname());
    }));

  test('hangs', () =>
    withGit('exec sleep 60', async () => {
      const environment = await collect(temporaryFolder(), { gitTimeoutMs: 200 });
      expect(file(environment, 'git.json')).toContain('git took longer than 200 ms.');
    }));

  test('hangs and is cancelled', () =>
    withGit('exec sleep 60', async () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const options = { folder: temporaryFolder(), version: '0', command: [] };
      await expect(collectEnvironment(options, controller.signal)).rejects.toThrow('Cancelled.');
    }));
});

test('redaction leaves ordinary code alone', () => {
  for (const line of [
    'const limit = 4096;',
    'max_depth: 7',
    'import { tokenize } from "./words";',
    'https://example.org/a:b@c',
    'sha256: 0f1e2d',
    'the secret of good coffee is time',
  ])
    expect(redact(line)).toBe(line);
});

test('redaction knows the usual forms', () => {
  for (const secret of [
    'glpat-abcdefghijklmnopqrst',
    'xoxb-1234567890-abcdef',
    'hf_abcdefghijklmnopqrstuvwxyz',
    'sk-proj-abcdefghijklmnopqrst',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_g',
    'AIzaSyA1234567890abcdefghijklmnopqrstuv',
    'sk_live_abcdefghijklmnop',
    'npm_abcdefghijklmnopqrstuvwxyz0123456789',
  ])
    expect(redact(`before ${secret} after`)).toBe('before [redacted] after');
  expect(redact('  "clientSecret": "a\\"b c",')).toBe('  "clientSecret": [redacted],');
  expect(redact('export API-KEY=abc;')).toBe('export API-KEY=[redacted];');
  expect(redact('password: hunter2')).toBe('password: [redacted]');
});

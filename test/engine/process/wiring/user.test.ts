import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { personHere } from '../../../../engine/process/wiring/user';

let folder = '';
const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelyard-user-'));
  writeFileSync(path.join(folder, 'global'), '');
  vi.stubEnv('GIT_CONFIG_GLOBAL', path.join(folder, 'global'));
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
  vi.stubEnv('GIT_CEILING_DIRECTORIES', path.dirname(folder));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('the account stands for who has no address, in a repository or not', async () => {
  expect(await personHere(folder, 'ana')).toEqual({ account: 'ana' });
  git('init', '-q');
  expect(await personHere(folder, 'ana')).toEqual({ account: 'ana' });
});

test("an address is known with where git has it from; the folder's own goes before", async () => {
  writeFileSync(path.join(folder, 'global'), '[user]\n\temail = ana@x.org\n');
  git('init', '-q');
  expect(await personHere(folder, 'ana')).toEqual({ account: 'ana', email: 'ana@x.org', emailFrom: 'account' });
  git('config', 'user.email', 'bea@x.org');
  expect(await personHere(folder, 'ana')).toEqual({ account: 'ana', email: 'bea@x.org', emailFrom: 'repository' });
});

test('what a shell has in its environment is of whoever started the engine, and is not asked', async () => {
  vi.stubEnv('GIT_AUTHOR_EMAIL', 'carl@x.org');
  expect(await personHere(folder, 'ana')).toEqual({ account: 'ana' });
});

test('where there is no folder there is an account', async () => {
  expect(await personHere(path.join(folder, 'none'), 'ana')).toEqual({ account: 'ana' });
});

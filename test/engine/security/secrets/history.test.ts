import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { audit, type AuditJob } from '../../../../engine/security/audit/audit';
import { temporaryFolder } from '../../../support/store';
import { planted } from './planted';

const secretOf = (rule: string): string => planted().find(one => one.rule === rule)?.secret ?? '';
const token = secretOf('github-token');
const other = secretOf('npm-token') || secretOf('slack-token');
const author = { name: 'Ann', email: 'ann@example.org', date: '2026-03-01T10:00:00Z' };

/** A repository whose commits are made here. */
function repository() {
  const root = temporaryFolder();
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', `user.name=${author.name}`, '-c', `user.email=${author.email}`, ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_DATE: author.date, GIT_COMMITTER_DATE: author.date },
    }).trim();
  git('init', '-q', '-b', 'main');
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const commit = (message: string): string => {
    git('add', '-A');
    git('commit', '-qm', message);
    return git('rev-parse', 'HEAD');
  };
  const scan = (more: Partial<AuditJob> = {}) =>
    audit({
      root,
      parts: ['secrets'],
      paths: [],
      texts: [],
      stored: [],
      config: {},
      allow: [],
      history: true,
      ...more,
    });
  return { root, git, write, commit, scan };
}

test('a secret that was deleted is found, once, with the commit that brought it', async () => {
  const { write, commit, scan, root } = repository();
  write('a.py', 'x = 1\n');
  commit('begin');
  write('settings.py', `import os\nTOKEN = "${token}"\n`);
  const brought = commit('add settings');
  write('settings.py', `# a line more\nimport os\nTOKEN = "${token}"\n`);
  commit('say more');
  rmSync(path.join(root, 'settings.py'));
  commit('clean up');
  const report = await scan();
  expect(report.verdict).toBe('block');
  expect(report.findings).toMatchObject([{ file: 'settings.py', rule: 'github-token', commit: brought }]);
  expect(report.findings[0]).not.toHaveProperty('line');
  expect(report.findings[0]?.sentence).toContain(
    `It came with commit ${brought.slice(0, 10)} of 2026-03-01 by Ann, at line 2.`,
  );
  expect(report.parts[0]?.sentence).toMatch(/So were 3 versions of files in 4 commits\.$/);
  expect(JSON.stringify(report)).not.toContain(token);
  expect((await scan({ history: false })).verdict).toBe('pass');
  const { fingerprint = '' } = report.findings[0] ?? {};
  expect((await scan({ config: { secrets: { allow: [fingerprint] } } })).verdict).toBe('pass');
  expect((await scan({ config: { secrets: { exclude: ['settings.py'] } } })).verdict).toBe('pass');
});

test('what is still there is told where it stands, and not again', async () => {
  const { write, commit, scan } = repository();
  write('settings.py', `TOKEN = "${token}"\n`);
  commit('begin');
  write('settings.py', `\nTOKEN = "${token}"\n`);
  commit('move it');
  const { findings } = await scan();
  expect(findings).toMatchObject([{ file: 'settings.py', line: 2 }]);
  expect(findings[0]).not.toHaveProperty('commit');
});

test('other branches, and what a merge brings that neither side had', async () => {
  const { git, write, commit, scan } = repository();
  write('a.txt', 'one\n');
  commit('begin');
  git('checkout', '-qb', 'side');
  write('side.txt', `token: ${token}\n`);
  const onSide = commit('on the side');
  git('checkout', '-q', 'main');
  write('b.txt', 'two\n');
  commit('on main');
  git('merge', '-q', '--no-commit', '--no-ff', '-s', 'ours', 'side');
  write('evil.txt', `token: ${other}\n`);
  const merged = commit('merge');
  rmSync(path.join(git('rev-parse', '--show-toplevel'), 'evil.txt'));
  commit('clean up');
  const { findings } = await scan();
  expect(new Map(findings.map(({ file, commit: id }) => [file, id]))).toEqual(
    new Map([
      ['side.txt', onSide],
      ['evil.txt', merged],
    ]),
  );
});

test('of a folder within a repository only that folder, by paths relative to it', async () => {
  const { write, commit, scan, root } = repository();
  write('project/a.env', `TOKEN=${token}\n`);
  write('elsewhere/b.env', `TOKEN=${other}\n`);
  commit('begin');
  rmSync(path.join(root, 'project/a.env'));
  rmSync(path.join(root, 'elsewhere/b.env'));
  write('project/c.txt', 'x\n');
  commit('clean up');
  const { findings } = await scan({ root: path.join(root, 'project') });
  expect(findings.map(({ file }) => file)).toEqual(['a.env']);
  expect((await scan({ paths: ['elsewhere'] })).findings.map(({ file }) => file)).toEqual(['elsewhere/b.env']);
});

test('without a repository, or in a shallow one, the answer is no pass', async () => {
  const folder = temporaryFolder();
  const job = { parts: ['secrets'], paths: [], texts: [], stored: [], config: {}, allow: [], history: true } as const;
  expect(await audit({ ...job, root: folder })).toMatchObject({
    verdict: 'review',
    parts: [
      { isJudged: false, sentence: expect.stringMatching(/Earlier commits cannot be looked at: not a git repo/) },
    ],
  });
  const { root, write, commit } = repository();
  for (const text of ['1\n', '2\n']) {
    write('a.txt', text);
    commit(text);
  }
  const shallow = path.join(folder, 'shallow');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${root}`, shallow]);
  expect(await audit({ ...job, root: shallow })).toMatchObject({
    verdict: 'review',
    parts: [{ isJudged: false, sentence: expect.stringContaining('The clone is shallow') }],
  });
});

test('contents that are no texts, large, empty, or of names with lines in them do not get in the way', async () => {
  const { write, commit, scan, root } = repository();
  write('binary.dat', `\0${token}`);
  write('empty.txt', '');
  write('long.txt', `${'x = 1\n'.repeat(1_500_000)}TOKEN = "${other}"\n`);
  write('a\nb.txt', `TOKEN = "${token}"\n`);
  commit('begin');
  for (const file of ['binary.dat', 'empty.txt', 'long.txt', 'a\nb.txt']) rmSync(path.join(root, file));
  write('c.txt', 'x\n');
  commit('clean up');
  expect((await scan()).findings.map(({ file }) => file)).toEqual(['a\nb.txt']);
});

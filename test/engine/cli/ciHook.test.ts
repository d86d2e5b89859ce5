import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { modelyard } from '../../support/commandLine';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 });
const { make } = workspaces();
const good = 'name: a\npipelines: {p: {steps: {s: {run: echo}}}}\n';

function repository(text = good) {
  const folder = make(text);
  const git = (...args: string[]) => spawnSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...args], { cwd: folder, encoding: 'utf8' }); // prettier-ignore
  git('init', '-q', '-b', 'main');
  const hook = path.join(folder, '.git/hooks/pre-commit');
  mkdirSync(path.dirname(hook), { recursive: true });
  return { folder, git, hook };
}

describe('run', () => {
  test('what is staged counts, not what is in the folder', async () => {
    const { folder, git } = repository('name: a\npipeline: {}\n');
    git('add', '-A');
    writeFileSync(path.join(folder, 'modelyard.yaml'), good);
    const { code, stdout } = await modelyard(['ci', 'hook', 'run'], folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/`pipeline` is not a key[^]*at modelyard\.yaml:2:1/);
    git('add', '-A');
    expect(await modelyard(['ci', 'hook', 'run'], folder)).toMatchObject({ code: 0 });
  });
  test('large files and files of .modelyard; no engine without modelyard.yaml', async () => {
    const { folder, git } = repository();
    git('add', '-A');
    git('commit', '-qm', 'first');
    writeFileSync(path.join(folder, 'rows with blanks.csv'), 'x'.repeat(1_200_000));
    mkdirSync(path.join(folder, '.modelyard'));
    writeFileSync(path.join(folder, '.modelyard/modelyard.db'), 'x');
    git('add', '-A', '-f');
    const { code, stdout } = await modelyard(['ci', 'hook', 'run', '--max-size', '1', '--json'], folder);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ files: 2, config: [], findings: [{ file: '.modelyard/modelyard.db', code: 'own-folder' }, { file: 'rows with blanks.csv', code: 'large-file' }] }); // prettier-ignore
    expect(existsSync(path.join(folder, '.modelyard/engine.log'))).toBe(false);
    git('rm', '-q', '--cached', '.modelyard/modelyard.db');
    expect(await modelyard(['ci', 'hook', 'run'], folder)).toMatchObject({ code: 0 });
  });
});

test('secrets in what is staged keep it from being committed, without an engine; what is allowed does not', async () => {
  const { folder, git } = repository();
  git('add', '-A');
  git('commit', '-qm', 'first');
  const token = ['ghp', 'x7Kq2Lm9Zt4Rv8Wn1Bc5Yd3Hf6Gj0Ps2Ua4Ei'.slice(0, 36)].join('_');
  mkdirSync(path.join(folder, 'test'));
  writeFileSync(path.join(folder, 'app.py'), `import os\n\nTOKEN = "${token}"\n`);
  writeFileSync(path.join(folder, 'test/app.py'), `TOKEN = "${token}"\n`);
  writeFileSync(path.join(folder, 'blob.bin'), Buffer.concat([Buffer.alloc(8), Buffer.from(token)]));
  git('add', '-A');
  writeFileSync(path.join(folder, 'app.py'), 'import os\n'); // what is in the folder does not count
  const found = await modelyard(['ci', 'hook', 'run', '--json'], folder);
  expect(found.code).toBe(1);
  expect(found.stdout).not.toContain(token);
  const { findings } = JSON.parse(found.stdout);
  expect(findings.map(({ file, code, line }: Record<string, unknown>) => [file, code, line])).toEqual([
    ['app.py', 'secret', 3],
    ['test/app.py', 'secret', 1],
  ]);
  expect((await modelyard(['ci', 'hook', 'run'], folder)).stdout).toMatch(
    /error: .*\n {2}at app\.py:3\n {2}fix: .*modelyard:allow/,
  );
  expect(existsSync(path.join(folder, '.modelyard/engine.log'))).toBe(false);
  writeFileSync(path.join(folder, 'modelyard.yaml'), `${good}security: {secrets: {exclude: [test/]}}\n`);
  git('add', 'app.py');
  expect(await modelyard(['ci', 'hook', 'run'], folder)).toMatchObject({ code: 0 });
});

describe('install and remove', () => {
  test('git refuses the commit; the hook that was there runs first, and is back afterwards', async () => {
    const { folder, git, hook } = repository('name: a\npipeline: {}\n');
    const before = '#!/bin/sh\necho before >> ran.txt\n';
    writeFileSync(hook, before);
    chmodSync(hook, 0o755);
    expect(await modelyard(['ci', 'hook', 'install'], folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/The hook that was there runs first/) }); // prettier-ignore
    await modelyard(['ci', 'hook', 'install'], folder); // a second time is no other thing
    git('add', 'modelyard.yaml');
    const refused = git('commit', '-qm', 'first');
    expect([refused.status, refused.stdout + refused.stderr]).toEqual([1, expect.stringMatching(/`pipeline` is not a key/)]); // prettier-ignore
    expect(readFileSync(path.join(folder, 'ran.txt'), 'utf8')).toBe('before\n');
    writeFileSync(path.join(folder, 'modelyard.yaml'), good);
    git('add', 'modelyard.yaml');
    expect(git('commit', '-qm', 'first').status).toBe(0);
    expect(await modelyard(['ci', 'hook', 'remove'], folder)).toMatchObject({ code: 0 });
    expect(readFileSync(hook, 'utf8')).toBe(before);
  });
  test('a folder of hooks in the repository, as husky has it: lines between marks, the same on every machine', async () => {
    const { folder, git } = repository();
    git('config', 'core.hooksPath', '.husky/_');
    mkdirSync(path.join(folder, '.husky/_'), { recursive: true });
    const file = path.join(folder, '.husky/pre-commit');
    writeFileSync(file, 'npm test\n');
    await modelyard(['ci', 'hook', 'install', '--max-size', '2'], folder);
    await modelyard(['ci', 'hook', 'install', '--max-size', '3'], folder);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(
      /^# >>> modelyard\nnpx --yes modelyard@[\d.]+ ci hook run --max-size 3 \|\| exit \$\?\n# <<< modelyard\nnpm test\n$/,
    );
    await modelyard(['ci', 'hook', 'remove'], folder);
    expect(readFileSync(file, 'utf8')).toBe('npm test\n');
  });
  test('a folder of all repositories is left alone', async () => {
    const { folder, git } = repository();
    const shared = make();
    git('config', 'core.hooksPath', shared);
    expect(await modelyard(['ci', 'hook', 'install'], folder)).toMatchObject({ code: 1, stderr: expect.stringMatching(/which is not of this repository/) }); // prettier-ignore
    expect(existsSync(path.join(shared, 'pre-commit'))).toBe(false);
  });
});

test('ci generate: text on stdout, --check ends with 1 and says the lines, --diff shows them', async () => {
  const { folder } = repository(`${good}ci: {gitlab: {}}\n`);
  expect((await modelyard(['ci', 'generate'], folder)).stdout).toMatch(/^# Written by[^]*modelyard-lint:/);
  expect(await modelyard(['ci', 'generate', '--check'], folder)).toMatchObject({ code: 1 });
  expect(await modelyard(['ci', 'generate', '--write'], folder)).toMatchObject({ code: 0, stdout: '✓ .gitlab-ci.yml is written.\n' }); // prettier-ignore
  expect(await modelyard(['ci', 'generate', '--check'], folder)).toMatchObject({ code: 0 });
  writeFileSync(path.join(folder, 'modelyard.yaml'), `${good}ci: {gitlab: {image: "a:1"}}\n`);
  const { code, stdout } = await modelyard(['ci', 'generate', '--check'], folder);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/at \.gitlab-ci\.yml:\d+: modelyard\.yaml says: image: a:1/),
  ]);
  expect((await modelyard(['ci', 'generate', '--diff'], folder)).stdout).toMatch(
    /^- {2}image: node:22\n\+ {2}image: a:1$/m,
  );
  const checked = await modelyard(['config', 'check', '--strict'], folder);
  expect([checked.code, checked.stdout]).toEqual([1, expect.stringMatching(/warning: \.gitlab-ci\.yml is out of date[^]*at modelyard\.yaml:3:6/)]); // prettier-ignore
  const json = await modelyard(['config', 'check', '--json'], folder);
  expect(JSON.parse(json.stdout).config).toMatchObject([{ code: 'ci-outdated', key: 'ci.gitlab' }]);
});

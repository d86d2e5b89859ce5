import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { RunDiff } from '../../../engine/protocol/compare';
import { gitRepository } from '../../support/gitRepository';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 }); // whole pipelines, on a machine that may be busy

const it = journey();

const { git, begin, commit } = gitRepository(() => it.folder);
const newRepository = (): string => begin('.modelyard/');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const config = (rate: number): string => `name: tiny
datasets:
  numbers: {path: "my data/numbers.csv"}
pipelines:
  p:
    steps:
      check: {uses: validate, with: {dataset: numbers}}
      work:
        run: ${JSON.stringify(`${JSON.stringify(process.execPath)} work.js`)}
        needs: check
        env: {RATE: ${rate}}
        outs: [out.json]
`;
const work = (factor: number): string =>
  `const factor = ${factor};\nrequire('fs').writeFileSync('out.json', String(factor * Number(process.env.RATE)));\n`;
const numbers = 'x\n1\n2\n3\n';

async function diff(...args: readonly string[]): Promise<{ code: number; found: RunDiff }> {
  const { code, json } = await it.cli('diff', ...args);
  return { code, found: json as RunDiff };
}

test('a run is held against HEAD with the working tree, and against another run, across commits', async () => {
  const token = ['sk', '-', 'a'.repeat(24)].join('');
  it.write({ 'my data/numbers.csv': numbers, 'modelyard.yaml': config(2), 'work.js': work(1), 'old.py': 'old\n' });
  newRepository();
  it.write({
    'work.js': work(7),
    'lib/new.txt': 'new\n',
    'lib/bytes.bin': Uint8Array.of(0, 1, 2),
    'key.js': `"${token}"\n`,
  });
  const first = (await it.run('p')).outcome.run!;
  const made = git('rev-parse', 'HEAD').trim();
  const name = `r-${first.number}`;

  // what was not committed when it was made is as it was; a file with a secret was not kept, which is said
  const same = await diff(name, '--exit-code');
  expect(same.found, JSON.stringify(same.found)).toMatchObject({
    before: { label: name, commit: made, run: { id: first.id, number: first.number } },
    after: { label: 'HEAD', commit: made },
    params: [],
    code: [],
    data: [],
    metrics: [],
    environment: [],
    notes: ['Files that a run did not keep cannot be compared: key.js.'],
  });
  expect(same.found.config).toBeUndefined();
  expect(same.code).toBe(3);
  rmSync(path.join(it.folder, 'key.js'));
  expect((await diff(name, 'HEAD', '--exit-code')).code).toBe(0);

  // the same content, committed since, is no difference; other contents are, committed or not
  const head = commit();
  expect((await diff(name)).found).toMatchObject({ code: [], notes: [], after: { commit: head } });
  rmSync(path.join(it.folder, 'old.py'));
  it.write({
    'work.js': work(8),
    'lib/new.txt': 'newer\n',
    'lib/bytes.bin': Uint8Array.of(0, 1, 3),
    'extra.py': 'extra\n',
    'my data/numbers.csv': 'x\n4\n',
    'modelyard.yaml': config(3),
    '.env': 'PASSWORD=1\n',
  });
  const now = await diff(name, '--exit-code');
  expect(now.code).toBe(1);
  expect(now.found).toMatchObject({
    params: [{ name: 'work.env.RATE', before: '2', after: '3' }],
    config: { path: 'modelyard.yaml', before: config(2), after: config(3) },
    data: [{ name: 'numbers', before: sha256(numbers), after: sha256('x\n4\n') }],
    notes: [],
  });
  expect(now.found.code).toEqual([
    { path: 'extra.py', after: 'extra\n' },
    { path: 'lib/bytes.bin', isOpaque: true },
    { path: 'lib/new.txt', before: 'new\n', after: 'newer\n' },
    { path: 'old.py', before: 'old\n' },
    { path: 'work.js', before: work(7), after: work(8) },
  ]);

  const { code, stdout } = await it.text('diff', name);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `${name} ${first.name} (${made.slice(0, 12)}) → HEAD with the working tree (${head.slice(0, 12)})`,
  );
  expect(stdout).toMatch(/\nparameters\n {2}work\.env\.RATE {2}2 {2}→ {2}3\n/);
  expect(stdout).toContain(`numbers  ${sha256(numbers).slice(0, 12)}  →  ${sha256('x\n4\n').slice(0, 12)}\n`);
  expect(stdout).toContain(
    `--- ${name}/work.js\n+++ HEAD/work.js\n@@ -1,2 +1,2 @@\n-const factor = 7;\n+const factor = 8;\n`,
  );
  expect(stdout).toContain(`--- /dev/null\n+++ HEAD/extra.py\n@@ -0,0 +1,1 @@\n+extra\n`);
  expect(stdout).not.toContain('PASSWORD');

  const stat = await it.text('diff', name, '--stat');
  expect(stat.stdout).toMatch(/ {2}code +- {2}old\.py\n {2}code +~ {2}work\.js\n/);
  expect(stat.stdout).not.toContain('factor');
  expect((await it.cli('diff', name, '--stat')).json).toMatchObject({
    config: { path: 'modelyard.yaml' },
    code: expect.arrayContaining([{ path: 'old.py', change: 'removed' }]),
  });

  // two runs, of two commits
  const second = (await it.run('p')).outcome.run!;
  const between = await diff(name, `r-${second.number}`, '--exit-code');
  expect(between.code).toBe(1);
  expect(between.found.after).toMatchObject({ label: `r-${second.number}`, commit: head, run: { id: second.id } });
  expect(between.found.data).toEqual(now.found.data);
  expect(between.found.config).toEqual(now.found.config);
  expect(between.found.code.map(file => file.path)).toEqual(now.found.code.map(file => file.path));
  expect((await diff(`r-${second.number}`, second.id, '--exit-code')).code).toBe(0);
});

test('without a repository the files that the run kept are held against the folder', async () => {
  it.write({ 'my data/numbers.csv': numbers, 'modelyard.yaml': config(2), 'work.js': work(1) });
  const run = (await it.run('p')).outcome.run!;
  expect(await diff(run.id, '--exit-code')).toMatchObject({ code: 0, found: { code: [], notes: [] } });
  it.write({ 'work.js': work(2), 'more.js': '1\n' });
  expect((await diff(run.id, '--exit-code')).found.code).toEqual([
    { path: 'more.js', after: '1\n' },
    { path: 'work.js', before: work(1), after: work(2) },
  ]);
  rmSync(path.join(it.folder, 'my data'), { recursive: true });
  const gone = (await diff(run.id)).found;
  expect(gone.data).toEqual([{ name: 'numbers', before: sha256(numbers) }]);
  it.write({ 'modelyard.yaml': 'name: [' });
  const broken = (await diff(run.id)).found;
  expect(broken.data).toEqual([]);
  expect(broken.notes.join('\n')).toContain('The data cannot be compared: ');
});

test('a run that is not there ends with 2', async () => {
  it.write({ 'modelyard.yaml': config(2) });
  const { code, json } = await it.cli('diff', 'r-4711');
  expect({ code, json }).toMatchObject({ code: 2, json: { error: { code: 'not-found' } } });
});

import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { cliFile, modelyard, outcomeOf, start } from '../../support/commandLine';
import { isAlive } from '../../support/isAlive';
import { until, version, workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 90_000 }); // processes start slowly on a busy machine
const { make } = workspaces();
/** Two rows of data and a pipeline whose one step is a command. */
const config = (command: string): string => `name: small
datasets:
  people: {path: people.csv, expect: [{column: age, between: [0, 120]}, {column: name, not_null: true, severity: warn}]}
pipelines:
  say: {steps: {hello: {run: ${JSON.stringify(command)}}}}
`;
function folderWith(command = 'echo hello', rows = 'name,age\nAda,36\nAlan,41\n'): string {
  const folder = make(config(command));
  writeFileSync(path.join(folder, 'people.csv'), rows);
  return folder;
}

describe('the command itself', () => {
  test('is a program that says its version', async () => {
    const cli = await cliFile();
    expect(readFileSync(cli, 'utf8').split('\n', 1)).toEqual(['#!/usr/bin/env node']);
    expect(statSync(cli).mode & 0o111).toBe(0o111);
    expect(await modelyard(['--version'], make())).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('a reader that has seen enough, as `head` has, is no error', async () => {
    const child = await start(['validate', '--json'], folderWith());
    child.stdout?.destroy();
    expect(await outcomeOf(child)).toMatchObject({ code: 0, stderr: '' });
  });

  test('explains itself', async () => {
    const { code, stdout } = await modelyard(['--help'], make());
    expect(code).toBe(0);
    for (const command of [
      'run',
      'validate',
      'check',
      'runs',
      'models',
      'promote',
      'alias',
      'serve',
      'exec',
      'db',
      'stop',
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  test.each([
    [['dance'], "error: unknown command 'dance'"],
    [['run', '--fast'], "error: unknown option '--fast'"],
    [['promote', 'm', '--to', 'dev'], "error: missing required argument 'version'"],
    [['promote', 'm', '1'], "error: required option '--to <stage>' not specified"],
    [['runs', '--limit', '0'], 'It must be a whole number from 1 to 50000.'],
    [['serve', '--port', '70000'], 'It must be a whole number from 0 to 65535.'],
    [['promote', 'm', 'newest', '--to', 'dev'], 'error: "newest" is not a version number.\n  fix: Write 3 or v3.'],
    [
      ['check', '--format', 'html'],
      'error: There is no format html.\n  fix: There are text, json, junit, sarif, markdown',
    ],
    [['check', '--format', 'text', 'junit'], 'error: Only one format can go to the standard output'],
    [['check', '--subject', 'me'], 'Allowed choices are candidate, holder.'],
    [['alias', 'm'], "error: missing required argument 'alias'"],
    [['alias', 'm', 'champion'], 'error: Give a version, or --delete.'],
    [['alias', 'm', 'champion', '3', '--delete'], 'error: Give a version, or --delete.'],
    [['alias', 'm', 'champion', 'three'], 'error: "three" is not a version number.'],
    [['runs', '--workspace', 'no-such-folder'], 'There is no folder'],
  ])('%j is a mistake: exit code 2', async (args, words) => {
    const { code, stdout, stderr } = await modelyard(args, make());
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stdout).toBe('');
    const json = await modelyard([...args, '--json'], make());
    expect(json.code).toBe(2);
    expect(json.stderr).toBe('');
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { message: expect.any(String) } });
  });
});

describe('a folder without modelyard.yaml', () => {
  test.each([['run'], ['watch'], ['triggers'], ['validate'], ['check'], ['runs'], ['models'], ['db', 'check']])(
    '%s: exit code 2, nothing is made',
    async (...args) => {
      const folder = make();
      const { code, stderr } = await modelyard(args, folder);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^error: There is no modelyard\.yaml in .*\n {2}at modelyard\.yaml\n {2}fix: Go to a folder/,
      );
      expect(existsSync(path.join(folder, '.modelyard'))).toBe(false);
    },
  );
});

describe('check', () => {
  const folderWithRules = (rows?: string): string => {
    const folder = folderWith('echo hello', rows);
    const models = 'models: {m: {stages: [dev, live], gates: {live: [{metric: auc, at_least: 0.7}]}}}\n';
    writeFileSync(path.join(folder, 'modelyard.yaml'), config('echo hello') + models);
    return folder;
  };

  test('what cannot be judged is neither right nor wrong: exit code 3; --data reads the data', async () => {
    const folder = folderWithRules();
    const { code, stdout } = await modelyard(['check'], folder);
    expect(code).toBe(3);
    expect(stdout).toContain('? age between 0 and 120 was not judged yet on the data as it is');
    expect(stdout).toContain('? auc ≥ 0.7 cannot be judged: no version of m is registered.\n    at modelyard.yaml:');
    const data = await modelyard(['check', '--only', 'people', '--data'], folder);
    expect(data.code).toBe(0);
    expect(data.stdout).toContain('✓ people (people.csv): 2 of 2 passed');
    const again = await modelyard(['check', '--only', 'data'], folder);
    expect(again.code).toBe(0); // the same file
    writeFileSync(path.join(folder, 'people.csv'), 'name,age\nAda,300\n');
    expect((await modelyard(['check', '--only', 'data'], folder)).code).toBe(3); // another one
  });

  test('a failed rule: exit code 1, at its line and those of the rows; only what is named is told', async () => {
    const folder = folderWithRules('name,age\nAda,300\n,41\n');
    const args = ['check', '--data', '--only', 'dataset/people', '--format', 'json', '--output', 'out/report.json'];
    const { code, stdout, stderr } = await modelyard(args, folder);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: '1 failed, 1 warned\n' });
    const { groups } = JSON.parse(readFileSync(path.join(folder, 'out/report.json'), 'utf8'));
    expect(groups).toMatchObject([
      {
        id: 'dataset/people',
        verdicts: [
          {
            id: 'dataset/people/expect/0',
            outcome: 'failed',
            place: { file: 'modelyard.yaml', line: 3 },
            evidence: [{ file: 'people.csv', line: 2 }],
          },
          { id: 'dataset/people/expect/1', outcome: 'warned', evidence: [{ file: 'people.csv', line: 3 }] },
        ],
      },
    ]);
    const unknown = await modelyard(['check', '--only', 'peopel'], folder);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Nothing that is checked is called peopel.');
  });

  test('waive: the waiver stands beside the rule, by whoever commits here', async () => {
    const folder = folderWithRules();
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Ana' };
    const args = ['waive', 'model/m/live/auc≥0.7', '--until', '2999-12-31', '--reason', 'labels are late'];
    const { code, stdout } = await modelyard(args, folder, env);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'auc ≥ 0.7 is waived until 2999-12-31 by Ana: modelyard.yaml:6. Commit it, so that it is reviewed.\n',
    });
    expect(readFileSync(path.join(folder, 'modelyard.yaml'), 'utf8')).toContain(
      '{metric: auc, at_least: 0.7, waive: {until: 2999-12-31, owner: Ana, reason: labels are late}}',
    );
    const none = await modelyard(['waive', 'model/m/live/ks', '--until', '2999-12-31', '--reason', 'x'], folder);
    expect(none.code).toBe(2);
    const never = await modelyard(['waive', 'model/m/live/auc≥0.7', '--until', 'soon', '--reason', 'x'], folder);
    expect(never).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no day soon.') });
  });

  test('a waived rule on data is told, and stops neither a pipeline nor a check, until its day is over', async () => {
    const folder = folderWith('echo hello', 'name,age\nAda,300\n');
    const written = config('echo hello').replace('{hello:', '{look: {uses: validate, with: {dataset: people}}, hello:');
    const waived = (until: string): string =>
      written.replace('[0, 120]}', `[0, 120], waive: {until: ${until}, owner: ana, reason: being corrected}}`);
    writeFileSync(path.join(folder, 'modelyard.yaml'), waived('2999-12-31'));
    const run = await modelyard(['run'], folder);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/look +✓ .*1 waived/);
    const check = await modelyard(['check', '--only', 'data', '--data'], folder);
    expect(check.code).toBe(0);
    expect(check.stdout.replace(/\s+/g, ' ')).toMatch(/~ age between 0 and 120: 1 of 1 row fails; first at line 2: 300; waived until 2999-12-31 by ana: being corrected\. at/); // prettier-ignore
    expect((await modelyard(['validate'], folder)).code).toBe(0);
    writeFileSync(path.join(folder, 'modelyard.yaml'), waived('2020-12-31'));
    expect((await modelyard(['check', '--only', 'data'], folder)).code).toBe(1);
    expect((await modelyard(['run'], folder)).code).toBe(1);
  });

  test('a modelyard.yaml that is wrong: exit code 2, and nothing else passes', async () => {
    const folder = folderWithRules();
    writeFileSync(path.join(folder, 'modelyard.yaml'), `${config('echo hello')}modles: {}\n`);
    const { code, stdout } = await modelyard(['check'], folder);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /✗ modelyard\.yaml: 0 of 1 passed, 1 failed\n {2}✗ .*modles[^]*\n {4}at modelyard\.yaml:6:1/,
    );
    expect(stdout).toContain('1 failed, 2 unknown');
  });
});

describe('run', () => {
  test('a command: 0, the summary on stdout, nothing on stderr when piped; found from a folder below', async () => {
    const folder = folderWith();
    const { code, stdout, stderr } = await modelyard(['run'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ Pipeline say succeeded in \d/);
    expect(stdout).toMatch(/^ {2}hello {2}✓ /m);
    expect(stdout).toContain('Where to look next');
    const runs = await modelyard(['runs', '--workspace', folder, '--json'], make());
    expect(JSON.parse(runs.stdout).runs).toHaveLength(1);
    const groups = await modelyard(['runs', '--group', 'attributes.pipeline', '--order', 'runs desc'], folder);
    expect(groups.stdout).toMatch(/^group +runs +newest\nsay +1 /);
  });

  test('--json: one document with run and steps', async () => {
    const { code, stdout } = await modelyard(['run', 'say', '--json'], folderWith());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pipelineRun: { pipeline: 'say', status: 'succeeded', steps: [{ name: 'hello', status: 'succeeded' }] },
      run: { status: 'FINISHED' },
      gates: [],
      versions: [],
    });
  });

  test('a step that fails: 1, and the step’s line in modelyard.yaml', async () => {
    const { code, stdout } = await modelyard(['run'], folderWith('exit 3'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ Pipeline say failed/);
    expect(stdout).toMatch(/at modelyard\.yaml:5:\d+/);
    const json = await modelyard(['run', '--json'], folderWith('exit 3'));
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout).pipelineRun.error).toMatchObject({ code: 'step.failed', place: { line: 5 } });
  });

  test('a wrong config: 2, with file, line and column', async () => {
    const folder = make('name: a\npipelines:\n  p: {steps: {s: {usess: split}}}\n');
    const { code, stderr } = await modelyard(['run'], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/at modelyard\.yaml:3:\d+/);
    const json = await modelyard(['run', '--json'], folder);
    expect(JSON.parse(json.stdout).error).toMatchObject({
      code: 'config.invalid',
      place: { file: 'modelyard.yaml', line: 3 },
    });
  });

  test.each([
    [['run', 'train'], 'modelyard.yaml has no pipeline train.', 'It has say.'],
    [['run', 'say', '--only', 'bye'], 'Pipeline say has no step bye.', 'Its steps are hello.'],
  ])('%j: 2, with what there is', async (args, message, fix) => {
    const { code, stderr } = await modelyard(args, folderWith());
    expect(code).toBe(2);
    expect(stderr).toBe(`error: ${message}\n  fix: ${fix}\n`);
  });

  test('another file with --config', async () => {
    const folder = folderWith();
    writeFileSync(path.join(folder, 'other.yaml'), config('echo other').replace('say:', 'other:'));
    const { code, stdout } = await modelyard(['run', '--config', 'other.yaml', '--json'], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).pipelineRun.pipeline).toBe('other');
    // The engine of the other file makes room for that of the usual one.
    expect(JSON.parse((await modelyard(['run', '--json'], folder)).stdout).pipelineRun.pipeline).toBe('say');
  });

  test.skipIf(process.platform === 'win32')('Ctrl+C cancels it and its processes: 130', async () => {
    const folder = folderWith('echo $$ > pid; sleep 60');
    const child = await start(['run'], folder);
    const ended = outcomeOf(child);
    const pidFile = path.join(folder, 'pid');
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', 20_000);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('cancelled');
    await until(() => !isAlive(Number(readFileSync(pidFile, 'utf8'))));
  });

  test.skipIf(process.platform === 'win32')('a command line that is killed takes its run with it', async () => {
    const folder = folderWith('echo $$ > pid; sleep 60');
    const child = await start(['run'], folder);
    const pidFile = path.join(folder, 'pid');
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', 20_000);
    child.kill('SIGKILL');
    await until(() => !isAlive(Number(readFileSync(pidFile, 'utf8'))));
  });
});

describe('validate', () => {
  test('good data: 0', async () => {
    const { code, stdout } = await modelyard(['validate'], folderWith());
    expect(stdout).toBe('✓ modelyard.yaml\n✓ people (people.csv): 2 rows · 2 of 2 checks passed\n');
    expect(code).toBe(0);
  });

  test('a failed check: 1, with the rows', async () => {
    const folder = folderWith(undefined, 'name,age\nAda,36\nAlan,410\n');
    const { code, stdout } = await modelyard(['validate', 'people'], folder);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ people (people.csv): 2 rows · 1 of 2 checks passed');
    expect(stdout).toContain('at people.csv:3');
    const json = await modelyard(['validate', '--json'], folder);
    expect(JSON.parse(json.stdout).datasets[0].checks).toMatchObject([
      { passed: false, severity: 'error', rows: [{ line: 3 }] },
      { passed: true },
    ]);
  });

  test('a rule that only warns: said, but 0', async () => {
    const { code, stdout } = await modelyard(['validate'], folderWith(undefined, 'name,age\nAda,36\n,41\n'));
    expect(stdout).toContain('! people (people.csv)');
    expect(code).toBe(0);
  });

  test('a wrong config: 2, every problem with its place, the data left alone', async () => {
    const folder = folderWith();
    writeFileSync(path.join(folder, 'modelyard.yaml'), `${config('x')}pipeline: {}\nmodel: 7\n`);
    const { code, stdout } = await modelyard(['validate'], folder);
    expect(code).toBe(2);
    expect(stdout).toMatch(/at modelyard\.yaml:6:1\n/);
    expect(stdout).toMatch(/at modelyard\.yaml:7:1\n/);
    expect(stdout).not.toContain('people');
  });

  test('an unknown dataset: 2', async () => {
    const { code, stderr } = await modelyard(['validate', 'peeple'], folderWith());
    expect(code).toBe(2);
    expect(stderr).toContain('There is no dataset peeple in modelyard.yaml.');
  });

  test('a missing file: 1, by its name', async () => {
    const folder = make(config('x'));
    const { code, stdout, stderr } = await modelyard(['validate'], folder);
    expect(code).toBeGreaterThan(0);
    expect(stdout + stderr).toContain('people.csv');
  });
});

describe('db, models, runs', () => {
  test('check: 0; copy: a new file, never over another', async () => {
    const folder = folderWith();
    const check = await modelyard(['db', 'check', '--json'], folder);
    expect(JSON.parse(check.stdout)).toMatchObject({ ok: true, problems: [] });
    const copy = await modelyard(['db', 'copy', 'copy.db'], folder);
    expect(copy).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Copied [\d,]+ bytes to .*copy\.db\n$/) });
    expect(readFileSync(path.join(folder, 'copy.db')).subarray(0, 15).toString()).toBe('SQLite format 3');
    const again = await modelyard(['db', 'copy', 'copy.db'], folder);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('exists already');
  });

  test('models: none yet; an unknown one: 2', async () => {
    const folder = folderWith();
    expect(await modelyard(['models'], folder)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No registered/),
    });
    expect(JSON.parse((await modelyard(['models', '--json'], folder)).stdout)).toEqual({ models: [] });
    expect((await modelyard(['models', 'nope'], folder)).code).toBe(2);
  });

  test('runs: groups that there are not, or that cannot be ordered so: 2', async () => {
    const folder = folderWith();
    const { code, stderr } = await modelyard(['runs', '--group', 'metrics.auc'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('Runs cannot be grouped by metrics.');
    const order = await modelyard(['runs', '--group', 'params.C', '--order', 'params.C'], folder);
    expect(order.code).toBe(2);
    expect(order.stderr).toContain('Groups cannot be ordered by params.C.');
  });

  test('runs: a filter that cannot be read: 2', async () => {
    const { code, stderr } = await modelyard(['runs', '--filter', 'auc >>> 1'], folderWith());
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: /);
  });
});

test('gc counts what nothing refers to, and removes it only when asked', async () => {
  const folder = folderWith();
  await modelyard(['run'], folder);
  const stray = path.join(folder, '.modelyard', 'objects', 'ab', 'c'.repeat(62));
  mkdirSync(path.dirname(stray), { recursive: true });
  writeFileSync(stray, 'x'.repeat(2500));
  expect((await modelyard(['gc'], folder)).stdout, 'it is young').toMatch(/^Nothing can be removed: \d+ files \(/);
  utimesSync(stray, 1, 1);
  const counted = await modelyard(['gc'], folder);
  expect(counted.stdout).toMatch(
    /^1 file \(2\.5 kB\) that nothing refers to can be removed: `modelyard gc --remove`; \d+ files \(\d.* are in use\.\n$/,
  );
  expect(existsSync(stray)).toBe(true);
  const removed = await modelyard(['gc', '--remove', '--json'], folder);
  expect(JSON.parse(removed.stdout)).toMatchObject({ unused: 1, unusedBytes: 2500, removed: true });
  expect(existsSync(stray)).toBe(false);
  expect(await modelyard(['db', 'check'], folder)).toMatchObject({ code: 0 });
});

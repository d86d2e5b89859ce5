import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { journey } from '../../../support/journey';
import { peopleConfig, peopleCsv } from '../../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
/** Not in the room of the journey, which must be left as it was. */
const outside = realpathSync(mkdtempSync(path.join(tmpdir(), 'modelyard-outside-')));
afterAll(() => rmSync(outside, { recursive: true, force: true }));
const at = journey();
const link = (target: string, name: string): void => {
  mkdirSync(path.dirname(path.join(at.folder, name)), { recursive: true });
  symlinkSync(target, path.join(at.folder, name));
};
const fix = 'Put a copy there instead of the link; only links to places inside the workspace folder are followed.';

describe.skipIf(process.platform === 'win32')('a link out of the workspace', () => {
  test.each([
    ['validate', { validate: true as const, split: 'test: 0.3' }],
    ['split', { split: 'test: 0.3' }],
  ])('is not read as data by %s', async (step, parts) => {
    writeFileSync(path.join(outside, 'people.csv'), peopleCsv());
    at.write({ 'modelyard.yaml': peopleConfig(parts).replace('path: people.csv', 'path: data/people.csv') });
    link(outside, 'data');
    const error = await at.failure(step);
    expect(error).toMatchObject({
      code: 'config.invalid',
      message: `The path data/people.csv leads out of the workspace folder, to ${outside}/people.csv.`,
      fix,
      place: { file: 'modelyard.yaml', line: 3, key: 'datasets.people.path' },
    });
    expect(at.marked(error.place)).toBe('path');
  });

  test('within the workspace is followed', async () => {
    at.write({
      'modelyard.yaml': peopleConfig({ validate: true, split: 'test: 0.3' }).replace('people.csv', 'data/..today.csv'),
      'archive/people.csv': peopleCsv(),
    });
    link('../archive/people.csv', 'data/..today.csv');
    expect((await at.run()).pipelineRun.status).toBe('succeeded');
  });

  const command = (shell: string, outs: string): string =>
    `name: w\npipelines:\n  train:\n    steps:\n      a:\n        run: ${JSON.stringify(shell)}\n        outs:\n          - made.txt\n          - ${outs}\n`;

  test('is refused as an output before the command runs', async () => {
    at.write({ 'modelyard.yaml': command('echo ran > ran.txt', 'reports/new/report.json') });
    link(outside, 'reports');
    const error = await at.failure('a');
    expect(error).toMatchObject({
      code: 'config.invalid',
      message: `The path reports/new/report.json leads out of the workspace folder, to ${outside}/new/report.json.`,
      fix,
      place: { line: 9, key: 'pipelines.train.steps.a.outs.1' },
    });
    expect(at.marked(error.place)).toBe('reports/new/report.json');
    expect(existsSync(path.join(at.folder, 'ran.txt'))).toBe(false);
  });

  test.each([
    ['in its place', 'ln -s OUT/private report.json', 'report.json', 'report.json'],
    ['within its folder', 'mkdir -p report; ln -s OUT/private report/inner', 'report', 'report/inner'],
  ])('that the command makes %s is refused, nothing of it is kept', async (_, shell, out, shown) => {
    writeFileSync(path.join(outside, 'private'), 'private');
    at.write({ 'modelyard.yaml': command(`echo made > made.txt; ${shell.replace('OUT', outside)}`, out) });
    const error = await at.failure('a');
    expect(error).toMatchObject({
      code: 'config.invalid',
      message: `The path ${shown} leads out of the workspace folder, to ${outside}/private.`,
      place: { line: 9, key: 'pipelines.train.steps.a.outs.1' },
    });
  });

  test('within an output to a file of the workspace is kept as the file', async () => {
    const shell =
      'mkdir -p ..x/v1; echo one > ..x/v1/m.txt; ln -s v1/m.txt ..x/latest.txt; ln -s v1 ..x/folder; echo made > made.txt';
    at.write({ 'modelyard.yaml': command(shell, '..x') });
    const { pipelineRun } = await at.run();
    expect(pipelineRun.status).toBe('succeeded');
    expect(await at.artifact(pipelineRun.runId, '..x/latest.txt')).toBe('one\n');
    expect(await at.artifact(pipelineRun.runId, '..x/v1/m.txt')).toBe('one\n');
  });

  test('a pipe is no output', async () => {
    at.write({ 'modelyard.yaml': command('echo made > made.txt; mkfifo pipe', 'pipe') });
    expect(await at.failure('a')).toMatchObject({
      code: 'step.failed',
      message: 'The output pipe is neither a file nor a folder.',
      place: { line: 9 },
    });
  });
});

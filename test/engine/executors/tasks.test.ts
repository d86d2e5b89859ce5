import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { cliFile, modelyard } from '../../support/commandLine';
import { serve } from '../../support/httpServer';
import { openTestApi } from '../../support/mlflowApi';
import { workspaces } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000 }); // engines that start, on a machine that may be busy
const { make } = workspaces();

const config = `
name: tasks
datasets: {people: {path: people.csv}}
pipelines:
  train:
    steps:
      count: {run: "wc -l < people.csv > count.txt", outs: [count.txt]}
      split: {uses: split, needs: count, with: {test: 0.3, seed: 7}}
      prepare: {uses: prepare, needs: split, with: {label: bad}}
      train: {uses: train, needs: prepare, with: {learner: logistic, seed: 7}}
      tell: {run: "cat count.txt count.txt > told.txt", needs: [train], outs: [told.txt]}
`;
const rows = Array.from(
  { length: 120 },
  (_, i) => `${i % 61},${(i * 37) % 100},${(i * 37) % 100 > 40 + (i % 7) ? 'yes' : 'no'}`,
);

const workspace = (): string => {
  const folder = make(config);
  writeFileSync(path.join(folder, 'people.csv'), `age,amount,bad\n${rows.join('\n')}\n`);
  return folder;
};
const lockOf = (folder: string) => parse(readFileSync(path.join(folder, 'modelyard.lock'), 'utf8')).pipelines.train;

interface Artifact {
  readonly name: string;
  readonly path: string;
  readonly from: string;
}

test('every task of a compiled workflow, run by hand in a fresh folder, makes what a local run makes', async () => {
  const local = workspace();
  expect(await modelyard(['run'], local)).toMatchObject({ code: 0 });
  const compiled = await modelyard(['compile', 'train', '--to', 'argo', '--cli', `${process.execPath} ${await cliFile()}`], local); // prettier-ignore
  const { templates } = parse(compiled.stdout).spec;
  const room = make();
  const api = await openTestApi();
  const url = await serve(api.handler);
  const made: Record<string, unknown> = {};
  for (const task of templates[0].dag.tasks) {
    const template = templates.find(({ name }: { name: string }) => name === task.template);
    const folder = workspace();
    const pod = path.join(room, task.name);
    for (const { name, path: at } of (template.inputs?.artifacts ?? []) as Artifact[]) {
      const { from } = task.arguments.artifacts.find((one: Artifact) => one.name === name);
      const [, producer = ''] = /^\{\{tasks\.([\w-]+)\.outputs\.artifacts\.made\}\}$/.exec(from) ?? [];
      cpSync(path.join(room, `${producer}.kept`), path.join(pod, at), { recursive: true });
    }
    mkdirSync(pod, { recursive: true });
    const words = [...template.container.command, ...template.container.args].map((word: string) => word.replace(/^(?=\/modelyard\/)/, pod)); // prettier-ignore
    // one task has a server to report to, the others say that they have none
    const isReported = task.name === 'count';
    const env = { ...process.env, MLFLOW_TRACKING_URI: isReported ? url : '' };
    const { stdout, stderr } = await promisify(execFile)(words[0] ?? '', words.slice(1), { cwd: folder, env });
    if (isReported) expect(stdout).toContain(`1 run exported to ${url}`);
    else expect(stderr).toMatch(/MLFLOW_TRACKING_URI is not set: the run is reported nowhere\./);
    cpSync(path.join(pod, template.outputs.artifacts[0].path), path.join(room, `${task.name}.kept`), {
      recursive: true,
    });
    Object.assign(made, lockOf(folder));
    if (task.name === 'tell') expect(readFileSync(path.join(folder, 'told.txt'), 'utf8').match(/121/g)).toHaveLength(2);
  }
  expect(lockOf(local)).toMatchObject({ train: { model: expect.stringMatching(/^[0-9a-f]{64}$/) } });
  expect(made).toEqual(lockOf(local));

  const [reported, ...others] = api.tracking.search({ limit: 10 }).runs;
  expect(others).toEqual([]);
  expect(reported).toMatchObject({ status: 'FINISHED', tags: { 'modelyard.pipeline': 'train' } });
  expect(api.tracking.artifacts(reported!.id, '').map(entry => entry.path)).toContain('count.txt');

  // made with another modelyard.yaml: refused, whole
  const other = workspace();
  writeFileSync(path.join(other, 'modelyard.yaml'), config.replace('seed: 7', 'seed: 8'));
  const refused = await modelyard(['step', 'train', 'split', '--from', path.join(room, 'count.kept'), '--json'], other);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout).pipelineRun.error).toMatchObject({ code: 'conflict', message: expect.stringMatching(/another modelyard\.yaml/) }); // prettier-ignore
});

test('a task that runs also after a failure takes what is there', async () => {
  const folder = make(`
name: tasks
pipelines:
  train:
    steps:
      load: {run: echo rows > rows.txt, outs: [rows.txt]}
      fit: {run: exit 3, needs: load}
      tidy: {run: "cat rows.txt > seen.txt", needs: [load, fit], if: always(), outs: [seen.txt]}
      last: {run: cat seen.txt, needs: tidy}
`);
  const at = (name: string): string => path.join(folder, 'handed', name);
  const run = (...words: string[]) => modelyard(['step', 'train', ...words], folder);
  expect(await run('load', '--to', at('load'))).toMatchObject({ code: 0 });
  expect(await run('tidy', '--from-any', at('load'), at('fit'), '--to', at('tidy'))).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(folder, 'seen.txt'), 'utf8')).toBe('rows\n');
  expect(await run('last', '--from', at('tidy'), '--from-any', at('load'), at('fit'))).toMatchObject({ code: 0 });
});

test('a task is for the partition that it is told, and takes nothing of another one', async () => {
  const text = `
name: tasks
pipelines:
  days:
    partitions: {every: day, start: 2024-01-01}
    steps:
      load: {run: "echo \${{ partition }} > rows.txt", outs: [rows.txt]}
      fit: {run: "cat rows.txt > seen-\${{ partition }}.txt", needs: load}
`;
  const first = make(text);
  const at = path.join(first, 'handed');
  expect(await modelyard(['step', 'days', 'load', '--partition', '2024-01-03', '--to', at], first)).toMatchObject({ code: 0 }); // prettier-ignore
  const second = make(text);
  const fit = (key: string) => modelyard(['step', 'days', 'fit', '--from', at, '--json', '--partition', key], second);
  expect(await fit('2024-01-03')).toMatchObject({ code: 0 });
  expect(readFileSync(path.join(second, 'seen-2024-01-03.txt'), 'utf8')).toBe('2024-01-03\n');
  // empty, as an orchestrator writes a parameter that nobody has given: the newest
  const newest = await fit('');
  expect(newest.code).toBe(1);
  expect(JSON.parse(newest.stdout).pipelineRun.error).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(
      /^Step load was handed over for partition 2024-01-03, this run is for \d{4}-\d\d-\d\d\.$/,
    ),
    fix: 'Tell all steps of a workflow the same one: `modelyard step … --partition KEY`.',
  });
});

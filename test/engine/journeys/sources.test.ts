import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { expect, test } from 'vitest';
import { hashData } from '../../../engine/dataFiles';
import { journey } from '../../support/journey';
import { until } from '../../support/workspaces';

const it = journey();
const never = new AbortController().signal;
const status = async (name: string) => (await it.client.call('datasets/status', {})).find(one => one.name === name);

/** Writes two files with 60 rows each into the folder `made`. */
const makeParts = `import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('made', { recursive: true });
const row = i => \`\${i},\${i % 2 ? 'yes' : 'no'}\\n\`;
for (const part of [1, 2])
  writeFileSync(\`made/part-\${part}.csv\`, 'age,good\\n' + Array.from({ length: 60 }, (_, i) => row(part * 100 + i)).join(''));
`;

const parts = `name: sources
datasets:
  parts:
    path: made
    format: csv
    expect: [{column: age, between: [0, 280]}]
pipelines:
  train:
    steps:
      make: {run: node make.mjs, outs: [made]}
      check: {uses: validate, with: {dataset: parts}, needs: make}
      split: {uses: split, with: {dataset: parts, test: 0.5, seed: 1}, needs: check}
`;

test('a folder that a step writes is checked and split, and has a version of its own', async () => {
  it.write({ 'modelyard.yaml': parts, 'make.mjs': makeParts });
  const run = await it.run('train');
  expect(run.error).toBeUndefined();
  const digest = await hashData({ path: path.join(it.folder, 'made') }, never);
  expect(run.outcome.run?.inputs.map(input => [input.dataset, input.digest])).toContainEqual(['parts', digest]);
  expect(await status('parts')).toMatchObject({ state: 'unchanged', digest, rows: 120, columns: 2, path: 'made' });

  const again = await it.run('train');
  expect(again.step('check').status).toBe('cached');

  it.write({ 'made/part-3.csv': 'age,good\n7,yes\n300,no\n' });
  expect(await status('parts')).toMatchObject({ state: 'changed' });
  const failing = await it.client.call('datasets/failing', { name: 'parts' });
  expect(failing.checks[0]?.rows).toEqual([{ file: 'made/part-3.csv', line: 3, value: 300 }]);
  expect((await it.text('validate', 'parts')).stdout).toContain('at made/part-3.csv:3');

  it.write({ 'made/part-4.csv': 'age,bad\n7,yes\n' });
  const spoken = await it.text('validate', 'parts');
  expect(spoken.code).not.toBe(0);
  expect(spoken.stderr).toContain('made/part-4.csv: it lacks the column `good`, other than made/part-1.csv.');
});

const watched = `name: sources
datasets: {parts: {path: "data/*.jsonl"}}
pipelines:
  check:
    on: {change: parts}
    steps: {validate: {uses: validate, with: {dataset: parts}}}
`;

test('a file that joins a pattern starts what waits for a change', async () => {
  it.write({ 'modelyard.yaml': watched, 'data/a.jsonl': '{"x":1}\n' });
  await it.client.call('triggers/watch', { on: true });
  const runs = async () => {
    const found = await it.client.call('pipelines/runs', { limit: 10 });
    return found.filter(run => run.pipeline === 'check');
  };
  expect(await runs()).toEqual([]);
  it.write({ 'data/b.jsonl': '{"x":2}\n' });
  await until(async () => (await runs()).some(({ status: is }) => is === 'succeeded'), 60_000);
  await it.client.call('triggers/watch', { on: false });
  expect(await status('parts')).toMatchObject({ state: 'unchanged', rows: 2 });
});

const database = `name: sources
datasets:
  loans: {path: app.db, table: loans, expect: [{column: age, between: [0, 100]}]}
  late: {path: app.db, query: SELECT id FROM loans WHERE late}
pipelines:
  cut: {steps: {split: {uses: split, with: {dataset: loans, test: 0.5, seed: 1}}}}
`;

test('a database that another program has open is profiled, judged and split', async () => {
  it.write({ 'modelyard.yaml': database });
  const file = path.join(it.folder, 'app.db');
  const app = new Database(file);
  try {
    app.exec('create table loans (id integer primary key, age int, income real, late boolean, opened date)');
    for (let id = 1; id <= 50; id++)
      app.run('insert into loans values (?, ?, ?, ?, ?)', [
        id,
        id === 9 ? 170 : 20 + id,
        id * 10,
        id % 2,
        '2024-03-01',
      ]);
    const bytes = readFileSync(file);
    expect(await it.diagnostics()).toEqual([]);
    const text = database.replace('column: age', 'column: ');
    const line = text.split('\n').findIndex(one => one.includes('column: ,'));
    const column = text.split('\n')[line]!.indexOf('column: ,') + 'column: '.length;
    const complete = await it.client.call('config/complete', { text, line: line + 1, column: column + 1 });
    expect(complete.map(({ label }) => label)).toEqual(expect.arrayContaining(['age', 'income', 'opened']));

    const { code, stdout } = await it.text('validate', 'loans');
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 of 50 rows fails; first at line 9: 170.')]);
    const detail = await it.client.call('datasets/get', { name: 'loans' });
    expect(detail.schema).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'age', type: 'integer' },
      { name: 'income', type: 'number' },
      { name: 'late', type: 'boolean' },
      { name: 'opened', type: 'date' },
    ]);
    const cut = await it.run('cut');
    expect(cut.error).toBeUndefined();
    expect(cut.outcome.run?.inputs[0]?.digest).toBe(detail.digest);
    expect((await it.text('validate', 'late')).stdout).toContain('25 rows');
    expect(readFileSync(file).equals(bytes)).toBe(true);
  } finally {
    app.close();
  }
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { expect, test, vi } from 'vitest';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

interface Parts {
  readonly view?: string;
  readonly loans: string;
  readonly more?: string;
  readonly pipelines?: string;
}

const config = ({ view = 'loans', loans, more = '', pipelines = '' }: Parts): string => `name: changes
tracking: {system_metrics: false}
datasets:
  loans: ${loans}
  asked: {path: asked.csv}
${more}entities:
  applicant: {key: id, type: integer}
features:
  ${view}:
    entity: applicant
    source: loans
    event_time: at
    columns: [amount]
    windows: {spent: {sum: amount, over: 9000d}}
feature_services: {credit: {features: [${view}]}}
${pipelines}`;

/** Amount and sum of each entity: as they are online, which is what a join finds. */
async function values(ids: readonly number[]) {
  at.write({ 'asked.csv': `id\n${ids.join('\n')}\n` });
  const asked = { service: 'credit', entities: 'asked' };
  const { preview } = await at.client.call('features/preview', asked);
  const joined = preview.map(({ cells }) => cells.map(({ value }) => value));
  const { features } = await at.client.call('features/online', { service: 'credit', entities: { id: ids } });
  expect(ids.map((_, row) => features.map(one => one.values[row]))).toEqual(joined);
  return joined;
}

test('files of earlier days that come later are online with the next materialisation', async () => {
  at.write({
    'modelyard.yaml': config({ loans: '{path: data, format: csv}' }),
    'data/2024-03-02.csv': 'id,at,amount\n1,2024-03-02,10\n2,2024-03-02,20\n',
  });
  await at.client.call('features/materialise', {});
  at.write({ 'data/2024-03-01.csv': 'id,at,amount\n1,2024-03-01,5\n3,2024-03-01,30\n' });
  expect(await at.client.call('features/materialise', {})).toMatchObject([{ rows: 4 }]);
  expect(await values([1, 2, 3])).toEqual([
    [10, 15],
    [20, 20],
    [30, 30],
  ]);
  expect(await at.client.call('features/materialise', {})).toMatchObject([{ rows: 0 }]);
});

test('what a step of a pipeline makes is a source: before it was made, when it is, and when it is made anew', async () => {
  const make = `const fs = require('fs');
const n = Number(fs.readFileSync('n.txt', 'utf8'));
fs.mkdirSync('out/loans', { recursive: true });
for (let i = 1; i <= n; i++) fs.writeFileSync('out/loans/' + i + '.csv', 'id,at,amount\\n1,2024-01-0' + i + ',' + i + '\\n');
`;
  const pipelines = `pipelines:
  nightly:
    steps:
      make: {run: node make.js, deps: [make.js, n.txt], outs: [out/]}
      set: {uses: features, needs: make, with: {service: credit, entities: asked, event_time: time, as: set}}
`;
  const parts = {
    view: 'made',
    loans: '{path: out/loans, format: csv}',
    more: '  set: {path: set.jsonl}\n',
    pipelines,
  };
  const asked = { 'asked.csv': 'id,time\n1,2024-01-01\n1,2024-06-01\n2,2024-06-01\n' };
  at.write({ 'modelyard.yaml': config(parts), 'make.js': make, 'n.txt': '2', ...asked });
  expect(await at.diagnostics()).toEqual([]);
  const early = await at.text('features', 'materialise');
  expect(early.code).toBe(1);
  expect(early.stderr).toContain('Step `make` of pipeline `nightly` makes it.');
  expect(early.stderr).toContain('Run `modelyard run nightly` first.');

  const set = () =>
    readFileSync(path.join(at.folder, 'set.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => {
        // prettier-ignore
        const { amount, spent } = JSON.parse(line) as { amount: number | null; spent: number };
        return [amount, spent];
      });
  const states = async () => {
    const { code, error, pipelineRun } = await at.run('nightly');
    expect([code, error]).toEqual([0, undefined]);
    return pipelineRun.steps.map(({ status }) => status);
  };
  expect(await states()).toEqual(['succeeded', 'succeeded']);
  expect(set()).toEqual([
    [1, 1],
    [2, 3],
    [null, 0],
  ]);
  await at.client.call('features/materialise', {});
  expect(await values([1, 2])).toEqual([
    [2, 3],
    [null, 0],
  ]);
  at.write({ 'n.txt': '4', ...asked });
  expect(await states()).toEqual(['succeeded', 'succeeded']);
  expect(set().at(1)).toEqual([4, 10]);
  await at.client.call('features/materialise', {});
  expect(await values([1])).toEqual([[4, 10]]);
  at.write(asked);
  expect(await states()).toEqual(['cached', 'cached']);
});

test('entities may be the rows of several files or of a database, and no training set is written among what is read', async () => {
  at.write({
    'modelyard.yaml': config({
      view: 'kinds',
      loans: '{path: data, format: csv}',
      more: "  many: {path: 'asked/*.csv'}\n  rows: {path: app.db, query: SELECT id FROM asked WHERE id < 3 ORDER BY id DESC}\n",
    }),
    'data/1.csv': 'id,at,amount\n1,2024-03-01,5\n2,2024-03-01,7\n',
    'asked/1.csv': 'id\n2\n',
    'asked/2.csv': 'id\n9\n1\n',
    'asked.csv': 'id\n1\n',
  });
  const db = new Database(path.join(at.folder, 'app.db'));
  db.exec('create table asked (id integer); insert into asked values (1), (2), (3)');
  db.close();
  const write = (entities: string, to: string) =>
    at.client.call('features/trainingSet', { service: 'credit', entities, to, force: true });
  await write('many', 'set.csv');
  expect(readFileSync(path.join(at.folder, 'set.csv'), 'utf8')).toBe('id,amount,spent\n2,7,7\n9,,0\n1,5,5\n');
  await write('rows', 'set.jsonl');
  expect(readFileSync(path.join(at.folder, 'set.jsonl'), 'utf8')).toBe(
    '{"id":2,"amount":7,"spent":7}\n{"id":1,"amount":5,"spent":5}\n',
  );
  await write('many', 'set.parquet');
  const set = { service: 'credit', entities: 'rows' };
  const refused = async (to: string, message: string) =>
    expect(at.client.call('features/trainingSet', { ...set, to })).rejects.toMatchObject({ message });
  await refused('data/set.csv', 'data/set.csv would be one of the files of data, which the join reads.');
  await refused('many', 'asked/*.csv stands for several files, and a training set is one.');
  await refused('rows', 'app.db is a database, which no training set is written to.');
});

test('a database that cannot be read says why, and what can be done', async () => {
  const duckdb = config({ view: 'dbs', loans: '{path: app.duckdb, table: loans}' });
  at.write({ 'modelyard.yaml': duckdb, 'app.duckdb': 'DUCK', 'asked.csv': 'id\n1\n' });
  const missing = await at.text('features', 'materialise');
  expect(missing.stderr).toContain('reading a DuckDB database needs the package @duckdb/node-api, which is not there.');
  expect(missing.stderr).toContain('npm install @duckdb/node-api');

  at.write({ 'modelyard.yaml': config({ view: 'dbs', loans: '{path: app.db, table: loans}' }) });
  const db = new Database(path.join(at.folder, 'app.db'));
  db.exec(`create table loans (id, at, amount);
    insert into loans with recursive n(i) as (select 1 union all select i + 1 from n limit 1200) select i, '2024-03-01', 5 from n;
    insert into loans values (2, 1704067200, 7)`);
  db.close();
  const place = { file: 'app.db', line: 1201, key: 'at' };
  const fix = expect.stringContaining('select it as one by `query:`');
  const wrong = {
    code: 'data.column',
    place,
    fix,
    message: expect.stringContaining('app.db, row 1201: `at` is "1704067200"'),
  };
  await expect(at.client.call('features/materialise', {})).rejects.toMatchObject(wrong);
  await expect(at.client.call('features/preview', { service: 'credit', entities: 'asked' })).rejects.toMatchObject(
    wrong,
  );
});

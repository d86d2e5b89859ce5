import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { describe, expect, test } from 'vitest';
import { cellValue } from '../../../engine/data/read/batch';
import { typeOfKinds } from '../../../engine/data/read/cellKind';
import { duckdbModule } from '../../../engine/data/read/duckdbModule';
import { openReader } from '../../../engine/data/read/openReader';
import { hashData } from '../../../engine/dataFiles';
import type { DatasetSource } from '../../../engine/protocol/jobs';
import { temporaryFolder, wasmDir } from '../../support/store';
import { errorOf, never } from './support';

const sqlite = (file: string, selection: Pick<DatasetSource, 'table' | 'query'>): DatasetSource => ({
  name: 'd',
  path: file,
  file: 'data/d.db',
  format: 'sqlite',
  missing: ['NA'],
  expect: [],
  ...selection,
});

/** All columns: their type and values; and the digest of what was read. */
async function read(source: DatasetSource, assetsDir = wasmDir) {
  const { reader } = await openReader(source, { signal: never, digest: true, assetsDir });
  try {
    const found: Record<string, unknown[]> = Object.fromEntries(reader.columns.map(name => [name, []]));
    const kinds = reader.columns.map(() => 0);
    for await (const batch of reader.batches())
      for (const [index, name] of reader.columns.entries()) {
        const column = await batch.column(index);
        for (let row = 0; row < batch.rows; row++) {
          kinds[index]! |= column.kinds[row]!;
          found[name]!.push(cellValue(column, row));
        }
      }
    for (const [index, name] of reader.columns.entries()) found[name]!.unshift(typeOfKinds(kinds[index]!));
    return { columns: found, digest: await reader.digest() };
  } finally {
    await reader.close();
  }
}

function database(sql: string): string {
  const file = path.join(temporaryFolder(), 'd.db');
  const made = new Database(file);
  made.exec(sql);
  made.close();
  return file;
}

const loans = `
  create table loans (id integer primary key, amount real, grade text, opened date, seen timestamp, late boolean, raw blob, big integer);
  insert into loans values (1, 100, 'A', '2024-01-31', '2024-02-01 12:00:00', 1, x'00ff', 9007199254740993);
  insert into loans values (2, 7.5, 'NA', null, '2024-02-01T12:00:00.5Z', 0, null, 3);
  insert into loans values (3, null, 'größe', '2024-02-29', null, null, x'', -4);
  create table "odd ""name" ("a b" int); insert into "odd ""name" values (5);
  create view large as select id, amount * 2 as twice from loans where amount > 50;
  create table empty (x int);
`;

describe('a table of a SQLite database', () => {
  test('has the types that its values and its declaration give', async () => {
    const { columns } = await read(sqlite(database(loans), { table: 'loans' }));
    expect(columns).toEqual({
      id: ['integer', 1, 2, 3],
      amount: ['number', 100, 7.5, null],
      grade: ['string', 'A', null, 'größe'],
      opened: ['date', '2024-01-31', null, '2024-02-29'],
      seen: ['datetime', '2024-02-01 12:00:00', '2024-02-01T12:00:00.5Z', null],
      late: ['boolean', true, false, null],
      raw: ['string', '00ff', null, null],
      big: ['string', '9007199254740993', 3, -4],
    });
  });

  test('may have any name, and be a view', async () => {
    const file = database(loans);
    expect((await read(sqlite(file, { table: 'odd "name' }))).columns).toEqual({ 'a b': ['integer', 5] });
    expect((await read(sqlite(file, { table: 'LARGE' }))).columns).toEqual({
      id: ['integer', 1],
      twice: ['number', 200],
    });
  });

  test('that is not there names the nearest', async () => {
    const error = await errorOf(read(sqlite(database(loans), { table: 'loan' })));
    expect(error).toMatchObject({ code: 'data.missing', message: 'data/d.db: there is no table `loan`.' });
    expect(error.fix).toContain('`loans`');
  });

  test('without rows has its columns', async () => {
    expect((await read(sqlite(database(loans), { table: 'empty' }))).columns).toEqual({ x: ['string'] });
  });
});

describe('a query', () => {
  test('is read as a table is, also with a semicolon and a remark', async () => {
    const query = 'with big as (select * from loans where amount > 50) select id, amount, grade || 1 as g from big; ';
    const { columns } = await read(sqlite(database(loans), { query }));
    expect(columns).toEqual({ id: ['integer', 1], amount: ['number', 100], g: ['string', 'A1'] });
    expect((await read(sqlite(database(loans), { query: 'select 1 as one -- all' }))).columns).toEqual({
      one: ['integer', 1],
    });
  });

  test('has the names that SQLite makes of equal ones', async () => {
    const { columns } = await read(sqlite(database(loans), { query: 'select id, id from loans where id = 1' }));
    expect(columns).toEqual({ id: ['integer', 1], 'id:1': ['integer', 1] });
  });

  test.each([
    ['select nope from loans', 'its query cannot be run: no such column: nope.'],
    ['selec 1', 'its query cannot be run: near "selec": syntax error.'],
    ['delete from loans', 'its query cannot be run: near "delete": syntax error.'],
    ['select 1 as a; drop table loans', 'its query cannot be run: it is not one statement.'],
  ])('%s is an error of the query', async (query, message) => {
    const file = database(loans);
    const before = readFileSync(file);
    const error = await errorOf(read(sqlite(file, { query })));
    expect(error.code).toBe('data.unreadable');
    expect(error.message).toContain(message);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('a database that is in use', () => {
  test('is read with what another connection has only in its log, and is left as it was', async () => {
    const file = path.join(temporaryFolder(), 'd.db');
    const other = new Database(file);
    try {
      other.run('create table t (x)');
      other.run('insert into t values (1)');
      const first = await read(sqlite(file, { table: 't' }));
      other.run('begin exclusive');
      other.run('insert into t values (2)');
      expect((await read(sqlite(file, { table: 't' }))).columns).toEqual({ x: ['integer', 1] });
      other.run('commit');
      const second = await read(sqlite(file, { table: 't' }));
      expect(second.columns).toEqual({ x: ['integer', 1, 2] });
      expect(second.digest).not.toBe(first.digest);
      expect(second.digest).toBe(await hashData({ path: file, table: 't' }, never));
    } finally {
      other.close();
    }
  });

  test('in WAL mode is read with its log, which stays', async () => {
    const folder = path.resolve(import.meta.dirname, '../../fixtures/data');
    const [db, log] = ['wal.db', 'wal.db-wal'].map(name => readFileSync(path.join(folder, name)));
    const file = path.join(temporaryFolder(), 'd.db');
    writeFileSync(file, db!);
    const without = await errorOf(read(sqlite(file, { table: 't' })));
    expect(without.code).toBe('data.missing');
    writeFileSync(`${file}-wal`, log!);
    const found = await read(sqlite(file, { table: 't' }));
    expect(found.columns).toEqual({ x: ['integer', 1, 2] });
    expect(found.digest).toBe(await hashData({ path: file, table: 't' }, never));
    expect([readFileSync(file).equals(db!), readFileSync(`${file}-wal`).equals(log!)]).toEqual([true, true]);
    expect(existsSync(`${file}-shm`)).toBe(false);
  });
});

test('what is no database is said to be none', async () => {
  const file = path.join(temporaryFolder(), 'd.db');
  writeFileSync(file, 'a,b\n1,2\n');
  expect((await errorOf(read(sqlite(file, { table: 't' })))).message).toBe('data/d.db: it is not a SQLite database.');
});

test('two queries of one database are two versions', async () => {
  const file = database(loans);
  const sha = createHash('sha256').update(readFileSync(file)).digest('hex');
  const [one, other] = await Promise.all(
    ['select 1 as a', 'select 2 as a'].map(query => hashData({ path: file, query }, never)),
  );
  expect(one).toBe(createHash('sha256').update(`\t${sha}\ntable \nquery select 1 as a`).digest('hex'));
  expect(one).not.toBe(other);
});

test('a hundred thousand rows come in parts', async () => {
  const file = database(
    "create table t (x int, s text); insert into t with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select i, 's' || i from n",
  );
  const { reader } = await openReader(sqlite(file, { table: 't' }), {
    signal: never,
    digest: false,
    assetsDir: wasmDir,
  });
  let [rows, sum, parts] = [0, 0, 0];
  for await (const batch of reader.batches()) {
    const column = await batch.column(0);
    expect(batch.firstRow).toBe(rows);
    for (let row = 0; row < batch.rows; row++) sum += column.numbers[row]!;
    rows += batch.rows;
    parts++;
  }
  await reader.close();
  expect([rows, sum, parts > 10]).toEqual([100_000, 5_000_050_000, true]);
});

describe('DuckDB', () => {
  const duckdb = (file: string, selection: Pick<DatasetSource, 'table' | 'query' | 'root'>): DatasetSource => ({
    ...sqlite(file, selection),
    file: 'data/d.duckdb',
    format: 'duckdb',
  });

  test('that is not installed is asked for', async () => {
    const file = path.join(temporaryFolder(), 'd.duckdb');
    writeFileSync(file, 'DUCK');
    const error = await errorOf(read(duckdb(file, { table: 't' }), path.dirname(file)));
    expect(error).toMatchObject({
      code: 'data.unreadable',
      message: 'data/d.duckdb: reading a DuckDB database needs the package @duckdb/node-api, which is not there.',
    });
    expect(error.fix).toContain('npm install @duckdb/node-api');
  });

  const installed = process.env['MODELYARD_TEST_DUCKDB'];

  test('reads tables and queries where it is installed', async context => {
    if (installed === undefined) return context.skip('MODELYARD_TEST_DUCKDB is not set');
    const file = path.join(temporaryFolder(), 'd.duckdb');
    const instance = await duckdbModule(duckdb(file, {}), installed!).DuckDBInstance.create(file, {});
    const connection = await instance.connect();
    await connection.run(
      "create table loans as select 1 as id, 2.5::double as rate, 'A' as grade, date '2024-01-31' as opened, timestamp '2024-02-01 12:00:00' as seen, true as late, 12.50::decimal(9,2) as fee union all select 2, null, null, null, null, null, null",
    );
    connection.closeSync();
    instance.closeSync();
    const { columns, digest } = await read(duckdb(file, { table: 'main.loans' }), installed);
    expect(columns).toEqual({
      id: ['integer', 1, 2],
      rate: ['number', 2.5, null],
      grade: ['string', 'A', null],
      opened: ['date', '2024-01-31', null],
      seen: ['datetime', '2024-02-01T12:00:00Z', null],
      late: ['boolean', true, null],
      fee: ['number', 12.5, null],
    });
    expect(digest).toBe(await hashData({ path: file, table: 'main.loans' }, never));
    const options = { signal: never, digest: false, assetsDir: installed, onlyTypes: true };
    const query = "select id, seen, error('read')::varchar as read from loans";
    const { reader } = await openReader(duckdb(file, { query }), options); // without a row, which would be an error
    expect([reader.columns, reader.types]).toEqual([
      ['id', 'seen', 'read'],
      ['integer', 'datetime', 'string'],
    ]);
    await reader.close();
    const some = await read(duckdb(file, { query: 'select id from loans where rate > 1;' }), installed);
    expect(some.columns).toEqual({ id: ['integer', 1] });
    const error = await errorOf(read(duckdb(file, { query: 'select nope from loans' }), installed));
    expect(error.message).toContain('DuckDB says: Binder Error');
  });
});

import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { firstColumns } from '../../../engine/data/firstColumns';
import { readFrame } from '../../../engine/data/frame';
import { lineOf } from '../../../engine/data/lineOf';
import { openReader } from '../../../engine/data/read/openReader';
import { hashData } from '../../../engine/dataFiles';
import type { DataFormat } from '../../../engine/protocol/data';
import type { DatasetSource } from '../../../engine/protocol/jobs';
import { temporaryFolder } from '../../support/store';
import { errorOf, plain, scan } from './support';

const never = new AbortController().signal;

/** A dataset over files of a new folder `data`; `at` is its path within the workspace. */
function files(contents: Readonly<Record<string, string | Uint8Array>>, at = 'data', format: DataFormat = 'csv') {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  const source: DatasetSource = {
    name: 'd',
    path: path.join(root, at),
    root,
    file: at,
    format,
    missing: [],
    expect: [],
  };
  return { root, source };
}

const parquet = (columns: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: columns }));

describe('a folder of files', () => {
  test('is read in the order of their names, with the folders within it', async () => {
    const { source } = files({
      'data/b.csv': 'id,x\n3,c\n',
      'data/a.csv': 'id,x\n1,a\n2,b\n',
      'data/c/d.csv': 'id,x\n5,e\n',
      'data/b10.csv': 'id,x\n4,d\n',
      'data/.hidden.csv': 'no\n',
      'data/_SUCCESS': '',
      'data/README.md': '# Not data',
    });
    expect(plain(await readFrame(source, never))).toEqual({
      id: ['integer', 1, 2, 3, 4, 5],
      x: ['string', 'a', 'b', 'c', 'd', 'e'],
    });
  });

  test('may have its columns in another order, and types that only all files together have', async () => {
    const { source } = files({
      'data/1.csv': 'id,x\n1,2\n',
      'data/2.csv': 'x,id\n2.5,7\n',
      'data/3.csv': 'id,x\nA1,3\n',
    });
    expect(plain(await readFrame(source, never))).toEqual({ id: ['string', '1', '7', 'A1'], x: ['number', 2, 2.5, 3] });
  });

  test.each([
    ['id\n2\n', 'data/2.csv: it lacks the column `x`, other than data/1.csv.', 'x'],
    ['id,x,y\n2,3,4\n', 'data/2.csv: it has the column `y`, other than data/1.csv.', 'y'],
  ])('must have the same columns: %j', async (second, message, key) => {
    const { source } = files({ 'data/1.csv': 'id,x\n1,2\n', 'data/2.csv': second });
    const error = await errorOf(readFrame(source, never));
    expect(error).toMatchObject({ code: 'data.column', message, place: { file: 'data/2.csv', key } });
  });

  test('of JSON lines may have files with more keys', async () => {
    const { source } = files(
      { 'data/1.jsonl': '{"a":1}\n', 'data/2.jsonl': '{"b":"x"}\n{"a":2,"b":"y"}\n' },
      'data',
      'jsonl',
    );
    expect(plain(await readFrame(source, never))).toEqual({
      a: ['integer', 1, null, 2],
      b: ['string', null, 'x', 'y'],
    });
  });

  test('of Parquet has the widest of the types that files declare, before a row is read', async () => {
    const { source } = files(
      {
        'data/1.parquet': parquet([
          { name: 'n', data: [1, 2], type: 'INT32' },
          { name: 's', data: ['x', 'y'], type: 'STRING' },
        ]),
        'data/2.parquet': parquet([
          { name: 's', data: ['z'], type: 'STRING' },
          { name: 'n', data: [0.5], type: 'DOUBLE' },
        ]),
      },
      'data/*.parquet',
      'parquet',
    );
    expect(await firstColumns(source)).toEqual([
      { name: 'n', type: 'number' },
      { name: 's', type: 'string' },
    ]);
    expect(plain(await readFrame(source, never))).toEqual({ n: ['number', 1, 2, 0.5], s: ['string', 'x', 'y', 'z'] });
  });

  test('says which file and line is wrong', async () => {
    const { source } = files({ 'data/1.csv': 'id,x\n1,2\n', 'data/2.csv': 'id,x\n1,2\n3\n' });
    const error = await errorOf(readFrame(source, never));
    expect(error.place).toMatchObject({ file: 'data/2.csv', line: 3 });
  });

  test('says in which files rows fail', async () => {
    const { source } = files({
      'data/1.csv': 'age\n1\n-2\n',
      'data/2.csv': 'age\n3\n4\n-5\n',
      'data/3.csv': 'age\n-6\n',
    });
    const { checks, rows } = await scan({
      ...source,
      expect: [{ column: 'age', between: [0, null], severity: 'error' }],
    });
    expect(rows).toBe(6);
    expect(checks[0]!.message).toContain('first at line 3 of data/1.csv: -2');
    expect(checks[0]!.rows).toEqual([
      { file: 'data/1.csv', line: 3, value: -2 },
      { file: 'data/2.csv', line: 4, value: -5 },
      { file: 'data/3.csv', line: 2, value: -6 },
    ]);
    expect(await lineOf(source, 1, never)).toBeUndefined();
  });

  test('is missing when it has no data, and a database is no folder', async () => {
    const { source } = files({ 'data/readme.md': 'nothing' });
    expect(await errorOf(readFrame(source, never))).toMatchObject({ code: 'data.missing', place: { file: 'data' } });
    const { source: db } = files({ 'data/1.csv': 'a\n1\n' }, 'data', 'sqlite');
    expect((await errorOf(readFrame({ ...db, table: 't' }, never))).message).toBe('data: a database is one file.');
  });
});

describe('a pattern', () => {
  const contents = {
    'data/2024/a.csv': 'x\n1\n',
    'data/2025/a.csv': 'x\n2\n',
    'data/2025/b.csv': 'x\n3\n',
    'other.csv': 'x\n9\n',
  };

  test.each([
    ['data/*/a.csv', [1, 2]],
    ['data/2025/*', [2, 3]],
    ['data/**/*.csv', [1, 2, 3]],
    ['data/2025/{a,b}.csv', [2, 3]],
  ])('%s takes what fits', async (pattern, wanted) => {
    const { source } = files(contents, pattern);
    expect(plain(await readFrame(source, never))['x']).toEqual(['integer', ...wanted]);
  });

  test('with nothing that fits is missing, as is a folder that is not there', async () => {
    expect((await errorOf(readFrame(files(contents, 'data/*.csv').source, never))).message).toBe(
      'There is no file with data in data/*.csv of dataset d.',
    );
    expect(await errorOf(readFrame(files(contents, 'date/*.csv').source, never))).toMatchObject({
      code: 'data.missing',
    });
  });

  test('names a file itself when there is one of that name', async () => {
    const { source } = files({ 'data/a[1].csv': 'x\n1\n', 'data/a1.csv': 'x\n2\n' }, 'data/a[1].csv');
    expect(plain(await readFrame(source, never))['x']).toEqual(['integer', 1]);
  });

  test.skipIf(process.platform === 'win32')('does not follow links out of the workspace', async () => {
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 's.csv'), 'x\n7\n');
    const { root, source } = files({ 'data/a.csv': 'x\n1\n' }, 'data/*.csv');
    symlinkSync(path.join(outside, 's.csv'), path.join(root, 'data/b.csv'));
    expect(plain(await readFrame(source, never))['x']).toEqual(['integer', 1]);
    symlinkSync(outside, path.join(root, 'linked'));
    const linked = { ...source, path: path.join(root, 'linked/*.csv'), file: 'linked/*.csv' };
    expect(await errorOf(readFrame(linked, never))).toMatchObject({ code: 'config.invalid' });
  });
});

describe('the version of several files', () => {
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');

  test('is over names and contents, whatever the reading or the place', async () => {
    const { root, source } = files({ 'data/a.csv': 'x\n1\n', 'data/b.csv': 'x\n2\n' });
    const first = sha(`a.csv\t${sha('x\n1\n')}\nb.csv\t${sha('x\n2\n')}\n`);
    expect((await scan(source)).digest).toBe(first);
    expect(await hashData(source, never)).toBe(first);
    renameSync(path.join(root, 'data'), path.join(root, 'moved'));
    expect(await hashData({ path: path.join(root, 'moved/*.csv') }, never)).toBe(first);
    writeFileSync(path.join(root, 'moved/c.csv'), 'x\n3\n');
    expect(await hashData({ path: path.join(root, 'moved') }, never)).not.toBe(first);
  });

  test('of one file is that of its bytes', async () => {
    const { source } = files({ 'data/a.csv': 'x\n1\n' }, 'data/a.csv');
    expect(await hashData(source, never)).toBe(sha('x\n1\n'));
  });
});

test.each([
  ['appended to', (root: string) => appendFileSync(path.join(root, 'data/a.csv'), '9\n')],
  ['joined by another', (root: string) => writeFileSync(path.join(root, 'data/aa.csv'), 'x\n5\n')],
])('files that are %s while they are read are an error', async (_, change) => {
  const { root, source } = files({ 'data/a.csv': 'x\n1\n', 'data/b.csv': 'x\n2\n' });
  const { reader } = await openReader(source, { signal: never, digest: true });
  const batches = reader.batches();
  await batches.next();
  await batches.next();
  change(root);
  const error = await errorOf(batches.next());
  expect(error).toMatchObject({
    code: 'data.unreadable',
    message: 'data: files were changed or added while they were being read.',
  });
  await reader.close();
});

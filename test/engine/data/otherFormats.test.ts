import { createHash } from 'node:crypto';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { frameOf, plain, scan, dataset, errorOf } from './support';

const jsonl = { format: 'jsonl' } as const;
const parquet = { format: 'parquet' } as const;

describe('JSON lines', () => {
  test('types come from the values, dates from texts, missing keys are null, later keys are columns', async () => {
    const text = [
      '{"id": 1, "code": "007", "when": "2024-03-01", "ok": true, "rate": 1}',
      '',
      '{"rate": 2.5, "id": 2, "ok": null, "tags": ["a", "b"]}',
      '{"id": 3, "code": "", "late": "x"}',
    ].join('\r\n');
    expect(plain(await frameOf(text, jsonl))).toEqual({
      id: ['integer', 1, 2, 3],
      code: ['string', '007', null, null],
      when: ['date', Date.UTC(2024, 2, 1), null, null],
      ok: ['boolean', 'true', null, null],
      rate: ['number', 1, 2.5, null],
      tags: ['string', null, '["a","b"]', null],
      late: ['string', null, null, 'x'],
    });
  });

  test('texts that look like numbers stay texts', async () => {
    expect(plain(await frameOf('{"a":"1"}\n{"a":"2"}\n', jsonl))['a']).toEqual(['string', '1', '2']);
  });

  test('long integers are not rounded, within texts they are left alone', async () => {
    const text =
      '{"id": 9007199254740993, "note": "9007199254740993 \\" -9007199254740999", "x": 0.12345678901234567}\n';
    expect(plain(await frameOf(text, jsonl))).toEqual({
      id: ['string', '9007199254740993'],
      note: ['string', '9007199254740993 " -9007199254740999'],
      x: ['number', 0.12345678901234566],
    });
  });

  test('a key that appears late counts as missing before', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => JSON.stringify(i < 49_999 ? { id: i } : { id: i, late: 5 }));
    const { columns, checks } = await scan(
      dataset(lines.join('\n'), { ...jsonl, expect: [{ column: 'late', not_null: true }] }),
    );
    expect(columns[1]).toMatchObject({ name: 'late', type: 'integer', count: 1, nulls: 49_999 });
    expect(checks[0]).toMatchObject({ passed: false, failing: 49_999, checked: 50_000 });
    expect(checks[0]!.rows[0]).toEqual({ line: 1, value: null });
  });

  test.each([
    ['{"a": 1}\n{a: 2}\n', 2, 2, 'this is not JSON'],
    ['{"a": 1}\n\n[1, 2]\n', 3, 1, 'a list stands where one JSON object is expected.'],
    ['7\n', 1, 1, 'a number stands where one JSON object is expected.'],
    ['null\n', 1, 1, 'null stands where one JSON object is expected.'],
    ['{"a": 1}\n{"a": 2', 2, undefined, 'this is not JSON'],
  ])('%j is refused at line %i', async (text, line, column, message) => {
    const error = await errorOf(frameOf(text, jsonl));
    expect(error.code).toBe('data.unreadable');
    expect(error.message).toContain(`data/d.jsonl, line ${line}: ${message}`);
    expect(error.place).toMatchObject({ file: 'data/d.jsonl', line });
    if (column !== undefined) expect(error.place?.column).toBe(column);
    expect(error.fix).toMatch(/one (JSON )?object a line/);
  });
});

describe('Parquet', () => {
  const bytes = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'], rowGroupSize = 3) =>
    new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));

  test('types are those that the file declares; row groups follow one another', async () => {
    const file = bytes([
      { name: 'id', data: [1, 2, 3, 4, 5], type: 'INT32' },
      { name: 'whole', data: [1, 2, 3, 4, 5], type: 'DOUBLE' },
      { name: 'text', data: ['2024-01-01', 'b', null, 'a', 'b'], type: 'STRING' },
      { name: 'flag', data: [true, false, null, true, true], type: 'BOOLEAN' },
      { name: 'at', data: [0, 1, 2, 3, 4].map(day => new Date(Date.UTC(2024, 0, 1 + day))), type: 'TIMESTAMP' },
      { name: 'big', data: [1n, 2n, 9007199254740993n, 4n, 5n], type: 'INT64' },
      { name: 'small', data: [1n, 2n, 3n, 4n, 5n], type: 'INT64' },
    ]);
    expect(plain(await frameOf(file, parquet))).toEqual({
      id: ['integer', 1, 2, 3, 4, 5],
      whole: ['number', 1, 2, 3, 4, 5],
      text: ['string', '2024-01-01', 'b', null, 'a', 'b'],
      flag: ['boolean', 'true', 'false', null, 'true', 'true'],
      at: ['datetime', ...[1, 2, 3, 4, 5].map(day => Date.UTC(2024, 0, day))],
      big: ['string', '1', '2', '9007199254740993', '4', '5'],
      small: ['integer', 1, 2, 3, 4, 5],
    });
  });

  test('a column without values keeps the type that the file declares', async () => {
    const file = bytes([
      { name: 'id', data: [1, 2], type: 'INT32' },
      { name: 'none', data: [null, null], type: 'DOUBLE' },
    ]);
    expect(plain(await frameOf(file, parquet))['none']).toEqual(['number', null, null]);
  });

  test('checks name rows by number + 1, and the digest is of the whole file', async () => {
    const file = bytes([{ name: 'id', data: [1, 2, 3, 3, 5], type: 'INT32' }]);
    const { checks, digest, rows } = await scan(dataset(file, { ...parquet, expect: [{ unique: 'id' }] }));
    expect(rows).toBe(5);
    expect(checks[0]).toMatchObject({ column: 'id', failing: 1, rows: [{ line: 4, value: 3 }] });
    expect(digest).toBe(createHash('sha256').update(file).digest('hex'));
  });

  test('a damaged file', async () => {
    const file = bytes([{ name: 'id', data: [1, 2, 3], type: 'INT32' }]);
    const cut = await errorOf(frameOf(file.slice(0, file.length - 9), parquet));
    expect(cut.code).toBe('data.unreadable');
    expect(cut.message).toContain('the Parquet file is damaged or cut off');
    const text = await errorOf(frameOf('a,b\n1,2\n', parquet));
    expect(text.message).toContain('this is a text file, not a Parquet file');
    expect(text.fix).toBe('Set `format: csv` or `format: jsonl`.');
  });
});

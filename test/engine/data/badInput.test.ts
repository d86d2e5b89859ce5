import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openReader } from '../../../engine/data/read/openReader';
import { readFrame } from '../../../engine/data/frame';
import { validateDataset } from '../../../engine/data/validateDataset';
import { temporaryFolder } from '../../support/store';
import { dataset, errorOf, never, scan, sourceOf, type Options } from './support';

/** The same error comes from reading a frame and from validating. */
async function bothErrors(source: ReturnType<typeof dataset>) {
  const read = await errorOf(readFrame(source, never));
  const validated = await errorOf(scan(source));
  expect(validated.toWire()).toEqual(read.toWire());
  return read;
}

interface Expected {
  readonly code?: string;
  readonly message: string;
  readonly place?: object;
  readonly fix: string;
}

async function expectError(content: string | Uint8Array, expected: Expected, options: Options = {}) {
  const source = dataset(content, options);
  const { code, message, place, fix } = await (content.length > 1e7 ? errorOf(scan(source)) : bothErrors(source));
  expect({ code, message, place, fix }).toEqual({
    code: expected.code ?? 'data.unreadable',
    message: expected.message,
    place: { file: 'data/d.csv', ...expected.place },
    fix: expected.fix,
  });
}

describe('rows that do not fit', () => {
  test('too few cells', () =>
    expectError('a,b,c\n1,2,3\n\n4,5\n', {
      message: 'data/d.csv, line 4: the row has 2 cells, the header 3.',
      place: { line: 4 },
      fix: 'Add the missing cells, or quote the cell that holds a line end.',
    }));

  test('too many cells, after a quoted line end', () =>
    expectError('a,b\n"1\n1",2\n4,5,6\n', {
      message: 'data/d.csv, line 4: the row has 3 cells, the header 2.',
      place: { line: 4 },
      fix: 'Remove what is too much, or put cells that hold the delimiter into quotes.',
    }));

  test('a quote that is never closed: where it began', () =>
    expectError(`a,b\n1,2\n3,"open\n${'5,6\n'.repeat(1000)}`, {
      message: 'data/d.csv, line 3: a quote is opened here and never closed.',
      place: { line: 3, column: 3 },
      fix: 'Close the quote, or double it ("") when it belongs to the text.',
    }));

  test('a quote that is never closed in a large file', () =>
    expectError(`a,b\n1,2\n3,"open\n${'5,6\n'.repeat(17_000_000)}`, {
      message: 'data/d.csv, line 3: a quote is opened here and never closed.',
      place: { line: 3, column: 3 },
      fix: 'Close the quote, or double it ("") when it belongs to the text.',
    }));

  test('text after a closing quote', () =>
    expectError('a,b\nü,"say "yes""\n', {
      message: 'data/d.csv, line 2: "y" follows a closing quote, where the cell should end.',
      place: { line: 2, column: 9 },
      fix: 'Double a quote that belongs to the text (""), and close every quote; the row begins at line 2.',
    }));

  test('a line longer than 64 MB', () =>
    expectError(Buffer.concat([Buffer.from('a,b\n1,2\n3,'), Buffer.alloc(66 << 20, 'x')]), {
      message: 'data/d.csv, line 3: the row is longer than 64 MB.',
      place: { line: 3 },
      fix: 'Check that this is a CSV file with one row a line.',
    }));
});

describe('headers', () => {
  test('a wrong delimiter: which one the file seems to use', () =>
    expectError(
      'a;b;c\n1;2;3\n',
      {
        message: 'data/d.csv: one column is found with the delimiter ","; the file seems to use ";".'.replace(
          ':',
          ', line 1:',
        ),
        place: { line: 1, column: 1 },
        fix: 'Set `delimiter: ";"`, or leave it out.',
      },
      { delimiter: ',' },
    ));

  test('a name that stands twice', () =>
    expectError('a,b,a\n1,2,3\n', {
      message: 'data/d.csv, line 1: two columns, the 1. and the 3., are called "a".',
      place: { line: 1, key: 'a' },
      fix: 'Give each column a name of its own.',
    }));

  test('values instead of names', () =>
    expectError('1,2.5,2024-01-01,7\n1,2,3,4\n', {
      message: 'data/d.csv, line 1: the first row holds values (1, 2.5, 2024-01-01, …), not the names of the columns.',
      place: { line: 1, column: 1 },
      fix: 'Add a first line with the names of the columns.',
    }));
});

describe('nothing there', () => {
  test.each([
    ['', 'data/d.csv: the file is empty.', 'Put the data there, or point `path` to another file.'],
    [
      '\n\n',
      'data/d.csv: the file holds only blank lines.',
      'Put a header and rows there, or point `path` to another file.',
    ],
    ['a,b\n', 'data/d.csv: the file has a header but no rows.', 'Put the data there, or point `path` to another file.'],
    ['a,b', 'data/d.csv: the file has a header but no rows.', 'Put the data there, or point `path` to another file.'],
  ])('%j', (content, message, fix) => expectError(content, { code: 'data.empty', message, fix }));

  test('one row is enough', async () => {
    const { columns, rows } = await scan(dataset('a,b\n1,x'));
    expect(rows).toBe(1);
    expect(columns[0]).toMatchObject({ count: 1, min: 1, max: 1, mean: 1, distinct: 1 });
    expect(columns[0]).not.toHaveProperty('std');
  });

  test('a missing file', async () => {
    const error = await bothErrors(sourceOf(path.join(temporaryFolder(), 'gone.csv')));
    expect(error.toWire()).toEqual({
      code: 'data.missing',
      message: 'The data file data/gone.csv of dataset d is missing.',
      place: { file: 'data/gone.csv' },
      fix: 'Put it there, or correct `datasets.d.path` in modelyard.yaml.',
      data: { dataset: 'd' },
    });
  });

  test('a folder', async () => {
    const folder = path.join(temporaryFolder(), 'd.csv');
    mkdirSync(folder);
    expect((await bothErrors(sourceOf(folder))).toWire()).toEqual({
      code: 'data.missing',
      message: 'There is no file with data in data/d.csv of dataset d.',
      place: { file: 'data/d.csv' },
      fix: 'Put files there, or correct `datasets.d.path` in modelyard.yaml.',
      data: { dataset: 'd' },
    });
  });

  test.skipIf(process.platform === 'win32')('no permission', async () => {
    const source = dataset('a,b\n1,2\n');
    chmodSync(source.path, 0);
    expect((await asNobody(() => bothErrors(source))).toWire()).toEqual({
      code: 'data.unreadable',
      message: 'data/d.csv: it may not be read: no permission.',
      place: { file: 'data/d.csv' },
      fix: 'Give yourself the right to read the file.',
      data: { dataset: 'd' },
    });
  });
});

/** Root may read everything: as root, the work is done as the user `nobody`. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(65534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

describe('binary files named .csv: what they are', () => {
  const sqlite = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(100)]);
  test.each<[string, Uint8Array, string]>([
    ['a zip archive', zipSync({ 'data.csv': strToU8('a,b\n') }), 'Unpack it, and point `path` to the file within.'],
    [
      'an Excel workbook (.xlsx)',
      zipSync({ '[Content_Types].xml': strToU8('<x/>'), 'xl/workbook.xml': strToU8('<x/>') }),
      'Export it as CSV (UTF-8) or Parquet.',
    ],
    ['a gzip archive', gzipSync(strToU8('a,b\n')), 'Unpack it, and point `path` to the file within.'],
    ['a Parquet file', Buffer.from('PAR1\x15\0\x15PAR1'), 'Set `format: parquet`.'],
    ['a SQLite database', sqlite, 'Export it as CSV (UTF-8) or Parquet.'],
    [
      'a Python pickle',
      Buffer.from('\x80\x04\x95\x0e\0\0\0\0\0\0\0]\x94(K\x01K\x02e.', 'latin1'),
      'Write it as CSV or Parquet.',
    ],
    ['a PNG image', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), 'Point `path` to the data.'],
  ])('%s', (is, bytes, fix) =>
    expectError(bytes, {
      message: `data/d.csv, line 1: this is ${is}, not a CSV file.`,
      place: { line: 1, column: 1 },
      fix,
    }),
  );

  test('some other binary', () =>
    expectError(Buffer.from('a,b\n1,\0\x01\x02\n'), {
      message: 'data/d.csv: the file holds NUL bytes: it is binary, not a CSV file.'.replace(':', ', line 2:'),
      place: { line: 2, column: 3 },
      fix: 'Point `path` to a text file, or set `format` to what the file is.',
    }));

  test('a NUL byte far below', () =>
    expectError(`a,b\n${'1,2\n'.repeat(400_000)}3,x\0y\n`, {
      message: 'data/d.csv, line 400002: the row holds a NUL byte.',
      place: { line: 400_002, column: 4 },
      fix: 'Remove the byte, or point `path` to a text file.',
    }));
});

describe('encodings: which one it is', () => {
  const fix = 'Save it as UTF-8 (in VS Code: click the encoding in the status bar, Save with Encoding).';
  const utf16 = Buffer.from('a,b\n1,grün\n2,blau\n', 'utf16le');
  test.each([
    ['UTF-16 (little endian)', Buffer.concat([Buffer.of(0xff, 0xfe), utf16])],
    ['UTF-16 (big endian)', Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()])],
    ['UTF-16 (little endian)', utf16],
    ['UTF-16 (big endian)', Buffer.from(utf16).swap16()],
  ])('%s', (is, bytes) =>
    expectError(bytes, {
      message: `data/d.csv, line 1: the file is encoded in ${is}; Modelyard reads UTF-8.`,
      place: { line: 1, column: 1 },
      fix,
    }),
  );

  test.each([
    ['Latin-1 (ISO 8859-1)', 'a,b\n1,x\n2,gr\xfcn\n', 'FC', 3, 5],
    ['Windows-1252', 'a,b\n1,x\n2,5 \x80\n', '80', 3, 5],
    ['Latin-1 (ISO 8859-1)', `a,b\n${'1,x\n'.repeat(300_000)}2,na\xefve\n`, 'EF', 300_002, 5],
  ])('%s', (is, text, byte, line, column) =>
    expectError(Buffer.from(text, 'latin1'), {
      message: `data/d.csv, line ${line}: byte 0x${byte} is not UTF-8; the file seems to be encoded in ${is}.`,
      place: { line, column },
      fix: 'Save it as UTF-8 (in VS Code: Reopen with Encoding, then Save with Encoding).',
    }),
  );
});

describe('columns', () => {
  test.each<[NonNullable<Options['expect']>, string, string, number]>([
    [[{ row_count: 1 }, { column: 'aeg', not_null: true }], 'aeg', 'Did you mean `age`?', 1],
    [[{ unique: ['age', 'housng'] }], 'housng', 'Did you mean `housing`?', 0],
    [[{ column: 'salary', not_null: true }], 'salary', 'The columns are `age`, `housing`, `age_in_years`.', 0],
    [[{ column: 'AGE', not_null: true }], 'AGE', 'Did you mean `age`?', 0],
  ])('that the config names and the data lacks: %j', async (rules, name, fix, index) => {
    const content = 'age,housing,age_in_years\n5,own,5\n';
    const error = await errorOf(scan(dataset(content, { expect: rules })));
    expect(error.toWire()).toEqual({
      code: 'data.column',
      message: `data/d.csv: there is no column \`${name}\`, which \`expect:\` of dataset d names.`,
      place: { file: 'data/d.csv', line: 1, key: name },
      fix,
      data: { dataset: 'd', column: name, expect: index },
    });
  });

  test('a key that no JSON line has', async () => {
    const error = await errorOf(scan(dataset('{"age": 5}\n', { format: 'jsonl', expect: [{ unique: 'agee' }] })));
    expect([error.code, error.fix, error.place]).toEqual([
      'data.column',
      'Did you mean `age`?',
      { file: 'data/d.jsonl', key: 'agee' },
    ]);
  });
});

test('a file that changes while it is read', async () => {
  const source = dataset(`a,b\n${'1,2\n'.repeat(600_000)}`);
  const { reader } = await openReader(source, { signal: never, digest: false });
  const error = await errorOf(
    (async () => {
      let batches = 0;
      for await (const batch of reader.batches())
        if (batch.rows > 0 && batches++ === 0) appendFileSync(source.path, '5,6\n');
    })().finally(() => reader.close()),
  );
  expect(error.toWire()).toEqual({
    code: 'data.unreadable',
    message: 'data/d.csv: the file was changed while it was being read.',
    place: { file: 'data/d.csv' },
    fix: 'Run again when whatever writes the file has finished.',
    data: { dataset: 'd' },
  });
});

describe('cancelling', () => {
  test('before it begins', async () => {
    const error = await errorOf(readFrame(dataset('a,b\n1,2\n'), AbortSignal.abort()));
    expect(error.code).toBe('cancelled');
  });

  test.each(['csv', 'jsonl'] as const)('in the middle of %s', async format => {
    const controller = new AbortController();
    const line = format === 'csv' ? '1,2\n' : '{"a": 1}\n';
    const source = dataset((format === 'csv' ? 'a,b\n' : '') + line.repeat(1_200_000), { format });
    const fractions: number[] = [];
    const error = await errorOf(
      validateDataset(source, {
        signal: controller.signal,
        progress: (_, fraction) => {
          fractions.push(fraction!);
          controller.abort();
        },
      }),
    );
    expect(error.code).toBe('cancelled');
    expect(fractions).toHaveLength(1);
    expect(fractions[0]).toBeLessThan(0.6);
  });
});

test('a dataset without a name for messages is named by its path', async () => {
  const file = path.join(temporaryFolder(), 'x.csv');
  writeFileSync(file, 'a,b\n1\n');
  const { name, format, missing, expect: rules } = sourceOf(file);
  const source = { name, path: file, format, missing, expect: rules };
  expect((await errorOf(readFrame(source, never))).place?.file).toBe(file);
});

import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { CsvSplitter } from '../../../engine/data/read/csvSplitter';
import { detectDelimiter } from '../../../engine/data/read/csvDialect';
import { dataset, frameOf, plain, scan, sourceOf } from './support';

describe('RFC 4180', () => {
  test.each([
    ['a,b\n1,x\n', 'LF'],
    ['a,b\r\n1,x\r\n', 'CRLF'],
    ['a,b\r1,x\r', 'CR'],
    ['a,b\n1,x', 'no line end at the end'],
    ['\uFEFFa,b\n1,x\n', 'byte order mark'],
    ['\n\na,b\n\n1,x\n\n', 'blank lines'],
    ['"a","b"\n"1","x"\n', 'quotes'],
    [' a , b\n 1 ,x\n', 'blanks around names and numbers'],
  ])('%j (%s)', async text => {
    expect(plain(await frameOf(text))).toEqual({ a: ['integer', 1], b: ['string', 'x'] });
  });

  test('quoted cells hold delimiters, line ends, doubled quotes; others keep their quotes and blanks', async () => {
    const frame = await frameOf('id,text\n1,"a,b"\n2,"say ""yes"" twice"\n3,"two\r\nlines"\n4,5" disk\n5, x \n6,""\n');
    expect(plain(frame)['text']).toEqual(['string', 'a,b', 'say "yes" twice', 'two\r\nlines', '5" disk', ' x ', null]);
  });

  test('lines are counted through quoted line ends of every kind', async () => {
    const text = 'id,text\n1,"a\nb"\n2,"a\r\nb\rc"\n\n3,x\n999,y\n';
    const { checks } = await scan(dataset(text, { expect: [{ column: 'id', between: [5, 5] }] }));
    expect(checks[0]!.rows).toEqual([
      { line: 2, value: 1 },
      { line: 4, value: 2 },
      { line: 8, value: 3 },
      { line: 9, value: 999 },
    ]);
  });

  test('letters beyond ASCII, also where blocks of the file meet', async () => {
    const rows = Array.from({ length: 15_000 }, (_, i) => `${i},grün–${'ü€😀'.repeat(i % 20)}"${i}"`);
    const frame = await frameOf(
      `id,"größe"\n${rows.map(row => row.replace(/,(.*)/, (_, t: string) => `,"${t.replaceAll('"', '""')}"`)).join('\n')}\n`,
    );
    const column = frame.columns[1]!;
    expect(column.name).toBe('größe');
    expect(frame.rows).toBe(15_000);
    expect(plain(frame)['größe']!.slice(1)).toEqual(rows.map(row => row.replace(/^\d+,/, '')));
  });

  test('a row longer than a block of the file', async () => {
    const long = 'x'.repeat(5_000_000);
    expect(plain(await frameOf(`a,b\n1,"${long}"\n2,y\n`))['b']).toEqual(['string', long, 'y']);
  });

  test('cuts every text of the alphabet as csv-parse does, however the bytes are cut into blocks', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', '\r', ' ', 'é'), maxLength: 6 });
    const rows = fc
      .integer({ min: 2, max: 4 })
      .chain(width => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
    const quoted = (text: string) => (/[",\n\r]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text);
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 9 }), (cells, end, block) => {
        const text = cells.map(row => row.map(quoted).join(',') + end).join('');
        const expected = parse(text, { recordDelimiter: end }) as string[][];
        expect(splitInBlocks(text, block)).toEqual(expected);
        expect(expected).toEqual(cells);
      }),
      { numRuns: 400 },
    );
  });
});

/** Splits a text that arrives a few bytes at a time. */
function splitInBlocks(text: string, block: number): string[][] {
  const bytes = Buffer.from(text);
  const splitter = new CsvSplitter(sourceOf('x.csv'), ',');
  const rows: string[][] = [];
  let from = 0;
  for (let to = Math.min(block, bytes.length); ; to = Math.min(to + block, bytes.length)) {
    const final = to === bytes.length;
    from = splitter.split(bytes, { from, to, final });
    splitter.joinDoubledQuotes(bytes);
    for (let row = 0; row < splitter.rows; row++)
      rows.push(
        Array.from({ length: splitter.width }, (_, i) =>
          bytes.toString('utf8', splitter.starts[row * splitter.width + i], splitter.ends[row * splitter.width + i]),
        ),
      );
    if (final) return rows;
  }
}

describe('the delimiter', () => {
  test.each([
    ['a;b;c\n1,5;2;3\n2,5;3;4\n', ';'],
    ['a\tb\n1\t2\n', '\t'],
    ['a|b\nx, y|2\nx|3\n', '|'],
    ['a,b\n"x;y;z",2\n', ','],
    ['text\nno delimiter here\n', undefined],
    ['a,b\n', ','],
  ])('of %j', (text, expected) => {
    expect(detectDelimiter(Buffer.from(text))).toBe(expected);
  });

  test('is taken from the config when it stands there', async () => {
    expect(plain(await frameOf('a:b\n1:2\n', { delimiter: ':' }))).toEqual({ a: ['integer', 1], b: ['integer', 2] });
  });
});

test('a column without a name is called by its place, as the index that pandas writes', async () => {
  expect(Object.keys(plain(await frameOf(',a\n0,x\n')))).toEqual(['unnamed_1', 'a']);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { cellText } from '../../../engine/data/read/batch';
import { Kind } from '../../../engine/data/read/cellKind';
import { openReader } from '../../../engine/data/read/openReader';

const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const fixtures = path.resolve('test/fixtures/features');
const content = v.parse(
  v.record(v.string(), v.array(cell)),
  JSON.parse(readFileSync(path.join(fixtures, 'parquet.json'), 'utf8')),
);
const signal = new AbortController().signal;
const names = Object.keys(content);
const times = ['ms', 'us', 'ns'];

/** All cells of a file: texts, numbers, days, times as µs. */
async function read(name: string) {
  const file = path.join(fixtures, 'parquet', `${name}.parquet`);
  const source = { name, path: file, format: 'parquet', missing: [], expect: [] } as const;
  const { reader } = await openReader(source, { signal, digest: false });
  const found = Object.fromEntries(names.map(column => [column, new Array<v.InferOutput<typeof cell>>()]));
  const micros = Object.fromEntries(times.map(column => [column, new Array<number>()]));
  const kinds = Object.fromEntries(names.map(column => [column, 0]));
  for await (const batch of reader.batches())
    for (const [index, name] of reader.columns.entries()) {
      const column = await batch.column(index);
      for (let row = 0; row < batch.rows; row++) {
        const kind = column.kinds[row]!;
        const number = column.numbers[row]!;
        kinds[name]! |= kind;
        if (times.includes(name)) micros[name]!.push(column.micros![row]!);
        if (kind === Kind.missing) found[name]!.push(null);
        else if (kind === Kind.text) found[name]!.push(cellText(column, row));
        else if (kind === Kind.boolean) found[name]!.push(number === 1);
        else if (kind === Kind.date) found[name]!.push(number / 86_400_000);
        else if (kind === Kind.datetime)
          found[name]!.push(Math.floor(number) * 1000 + (Math.round((number % 1) * 1000 + 1000) % 1000));
        else found[name]!.push(number);
      }
    }
  await reader.close();
  return { found, micros, kinds, clocks: reader.types };
}

test.each(['plain', 'dictionary', 'second', 'int96'])('every cell is what PyArrow wrote: %s', async name => {
  const { found, micros, kinds } = await read(name);
  expect(found).toEqual(content);
  for (const column of times)
    expect(micros[column]!.map(time => (Number.isNaN(time) ? null : time))).toEqual(content[column]);
  expect(kinds).toEqual({
    ...{ small: Kind.integer, long: Kind.integer, full: Kind.integer, number: Kind.decimal, single: Kind.decimal },
    ...{ flag: Kind.boolean, text: Kind.text, other: Kind.text, day: Kind.date },
    ...{ ms: Kind.datetime, us: Kind.datetime, ns: Kind.datetime },
  });
});

test('times that the library decodes keep their microseconds, also before 1970', async () => {
  const { micros } = await read('delta');
  for (const column of times)
    expect(micros[column]!.map(time => (Number.isNaN(time) ? null : time))).toEqual(content[column]);
});

test('texts of times have their microseconds', async () => {
  const file = path.join(fixtures, 'parquet', 'plain.parquet');
  const source = { name: 'plain', path: file, format: 'parquet', missing: [], expect: [] } as const;
  const { reader } = await openReader(source, { signal, digest: false });
  const { value: batch } = await reader.batches().next();
  if (!batch) throw new Error('no rows');
  const column = await batch.column(reader.columns.indexOf('us'));
  const row = content['us']!.findIndex(time => typeof time === 'number' && time > 0);
  const text = cellText(column, row);
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(Date.parse(`${text.slice(0, 23)}Z`) * 1000 + Number(text.slice(23, 26))).toBe(content['us']![row]);
  await reader.close();
});

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, test, vi } from 'vitest';
import { journey } from '../../../support/journey';
import { peopleConfig, peopleCsv } from '../../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();
const config = peopleConfig({ validate: true, split: 'test: 0.3' });
const good = peopleCsv();
const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex');

/** In `datasets.people.path` unless `config` says another key. */
interface Expected {
  readonly code?: string;
  readonly message: string;
  readonly fix: string;
  readonly line?: number;
  readonly column?: number;
}

const files: readonly (readonly [string, string | Uint8Array, Expected])[] = [
  [
    'empty',
    '',
    {
      code: 'data.empty',
      message: 'people.csv: the file is empty.',
      fix: 'Put the data there, or point `path` to another file.',
    },
  ],
  [
    'a header only',
    'id,age,income,city,good\n',
    {
      code: 'data.empty',
      message: 'people.csv: the file has a header but no rows.',
      fix: 'Put the data there, or point `path` to another file.',
    },
  ],
  [
    'no header',
    '1,2,3\n4,5,6\n',
    {
      message: 'people.csv, line 1: the first row holds values (1, 2, 3), not the names of the columns.',
      fix: 'Add a first line with the names of the columns.',
      line: 1,
      column: 1,
    },
  ],
  [
    'a row too long',
    good.replace('4,48,1148.5,Rome', '4,48,1148.5,Ro,me'),
    {
      message: 'people.csv, line 6: the row has 6 cells, the header 5.',
      fix: 'Remove what is too much, or put cells that hold the delimiter into quotes.',
      line: 6,
    },
  ],
  [
    'a zip archive',
    zipSync({ 'people.csv': strToU8(good) }),
    {
      message: 'people.csv, line 1: this is a zip archive, not a CSV file.',
      fix: 'Unpack it, and point `path` to the file within.',
      line: 1,
      column: 1,
    },
  ],
  [
    'an image',
    png,
    {
      message: 'people.csv, line 1: this is a PNG image, not a CSV file.',
      fix: 'Point `path` to the data.',
      line: 1,
      column: 1,
    },
  ],
  [
    'a database',
    Buffer.from('SQLite format 3\0\x10\0\x01\x01'),
    {
      message: 'people.csv, line 1: this is a SQLite database, not a CSV file.',
      fix: 'Export it as CSV (UTF-8) or Parquet.',
      line: 1,
      column: 1,
    },
  ],
  [
    'Parquet',
    Buffer.from('PAR1\x15\x04PAR1'),
    {
      message: 'people.csv, line 1: this is a Parquet file, not a CSV file.',
      fix: 'Set `format: parquet`.',
      line: 1,
      column: 1,
    },
  ],
  [
    'UTF-16',
    Buffer.from(`\ufeff${good}`, 'utf16le'),
    {
      message: 'people.csv, line 1: the file is encoded in UTF-16 (little endian); Modelyard reads UTF-8.',
      fix: 'Save it as UTF-8 (in VS Code: click the encoding in the status bar, Save with Encoding).',
      line: 1,
      column: 1,
    },
  ],
  [
    'Latin-1',
    Buffer.from(good.replace('Bern', 'Zürich'), 'latin1'),
    {
      message: 'people.csv, line 2: byte 0xFC is not UTF-8; the file seems to be encoded in Latin-1 (ISO 8859-1).',
      fix: 'Save it as UTF-8 (in VS Code: Reopen with Encoding, then Save with Encoding).',
      line: 2,
      column: 14,
    },
  ],
];

test.each(files)('people.csv is %s', async (_, content, { code = 'data.unreadable', message, fix, line, column }) => {
  at.write({ 'modelyard.yaml': config, 'people.csv': content });
  const error = await at.failure('validate');
  expect({ code: error.code, message: error.message, fix: error.fix }).toEqual({ code, message, fix });
  const place = { ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
  expect(error.place).toEqual({ file: 'people.csv', ...place });
  expect(error.config).toMatchObject({ file: 'modelyard.yaml', line: 3, key: 'datasets.people.path' });
  expect(at.marked(error.config)).toBe('path');
});

test('there is no file', async () => {
  at.write({ 'modelyard.yaml': config, 'peopel.csv': good });
  const error = await at.failure('validate');
  expect(error).toMatchObject({
    code: 'data.missing',
    message: 'The data file people.csv of dataset people is missing.',
    fix: 'Put it there, or correct `datasets.people.path` in modelyard.yaml.',
    place: { file: 'people.csv' },
    config: { file: 'modelyard.yaml', line: 3, key: 'datasets.people.path' },
  });
  expect(await at.diagnostics()).toEqual([
    ['people.csv', 'There is no file `people.csv` in the workspace. Did you mean `peopel.csv`?'],
  ]);
  // The same without a step that validates.
  at.write({ 'modelyard.yaml': peopleConfig({ split: 'test: 0.3' }) });
  const { code, message, place } = await at.failure('split');
  expect({ code, message, place }).toEqual({ code: error.code, message: error.message, place: error.place });
});

test('a folder without data', async () => {
  at.write({ 'modelyard.yaml': config });
  mkdirSync(path.join(at.folder, 'people.csv'));
  expect(await at.failure('validate')).toMatchObject({
    code: 'data.missing',
    message: 'There is no file with data in people.csv of dataset people.',
    fix: 'Put files there, or correct `datasets.people.path` in modelyard.yaml.',
  });
  expect(await at.diagnostics()).toEqual([['people.csv', 'There is no file with data in `people.csv`.']]);
});

test('text that is said to be Parquet', async () => {
  at.write({
    'modelyard.yaml': peopleConfig({ dataset: 'format: parquet', validate: true }),
    'people.csv': good,
  });
  expect(await at.failure('validate')).toMatchObject({
    code: 'data.unreadable',
    message: 'people.csv: this is a text file, not a Parquet file.',
    fix: 'Set `format: csv` or `format: jsonl`.',
  });
});

test('another delimiter than the config says', async () => {
  at.write({ 'modelyard.yaml': peopleConfig({ dataset: 'delimiter: ";"', validate: true }), 'people.csv': good });
  expect(await at.failure('validate')).toMatchObject({
    code: 'data.unreadable',
    message: 'people.csv, line 1: one column is found with the delimiter ";"; the file seems to use ",".',
    fix: 'Set `delimiter: ","`, or leave it out.',
    place: { file: 'people.csv', line: 1, column: 1 },
    config: { line: 3 },
  });
});

test('a delimiter that cannot be found out: the column that is named is part of the only one', async () => {
  const only = 'id^age^income^city^good';
  at.write({
    'modelyard.yaml': peopleConfig({ dataset: 'expect: [{column: age, not_null: true}]', validate: true }),
    'people.csv': good.replaceAll(',', '^'),
  });
  expect(await at.failure('validate')).toMatchObject({
    code: 'data.column',
    message: 'people.csv: there is no column `age`, which `expect:` of dataset people names.',
    fix: `The only column is \`${only}\`. If the file has more, set the \`delimiter\` of the dataset to what is between them.`,
  });
  at.write({ 'modelyard.yaml': peopleConfig({ split: 'test: 0.3, stratify: good' }) });
  expect(await at.failure('split')).toMatchObject({
    code: 'data.column',
    fix: `Its only column is ${only}. If the file has more, set the \`delimiter\` of the dataset to what is between them.`,
  });
});

test('one row: nothing to split', async () => {
  at.write({ 'modelyard.yaml': config, 'people.csv': 'id,age,income,city,good\n1,20,1000.5,Bern,no\n' });
  const error = await at.failure('split');
  expect(error).toMatchObject({
    code: 'data.empty',
    message: 'The data has 1 row; a split needs at least two.',
    fix: 'Add rows, or point `path` of the dataset to another file.',
    place: { file: 'people.csv' },
    config: { line: 3, key: 'datasets.people.path' },
  });
  expect(error.run.step('validate').message).toBe('1 row · 0 checks');
});

test('rows that break the rules: the checks that failed are kept', async () => {
  at.write({
    'modelyard.yaml': peopleConfig({
      dataset:
        'expect: [{column: id, unique: true}, {column: age, between: [0, 50]}, {column: city, in_set: [Bern, Rome]}]',
      validate: true,
      split: 'test: 0.3',
    }),
    'people.csv': good,
  });
  const error = await at.failure('validate');
  expect(error).toMatchObject({
    code: 'data.expectation',
    message:
      'Dataset people (people.csv): age between 0 and 50: 13 of 60 rows fail; first at line 7: 55. Lines 7, 13, 18, 19, 24, …. 1 other check failed too.',
    place: { file: 'people.csv', line: 7, key: 'age' },
    config: { file: 'modelyard.yaml', line: 3, key: 'datasets.people.expect.1' },
    data: { dataset: 'people', rule: 'age between 0 and 50', failing: 13, checked: 60 },
  });
  expect(at.marked(error.config)).toBe('{column: age, between: [0, 50]}');
  expect(error.run.step('validate').message).toBe('60 rows · 3 checks · 2 failed');
  const checks = JSON.parse(await at.artifact(error.run.pipelineRun.runId, 'checks/people.json'));
  expect(checks).toMatchObject([{ passed: true }, { passed: false, failing: 13 }, { passed: false, failing: 20 }]);
  const { checks: recorded } = await at.client.call('datasets/get', { name: 'people' });
  expect(recorded.map(({ passed }) => passed)).toEqual([true, false, false]);
});

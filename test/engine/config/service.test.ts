import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigService } from '../../../engine/config/service';
import { ModelyardError } from '../../../engine/errors';
import { marked, slice } from './marked';
import { serviceOn } from './serviceKit';

const fails = async (work: Promise<unknown>): Promise<ModelyardError> => {
  const error: unknown = await work.then(
    () => expect.fail('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelyardError)) throw error;
  return error;
};

describe('load', () => {
  test('gives the config, the digest of the bytes, and places', async () => {
    const text = 'name: x\nmodels:\n  m: {}\n';
    const { service } = serviceOn({ 'modelyard.yaml': text });
    const loaded = await service.load();
    expect(loaded.config.name).toBe('x');
    expect(loaded.text).toBe(text);
    expect(loaded.digest).toBe(createHash('sha256').update(text).digest('hex'));
    expect(loaded.locate('models.m.stages')).toEqual({ startLine: 3, startColumn: 3, endLine: 3, endColumn: 4 });
  });

  test('finds keys in a text that is newer than the file, the nearest above for one that is gone', async () => {
    const { service } = serviceOn({ 'modelyard.yaml': 'name: a\n' });
    const text = 'name: a\n\npipelines:\n  p:\n    steps:\n      s: {uses: split, with: {test: 2}}\n';
    const keys = ['pipelines.p.steps.s.with.test', 'pipelines.p.steps.s.needs', 'name'];
    expect((await service.locate(keys, text)).map(range => range?.startLine)).toEqual([6, 6, 1]);
    expect((await service.locate(['name']))[0]).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 5 });
    expect(await service.locate(['name'], '')).toEqual([null]);
  });

  test('no file', async () => {
    const { service, root } = serviceOn({});
    const error = await fails(service.load());
    expect(error).toMatchObject({
      code: 'config.missing',
      message: `There is no modelyard.yaml in ${root}.`,
      fix: 'Create modelyard.yaml, or name another one with `--config`.',
      place: { file: 'modelyard.yaml' },
    });
  });

  test('a folder of that name', async () => {
    const { service, root } = serviceOn({});
    mkdirSync(join(root, 'modelyard.yaml'));
    expect((await fails(service.load())).message).toBe(`modelyard.yaml in ${root} cannot be read: it is a folder.`);
  });

  test('the first error with its place, and how many more there are', async () => {
    const { service } = serviceOn({ 'modelyard.yaml': 'name: x\nmodles: {}\nzzz: {}\ndatasets: 3\n' });
    const error = await fails(service.load());
    expect(error.code).toBe('config.invalid');
    expect(error.message).toBe(
      'modelyard.yaml:2:1: `modles` is not a key that is known at the top of the file. Did you mean `models`? (and 2 more problems in the file)',
    );
    expect(error.place).toEqual({
      file: 'modelyard.yaml',
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 7,
      key: 'modles',
    });
    expect(error.data).toEqual({ problems: 3 });
  });

  test('not UTF-8', async () => {
    const { service } = serviceOn({ 'modelyard.yaml': Uint8Array.from([0x6e, 0x3a, 0x20, 0xff, 0xfe]) });
    expect(await fails(service.load())).toMatchObject({
      code: 'config.invalid',
      message: 'modelyard.yaml is not a UTF-8 text.',
      place: { file: 'modelyard.yaml', line: 1, column: 1 },
    });
  });

  test('10 MB are refused without being read', async () => {
    const { service } = serviceOn({ 'modelyard.yaml': 'a: 1\n'.repeat(2_000_000) });
    const error = await fails(service.load());
    expect(error.code).toBe('config.invalid');
    expect(error.message).toBe('modelyard.yaml has 10,000,000 bytes; a config may have at most 1,000,000 characters.');
    expect(error.place).toEqual({ file: 'modelyard.yaml', line: 1, column: 1 });
    expect(await service.diagnose()).toMatchObject([{ code: 'unreadable', message: error.message }]);
  });
});

describe('diagnose against the data', () => {
  const head = 'name: x\ndatasets: {a: {path: a.csv}}\n';
  const pipeline = (prepare: string): string =>
    `${head}pipelines:\n  p:\n    steps:\n      s: {uses: split, with: {stratify: good}}\n      c: {uses: prepare, needs: s, with: ${prepare}}\n`;

  const training = (train: string): string =>
    pipeline('{label: good}') + `      t: {uses: train, needs: c, with: ${train}}\n`;

  const cases: readonly (readonly [string, string, string, string])[] = [
    ['a label', pipeline('{label: «god»}'), 'unknown-column', 'Dataset `a` has no column `god`. Did you mean `good`?'],
    [
      'a dropped column',
      pipeline('{label: good, drop: [age, «income»]}'),
      'unknown-column',
      'Dataset `a` has no column `income`. It has `age`, `good` and `paid: on time`.',
    ],
    [
      'a key of exceptions',
      pipeline('{label: good, columns: {«aeg»: {type: categorical}}}'),
      'unknown-column',
      'Dataset `a` has no column `aeg`. Did you mean `age`?',
    ],
    [
      'a column that a score follows',
      training('{learner: boosted-trees, monotone: {«aeg»: increasing}}'),
      'unknown-column',
      'Dataset `a` has no column `aeg`. Did you mean `age`?',
    ],
    [
      'text that a score follows',
      training('{learner: boosted-trees, monotone: {age: decreasing, «good»: increasing}}'),
      'no-numbers',
      '`good` holds text, which has no order to rise or fall by.',
    ],
    [
      'a check',
      'name: x\ndatasets: {a: {path: a.csv, expect: [{column: «Age», not_null: true}]}}\n',
      'unknown-column',
      'Dataset `a` has no column `Age`. Did you mean `age`?',
    ],
    [
      'columns that are unique together',
      'name: x\ndatasets: {a: {path: a.csv, expect: [{unique: [age, «goood»]}]}}\n',
      'unknown-column',
      'Dataset `a` has no column `goood`. Did you mean `good`?',
    ],
    [
      'a slice of a gate',
      `${head}models: {m: {gates: {dev: [{metric: auc, at_least: 0.5, slice: «agee» <= 25}]}}}\n`,
      'unknown-column',
      'Dataset `a` has no column `agee`. Did you mean `age`?',
    ],
    [
      'a file that is missing',
      'name: x\ndatasets: {a: {path: «b.csv»}}\n',
      'missing-file',
      'There is no file `b.csv` in the workspace. Did you mean `a.csv`?',
    ],
    [
      'a folder',
      'name: x\ndatasets: {a: {path: «folder.csv»}}\n',
      'missing-file',
      'There is no file with data in `folder.csv`.',
    ],
  ];

  test('files that a step makes need not be there', async () => {
    const { service } = serviceOn({});
    const text = `name: x
datasets: {a: {path: out/a.csv}, b: {path: out/parts, format: csv}, c: {path: made, format: csv}, d: {path: outside.csv}}
pipelines: {p: {steps: {s: {run: make, outs: [out/, ./made/c.csv]}}}}
`;
    const found = await service.diagnose(text);
    expect(found.map(({ message }) => message)).toEqual(['There is no file `outside.csv` in the workspace.']);
  });

  test.each(cases)('%s', async (_, source, code, message) => {
    const { text, range } = marked(source);
    const { service } = serviceOn({ 'a.csv': 'age,good\n', 'folder.csv/x': '' });
    const found = await service.diagnose(text);
    expect(found.map(one => [one.code, one.message, one.range])).toEqual([[code, message, range]]);
  });

  test.skipIf(process.platform === 'win32')('a file behind a link that leads out of the workspace', async () => {
    const { text, range } = marked('name: x\ndatasets: {a: {path: «far/a.csv»}, b: {path: near/a.csv}}\n');
    const elsewhere = serviceOn({ 'a.csv': 'age,good\n' }).root;
    const { root, service, asked } = serviceOn({ 'data/a.csv': 'age,good\n' });
    symlinkSync(elsewhere, join(root, 'far'));
    symlinkSync('data', join(root, 'near'));
    const found = await service.diagnose(text);
    const message = `\`far/a.csv\` leads out of the workspace folder, to \`${realpathSync(join(elsewhere, 'a.csv'))}\`.`;
    expect(found.map(one => [one.code, one.message, one.range])).toEqual([['bad-path', message, range]]);
    expect(asked).toEqual(['b']);
  });

  test('the problems of the text are there as well, in order', async () => {
    const { service } = serviceOn({ 'a.csv': '' });
    const found = await service.diagnose(`${pipeline('{label: god}')}zzz: 1\n`);
    expect(found.map(one => one.code)).toEqual(['unknown-column', 'unknown-key']);
  });

  test('what cannot be read as data is said at its path; a defect of the reader is not taken for that', async () => {
    const { root } = serviceOn({ 'a.csv': '' });
    const reading = (error: Error) =>
      new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.reject(error) });
    const { text, range } = marked('name: x\ndatasets: {a: {path: «a.csv»}}\n');
    const binary = reading(new ModelyardError('data.unreadable', 'a.csv is a binary file.'));
    expect(await binary.diagnose(text)).toMatchObject([
      { code: 'unreadable-file', message: 'a.csv is a binary file.', range, key: 'datasets.a.path' },
    ]);
    await expect(reading(new TypeError('a defect')).diagnose(text)).rejects.toThrow('a defect');
  });

  test('without a text the file is read', async () => {
    const { service } = serviceOn({ 'modelyard.yaml': 'nme: x\n' });
    expect(await service.diagnose()).toMatchObject([{ code: 'unknown-key', suggestion: 'name' }]);
    expect((await service.outline()).name).toBe('');
  });
});

describe('definition', () => {
  const text = `name: x
datasets: {a: {path: data/a.csv}}
pipelines:
  p:
    steps:
      v: {uses: validate, with: {dataset: a}}
      s: {uses: split, needs: [v]}
      c: {uses: prepare, needs: s, with: {label: good}}
      t: {uses: train, needs: c, with: {learner: logistic}}
      r: {uses: register, needs: t, with: {model: m, stage: prod}}
models:
  m: {stages: [dev, prod], gates: {prod: [{metric: auc, better_than: dev}]}}
`;
  test.each([
    ['dataset: a', 'a}}', 'a', 2],
    ['needs: [v', 'v]', 'v', 6],
    ['needs: s', 's, with: {label', 's', 7],
    ['model: m', 'm, stage', 'm', 12],
    ['stage: prod', 'prod}}', 'prod', 12],
    ['better_than: dev', 'dev}]', 'dev', 12],
    ['gates: {prod', 'prod: [', 'prod', 12],
  ])('%s', async (_, at, name, line) => {
    const { service } = serviceOn({});
    const offset = text.indexOf(at);
    const before = text.slice(0, offset).split('\n');
    const found = await service.definition({ text, line: before.length, column: before.at(-1)!.length + 1 });
    expect(found?.file).toBe('modelyard.yaml');
    expect([slice(text, found!.range), found!.range.startLine]).toEqual([name, line]);
  });

  test.each([
    ['the path of a dataset', 'data/a.csv'],
    ['a column', 'good}}'],
  ])('%s leads to the file', async (_, at) => {
    const { service } = serviceOn({});
    const before = text.slice(0, text.indexOf(at) + 2).split('\n');
    expect(await service.definition({ text, line: before.length, column: before.at(-1)!.length + 1 })).toEqual({
      file: 'data/a.csv',
      range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
    });
  });

  test('nowhere from a key of the grammar', async () => {
    const { service } = serviceOn({});
    expect(await service.definition({ text, line: 1, column: 2 })).toBeNull();
    expect(await service.definition({ text, line: 99, column: 99 })).toBeNull();
  });
});

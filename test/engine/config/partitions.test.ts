import { expect, test } from 'vitest';
import { parseConfig } from '../../../engine/config/parse';
import { ConfigService } from '../../../engine/config/service';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/store';
import { errorsOf, marked } from './marked';

const head = 'name: x\ndatasets: {a: {path: a.csv}}\npipelines:\n  p:\n';
const say =
  '"echo ${{ partition }} ${{ partition.start }} ${{ partition.end }} ${{ partition.start_time }} ${{ partition.end_time }}"';

test.each([
  [
    '{every: day, start: 2024-01-01, timezone: Europe/Berlin}',
    '2024-03-31',
    '2024-03-31 2024-03-31 2024-04-01 2024-03-31T00:00:00+01:00 2024-04-01T00:00:00+02:00',
  ],
  [
    '{every: week, start: 2024-01-01}',
    '2024-01-10',
    '2024-01-08 2024-01-08 2024-01-15 2024-01-08T00:00:00Z 2024-01-15T00:00:00Z',
  ],
  [
    '{every: month, start: 2024-01}',
    '2024-02',
    '2024-02 2024-02-01 2024-03-01 2024-02-01T00:00:00Z 2024-03-01T00:00:00Z',
  ],
])('%s: the values of %s', async (partitions, partition, expected) => {
  const root = temporaryFolder();
  writeFileSync(
    path.join(root, 'modelyard.yaml'),
    `${head}    partitions: ${partitions}\n    steps: {s: {run: ${say}, matrix: {a: [1]}, env: {A: "\${{ matrix.a }}"}}}\n`,
  );
  const service = new ConfigService({ root, configFile: 'modelyard.yaml', columns: () => Promise.resolve([]) });
  const loaded = await service.load({ pipeline: 'p', partition });
  expect(loaded.config.pipelines['p']?.steps['s (a=1)']).toMatchObject({ run: `echo ${expected}`, env: { A: '1' } });
  // what the pipeline is does not depend on the partition
  expect(loaded.definition('p')).toEqual((await service.load()).definition('p'));
});

test.each([
  ['«partitions»: {start: 2024-01-01}', 'missing-key', /^`every` is missing in `partitions`/],
  ['partitions: {every: dai, start: 2024-01-01}', 'not-allowed', /Did you mean `day`\?$/],
  [
    'partitions: {every: day, start: «2024-02-30»}',
    'bad-date',
    /^`start` must be a day such as 2024-01-31; here it is `2024-02-30`\.$/,
  ],
  [
    '«partitions»: {every: month, start: 2024-01-15}',
    'bad-date',
    /^`partitions` has months, so that `start` must be the first of one\.$/,
  ],
  [
    '«partitions»: {every: day, start: 2024-01-15, end: 2024-01-15}',
    'bad-date',
    /^`partitions` must end after its `start`\.$/,
  ],
  [
    'partitions: {every: day, start: 2024-01-01, timezone: «Europe/Berlim»}',
    'unknown-zone',
    /Did you mean `Europe\/Berlin`\?$/,
  ],
  ['partitions: «[eu, us, eu]»', 'bad-name', /^`partitions` has the same name twice\.$/],
  ['partitions: [«a b»]', 'bad-name', /cannot be the name of a partition/],
  [
    'partitions: [eu]\n    on: {«change»: a}',
    'which-partition',
    /^`change` cannot tell which of the listed partitions it starts `p` for/,
  ],
])('%s', (written, code, message) => {
  const marks = written.includes('«') ? written : written.replace('dai', '«dai»');
  const { text, range } = marked(`${head}    ${marks}\n    steps: {s: {run: "echo \${{ partition }}"}}\n`);
  const errors = errorsOf(parseConfig(text, 'modelyard.yaml').diagnostics);
  expect(errors).toMatchObject([{ code, range }]);
  expect(errors[0]?.message).toMatch(message);
});

test.each([
  ['', '`partition` has a value only in a pipeline with `partitions`.'],
  ['    partitions: [eu, us]\n', '`partition.start` is nothing that these partitions have. Did you mean `partition`?'],
])('a value that there is not: %j', (partitions, message) => {
  const used = partitions === '' ? 'partition' : 'partition.start';
  const { text, range } = marked(`${head}${partitions}    steps: {s: {run: «"echo \${{ ${used} }}"»}}\n`);
  expect(errorsOf(parseConfig(text, 'modelyard.yaml').diagnostics)).toMatchObject([
    { code: 'unknown-param', message, range },
  ]);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { journey } from '../../support/journey';

const it = journey();
const row = (i: number): string => `${i},${20 + ((i * 7) % 50)},${['own', 'rent', 'free'][i % 3]!}`;
const data = (count: number, of: (i: number) => string = row): string =>
  `id,age,housing\n${Array.from({ length: count }, (_, i) => `${of(i)}\n`).join('')}`;
const older = (i: number): string => `${i},${40 + ((i * 7) % 50)},${['own', 'rent', 'free'][i % 3]!}`;
const config = (rules: string): string => `name: loans
datasets:
  loans:
    path: loans.csv # monthly
    expect: ${rules}
  others: {path: others.csv}
pipelines:
  check: {steps: {validate: {uses: validate, with: {dataset: loans}}}}
`;

test('data beside its last version that passed, and beside another dataset, in a pipeline and by command', async () => {
  const rules =
    '[{column: age, compared_with: last}, {row_count_of: others}, {column: age, kolmogorov_smirnov: {compared_with: others, p_at_least: 0.01}}]';
  it.write({ 'modelyard.yaml': config(rules), 'loans.csv': data(200), 'others.csv': data(200) });
  const first = await it.run('check');
  expect([first.code, first.step('validate').status]).toEqual([0, 'succeeded']);
  const checked = async () => {
    const [loans] = await it.client.call('datasets/validate', { names: ['loans'] });
    return loans!.checks.map(({ passed, message }) => [passed, message]);
  };
  expect((await checked())[0]).toEqual([true, 'age as last ± 10 %: there is no earlier version to compare with yet.']);

  it.write({ 'loans.csv': data(210, older) });
  const failed = await it.failure('validate', 'check');
  expect(failed.code).toBe('data.expectation');
  // What has failed is no reference: the same data fails again, against the same version.
  const [last, rows, distribution] = await checked();
  expect(last).toEqual([
    false,
    expect.stringMatching(
      /^age as last ± 10 %: 8 of 11 statistics differ from those of version [0-9a-f]{12} before it: mean of age is 64\.\d+, was 44\.5 \(\+4\d\.\d %\); /,
    ),
  ]);
  expect(rows).toEqual([false, 'row count as in others: there are 210, and 200 in others.']);
  expect(distribution).toEqual([false, expect.stringMatching(/p is [\d.e-]+ against dataset others\.$/)]);

  it.write({ 'loans.csv': data(200, i => (i === 3 ? '3,42,own' : row(i))) });
  // It depends on what else is there, so that it is judged each time.
  expect((await it.run('check')).step('validate').status).toBe('succeeded');
  expect((await it.run('check')).step('validate').status).toBe('succeeded');
  expect((await checked())[0]).toEqual([
    true,
    expect.stringMatching(/^age as last ± 10 %: all 11 statistics are as those of version/),
  ]);
});

test('rules are proposed, written down, and name every row that breaks them later', async () => {
  it.write({ 'modelyard.yaml': config('[]'), 'loans.csv': data(300), 'others.csv': data(5) });
  const asked = await it.text('expect', 'loans');
  expect(asked.code).toBe(0);
  expect(asked.stdout).toContain(
    '{column: housing, not_null: true, in_set: [free, own, rent]}\n    each of 300 rows has a value; only 3 values in 300 rows',
  );
  expect(asked.stdout).toContain('+++ b/modelyard.yaml\n');
  expect(readFileSync(path.join(it.folder, 'modelyard.yaml'), 'utf8')).toBe(config('[]'));

  const written = await it.cli('expect', 'loans', '--write');
  expect(written).toMatchObject({ code: 0, json: { written: true } });
  const text = readFileSync(path.join(it.folder, 'modelyard.yaml'), 'utf8');
  expect(text).toContain('path: loans.csv # monthly');
  expect(text).toContain('{column: id, type: integer, not_null: true, unique: true, between: [0, null]}');
  expect((await it.text('expect', 'loans')).stdout).toContain('says all that the data suggests already');
  expect((await it.cli('validate', 'loans')).code).toBe(0);

  const broken = (i: number): string => (i < 150 ? row(i) : `${i},${1000 + i},"a ""castle"",\nold"`);
  it.write({ 'loans.csv': data(300, broken) });
  const all = await it.text('datasets', 'failing', 'loans', '--csv');
  const lines = all.stdout.trimEnd().split('\n');
  expect([all.code, lines[0], lines[1]]).toEqual([
    1,
    'file,line,value,rule',
    'loans.csv,152,1150,age between 0 and 94',
  ]);
  const ages = lines.filter(line => line.endsWith('age between 0 and 94'));
  // Each of the rows takes two lines.
  expect([ages.length, ages.at(-1)]).toEqual([150, 'loans.csv,450,1299,age between 0 and 94']);
  expect(all.stdout).toContain('loans.csv,152,"a ""castle"",\nold","housing in {free, own, rent}"');

  const one = await it.cli('datasets', 'failing', 'loans', '--rule', '5', '--limit', '3');
  expect(one).toMatchObject({
    code: 1,
    json: {
      dataset: 'loans',
      path: 'loans.csv',
      checks: [{ rule: 'housing in {free, own, rent}', failing: 150, index: 4 }],
    },
  });
  expect((await it.text('datasets', 'failing', 'loans', '--rule', '4', '--limit', '2')).stdout).toBe(
    '✗ age between 0 and 94: 150 of 300 rows fail; first at line 152: 1,150.\n  loans.csv:152  1150\n  loans.csv:154  1151\n  and 148 rows more; see --limit\n'.replace(
      '1,150',
      '1150',
    ),
  );
  const none = await it.text('datasets', 'failing', 'loans', '--rule', '99');
  expect(none.stderr).toContain('Dataset loans has no rule 99.');
});

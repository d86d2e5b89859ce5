import { expect, test, vi } from 'vitest';
import type { DataCheckReport } from '../../../engine/protocol/dataChecks';
import type { CheckReport } from '../../../engine/protocol/verdicts';
import { journey } from '../../support/journey';
import { peopleCsv } from '../../support/people';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });
const at = journey();

const config = (checks: string, split = 'test: 0.3, seed: 1'): string => `name: suites
datasets:
  people:
    path: people.csv
    checks:
${checks
  .split('\n')
  .map(line => `      - ${line}`)
  .join('\n')}
pipelines:
  train:
    steps:
      validate: {uses: validate, with: {dataset: people}}
      split: {uses: split, needs: validate, with: {${split}}}
      leakage: {uses: validate, needs: split, with: {dataset: people, train_test: true}}
      prepare: {uses: prepare, needs: leakage, with: {label: good, drop: [id]}}
      train: {uses: train, needs: prepare, with: {learner: logistic}}
`;

async function reportOf(runId: Parameters<typeof at.artifact>[0], file: string): Promise<DataCheckReport> {
  return JSON.parse(await at.artifact(runId, `data-checks/${file}`)) as DataCheckReport;
}

test('both suites hold: the pipeline goes on to train, the reports are kept', async () => {
  at.write({
    'modelyard.yaml': config('duplicates\n{check: conflicting-labels}\n{check: index-leakage, index: id}\nsizes'),
    'people.csv': peopleCsv(),
  });
  const run = await at.run();
  expect(run.error).toBeUndefined();
  expect(run.step('validate').message).toBe('60 rows · 0 checks · 2 data checks');
  expect(run.step('leakage').message).toBe('42 train · 18 test rows · 2 data checks');
  expect(run.step('train').status).toBe('succeeded');
  const { runId } = run.pipelineRun;
  const integrity = await reportOf(runId, 'people.json');
  expect(integrity).toMatchObject({ dataset: 'people', suite: 'integrity', rows: 60, label: 'good' });
  expect(integrity.results.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
    'duplicates passed',
    'conflicting-labels passed',
  ]);
  const parts = await reportOf(runId, 'people.train-test.json');
  expect(parts).toMatchObject({ suite: 'train-test', parts: { train: 42, test: 18 } });
  const again = await at.run();
  expect(again.step('leakage').cachedFrom).toBeDefined();
});

test('leakage ends the pipeline before it trains, with the line of the config and of the data', async () => {
  const text = peopleCsv();
  // Each person twice: at random one of two is in the other part.
  const twice = `${text}${text.split('\n').slice(1).join('\n')}`;
  at.write({
    'modelyard.yaml': config('{check: index-leakage, index: id}\n{check: samples-mix, at_most: 0}'),
    'people.csv': twice,
  });
  const error = await at.failure('leakage');
  expect(error.code).toBe('data.check');
  expect(error.message).toMatch(
    /^Dataset people \(people\.csv\): index-leakage: [\d.]+ % of the test rows \(\d+ of 36\) have an identifier \(id\) that training rows have too; at most 0 % may\. Lines .+ 1 other data check failed too\.$/,
  );
  expect(error.place).toMatchObject({ file: 'people.csv' });
  expect(at.marked(error.config)).toBe('{check: index-leakage, index: id}');
  for (const step of ['prepare', 'train']) expect(error.run.step(step).status).toBe('skipped');
  const { results } = await reportOf(error.run.pipelineRun.runId, 'people.train-test.json');
  expect(results.map(({ verdict }) => verdict)).toEqual(['failed', 'failed']);
  expect(results[0]?.failing).toBeGreaterThan(5);
});

test('a label that contradicts itself fails the step validate and the command; a warning does not', async () => {
  const text = `${peopleCsv()}60,41,1111.5,Bern,yes\n61,41,1111.5,Bern,yes\n`;
  at.write({
    'modelyard.yaml': config('{check: conflicting-labels, ignore: [id]}\n{check: duplicates, columns: [city]}'),
    'people.csv': text,
  });
  const error = await at.failure('validate');
  expect(at.marked(error.config)).toBe('{check: conflicting-labels, ignore: [id]}');
  expect(error.place).toMatchObject({ file: 'people.csv', line: 5 });
  expect(error.run.step('validate').message).toBe('62 rows · 0 checks · 2 data checks · 1 failed · 1 warning');
  const said = await at.text('validate');
  expect(said.code).toBe(1);
  expect(said.stdout).toContain('✗ people (people.csv): 62 rows · 0 of 2 checks passed');
  expect(said.stdout).toContain(
    '✗ conflicting-labels: 4.84 % of the rows (3, in 1 group of equal features) have a good',
  );
  expect(said.stdout).toContain('at people.csv:5, people.csv:62, people.csv:63');
  expect(said.stdout).toContain('! duplicates: 95.2 % of the rows');
  const { json } = await at.cli('validate');
  expect(json).toMatchObject({
    datasets: [{ report: { label: 'good', results: [{ verdict: 'failed', failing: 3 }, { verdict: 'warned' }] } }],
  });
});

test('a check that cannot be judged is no pass; without train-test checks a step judges the whole suite', async () => {
  at.write({ 'modelyard.yaml': config('duplicates'), 'people.csv': peopleCsv() });
  const run = await at.run('--fresh');
  const { results } = await reportOf(run.pipelineRun.runId, 'people.train-test.json');
  expect(results).toHaveLength(12);
  at.write({ 'modelyard.yaml': config('{check: date-overlap}'), 'people.csv': peopleCsv() });
  const error = await at.failure('leakage');
  expect(error.message).toContain('date-overlap: cannot be judged: no column is known as the date');
  expect(at.marked(error.place)).toBe('{check: date-overlap}');
});

test('in the editor: a column that the data lacks, a check that there is not, a bound of another check', async () => {
  at.write({
    'modelyard.yaml': config(
      '{check: nulls, columns: [aeg]}\n{check: duplicate}\n{check: sizes, at_most: 3}\nintegritty\n{check: integrity, label: goood}',
    ),
    'people.csv': peopleCsv(),
  });
  const found = await at.diagnostics();
  expect(found.map(([marked]) => marked)).toEqual(expect.arrayContaining(['duplicate', 'at_most', 'integritty']));
  at.write({ 'modelyard.yaml': config('{check: nulls, columns: [aeg]}\n{check: integrity, label: goood}') });
  const columns = await at.diagnostics();
  expect(columns).toEqual([
    ['aeg', 'Dataset `people` has no column `aeg`. Did you mean `age`?'],
    ['goood', 'Dataset `people` has no column `goood`. Did you mean `good`?'],
  ]);
});

test('a step that checks parts without a split before it', async () => {
  at.write({
    'modelyard.yaml': `name: suites
datasets:
  people: {path: people.csv}
pipelines:
  train:
    steps:
      leakage: {uses: validate, with: {dataset: people, train_test: true}}
`,
    'people.csv': peopleCsv(),
  });
  const said =
    '`train_test` judges the parts of a split, and no step before `leakage` makes one: add a step with `uses: split` and name it in `needs`.';
  expect(await at.diagnostics()).toEqual([['true', said]]);
  expect(await at.text('run')).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
});

const found = (json: unknown): Record<string, readonly [string, string]> =>
  Object.fromEntries(
    (json as CheckReport).groups
      .filter(({ kind }) => kind === 'data')
      .flatMap(({ verdicts }) => verdicts.map(({ id, outcome, sentence }) => [id, [outcome, sentence]])),
  );

test('checks are verdicts: of the table until the file or the rule changes, of the parts until the split does, and waived until a day', async () => {
  const files = (checks: string, split?: string) => ({
    'modelyard.yaml': config(checks, split),
    'people.csv': `${peopleCsv()}60,41,1111.5,Bern,yes\n61,41,1111.5,Bern,yes\n`,
  });
  const checks = '{check: conflicting-labels, ignore: [id]}\n{check: duplicates, columns: [city]}\nsizes';
  at.write(files(checks));
  const [labels, sizes] = ['dataset/people/checks/conflicting-labels', 'dataset/people/checks/sizes'];
  const read = await at.cli('check', '--data');
  expect(read.code).toBe(1);
  const verdicts = (read.json as CheckReport).groups.flatMap(group => group.verdicts);
  expect(verdicts.find(({ id }) => id === labels)).toMatchObject({
    outcome: 'failed',
    rule: 'conflicting-labels ≤ 0 (ignore id)',
    evidence: [{ file: 'people.csv', line: 5 }, { line: 62 }, { line: 63 }],
    place: { key: 'datasets.people.checks.0' },
  });
  expect(found(read.json)).toMatchObject({
    'dataset/people/checks/duplicates': ['warned', expect.stringContaining('95.2 %')],
    // the parts were judged in an earlier test, of other data
    [sizes]: [
      'unknown',
      expect.stringMatching(/was not judged since it, .* has changed: `modelyard run train` judges it\.$/),
    ],
  });
  const until = `${new Date().getFullYear()}-12-31`;
  for (const [day, why] of [['tomorrow', 'There is no day tomorrow.'], ['2020-01-01', '2020-01-01 is over']] as const) // prettier-ignore
    expect(await at.text('waive', labels, '--until', day, '--owner', 'ana', '--reason', 'r')).toMatchObject({ code: 2, stderr: expect.stringContaining(why) }); // prettier-ignore
  const waived = await at.text('waive', labels, '--until', until, '--owner', 'ana', '--reason', 'relabelled soon');
  expect(waived).toMatchObject({ code: 0, stdout: expect.stringContaining(`waived until ${until} by ana`) });
  const run = await at.run();
  expect(run.step('validate')).toMatchObject({
    status: 'succeeded',
    message: '62 rows · 0 checks · 2 data checks · 1 warning · 1 waived',
  });
  const kept = await reportOf(run.pipelineRun.runId, 'people.json');
  expect(kept.results[0]).toMatchObject({ verdict: 'waived', underlying: 'failed', waiver: { owner: 'ana' } });
  const after = await at.cli('check');
  expect(after.code).toBe(0);
  expect(found(after.json)).toMatchObject({ [labels]: ['waived', expect.stringContaining('by ana: relabelled soon')], [sizes]: ['passed', expect.any(String)] }); // prettier-ignore
  const again = await at.run();
  expect(again.step('validate').cachedFrom).toBeUndefined();
  expect(again.step('leakage').cachedFrom).toBeDefined();
  at.write({ 'modelyard.yaml': 'name: [' });
  const broken = await at.text('waive', labels, '--until', until, '--owner', 'ana', '--reason', 'r');
  expect(broken).toMatchObject({ code: 2, stderr: expect.stringContaining('rules that cannot be read') });
  expect((await at.text('check', '--only', 'people')).code).toBe(2);
  const splitElse = files(checks.replace('0.05', '0.04'), 'test: 0.3, seed: 2');
  at.write(splitElse);
  const other = await at.cli('check', '--only', 'dataset/people/checks');
  expect(other.code).toBe(1);
  expect(found(other.json)).toMatchObject({ [labels]: ['failed', expect.not.stringContaining('waived')], [sizes]: ['unknown', expect.stringContaining('was not judged since')] }); // prettier-ignore
});

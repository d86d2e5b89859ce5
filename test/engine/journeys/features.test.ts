import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FeatureList, FeatureViewDiff } from '../../../engine/protocol/features';
import type { TrainingSet } from '../../../engine/protocol/featureJoins';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = (ttl = '365d', more = ''): string => `name: features
tracking: {system_metrics: false}
datasets:
  loans: {path: loans.csv}
  applications: {path: applications.csv}
  training: {path: training.csv}
entities:
  applicant: {key: applicant_id, type: integer}
features:
  loans:
    entity: applicant
    source: loans
    event_time: opened_at
    created_time: known_at
    ttl: ${ttl}
    columns: [amount, grade]
    compute: {ratio: amount / income}
    windows: {opened_90d: {count: '*', over: 90d}}
  affordability:
    request: {asked: number}
    uses: [loans:amount]
    compute: {share: asked / amount}
${more}feature_services:
  credit-risk: {features: [loans, affordability]}
`;
const loans = `applicant_id,opened_at,known_at,amount,grade,income
1,2024-01-10T00:00:00Z,2024-01-11T00:00:00Z,1000,A,2000
1,2024-02-10T00:00:00Z,2024-02-11T00:00:00Z,2000,B,0
1,2024-02-10T00:00:00Z,2024-05-01T00:00:00Z,2500,C,5000
2,2022-01-10T00:00:00Z,2022-01-11T00:00:00Z,400,A,100
`;
const applications = `applicant_id,applied_at,asked
2,2024-03-01T00:00:00Z,100
1,2024-03-01T00:00:00Z,500
1,2024-06-01T00:00:00Z,500
3,2024-03-01T00:00:00Z,1
1,2024-01-10T12:00:00Z,1
`;
const files = { 'loans.csv': loans, 'applications.csv': applications };

const none = {
  ...{ present: 0, 'null-value': 0, 'no-row': 0, 'not-yet-known': 0, expired: 0 },
  ...{ 'no-key': 0, 'no-time': 0 },
};

const views = async (): Promise<FeatureList['views']> => (await at.client.call('features/list', {})).views;

test('a definition becomes a version when it is recorded, and a new one when it decides other values', async () => {
  at.write({ 'modelyard.yaml': config(), ...files });
  expect((await views()).map(({ name, version }) => [name, version])).toEqual([
    ['loans', undefined],
    ['affordability', undefined],
  ]);
  const first = await at.text('features', 'apply');
  expect(first.stdout).toBe('✓  loans          v1  new\n✓  affordability  v1  new\n');
  expect(first.code).toBe(0);
  at.write({ 'modelyard.yaml': config('365d', '    description: What they can pay\n') });
  expect((await at.text('features', 'apply')).stdout).toContain('loans          v1  as before');
  at.write({ 'modelyard.yaml': config('30d') });
  const second = await at.cli('features', 'apply', 'loans');
  expect(second.json).toEqual({ views: [{ view: 'loans', version: 2, isNew: true }] });

  const diff = await at.text('features', 'diff', 'loans', '--exit-code');
  expect(diff).toMatchObject({ code: 1, stdout: 'loans  v1 → v2\n     v1    v2\nttl  365d  30d\n' });
  const shown = await at.text('features', 'show', 'loans@v1');
  expect(shown.stdout).toContain('loans@v1\n');
  expect(shown.stdout).toMatch(/ratio +number +amount \/ income/);
  expect(shown.stdout).toMatch(/opened_90d +integer +count\(\*\) over 90 d/);
  expect((await at.text('features', 'list')).stdout).toMatch(/^loans +v2 +applicant +4 +loans +credit-risk$/m);
});

test('what cannot be resolved is said with the place, and ends with 1', async () => {
  at.write({ 'modelyard.yaml': config().replace('amount / income', 'amount / incme'), ...files });
  const applied = await at.text('features', 'apply');
  expect(applied.code).toBe(1);
  expect(applied.stdout).toContain(
    'modelyard.yaml:17:15: Feature view loans: Expression `amount / incme`, column 10: ',
  );
  const [view] = await views();
  expect(view?.problem).toContain('`incme`');
  expect(view?.version).toBe(undefined);
  expect(at.marked(view?.problemAt)).toBe('ratio');
});

test('a training set has what was known at the time of each row, and is kept with what it was made of', async () => {
  at.write({ 'modelyard.yaml': config(), ...files });
  const join = ['--entities', 'applications', '--event-time', 'applied_at'];
  const made = await at.cli('features', 'training-set', 'credit-risk', ...join, '--to', 'training');
  expect(made.code).toBe(0);
  const lines = readFileSync(path.join(at.folder, 'training.csv'), 'utf8').split('\n');
  expect(lines).toEqual([
    'applicant_id,applied_at,asked,amount,grade,ratio,opened_90d,share',
    '2,2024-03-01T00:00:00Z,100,,,,0,', // older than 365 days
    '1,2024-03-01T00:00:00Z,500,2000,B,,2,0.25', // the correction of May was not known, and its income is 0
    '1,2024-06-01T00:00:00Z,500,2500,C,0.5,0,0.2',
    '3,2024-03-01T00:00:00Z,1,,,,0,', // nobody
    '1,2024-01-10T12:00:00Z,1,,,,0,', // known a day later
    '',
  ]);
  const columns = (made.json as TrainingSet).columns;
  expect(columns.map(({ column, reference, changedByLater }) => [column, reference, changedByLater])).toEqual([
    ['amount', 'loans@v1:amount', 2],
    ['grade', 'loans@v1:grade', 2],
    ['ratio', 'loans@v1:ratio', 2],
    ['opened_90d', 'loans@v1:opened_90d', 2],
    ['share', 'affordability@v1:share', 2],
  ]);
  const { statuses } = columns[0]!;
  expect(statuses).toEqual({ ...none, present: 2, 'no-row': 1, 'not-yet-known': 1, expired: 1 });
  // the dataset has a version with the bytes that were written
  const version = await at.client.call('datasets/get', { name: 'training' });
  expect(version).toMatchObject({ digest: (made.json as TrainingSet).digest, rows: 5 });

  const { trainingSets } = await at.client.call('features/get', { view: 'affordability' });
  expect(trainingSets).toEqual([
    {
      ...{ path: 'training.csv', dataset: 'training', digest: version.digest, rows: 5, service: 'credit-risk' },
      ...{ views: ['loans@v1', 'affordability@v1'], entities: 'applications', mode: 'known' },
      createdAt: expect.any(Number),
    },
  ]);

  const again = await at.text('features', 'training-set', 'credit-risk', ...join, '--to', 'training');
  expect(again).toMatchObject({ code: 1 });
  expect(again.stderr).toContain('training.csv is there already.');
  const into = await at.text('features', 'training-set', 'credit-risk', ...join, '--to', 'loans.csv', '--force');
  expect(into.stderr).toContain('loans.csv is read by the join, and cannot be what it writes.');
  const loose = ['--created', 'tie-break', '--features', 'loans:amount', '--to', 'loose.csv', '--full-names'];
  expect((await at.text('features', 'training-set', ...join, ...loose)).code).toBe(0);
  expect(
    readFileSync(path.join(at.folder, 'loose.csv'), 'utf8')
      .split('\n')
      .map(line => line.split(',')[3]),
  ).toEqual([...['loans__amount', '', '2500', '2500', '', '1000', undefined]]);
});

test('a preview says of each value which row it is from, why there is none, and what came to be known later', async () => {
  at.write({ 'modelyard.yaml': config(), ...files });
  const request = { service: 'credit-risk', entities: 'applications.csv', eventTime: 'applied_at' } as const;
  const { preview } = await at.client.call('features/preview', request);
  expect(preview.map(({ cells }) => cells[0]?.status)).toEqual([
    ...['expired', 'present', 'present', 'no-row', 'not-yet-known'],
  ]);
  expect(preview[1]?.cells[0]).toEqual({
    value: 2000,
    status: 'present',
    matched: {
      event: Date.UTC(2024, 1, 10),
      created: Date.UTC(2024, 1, 11),
      place: { file: 'loans.csv', line: 3 },
    },
    later: { value: 2500, event: Date.UTC(2024, 1, 10), created: Date.UTC(2024, 4, 1) },
  });
  const changed = await at.client.call('features/preview', { ...request, filter: 'changed', limit: 1, offset: 1 });
  expect(changed.preview.map(({ row }) => row)).toEqual([4]);
  const text = await at.text('features', 'preview', '--features', 'loans:amount', '--entities', 'applications', '--event-time', 'applied_at'); // prettier-ignore
  expect(text.stdout).toMatch(/^5 +1 +2024-01-10T12:00:00Z +1 +not yet known later 1,000$/m);
  const asked = { service: 'credit-risk', entities: 'applications', eventTime: 'applied_at', timezone: 'Mars/X' };
  await expect(at.client.call('features/preview', asked)).rejects.toMatchObject({
    code: 'params.invalid',
    message: 'There is no time zone Mars/X.',
  });
});

test('a view is computed, and its versions are compared by their values', async () => {
  at.write({ 'modelyard.yaml': config(), ...files });
  const computed = await at.client.call('features/compute', { view: 'loans', limit: 1 });
  expect(computed).toMatchObject({ view: 'loans', rows: 4, entities: 2, newestEvent: Date.UTC(2024, 1, 10) });
  expect(computed.head).toHaveLength(1);
  const [view] = await views();
  expect(view?.freshness).toMatchObject({ newestEvent: Date.UTC(2024, 1, 10), entities: 2 });
  at.write({ 'modelyard.yaml': config().replace('amount / income', 'amount / income * 2') });
  await at.client.call('features/apply', {});
  const { after, values } = (await at.cli('features', 'diff', 'loans', '--values')).json as FeatureViewDiff;
  expect(after).toBeGreaterThan(1);
  expect(values?.map(({ feature, entities, differing }) => [feature, entities, differing])).toEqual([
    ['amount', 2, 0],
    ['grade', 2, 0],
    ['ratio', 2, 2],
    ['opened_90d', 2, 0],
  ]);
});

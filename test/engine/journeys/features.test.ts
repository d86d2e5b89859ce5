import { expect, test, vi } from 'vitest';
import type { FeatureList } from '../../../engine/protocol/features';
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

import { expect, test, vi } from 'vitest';
import { journey, type RunSpoken } from '../../support/journey';
import { until } from '../../support/workspaces';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = (check = '{}'): string => `name: kept
tracking: {system_metrics: false}
datasets:
  spent: {path: spent.csv}
entities:
  person: {key: id, type: integer}
features:
  spent:
    entity: person
    source: spent
    event_time: at
    columns: [amount]
    monitor: {drift: 0.2}
  share:
    request: {wanted: number}
    uses: ["spent:amount"]
    compute: {part: wanted / amount}
pipelines:
  keep:
    steps:
      online: {uses: materialise}
      check: {uses: check-features, needs: online, with: ${check}}
  again:
    on:
      metric: {key: feature_drift.spent.amount, condition: "> 0.2"}
    steps: {note: {run: echo again}}
`;
const now = Date.now();
const rows = (value: (id: number) => number, ago: number): string =>
  `id,at,amount\n${Array.from({ length: 200 }, (_, id) => `${id},${new Date(now - ago).toISOString()},${value(id)}`).join('\n')}\n`;
const amounts = async (): Promise<readonly unknown[] | undefined> => {
  const asked = { features: ['spent:amount'], entities: { id: [3, 7] } };
  return (await at.client.call('features/online', asked)).features[0]?.values;
};
const again = () => at.client.call('pipelines/runs', { pipeline: 'again' });
const metricsOf = async ({ pipelineRun }: RunSpoken): Promise<Readonly<Record<string, number>>> => {
  const { metrics } = await at.client.call('runs/get', { run: pipelineRun.runId });
  return Object.fromEntries(Object.entries(metrics).map(([key, { value }]) => [key, value]));
};

test('a pipeline keeps features online, and a drift that it finds starts another one', async () => {
  at.write({ 'modelyard.yaml': config(), 'spent.csv': rows(id => id, 2 * 3_600_000) });
  await until(async () => (await at.client.call('triggers/list', {})).triggers[0]?.kind === 'metric', 30_000);
  await at.client.call('triggers/watch', { on: true });
  const first = await at.run('keep');
  expect(first.pipelineRun.status, JSON.stringify(first.error)).toBe('succeeded');
  expect(first.step('online').message).toBe('1 feature view, 200 rows, 200 written');
  expect(first.step('check').message).toBe('1 feature view, 0 alerts');
  expect(await amounts()).toEqual([3, 7]);
  const report = await at.artifact(first.step('check').runId!, 'feature_check.json');
  expect(JSON.parse(report)).toMatchObject({ alerts: [], statistics: expect.any(Array) });

  at.write({ 'spent.csv': rows(id => 500 + id, 3_600_000) });
  const second = await at.run('keep');
  expect(second.step('online').message).toBe('1 feature view, 200 rows, 200 written');
  expect(second.step('check').message).toBe('1 feature view, 1 alert');
  expect(await amounts()).toEqual([503, 507]);
  const metrics = await metricsOf(second);
  expect(metrics).toMatchObject({ materialised_rows: 200, written_rows: 200, feature_alerts: 1, feature_null_rate: 0 });
  expect(metrics['feature_drift']).toBeGreaterThan(0.2);
  expect(metrics['feature_drift.spent.amount']).toBe(metrics['feature_drift']);
  await until(async () => (await again()).length === 1, 30_000);

  const third = await at.run('keep');
  expect(third.step('online').message).toBe('1 feature view, 0 rows, 0 written'); // the same file
  expect(third.step('online').status).toBe('succeeded'); // never from the cache
});

test('a step that is to fail on alerts names the first one, and keeps what it has found', async () => {
  at.write({
    'modelyard.yaml': config('{fail_on_alert: true, views: spent}'),
    'spent.csv': rows(id => id, 2 * 3_600_000),
  });
  await at.client.call('features/check', {});
  at.write({ 'spent.csv': rows(id => 900 + 2 * id, 3_600_000) });
  const failure = await at.failure('check', 'keep');
  expect(failure).toMatchObject({ code: 'data.check', place: { key: 'pipelines.keep.steps.check' } });
  expect(failure.message).toMatch(
    /^1 alert of features: spent@v1:amount has drifted from its baseline \(PSI [\d.]+ of the rows/,
  );
  expect(await metricsOf(failure.run)).toMatchObject({ feature_alerts: 1 });
});

test('a view that cannot be checked fails the step; the others are checked all the same', async () => {
  const more = 'features:\n  late: {entity: person, source: late, event_time: at, columns: {amount: {type: number}}}\n';
  const text = config().replace('features:\n', more).replace('datasets:\n', 'datasets:\n  late: {path: late.csv}\n');
  const steps = text.replace('online: {uses: materialise}', 'online: {run: echo}');
  const late = 'id,at,amount\n1,2026-01-01T00:00:00Z,1\n2,2026-01-01T00:00:00Z,many\n';
  at.write({ 'modelyard.yaml': steps, 'spent.csv': rows(id => id, 3_600_000), 'late.csv': late });
  const failure = await at.failure('check', 'keep');
  expect(failure).toMatchObject({ code: 'data.column', place: { file: 'late.csv', line: 3, key: 'amount' } });
  const { params } = await at.client.call('runs/get', { run: failure.run.pipelineRun.runId });
  expect(params).toMatchObject({ 'check.feature_views': 'spent' });
});

test('views that there are not, or that have no rows, are said where they are named', async () => {
  at.write({ 'modelyard.yaml': config('{views: [spend, share, spent]}'), 'spent.csv': rows(id => id, 0) });
  expect(await at.diagnostics()).toEqual([
    ['spend', '`spend` is not a feature view. Did you mean `spent`?'],
    ['share', '`share` is computed when it is asked for and has no rows: name the views that it uses.'],
  ]);
});

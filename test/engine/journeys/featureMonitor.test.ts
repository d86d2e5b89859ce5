import { expect, test, vi } from 'vitest';
import type { FeatureCheck, FeatureStatistics } from '../../../engine/protocol/featureMonitoring';
import { journey } from '../../support/journey';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const at = journey();

const config = `name: watched
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
    columns: [amount, grade]
    windows: {sum_30d: {sum: amount, over: 30d}}
    monitor: {max_age: 3d, null_rate: 0.1, drift: 0.2, skew: 0.1}
feature_services:
  all: {features: [spent]}
`;
const day = 86_400_000;
const now = Date.now();
const ids = Array.from({ length: 400 }, (_, i) => i);
/** `ago`: ms before now of the newest; the rows of a person lie 20 days behind one another. */
const rows = (value: (id: number) => string, { ago = 0 } = {}): string =>
  `id,at,amount,grade\n${ids
    .map(id => `${id},${new Date(now - ago - 3_600_000 - (id % 20) * day).toISOString()},${value(id)}`)
    .join('\n')}\n`;
const usual = (id: number): string => `${id % 50},${'abcd'.charAt(id % 4)}`;
const of = (all: readonly FeatureStatistics[], feature: string, window?: number) =>
  all.find(one => one.feature === feature && one.window === window && one.of === 'source');
const check = (): Promise<FeatureCheck> => at.client.call('features/check', {});
const kinds = ({ alerts }: FeatureCheck): readonly string[] =>
  alerts.map(({ kind, feature = '' }) => `${kind} ${feature}`.trim()).sort();

test('values are summed up by window, and what lies beyond its bounds is an alert until it no longer does', async () => {
  at.write({ 'modelyard.yaml': config, 'spent.csv': rows(usual) });
  const first = await check();
  expect(kinds(first)).toEqual([]);
  // 0 … 49, eight times each: by hand
  expect(of(first.statistics, 'amount')).toMatchObject({
    ...{ rows: 400, nulls: 0, distinct: 50, min: 0, max: 49, mean: 24.5 },
  });
  expect(of(first.statistics, 'amount')?.std).toBeCloseTo(14.4489, 4);
  expect(of(first.statistics, 'amount', 1)?.rows).toBe(20);
  expect(of(first.statistics, 'amount', 7)?.rows).toBe(140);
  expect(of(first.statistics, 'grade')?.top).toEqual(['a', 'b', 'c', 'd'].map(value => ({ value, count: 100 })));
  expect(of(first.statistics, 'sum_30d')).toMatchObject({ rows: 400, mean: 24.5 });

  // what is said to happen yet neither makes the rest fresh nor is of the last days
  const yet = '0,2999-01-01T00:00:00Z,,a\n';
  at.write({ 'spent.csv': `${rows(id => (id % 5 === 0 ? ',a' : `${100 + id},a`), { ago: 5 * day })}${yet}` });
  const second = await check();
  expect(kinds(second)).toEqual(['age', 'drift amount', 'drift grade', 'drift sum_30d', 'nulls amount']);
  expect(second.alerts.find(({ kind }) => kind === 'nulls')).toMatchObject({
    ...{ view: 'spent', version: 1, value: 0.2, bound: 0.1 },
    message: 'spent@v1:amount is null in 20 % of the rows of the last 30 days, at most 10 % may be.',
  });
  expect(second.alerts.find(one => one.kind === 'drift' && one.feature === 'sum_30d')?.message).toContain(
    'of all entities as of now, at most 0.2',
  );
  // whom the drift was seen beside: the first time it was computed, a hundred of each grade
  expect(of(second.statistics, 'grade')?.compared).toEqual({
    bins: { kind: 'texts', values: ['a', 'b', 'c', 'd'], counts: [100, 100, 100, 100, 0] },
    counts: [401, 0, 0, 0, 0], // of all rows, with the one that is yet to come
  });
  const [summary] = (await at.client.call('features/list', {})).views;
  expect(summary?.alerts).toEqual(second.alerts);
  expect(summary?.monitor).toEqual({ max_age: 3 * day, null_rate: 0.1, drift: 0.2, skew: 0.1 });
  const third = await check();
  expect(third.alerts.map(({ since }) => since)).toEqual(second.alerts.map(({ since }) => since));
  const spoken = await at.text('features', 'check');
  expect(spoken.code).toBe(1);
  expect(spoken.stdout).toContain('1 feature view checked, 5 alerts.');

  at.write({ 'spent.csv': rows(usual) });
  const last = await check();
  expect(kinds(last)).toEqual([]);
  expect(of(last.statistics, 'amount')).toMatchObject({ drift: 0, driftFrom: 'baseline' });
  expect(await at.text('features', 'check')).toMatchObject({ code: 0 });
  const kept = await at.client.call('features/statistics', { view: 'spent', feature: 'grade' });
  expect(kept.map(one => `${one.of} ${one.window ?? 'all'}`)).toContain('baseline all');
});

test('what was served is compared with what training would have had at that moment', async () => {
  at.write({ 'modelyard.yaml': config, 'spent.csv': rows(usual) });
  await at.client.call('features/materialise', {});
  const asked = { service: 'all', entities: { id: ids.slice(0, 10) } };
  const { features } = await at.client.call('features/online', asked);
  expect(features.find(({ name }) => name === 'amount')?.values).toEqual(ids.slice(0, 10));
  const same = await check();
  expect(same.skew.map(({ feature, looked, differing }) => [feature, looked, differing])).toEqual([
    ['amount', 10, 0],
    ['grade', 10, 0],
    ['sum_30d', 10, 0],
  ]);
  // the file says something else by now than the online store was filled with
  at.write({ 'spent.csv': rows(id => (id === 3 || id === 4 ? `1000,a` : usual(id))) });
  const differing = await check();
  const amount = differing.skew.find(({ feature }) => feature === 'amount');
  expect(amount).toMatchObject({ looked: 10, differing: 2 });
  expect(amount?.examples[0]).toMatchObject({ key: [3], served: 3, joined: 1000 });
  expect(kinds(differing)).toEqual(expect.arrayContaining(['skew amount', 'skew sum_30d']));
});

test('a view that fails keeps no other from being checked or materialised, and is told', async () => {
  const broken = config
    .replace('  spent: {path: spent.csv}', '  spent: {path: spent.csv}\n  lost: {path: lost.csv}')
    .replace('features:\n', 'features:\n  lost: {entity: person, source: lost, event_time: at, columns: [amount]}\n');
  at.write({
    'modelyard.yaml': broken,
    'spent.csv': rows(id => `${id % 2 === 0 ? '' : id},${'abcd'.charAt(id % 4)}`),
    'lost.csv': rows(usual),
  });
  await at.client.call('features/apply', {});
  at.write({ 'lost.csv': 'id,when,amount\n1,2024-01-01,2\n' });
  const found = await check();
  expect(found.failures.map(({ view, error }) => [view, error.code])).toEqual([['lost', 'data.column']]);
  expect(kinds(found)).toContain('nulls amount');
  const spoken = await at.text('features', 'check');
  expect(spoken.code).toBe(1);
  expect(spoken.stdout).toContain('spent@v1:amount is null');
  expect(spoken.stdout).toContain('Feature view lost: ');
  const from = Date.now();
  await expect(at.client.call('features/materialise', {})).rejects.toThrow('Feature view lost: ');
  const { materialisations } = await at.client.call('features/get', { view: 'spent' });
  expect(materialisations[0]).toMatchObject({ status: 'complete' });
  expect(materialisations[0]!.startedAt).toBeGreaterThanOrEqual(from);
});

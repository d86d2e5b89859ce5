import { expect, test } from 'vitest';
import { openTestRegistryApi } from '../../support/registryApi';

test('who gave an alias to which version and when is kept, by whichever door; what changes nothing is not', async () => {
  const api = await openTestRegistryApi();
  await api.call('POST registered-models/create', { name: 'm' });
  for (let i = 0; i < 2; i++) await api.call('POST model-versions/create', { name: 'm', source: 's3://b/a' });
  const alias = { name: 'm', alias: 'champion' };
  await api.call('POST registered-models/alias', { ...alias, version: '1' });
  await api.call('POST registered-models/alias', { ...alias, version: '1' });
  api.who.person = { account: 'bea' };
  await api.registry.moveAlias({ ...alias, version: 2, reason: 'cheaper' });
  await api.registry.deleteAlias('m', 'nobody');
  await api.call('DELETE registered-models/alias', alias);
  await api.registry.setAlias('m', 'old', 1);
  await api.call('DELETE model-versions/delete', { name: 'm', version: '1' });

  const { aliasHistory, history } = await api.registry.get('m');
  const mlflow = 'asked for over the MLflow API';
  expect(aliasHistory.map(({ alias: name, from, to, by, reason }) => [name, from, to, by, reason])).toEqual([
    ['old', 1, null, 'bea', `the version was deleted, ${mlflow}`],
    ['old', null, 1, 'bea', ''],
    ['champion', 2, null, 'bea', mlflow],
    ['champion', 1, 2, 'bea', 'cheaper'],
    ['champion', null, 1, 'ann', mlflow],
  ]);
  const times = aliasHistory.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(new Set(times).size).toBe(times.length);
  expect(history[0]).toMatchObject({ version: 1, to: 'deleted', reason: `the version was deleted, ${mlflow}` });
});

test('moves between stages over the MLflow API are in the same history, with their gates', async () => {
  const api = await openTestRegistryApi();
  api.models['m'] = {
    stages: ['dev', 'production'],
    gates: { production: [{ metric: 'auc', at_least: 0.5, severity: 'error' }] },
  };
  api.evaluate({ auc: 0.8 });
  await api.register('m');
  await api.call('POST model-versions/transition-stage', { name: 'm', version: '1', stage: 'Production' });
  expect((await api.registry.get('m')).history[0]).toMatchObject({
    ...{ from: 'dev', to: 'production', by: 'ann', reason: 'asked for over the MLflow API' },
    gates: { verdict: 'passed', results: [{ value: 0.8 }] },
  });
});

test('the history of a renamed model goes with it; a new model of an old name has none', async () => {
  const api = await openTestRegistryApi();
  await api.register('m');
  await api.registry.setAlias('m', 'a', 1);
  await api.registry.rename('m', 'n');
  expect((await api.registry.get('n')).aliasHistory).toMatchObject([{ model: 'n', alias: 'a', to: 1 }]);
  api.registry.models.delete('n');
  await api.register('n');
  expect((await api.registry.get('n')).aliasHistory).toEqual([]);
});

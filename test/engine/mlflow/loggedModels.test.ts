import { expect, test } from 'vitest';
import { openTestApi } from '../../support/mlflowApi';

test('a logged model is made', async () => {
  const api = await openTestApi();
  const made = await api.post('logged-models', {
    experiment_id: '0',
    name: 'm',
    params: [{ key: 'a', value: 'b' }],
    source_run_id: api.newRun(),
  });
  expect(made.status).toBe(200);
});

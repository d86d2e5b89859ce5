import { expect, test } from 'vitest';
import { registrableModels } from '../../../../engine/process/wiring/registrableModels';
import { openTestTracking } from '../../../support/tracking';

test('a registry finds a logged model, and notes the versions made of it', async () => {
  const { tracking, newRun } = await openTestTracking();
  const run = newRun();
  const experimentId = tracking.experimentByName('Default').id;
  const { id } = tracking.models.create({ experimentId, sourceRun: run });
  const models = registrableModels(tracking);
  expect(models.find(id)).toEqual({ artifactUri: `mlflow-artifacts:/0/models/${id}/artifacts`, sourceRunId: run });
  models.registered(id, { name: 'a', version: 1 });
  models.registered(id, { name: 'b', version: 2 });
  models.registered(id, { name: 'a', version: 1 });
  // as MLflow writes it, and its clients look for it
  expect(tracking.models.get(id).tags['mlflow.modelVersions']).toBe(
    '[{"name": "b", "version": 2}, {"name": "a", "version": 1}]',
  );
  models.registered(id, { name: 'ü, "x": [1,2]', version: 3 });
  expect(tracking.models.get(id).tags['mlflow.modelVersions']).toContain(
    ', {"name": "\\u00fc, \\"x\\": [1,2]", "version": 3}]',
  );
  tracking.models.delete(id);
  expect(models.find(id)).toBeUndefined();
  expect(models.find('m-none')).toBeUndefined();
  expect(models.find(tracking.models.create({ experimentId }).id)).not.toHaveProperty('sourceRunId');
});
